package io.ductworks.spring.listener;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

import io.ductworks.codec.MessageCodec;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.DuctSetupException;
import io.ductworks.spring.listener.ListenerSearch.Found;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;
import org.springframework.validation.Validator;

/**
 * Makes endpoints of the methods that were found, and refuses in words what cannot work.
 */
final class ListenerDiscovery {

	private static final Logger logger = LoggerFactory.getLogger(DuctListenerProcessor.class);

	private static final String ASYNC = "org.springframework.scheduling.annotation.Async";

	private final ConfigurableListableBeanFactory beanFactory;

	private final DuctRegistry registry;

	private final @Nullable Validator validator;

	/**
	 * Creates a discovery.
	 * @param beanFactory has the beans
	 * @param registry has the ducts
	 * @param validator validates payloads, or {@code null}
	 */
	ListenerDiscovery(ConfigurableListableBeanFactory beanFactory, DuctRegistry registry,
			@Nullable Validator validator) {
		this.beanFactory = beanFactory;
		this.registry = registry;
		this.validator = validator;
	}

	/**
	 * All endpoints, one for each duct that has a listener.
	 */
	Collection<ListenerEndpoint> discover() {
		Map<String, ListenerEndpoint> endpoints = new LinkedHashMap<>();
		for (Found found : new ListenerSearch(this.beanFactory).all()) {
			ListenerEndpoint endpoint = endpoint(found);
			ListenerEndpoint other = endpoints.putIfAbsent(endpoint.duct(), endpoint);
			if (other != null) {
				throw new DuctSetupException(
						"Duct '" + endpoint.duct() + "' has two listeners, " + other.method().describe() + " and "
								+ endpoint.method().describe() + ".",
						"Keep one of them, or give the other a duct of its own.", null);
			}
		}
		return endpoints.values();
	}

	private ListenerEndpoint endpoint(Found found) {
		String duct = duct(found);
		ListenerMethod method = method(found);
		WantedValidation.requireDone(method, this.validator);
		ListenerEndpoint endpoint = ListenerEndpoint.of(duct, id(found), method);
		requireCodec(endpoint, "takes", endpoint.payloadType());
		if (endpoint.answers()) {
			requireCodec(endpoint, "returns", endpoint.answerType());
		}
		requireSynchronous(endpoint);
		return endpoint;
	}

	private String duct(Found found) {
		String name = resolved(found, found.annotation().value());
		if (this.registry.find(name) == null) {
			throw new DuctSetupException(
					"@DuctListener(\"" + found.annotation().value() + "\") on "
							+ ListenerMethod.describe(found.method()) + " names a duct that does not exist.",
					this.registry.names().isEmpty()
							? "Configure ductworks.parent." + name + ".address or ductworks.child." + name + ".address."
							: "Use one of " + this.registry.names() + ", or configure ductworks.parent." + name
									+ ".address or ductworks.child." + name + ".address.",
					null);
		}
		return name;
	}

	/**
	 * The name of a listener: of the class as it was written, not of a proxy of it.
	 */
	private String id(Found found) {
		String id = resolved(found, found.annotation().id());
		return id.isEmpty() ? ClassUtils.getUserClass(found.beanType()).getSimpleName() + "." + found.method().getName()
				: id;
	}

	private String resolved(Found found, String text) {
		try {
			String resolved = this.beanFactory.resolveEmbeddedValue(text);
			return (resolved != null) ? resolved : "";
		}
		catch (IllegalArgumentException ex) {
			throw new DuctSetupException(
					"@DuctListener(\"" + found.annotation().value() + "\") on "
							+ ListenerMethod.describe(found.method()) + " has a placeholder that nothing replaces: "
							+ ex.getMessage() + ".",
					"Set the property, or give a default after a colon, as in ${shop.duct:orders}.", ex);
		}
	}

	private ListenerMethod method(Found found) {
		Object bean = this.beanFactory.getBean(found.beanName());
		Method invoked;
		try {
			invoked = AopUtils.selectInvocableMethod(found.method(), bean.getClass());
		}
		catch (IllegalStateException ex) {
			throw new DuctSetupException(
					"@DuctListener method " + ListenerMethod.describe(found.method())
							+ " cannot be called through the proxy that its bean '" + found.beanName() + "' has.",
					AopUtils.isJdkDynamicProxy(bean)
							? "Declare it in an interface of the class, or let the proxy be one of the class "
									+ "(spring.aop.proxy-target-class: true; of a scope, ScopedProxyMode.TARGET_CLASS)."
							: "Let it be package-private, protected or public.",
					ex);
		}
		return new ListenerMethod(bean, found.beanType(), found.method(), invoked);
	}

	/**
	 * A duct that stands for one in a test may have no codec.
	 */
	private void requireCodec(ListenerEndpoint endpoint, String how, Type type) {
		@Nullable MessageCodec codec = this.registry.get(endpoint.duct()).codec();
		if (codec != null && !codec.supports(type)) {
			throw new DuctSetupException(
					"@DuctListener method " + endpoint.method().describe() + " " + how + " " + type.getTypeName()
							+ ", and duct '" + endpoint.duct() + "' carries none with its codec, " + codec + ".",
					"Let it be what the codec carries (text: String, bytes: byte[]), or set another codec of the duct: "
							+ "json carries any type.",
					null);
		}
	}

	/**
	 * The answer would be sent before there is one.
	 */
	private static void requireSynchronous(ListenerEndpoint endpoint) {
		ListenerMethod method = endpoint.method();
		if (!MergedAnnotations.from(method.getMethod(), SearchStrategy.TYPE_HIERARCHY).isPresent(ASYNC)
				&& !MergedAnnotations.from(method.targetType(), SearchStrategy.TYPE_HIERARCHY).isPresent(ASYNC)) {
			return;
		}
		if (endpoint.answers()) {
			throw new DuctSetupException(
					"@DuctListener method " + method.describe()
							+ " is @Async and has a result, which would be sent before it is there.",
					"Remove @Async; other connections are not held up meanwhile.", null);
		}
		logger.warn("@DuctListener method {} is @Async: for the duct a message is handled as soon as another thread "
				+ "has it. Messages lose their order, failures are in no meter of the listener, and a stop does not "
				+ "wait for it. Remove @Async; other connections are not held up meanwhile", method.describe());
	}

}
