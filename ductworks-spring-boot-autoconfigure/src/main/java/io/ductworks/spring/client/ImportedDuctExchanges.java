package io.ductworks.spring.client;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.ClassUtils;

/**
 * Registers what {@link ImportDuctExchanges} names.
 */
final class ImportedDuctExchanges implements ImportBeanDefinitionRegistrar {

	private final BeanFactory beanFactory;

	private final Environment environment;

	private final ResourceLoader resources;

	ImportedDuctExchanges(BeanFactory beanFactory, Environment environment, ResourceLoader resources) {
		this.beanFactory = beanFactory;
		this.environment = environment;
		this.resources = resources;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
		DuctExchangeDefinitions definitions = new DuctExchangeDefinitions(this.beanFactory, registry, this.environment,
				this.resources);
		MergedAnnotation<ImportDuctExchanges> annotation = importing.getAnnotations().get(ImportDuctExchanges.class);
		Class<?>[] types = annotation.getClassArray("types");
		Set<String> packages = packages(annotation);
		if (types.length == 0 && packages.isEmpty()) {
			packages.add(ClassUtils.getPackageName(importing.getClassName()));
		}
		Arrays.asList(types).forEach(definitions::register);
		definitions.find(packages).forEach(definitions::register);
	}

	private Set<String> packages(MergedAnnotation<ImportDuctExchanges> annotation) {
		Set<String> packages = new LinkedHashSet<>();
		for (String name : annotation.getStringArray("basePackages")) {
			packages.add(this.environment.resolveRequiredPlaceholders(name));
		}
		for (Class<?> type : annotation.getClassArray("basePackageClasses")) {
			packages.add(type.getPackageName());
		}
		return packages;
	}

}
