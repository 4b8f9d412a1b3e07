package io.ductworks.spring.boot.autoconfigure;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.ductworks.spring.DuctSetupException;
import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.util.StringUtils;

/**
 * What is configured for each duct, checked when the duct is made.
 */
final class ConfiguredDucts {

	private final DuctworksProperties properties;

	private final Binder binder;

	private final @Nullable DuctConnectionDetails details;

	/**
	 * Checks what belongs to no single duct.
	 * @param properties what is configured, each duct with the defaults
	 * @param binder tells what a duct sets itself
	 * @param details where ducts are, if not where their properties say
	 */
	ConfiguredDucts(DuctworksProperties properties, Binder binder, @Nullable DuctConnectionDetails details) {
		this.properties = properties;
		this.binder = binder;
		this.details = details;
		checkDefaults(binder);
		SettingChecks.check(properties);
	}

	/**
	 * Unknown keys are refused in files only, and these would be taken for every duct.
	 */
	private static void checkDefaults(Binder binder) {
		for (String key : List.of("address", "pseudo-anonymous")) {
			if (binder.bind(DefaultsBindHandler.DEFAULTS.append(key), Bindable.of(String.class)).isBound()) {
				throw new DuctSetupException(
						"The property '" + DefaultsBindHandler.DEFAULTS + "." + key
								+ "' would give all ducts the same place.",
						"Set 'ductworks.parent.<name>." + key + "', or the address of a child, for each duct instead.",
						null);
			}
		}
	}

	/**
	 * The settings of a parent, checked.
	 */
	ParentProperties parent(String name) {
		String key = DuctNames.PARENT + "." + name;
		ParentProperties parent = require(this.properties.getParent().get(name), key);
		SettingChecks.check(key, parent);
		if (!move(name, parent)) {
			new EffectChecks(this.binder, key, parentAddress(name, parent)).check(parent);
		}
		return parent;
	}

	/**
	 * The settings of a child, checked.
	 */
	ChildProperties child(String name) {
		String key = DuctNames.CHILD + "." + name;
		ChildProperties child = require(this.properties.getChild().get(name), key);
		SettingChecks.check(key, child);
		if (!move(name, child)) {
			new EffectChecks(this.binder, key, childAddress(name, child)).check(child);
		}
		return child;
	}

	/**
	 * The names were read from the same environment, before.
	 */
	private static <T> T require(@Nullable T duct, String key) {
		if (duct == null) {
			throw new DuctSetupException("The properties below '" + key + "' are no longer there.",
					"Keep those that were there when the bean definitions were registered.", null);
		}
		return duct;
	}

	private boolean move(String name, DuctProperties duct) {
		DuctAddress address = (this.details != null) ? this.details.address(name) : null;
		if (address != null) {
			duct.moveTo(address.toString());
		}
		return address != null;
	}

	/**
	 * Checks that no two parents have one address.
	 */
	void checkDistinct() {
		Map<DuctAddress, String> seen = new HashMap<>();
		this.properties.getParent().forEach((name, parent) -> {
			DuctAddress address = parentAddress(name, parent);
			boolean anyPort = address instanceof DuctAddress.Tcp tcp && tcp.port() == 0;
			String other = (address != null && !anyPort) ? seen.put(address, name) : null;
			if (other != null) {
				throw new DuctSetupException(
						"The properties '" + DuctNames.PARENT + "." + other + ".address' and '" + DuctNames.PARENT + "."
								+ name + ".address' are the same: " + address + ".",
						"Give each parent an address of its own.", null);
			}
		});
	}

	/**
	 * The address of a parent.
	 * @return the address, or {@code null} for a pseudo-anonymous one
	 */
	static @Nullable DuctAddress parentAddress(String name, ParentProperties parent) {
		String key = DuctNames.PARENT + "." + name;
		String address = parent.getAddress();
		if (!parent.isPseudoAnonymous()) {
			return parse(key, address, ", or set '" + key + ".pseudo-anonymous' to true");
		}
		if (StringUtils.hasText(address)) {
			throw new DuctSetupException(
					"The properties '" + key + ".address' and '" + key
							+ ".pseudo-anonymous' are both set, and exclude each other.",
					"Remove one of them, or set the address to an empty text.", null);
		}
		return null;
	}

	/**
	 * The address that a child connects to.
	 */
	static DuctAddress childAddress(String name, ChildProperties child) {
		return parse(DuctNames.CHILD + "." + name, child.getAddress(), "");
	}

	private static DuctAddress parse(String key, @Nullable String address, String alternative) {
		if (!StringUtils.hasText(address)) {
			throw new DuctSetupException("The property '" + key + ".address' is missing.",
					"Set it to unix:/path, tcp://host:port or inproc:name" + alternative + ".", null);
		}
		try {
			return DuctAddress.parse(address);
		}
		catch (IllegalArgumentException ex) {
			throw new DuctSetupException("The property '" + key + ".address' cannot be used: " + ex.getMessage() + ".",
					"Set it to unix:/path, tcp://host:port or inproc:name.", ex);
		}
	}

}
