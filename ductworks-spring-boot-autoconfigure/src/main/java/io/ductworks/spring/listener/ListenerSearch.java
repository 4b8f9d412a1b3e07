package io.ductworks.spring.listener;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.core.annotation.RepeatableContainers;

/**
 * Finds the beans with {@link DuctListener} in a context.
 */
final class ListenerSearch {

	private static final Logger logger = LoggerFactory.getLogger(DuctListenerProcessor.class);

	private final ConfigurableListableBeanFactory beanFactory;

	ListenerSearch(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * All beans that are annotated, or have methods that are, in their order.
	 */
	List<ListenerBean> all() {
		List<ListenerBean> all = new ArrayList<>();
		for (String beanName : this.beanFactory.getBeanNamesForType(Object.class)) {
			if (!ScopedProxyUtils.isScopedTarget(beanName)) {
				Class<?> type = type(beanName);
				if (type != null && AnnotationUtils.isCandidateClass(type, DuctListener.class)) {
					ListenerBean bean = bean(beanName, () -> this.beanFactory.getBean(beanName), type);
					if (!bean.annotations().isEmpty() || !bean.methods().isEmpty()) {
						all.add(bean);
					}
				}
			}
		}
		return all;
	}

	/**
	 * The class of a bean, not that of a proxy.
	 * @return {@code null} if it is not known
	 */
	@Nullable Class<?> type(String beanName) {
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
	private static ListenerBean bean(String beanName, Supplier<Object> object, Class<?> type) {
		try {
			return new ListenerBean(beanName, object, type, annotations(type), methods(type));
		}
		catch (RuntimeException | LinkageError ex) {
			logger.debug("The methods of bean '{}' cannot be looked at; they are not searched for listeners", beanName,
					ex);
			return new ListenerBean(beanName, object, type, List.of(), Map.of());
		}
	}

	/**
	 * What an object declares that is not a bean.
	 */
	static ListenerBean in(Object object) {
		Class<?> type = AopUtils.getTargetClass(object);
		return new ListenerBean(type.getName(), () -> object, type, annotations(type), methods(type));
	}

	private static Map<Method, List<DuctListener>> methods(Class<?> type) {
		return MethodIntrospector.selectMethods(type,
				(MethodIntrospector.MetadataLookup<List<DuctListener>>) (method) -> {
					List<DuctListener> annotations = annotations(method);
					return annotations.isEmpty() ? null : annotations;
				});
	}

	/**
	 * The annotations that stand nearest: those of a method hide those of the one that it
	 * overrides.
	 */
	private static List<DuctListener> annotations(AnnotatedElement element) {
		List<MergedAnnotation<DuctListener>> all = MergedAnnotations
			.from(element, SearchStrategy.TYPE_HIERARCHY, RepeatableContainers.standardRepeatables())
			.stream(DuctListener.class)
			.toList();
		return all.stream()
			.filter((annotation) -> annotation.getAggregateIndex() == all.get(0).getAggregateIndex())
			.map(MergedAnnotation::synthesize)
			.toList();
	}

}
