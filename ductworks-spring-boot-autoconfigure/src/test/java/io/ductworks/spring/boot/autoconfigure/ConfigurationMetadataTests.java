package io.ductworks.spring.boot.autoconfigure;

import java.beans.PropertyDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

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
