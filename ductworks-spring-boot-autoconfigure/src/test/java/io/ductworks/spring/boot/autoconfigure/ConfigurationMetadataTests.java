package io.ductworks.spring.boot.autoconfigure;

import java.beans.PropertyDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

class ConfigurationMetadataTests {

	@Test
	void metadataWhenGeneratedThenDescribesEveryProperty() throws IOException {
		List<String> described = new ArrayList<>();
		for (JsonNode property : metadata().path("properties")) {
			String name = property.path("name").asString();
			assertThat(property.path("description").asString("")).as(name).isNotBlank().endsWith(".");
			described.add(name);
		}
		assertThat(described)
			.contains("ductworks.parent", "ductworks.child", "ductworks.drain-timeout",
					"management.health.ducts.enabled", "ductworks.health.grace", "management.endpoint.ducts.access")
			.containsAll(namesOf("ductworks.defaults", DefaultsProperties.class));
	}

	@Test
	void metadataWhenGeneratedThenHasTheTypeAndTheDefaultOfEveryProperty() throws Exception {
		Map<String, Object> values = new TreeMap<>();
		collect("ductworks", new DuctworksProperties(), values);
		for (JsonNode property : metadata().path("properties")) {
			String name = property.path("name").asString();
			assertThat(property.path("type").asString("")).as(name).isNotEmpty();
			Object value = values.get(name);
			if (value != null && !value.equals("not set") && !(value instanceof Collection)
					&& !(value instanceof Map)) {
				assertThat(property.path("defaultValue").asString("")).as("default of " + name).isNotEmpty();
			}
		}
	}

	/**
	 * What a duct has that sets nothing is said once for all, where there are defaults.
	 */
	@Test
	void defaultsWhenComparedThenAreThoseOfParentsAndChildren() throws Exception {
		Map<String, Object> defaults = new TreeMap<>();
		collect("", new DefaultsProperties(), defaults);
		Map<String, Object> ducts = new TreeMap<>();
		collect("", new ParentProperties(), ducts);
		collect("", new ChildProperties(), ducts);
		ducts.keySet().removeAll(List.of(".address", ".pseudo-anonymous"));
		assertThat(defaults).isEqualTo(ducts);
	}

	/**
	 * All properties of a bean with their values, those of nested ones too.
	 */
	private static void collect(String prefix, Object bean, Map<String, Object> values)
			throws ReflectiveOperationException {
		for (PropertyDescriptor property : BeanUtils.getPropertyDescriptors(bean.getClass())) {
			if (property.getName().equals("class")) {
				continue;
			}
			Method getter = property.getReadMethod();
			getter.setAccessible(true);
			Object value = getter.invoke(bean);
			String name = prefix + "." + DataObjectPropertyName.toDashedForm(property.getName());
			if (value != null && value.getClass().getPackage() == DuctworksProperties.class.getPackage()
					&& !(value instanceof Enum)) {
				collect(name, value, values);
			}
			else {
				values.put(name, (value != null) ? value : "not set");
			}
		}
	}

	private static JsonNode metadata() throws IOException {
		try (InputStream content = new ClassPathResource("META-INF/spring-configuration-metadata.json")
			.getInputStream()) {
			return JsonMapper.shared().readTree(content);
		}
	}

	private static List<String> namesOf(String prefix, Class<?> type) {
		List<String> names = new ArrayList<>();
		for (PropertyDescriptor property : BeanUtils.getPropertyDescriptors(type)) {
			String name = prefix + "." + DataObjectPropertyName.toDashedForm(property.getName());
			if (property.getPropertyType().getPackage() == DuctworksProperties.class.getPackage()
					&& !property.getPropertyType().isEnum()) {
				names.addAll(namesOf(name, property.getPropertyType()));
			}
			else if (!property.getName().equals("class")) {
				names.add(name);
			}
		}
		return names;
	}

}
