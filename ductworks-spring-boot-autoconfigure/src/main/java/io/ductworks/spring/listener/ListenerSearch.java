package io.ductworks.spring.listener;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;

/**
 * Finds the methods with {@link DuctListener} among all beans of a context.
 */
final class ListenerSearch {

	private static final Logger logger = LoggerFactory.getLogger(DuctListenerProcessor.class);

	private final ConfigurableListableBeanFactory beanFactory;

	ListenerSearch(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * All methods that are annotated, in the order of their beans.
	 */
	List<Found> all() {
		List<Found> all = new ArrayList<>();
		for (String beanName : this.beanFactory.getBeanNamesForType(Object.class)) {
			if (!ScopedProxyUtils.isScopedTarget(beanName)) {
				Class<?> type = type(beanName);
				if (type != null && AnnotationUtils.isCandidateClass(type, DuctListener.class)) {
					annotated(beanName, type)
						.forEach((method, annotation) -> all.add(new Found(beanName, type, method, annotation)));
				}
			}
		}
		return all;
	}

	private @Nullable Class<?> type(String beanName) {
		try {
			Class<?> type = AutoProxyUtils.determineTargetClass(this.beanFactory, beanName);
			return (type != null && ScopedObject.class.isAssignableFrom(type)) ? scopedType(beanName, type) : type;
		}
		catch (RuntimeException | LinkageError ex) {
			logger.debug("The type of bean '{}' is not known; it is not searched for listeners", beanName, ex);
			return null;
		}
	}

	/**
	 * A scoped proxy that has only the interfaces of its bean tells nothing of the
	 * methods of the class.
	 */
	private Class<?> scopedType(String beanName, Class<?> proxyType) {
		Class<?> type = AutoProxyUtils.determineTargetClass(this.beanFactory,
				ScopedProxyUtils.getTargetBeanName(beanName));
		return (type != null) ? type : proxyType;
	}

	/**
	 * A class with a signature that names a class which is not there works as long as
	 * nobody calls that method.
	 */
	private static Map<Method, DuctListener> annotated(String beanName, Class<?> type) {
		try {
			return MethodIntrospector.selectMethods(type,
					(MethodIntrospector.MetadataLookup<DuctListener>) (method) -> AnnotatedElementUtils
						.findMergedAnnotation(method, DuctListener.class));
		}
		catch (RuntimeException | LinkageError ex) {
			logger.debug("The methods of bean '{}' cannot be looked at; they are not searched for listeners", beanName,
					ex);
			return Map.of();
		}
	}

	/**
	 * A method with the annotation.
	 *
	 * @param beanName the bean that has it
	 * @param beanType the class of the bean, not that of a proxy
	 * @param method the method of that class
	 * @param annotation what it is annotated with
	 */
	record Found(String beanName, Class<?> beanType, Method method, DuctListener annotation) {
	}

}
