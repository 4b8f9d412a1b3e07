package io.ductworks.spring.listener;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.ductworks.message.DuctHandler;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.DuctSetupException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolverComposite;
import org.springframework.util.ClassUtils;
import org.springframework.validation.Validator;

/**
 * Lets listeners take the messages of their ducts, and no more. Either all listeners that
 * are given at a time do, or none. Thread-safe.
 */
final class ListenerRegistration {

	private static final boolean JAKARTA = ClassUtils.isPresent("jakarta.validation.Validator",
			ListenerRegistration.class.getClassLoader());

	private final ListenerDiscovery discovery;

	private final DuctListenerRegistry listeners;

	private final Function<String, @Nullable RetryPolicy> retries;

	private final HandlerMethodArgumentResolverComposite resolvers;

	private final @Nullable ArgumentValidation validation;

	private final List<OrderedBean<DuctListenerInterceptor>> interceptors;

	private final FailureBeans failures;

	/** By the names of ducts; guarded by this. */
	private final Map<String, ListenerRouter> routers = new HashMap<>();

	/**
	 * Creates a registration. All singletons are there.
	 * @param beanFactory has the beans, and so those that stand around listeners and
	 * handle their failures
	 * @param registry has the ducts
	 * @param listeners has the listeners that are registered
	 * @param validator checks payloads with {@code @Valid}, or {@code null}
	 * @param typeFields which member of a duct's messages says who takes them
	 * @param retries how often the listeners of a duct try again
	 */
	ListenerRegistration(ConfigurableListableBeanFactory beanFactory, DuctRegistry registry,
			DuctListenerRegistry listeners, @Nullable Validator validator,
			Function<String, @Nullable String> typeFields, Function<String, @Nullable RetryPolicy> retries) {
		this.discovery = new ListenerDiscovery(beanFactory, registry, validator, typeFields);
		this.listeners = listeners;
		this.retries = retries;
		this.resolvers = ListenerArguments.resolvers(beanFactory, validator);
		this.validation = (JAKARTA && validator instanceof jakarta.validation.Validator jakarta)
				? new ArgumentValidation(jakarta) : null;
		this.interceptors = OrderedBean.all(beanFactory, DuctListenerInterceptor.class);
		this.failures = new FailureBeans(beanFactory, registry, this.resolvers);
	}

	/**
	 * Registers the listeners of beans.
	 * @return the listeners
	 * @throws DuctSetupException if one of them cannot work
	 */
	synchronized List<RegisteredListener> register(List<ListenerBean> beans) {
		Map<ListenedDuct, List<ListenerEndpoint>> endpoints = this.discovery.discover(beans, this::endpoints,
				this.listeners::has);
		endpoints.forEach(this::requireAnswered);
		Map<ListenerRouter, List<ListenerHandler>> handlers = new LinkedHashMap<>();
		endpoints.forEach((duct, ofDuct) -> {
			RetryPolicy retry = this.retries.apply(duct.name());
			List<ListenerHandler> all = ofDuct.stream().map((endpoint) -> handler(endpoint, retry)).toList();
			handlers.put(this.routers.computeIfAbsent(duct.name(), (name) -> router(duct, ofDuct)), all);
		});
		List<RegisteredListener> registered = new ArrayList<>();
		handlers.forEach((router, all) -> {
			all.forEach((handler) -> registered.add(handler.register(this.listeners)));
			router.add(all);
		});
		return registered;
	}

	private List<ListenerEndpoint> endpoints(String duct) {
		ListenerRouter router = this.routers.get(duct);
		return (router != null) ? router.endpoints() : List.of();
	}

	private void requireAnswered(ListenedDuct duct, List<ListenerEndpoint> endpoints) {
		ListenerRouter router = this.routers.get(duct.name());
		if (router != null) {
			router.requireAnswered(endpoints);
		}
	}

	private ListenerHandler handler(ListenerEndpoint endpoint, @Nullable RetryPolicy retry) {
		boolean checked = this.validation != null && this.validation.appliesTo(endpoint.method());
		ListenerInvoker invoker = new ListenerInvoker(endpoint, this.resolvers, checked ? this.validation : null);
		RegisteredListener listener = new RegisteredListener(endpoint, endpoint.execution().autoStartup());
		return new ListenerHandler(endpoint,
				ListenerInterceptors.of(listener, this.interceptors, retry, invoker,
						this.failures.of(endpoint, listener)),
				new ListenerGate(listener, endpoint.execution().concurrency()));
	}

	private static ListenerRouter router(ListenedDuct duct, List<ListenerEndpoint> endpoints) {
		ListenerRouter router = new ListenerRouter(duct, endpoints.stream().anyMatch(ListenerEndpoint::answers));
		handle(duct, endpoints.get(0), router.handler());
		return router;
	}

	private static void handle(ListenedDuct duct, ListenerEndpoint endpoint, DuctHandler handler) {
		try {
			duct.duct().handler(handler);
		}
		catch (IllegalStateException ex) {
			throw new DuctSetupException(
					"@DuctListener method " + endpoint.method().describe() + " cannot take the messages of its duct: "
							+ ex.getMessage() + ".",
					"Keep the listener, or the handler that a DuctBuilderCustomizer or another bean sets, and leave "
							+ "it to the application's life cycle to open the duct. Where listeners are registered later, "
							+ "let a bean have one for the duct from the start.",
					ex);
		}
	}

	/**
	 * Lets a listener take no more messages.
	 * @return whether it was registered
	 */
	synchronized boolean unregister(RegisteredListener listener) {
		ListenerRouter router = this.routers.get(listener.duct());
		ListenerHandler handler = (router != null) ? router.remove(listener) : null;
		if (handler == null) {
			return false;
		}
		handler.unregister(this.listeners);
		return true;
	}

}
