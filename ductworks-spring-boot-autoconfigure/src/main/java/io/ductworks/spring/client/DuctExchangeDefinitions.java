package io.ductworks.spring.client;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

/**
 * Finds interfaces with {@link DuctExchange}, and registers a bean for each. Not
 * thread-safe.
 */
public final class DuctExchangeDefinitions {

	/** Marks the definitions, for what processes them ahead of time. */
	static final String ATTRIBUTE = DuctExchange.class.getName();

	private static final String FACTORY = "ductExchangeFactory";

	private final BeanFactory beanFactory;

	private final BeanDefinitionRegistry registry;

	private final ResourceLoader resources;

	private final Scanner scanner;

	/**
	 * Creates what finds and registers.
	 * @param beanFactory makes the beans
	 * @param registry takes the definitions
	 * @param environment decides on profiles and conditions of what is found
	 * @param resources has the classes
	 */
	public DuctExchangeDefinitions(BeanFactory beanFactory, BeanDefinitionRegistry registry, Environment environment,
			ResourceLoader resources) {
		this.beanFactory = beanFactory;
		this.registry = registry;
		this.resources = resources;
		this.scanner = new Scanner(environment, resources);
	}

	/**
	 * Finds what is annotated.
	 * @param packages where, and below
	 * @return the types, which need not be interfaces
	 */
	public List<Class<?>> find(Collection<String> packages) {
		List<Class<?>> types = new ArrayList<>();
		for (String name : packages) {
			for (BeanDefinition found : this.scanner.findCandidateComponents(name)) {
				types.add(ClassUtils.resolveClassName(String.valueOf(found.getBeanClassName()),
						this.resources.getClassLoader()));
			}
		}
		return types;
	}

	/**
	 * Registers a bean that is named like its type, unless there is one of that name, and
	 * the {@link DuctExchangeFactory} that makes it.
	 * @param type the interface
	 * @throws io.ductworks.spring.DuctSetupException if it is none, or not annotated
	 */
	public void register(Class<?> type) {
		ExchangeType.require(type);
		if (!this.registry.containsBeanDefinition(FACTORY)) {
			RootBeanDefinition factory = new RootBeanDefinition(DuctExchangeFactory.class);
			factory.setRole(BeanDefinition.ROLE_INFRASTRUCTURE);
			this.registry.registerBeanDefinition(FACTORY, factory);
		}
		if (!this.registry.containsBeanDefinition(type.getName())) {
			this.registry.registerBeanDefinition(type.getName(), definition(type));
		}
	}

	private <T> RootBeanDefinition definition(Class<T> type) {
		BeanFactory beans = this.beanFactory;
		RootBeanDefinition definition = new RootBeanDefinition(type,
				() -> beans.getBean(DuctExchangeFactory.class).create(type));
		definition.setAttribute(ATTRIBUTE, true);
		// An interface may have a method close() that is meant for the other side.
		definition.setDestroyMethodName("");
		return definition;
	}

	/**
	 * Finds classes too, to be refused.
	 */
	private static final class Scanner extends ClassPathScanningCandidateComponentProvider {

		Scanner(Environment environment, ResourceLoader resources) {
			super(false, environment);
			setResourceLoader(resources);
			addIncludeFilter(new AnnotationTypeFilter(DuctExchange.class, true, false));
		}

		@Override
		protected boolean isCandidateComponent(AnnotatedBeanDefinition found) {
			return found.getMetadata().isIndependent() && !found.getMetadata().isAnnotation();
		}

	}

}
