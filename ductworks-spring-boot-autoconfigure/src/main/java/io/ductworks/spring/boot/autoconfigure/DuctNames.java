package io.ductworks.spring.boot.autoconfigure;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.ductworks.spring.DuctSetupException;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.StringUtils;

/**
 * The names of the configured ducts: all that has to be known when bean definitions are
 * registered. Everything else is read when a duct is made, and may come later: from a
 * {@code DynamicPropertyRegistrar}, or from the machine on which an application runs that
 * was processed ahead of time.
 *
 * @param parents the names of the parents, in the order in which they are configured
 * @param children the names of the children
 */
record DuctNames(Set<String> parents, Set<String> children) {

	static final ConfigurationPropertyName PARENT = ConfigurationPropertyName.of("ductworks.parent");

	static final ConfigurationPropertyName CHILD = ConfigurationPropertyName.of("ductworks.child");

	private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

	/**
	 * Reads the names.
	 * @throws DuctSetupException if one cannot be the name of a duct, or two cannot be
	 * told apart
	 */
	static DuctNames of(Environment environment) {
		DuctNames names = new DuctNames(names(environment, PARENT), names(environment, CHILD));
		names.checkDistinct();
		return names;
	}

	private static Set<String> names(Environment environment, ConfigurationPropertyName role) {
		Set<String> found = new LinkedHashSet<>();
		int depth = role.getNumberOfElements();
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			if (source instanceof IterableConfigurationPropertySource iterable) {
				boolean variables = source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource;
				iterable.stream()
					.filter((property) -> role.isAncestorOf(property) && (!variables || isOfADuct(role, property)))
					.map((property) -> property.getElement(depth, ConfigurationPropertyName.Form.ORIGINAL))
					.forEach(found::add);
			}
		}
		Collection<String> names = withHyphens(role, found);
		names.forEach((name) -> checkName(role, name));
		return new LinkedHashSet<>(names);
	}

	/**
	 * Whether a variable is for a duct. Kubernetes sets {@code DUCTWORKS_PARENT_PORT} and
	 * the like for a service that is called {@code ductworks-parent}.
	 */
	private static boolean isOfADuct(ConfigurationPropertyName role, ConfigurationPropertyName variable) {
		int depth = role.getNumberOfElements() + 1;
		if (variable.getNumberOfElements() <= depth) {
			return false;
		}
		String property = variable.getElement(depth, ConfigurationPropertyName.Form.UNIFORM);
		return Arrays
			.stream(BeanUtils
				.getPropertyDescriptors(role.equals(PARENT) ? ParentProperties.class : ChildProperties.class))
			.anyMatch((known) -> known.getName().equalsIgnoreCase(property));
	}

	/**
	 * Environment variables cannot have hyphens: {@code ORDEREVENTS} means
	 * {@code order-events}, if there is such a duct.
	 */
	private static Collection<String> withHyphens(ConfigurationPropertyName role, Set<String> found) {
		Map<String, String> names = new LinkedHashMap<>();
		for (String name : found) {
			String other = names.merge(name.replace("-", ""), name,
					(present, added) -> present.contains("-") ? present : added);
			if (!other.equals(name) && name.contains("-")) {
				throw new DuctSetupException("The names '" + role + "." + other + "' and '" + role + "." + name
						+ "' differ in their hyphens only.", "Give one of them another name.", null);
			}
		}
		return names.values();
	}

	private static void checkName(ConfigurationPropertyName role, String name) {
		if (!NAME.matcher(name).matches()) {
			throw new DuctSetupException("The property '" + role + "." + name + "' has a name that no duct can have.",
					"Name ducts in lower case, with letters, digits and single hyphens, such as 'order-events'.", null);
		}
	}

	/**
	 * Hyphens are lost in bean names.
	 */
	private void checkDistinct() {
		Map<String, String> seen = new HashMap<>();
		this.parents.forEach((name) -> checkDistinct(seen, PARENT, name));
		this.children.forEach((name) -> checkDistinct(seen, CHILD, name));
	}

	private static void checkDistinct(Map<String, String> seen, ConfigurationPropertyName role, String name) {
		String key = role + "." + name;
		String other = seen.put(beanName(name), key);
		if (other == null) {
			return;
		}
		if (other.endsWith("." + name)) {
			throw new DuctSetupException("There are two ducts named '" + name + "': '" + other + "' and '" + key + "'.",
					"Give one of them another name; names are unique over parents and children.", null);
		}
		throw new DuctSetupException(
				"The ducts '" + other + "' and '" + key + "' would both be the bean '" + beanName(name) + "'.",
				"Give one of them another name.", null);
	}

	/**
	 * The name of the bean of a duct.
	 * @param duct the name of the duct, such as {@code order-events}
	 * @return such as {@code orderEventsDuct}
	 */
	static String beanName(String duct) {
		return StringUtils.uncapitalize(
				Arrays.stream(duct.split("-")).map(StringUtils::capitalize).collect(Collectors.joining())) + "Duct";
	}

}
