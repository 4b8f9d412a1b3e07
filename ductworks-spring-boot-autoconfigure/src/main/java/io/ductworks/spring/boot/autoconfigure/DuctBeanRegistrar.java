package io.ductworks.spring.boot.autoconfigure;

import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;

import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.core.env.Environment;

/**
 * Registers a bean for each configured duct: {@code order-events} becomes
 * {@code orderEventsDuct}.
 */
class DuctBeanRegistrar implements BeanRegistrar {

	@Override
	public void register(BeanRegistry registry, Environment environment) {
		DuctNames names = DuctNames.of(environment);
		registry.registerBean("ductNames", DuctNames.class,
				(spec) -> spec.infrastructure().supplier((context) -> names));
		names.parents()
			.forEach((name) -> registry.registerBean(DuctNames.beanName(name), MessageDuctParent.class,
					(spec) -> spec.description("Parent duct '" + name + "'")
						.supplier((context) -> context.bean(DuctFactory.class).parent(name))));
		names.children()
			.forEach((name) -> registry.registerBean(DuctNames.beanName(name), MessageDuctChild.class,
					(spec) -> spec.description("Child duct '" + name + "'")
						.supplier((context) -> context.bean(DuctFactory.class).child(name))));
	}

}
