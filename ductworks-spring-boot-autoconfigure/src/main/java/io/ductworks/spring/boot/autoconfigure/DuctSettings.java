package io.ductworks.spring.boot.autoconfigure;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.ductworks.spring.DuctSetupException;
import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;

/**
 * The configured ducts, each with the common defaults where it sets nothing itself,
 * checked.
 *
 * @param parents the parents by name
 * @param children the children by name
 */
record DuctSettings(Map<String, ParentProperties> parents, Map<String, ChildProperties> children) {

	private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

	private static final String PREFIX = "ductworks.";

	/**
	 * Reads the settings.
	 * @throws DuctSetupException if they cannot work
	 * @throws org.springframework.boot.context.properties.bind.BindException if there is
	 * an unknown key or a value that cannot be converted
	 */
	static DuctSettings of(Environment environment) {
		Binder binder = Binder.get(environment);
		DuctworksProperties properties = binder.bindOrCreate("ductworks", Bindable.of(DuctworksProperties.class),
				new NoUnboundElementsBindHandler(BindHandler.DEFAULT, new UnboundElementsSourceFilter()));
		checkDefaults(binder);
		SettingChecks.check(properties);
		Map<String, ParentProperties> parents = new LinkedHashMap<>();
		names("parent", properties.getParent()).forEach((name) -> {
			checkName("parent", name);
			ParentProperties parent = withDefaults(binder, PREFIX + "parent." + name, ParentProperties::new);
			SettingChecks.check(PREFIX + "parent." + name, parent);
			new EffectChecks(binder, PREFIX + "parent." + name, parentAddress(name, parent)).check(parent);
			parents.put(name, parent);
		});
		Map<String, ChildProperties> children = new LinkedHashMap<>();
		names("child", properties.getChild()).forEach((name) -> {
			checkName("child", name);
			checkOneRole(name, parents);
			ChildProperties child = withDefaults(binder, PREFIX + "child." + name, ChildProperties::new);
			SettingChecks.check(PREFIX + "child." + name, child);
			new EffectChecks(binder, PREFIX + "child." + name, childAddress(name, child)).check(child);
			children.put(name, child);
		});
		checkBeanNames(parents, children);
		checkDistinct(parents);
		return new DuctSettings(parents, children);
	}

	/**
	 * Unknown keys are refused in files only, and these would be taken for every duct.
	 */
	private static void checkDefaults(Binder binder) {
		for (String key : List.of("address", "pseudo-anonymous")) {
			if (binder.bind(PREFIX + "defaults." + key, String.class).isBound()) {
				throw new DuctSetupException(
						"The property '" + PREFIX + "defaults." + key + "' would give all ducts the same place.",
						"Set 'ductworks.parent.<name>." + key + "', or the address of a child, for each duct instead.",
						null);
			}
		}
	}

	/**
	 * The settings of a parent that there is.
	 */
	ParentProperties parent(String name) {
		return Objects.requireNonNull(this.parents.get(name), name);
	}

	/**
	 * The settings of a child that there is.
	 */
	ChildProperties child(String name) {
		return Objects.requireNonNull(this.children.get(name), name);
	}

	private static <T> T withDefaults(Binder binder, String key, Supplier<T> constructor) {
		T target = constructor.get();
		binder.bind(PREFIX + "defaults", Bindable.ofInstance(target));
		binder.bind(key, Bindable.ofInstance(target));
		return target;
	}

	/**
	 * Environment variables cannot have hyphens: {@code ORDEREVENTS} means
	 * {@code order-events}, if there is such a duct.
	 */
	private static Collection<String> names(String role, Map<String, ?> configured) {
		Map<String, String> names = new LinkedHashMap<>();
		for (String name : configured.keySet()) {
			String other = names.merge(name.replace("-", ""), name,
					(present, added) -> present.contains("-") ? present : added);
			if (!other.equals(name) && name.contains("-")) {
				throw new DuctSetupException("The names '" + PREFIX + role + "." + other + "' and '" + PREFIX + role
						+ "." + name + "' differ in their hyphens only.", "Give one of them another name.", null);
			}
		}
		return names.values();
	}

	private static void checkName(String role, String name) {
		if (!NAME.matcher(name).matches()) {
			throw new DuctSetupException(
					"The property '" + PREFIX + role + "." + name + "' has a name that no duct can have.",
					"Name ducts in lower case, with letters, digits and single hyphens, such as 'order-events'.", null);
		}
	}

	private static void checkOneRole(String name, Map<String, ParentProperties> parents) {
		if (parents.containsKey(name)) {
			throw new DuctSetupException(
					"There are two ducts named '" + name + "': '" + PREFIX + "parent." + name + "' and '" + PREFIX
							+ "child." + name + "'.",
					"Give one of them another name; names are unique over parents and children.", null);
		}
	}

	/**
	 * Hyphens are lost in bean names.
	 */
	private static void checkBeanNames(Map<String, ParentProperties> parents, Map<String, ChildProperties> children) {
		Map<String, String> seen = new HashMap<>();
		Stream
			.concat(parents.keySet().stream().map((name) -> "parent." + name),
					children.keySet().stream().map((name) -> "child." + name))
			.forEach((key) -> {
				String beanName = DuctBeanRegistrar.beanName(key.substring(key.indexOf('.') + 1));
				String other = seen.put(beanName, key);
				if (other != null) {
					throw new DuctSetupException("The ducts '" + PREFIX + other + "' and '" + PREFIX + key
							+ "' would both be the bean '" + beanName + "'.", "Give one of them another name.", null);
				}
			});
	}

	private static void checkDistinct(Map<String, ParentProperties> parents) {
		Map<DuctAddress, String> seen = new HashMap<>();
		parents.forEach((name, parent) -> {
			DuctAddress address = parentAddress(name, parent);
			boolean anyPort = address instanceof DuctAddress.Tcp tcp && tcp.port() == 0;
			String other = (address != null && !anyPort) ? seen.put(address, name) : null;
			if (other != null) {
				throw new DuctSetupException(
						"The properties '" + PREFIX + "parent." + other + ".address' and '" + PREFIX + "parent." + name
								+ ".address' are the same: " + address + ".",
						"Give each parent an address of its own.", null);
			}
		});
	}

	/**
	 * The address of a parent.
	 * @return the address, or {@code null} for a pseudo-anonymous one
	 */
	static @Nullable DuctAddress parentAddress(String name, ParentProperties parent) {
		String key = PREFIX + "parent." + name;
		String address = parent.getAddress();
		if (!parent.isPseudoAnonymous()) {
			return parse(key, address, ", or set '" + key + ".pseudo-anonymous' to true");
		}
		if (address != null) {
			throw new DuctSetupException("The properties '" + key + ".address' and '" + key
					+ ".pseudo-anonymous' are both set, and exclude each other.", "Remove one of them.", null);
		}
		return null;
	}

	/**
	 * The address that a child connects to.
	 */
	static DuctAddress childAddress(String name, ChildProperties child) {
		return parse(PREFIX + "child." + name, child.getAddress(), "");
	}

	private static DuctAddress parse(String key, @Nullable String address, String alternative) {
		if (address == null || address.isBlank()) {
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
