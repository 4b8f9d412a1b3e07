package io.ductworks.spring.boot.autoconfigure;

import io.ductworks.spring.client.DuctExchangeDefinitions;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers the interfaces in the packages of the application, but those of which it has
 * a bean.
 */
class AutoConfiguredDuctExchanges implements ImportBeanDefinitionRegistrar {

	private final ListableBeanFactory beanFactory;

	private final Environment environment;

	private final ResourceLoader resources;

	AutoConfiguredDuctExchanges(BeanFactory beanFactory, Environment environment, ResourceLoader resources) {
		this.beanFactory = (ListableBeanFactory) beanFactory;
		this.environment = environment;
		this.resources = resources;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
		if (!AutoConfigurationPackages.has(this.beanFactory)) {
			return;
		}
		DuctExchangeDefinitions definitions = new DuctExchangeDefinitions(this.beanFactory, registry, this.environment,
				this.resources);
		for (Class<?> type : definitions.find(AutoConfigurationPackages.get(this.beanFactory))) {
			if (BeanFactoryUtils.beanNamesForTypeIncludingAncestors(this.beanFactory, type, true, false).length == 0) {
				definitions.register(type);
			}
		}
	}

}
