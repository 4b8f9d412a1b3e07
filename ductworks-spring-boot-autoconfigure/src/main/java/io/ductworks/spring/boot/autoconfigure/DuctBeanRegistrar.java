package io.ductworks.spring.boot.autoconfigure;

import java.util.Arrays;
import java.util.stream.Collectors;

import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;

import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Registers a bean for each configured duct: {@code order-events} becomes
 * {@code orderEventsDuct}.
 */
class DuctBeanRegistrar implements BeanRegistrar {

	@Override
	public void register(BeanRegistry registry, Environment environment) {
		DuctSettings settings = DuctSettings.of(environment);
		registry.registerBean("ductSettings", DuctSettings.class,
				(spec) -> spec.infrastructure().supplier((context) -> settings));
		settings.parents()
			.keySet()
			.forEach((name) -> registry.registerBean(beanName(name), MessageDuctParent.class,
					(spec) -> spec.description("Parent duct '" + name + "'")
						.supplier((context) -> context.bean(DuctFactory.class).parent(name))));
		settings.children()
			.keySet()
			.forEach((name) -> registry.registerBean(beanName(name), MessageDuctChild.class,
					(spec) -> spec.description("Child duct '" + name + "'")
						.supplier((context) -> context.bean(DuctFactory.class).child(name))));
	}

	static String beanName(String duct) {
		return StringUtils.uncapitalize(
				Arrays.stream(duct.split("-")).map(StringUtils::capitalize).collect(Collectors.joining())) + "Duct";
	}

}
