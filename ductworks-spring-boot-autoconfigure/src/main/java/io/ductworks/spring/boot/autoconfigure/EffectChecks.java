package io.ductworks.spring.boot.autoconfigure;

import java.util.List;
import java.util.Locale;

import io.ductworks.message.Accept;
import io.ductworks.message.Protocol;
import io.ductworks.spring.DuctSetupException;
import io.ductworks.spring.boot.autoconfigure.DuctProperties.Codec;
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

	/** What matters only where answers are told by their order. */
	private static final List<String> BARE = List.of("pipelining", "mixed-traffic", "late-answer-timeout");

	/** What matters only where many requests of a connection are handled at a time. */
	private static final List<String> JSON_RPC = List.of("concurrency", "max-waiting", "max-waiting-bytes",
			"json-rpc.meta");

	/** What matters only where listeners try again. */
	private static final List<String> RETRY = List.of("delay", "jitter", "multiplier", "max-delay");

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
		if (duct.getProtocol() == Protocol.JSON_RPC) {
			for (String property : BARE) {
				refuse(property, "protocol is json-rpc, where answers are told by their ids");
			}
			refuse("type-field", "protocol is json-rpc, where a call has a method");
			if (duct.getCodec() != Codec.JSON) {
				refuse("codec", "protocol is json-rpc, which is JSON");
			}
		}
		else {
			for (String property : JSON_RPC) {
				refuse(property, "protocol is bare");
			}
			if (duct.getCodec() != Codec.JSON) {
				refuse("type-field", "codec is " + duct.getCodec().name().toLowerCase(Locale.ROOT)
						+ ", where messages have no members");
			}
		}
		if (duct.getListener().getRetry().getMaxRetries() == 0) {
			for (String property : RETRY) {
				refuse("listener.retry." + property, "listener.retry.max-retries is 0, so that nothing is tried again");
			}
		}
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
