package io.ductworks.spring.listener;

import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.ductworks.message.MessageDuct;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.DuctSetupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;
import org.springframework.validation.Validator;

/**
 * Finds the methods with {@link DuctListener} among all beans, once all singletons are
 * there, and makes each the handler of its duct.
 */
public final class DuctListenerProcessor implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(DuctListenerProcessor.class);

	private final ConfigurableListableBeanFactory beanFactory;

	private final DuctRegistry registry;

	private final ListenerRecorder recorder;

	private final @Nullable Validator validator;

	private final ListenerMethodFactory methods;

	private final Map<String, ListenerMethod> listeners = new HashMap<>();

	/**
	 * Creates a processor.
	 * @param beanFactory has the beans
	 * @param registry has the ducts
	 * @param validator checks payloads with {@code @Valid}, or {@code null}
	 * @param recorders are told of every listener and every invocation
	 */
	public DuctListenerProcessor(ConfigurableListableBeanFactory beanFactory, DuctRegistry registry,
			@Nullable Validator validator, List<ListenerRecorder> recorders) {
		this.beanFactory = beanFactory;
		this.registry = registry;
		this.validator = validator;
		this.recorder = new ListenerRecorders(List.copyOf(recorders));
		this.methods = new ListenerMethodFactory(beanFactory, validator);
	}

	@Override
	public void afterSingletonsInstantiated() {
		for (String beanName : this.beanFactory.getBeanNamesForType(Object.class)) {
			if (!ScopedProxyUtils.isScopedTarget(beanName)) {
				Class<?> type = type(beanName);
				if (type != null && AnnotationUtils.isCandidateClass(type, DuctListener.class)) {
					process(beanName, type);
				}
			}
		}
	}

	private @Nullable Class<?> type(String beanName) {
		try {
			return AutoProxyUtils.determineTargetClass(this.beanFactory, beanName);
		}
		catch (RuntimeException | LinkageError ex) {
			logger.debug("The type of bean '{}' is not known; it is not searched for listeners", beanName, ex);
			return null;
		}
	}

	private void process(String beanName, Class<?> type) {
		Map<Method, DuctListener> found = MethodIntrospector.selectMethods(type,
				(MethodIntrospector.MetadataLookup<DuctListener>) (method) -> AnnotatedElementUtils
					.findMergedAnnotation(method, DuctListener.class));
		found.forEach((method, annotation) -> register(beanName, type, method, annotation));
	}

	/**
	 * The name of a listener: of the class as it was written, not of a proxy of it.
	 */
	private String id(DuctListener annotation, Class<?> type, Method method) {
		String id = this.beanFactory.resolveEmbeddedValue(annotation.id());
		return (id == null || id.isEmpty()) ? ClassUtils.getUserClass(type).getSimpleName() + "." + method.getName()
				: id;
	}

	private void register(String beanName, Class<?> type, Method method, DuctListener annotation) {
		String name = this.beanFactory.resolveEmbeddedValue(annotation.value());
		MessageDuct duct = (name != null) ? this.registry.find(name) : null;
		if (name == null || duct == null) {
			throw new DuctSetupException(
					"@DuctListener(\"" + annotation.value() + "\") on " + ListenerMethod.describe(method)
							+ " names a duct that does not exist.",
					this.registry.names().isEmpty()
							? "Configure ductworks.parent." + name + ".address or ductworks.child." + name + ".address."
							: "Use one of " + this.registry.names() + ", or configure ductworks.parent." + name
									+ ".address or ductworks.child." + name + ".address.",
					null);
		}
		if (this.validator == null && ListenerMethod.isValidated(method)) {
			throw new DuctSetupException(
					"@DuctListener method " + ListenerMethod.describe(method)
							+ " wants its payload validated, and there is no Validator, or none of several is primary.",
					"Add the dependency spring-boot-starter-validation, or mark the Validator to use with @Primary.",
					null);
		}
		Object bean = this.beanFactory.getBean(beanName);
		Method invocable = AopUtils.selectInvocableMethod(method, bean.getClass());
		String id = id(annotation, type, method);
		ListenerMethod listener = ListenerMethod.of(name, id, bean, type, invocable);
		ListenerMethod other = this.listeners.putIfAbsent(name, listener);
		if (other != null) {
			throw new DuctSetupException(
					"Duct '" + name + "' has two listeners, " + ListenerMethod.describe(other.method()) + " and "
							+ ListenerMethod.describe(method) + ".",
					"Keep one of them, or give the other a duct of its own.", null);
		}
		duct.handler(ListenerHandler.of(listener, this.methods.invocable(listener, type), this.recorder));
		this.recorder.registered(name, id);
	}

}
