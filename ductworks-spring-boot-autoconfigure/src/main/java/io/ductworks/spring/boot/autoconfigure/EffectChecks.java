package io.ductworks.spring.boot.autoconfigure;

import java.util.Locale;

import io.ductworks.message.Accept;
import io.ductworks.spring.DuctSetupException;
import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.util.StringUtils;

/**
 * Refuses what is set for a duct and would have no effect there: the author of the
 * settings takes it for done. The same below {@code ductworks.defaults} is for the ducts
 * that it suits, and an empty value takes back what another file sets.
 */
final class EffectChecks {

	private final Binder binder;

	private final String key;

	private final @Nullable DuctAddress address;

	/**
	 * Creates the checks of one duct.
	 * @param key where its properties are
	 * @param address its address, {@code null} for a pseudo-anonymous parent
	 */
	EffectChecks(Binder binder, String key, @Nullable DuctAddress address) {
		this.binder = binder;
		this.key = key;
		this.address = address;
	}

	void check(ParentProperties parent) {
		checkCommon(parent);
		if (!isUnix()) {
			refuse("permissions", "there is no file");
			refuse("group", "there is no file");
		}
		if (!isTcp()) {
			refuse("allow-plaintext", "no other machine reaches it there");
		}
		if (parent.getAccept() != Accept.MANY) {
			refuse("max-children", "accept is " + parent.getAccept().name().toLowerCase(Locale.ROOT)
					+ ", so that there is one child at a time");
		}
	}

	void check(ChildProperties child) {
		refuse("ssl.client-auth", "it is for parents");
		checkCommon(child);
	}

	private void checkCommon(DuctProperties duct) {
		if (!isTcp()) {
			refuse("ssl.bundle", "TLS is spoken over TCP alone");
			refuse("ssl.client-auth", "TLS is spoken over TCP alone");
		}
		else if (!StringUtils.hasText(duct.getSsl().getBundle())) {
			refuse("ssl.client-auth", "ssl.bundle is not set");
		}
	}

	private boolean isUnix() {
		return this.address == null || this.address instanceof DuctAddress.Unix;
	}

	private boolean isTcp() {
		return this.address instanceof DuctAddress.Tcp;
	}

	private void refuse(String property, String why) {
		String name = this.key + "." + property;
		if (StringUtils.hasText(this.binder.bind(name, String.class).orElse(""))) {
			throw new DuctSetupException(
					"The property '" + name + "' has no effect at "
							+ ((this.address != null) ? this.address : "a pseudo-anonymous address") + ": " + why + ".",
					"Remove it, or set 'ductworks.defaults." + property + "' for the ducts that it is for.", null);
		}
	}

}
