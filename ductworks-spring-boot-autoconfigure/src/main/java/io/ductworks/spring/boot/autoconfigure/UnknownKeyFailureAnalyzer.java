package io.ductworks.spring.boot.autoconfigure;

import java.beans.PropertyDescriptor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Says of an unknown key below {@code ductworks.} which keys there are in its place.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class UnknownKeyFailureAnalyzer extends AbstractFailureAnalyzer<UnboundConfigurationPropertiesException> {

	private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("ductworks");

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, UnboundConfigurationPropertiesException cause) {
		List<ConfigurationProperty> unknown = cause.getUnboundProperties()
			.stream()
			.filter((property) -> ROOT.isAncestorOf(property.getName()))
			.toList();
		if (unknown.isEmpty()) {
			return null;
		}
		String description = unknown.stream()
			.map((property) -> "The property '" + property.getName() + "' (" + property.getOrigin()
					+ ") is not known to Ductworks.")
			.collect(Collectors.joining("\n"));
		String action = unknown.stream()
			.map((property) -> known(property.getName()))
			.distinct()
			.collect(Collectors.joining("\n"));
		return new FailureAnalysis(description, action, cause);
	}

	private static String known(ConfigurationPropertyName name) {
		Class<?> type = DuctworksProperties.class;
		int depth = 1;
		while (depth < name.getNumberOfElements()) {
			String element = name.getElement(depth, ConfigurationPropertyName.Form.DASHED);
			if (type == DuctworksProperties.class && (element.equals("parent") || element.equals("child"))) {
				type = element.equals("parent") ? ParentProperties.class : ChildProperties.class;
				depth += 2;
			}
			else {
				Class<?> nested = nested(type, element);
				if (nested == null) {
					break;
				}
				type = nested;
				depth++;
			}
		}
		return "Below '" + name.chop(Math.min(depth, name.getNumberOfElements())) + "' there is: "
				+ properties(type).map((property) -> DataObjectPropertyName.toDashedForm(property.getName()))
					.sorted()
					.collect(Collectors.joining(", "))
				+ "." + otherRole(name, depth, type);
	}

	/**
	 * What only the other role has is mostly no typing error.
	 */
	private static String otherRole(ConfigurationPropertyName name, int depth, Class<?> type) {
		Class<?> other = (type == ParentProperties.class) ? ChildProperties.class
				: (type == ChildProperties.class) ? ParentProperties.class : null;
		if (other == null || depth >= name.getNumberOfElements()) {
			return "";
		}
		String element = name.getElement(depth, ConfigurationPropertyName.Form.DASHED);
		return properties(other).map((property) -> DataObjectPropertyName.toDashedForm(property.getName()))
			.anyMatch(element::equals)
					? " Only " + ((other == ParentProperties.class) ? "parents have '" : "children have '") + element
							+ "'."
					: "";
	}

	private static @Nullable Class<?> nested(Class<?> type, String element) {
		return properties(type)
			.filter((property) -> DataObjectPropertyName.toDashedForm(property.getName()).equals(element))
			.map(PropertyDescriptor::getPropertyType)
			.filter((nested) -> nested.getPackage() == DuctworksProperties.class.getPackage())
			.findFirst()
			.orElse(null);
	}

	private static Stream<PropertyDescriptor> properties(Class<?> type) {
		return Arrays.stream(BeanUtils.getPropertyDescriptors(type))
			.filter((property) -> !property.getName().equals("class"));
	}

}
