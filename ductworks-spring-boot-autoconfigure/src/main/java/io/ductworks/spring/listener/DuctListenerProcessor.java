package io.ductworks.spring.listener;

import java.util.List;
import java.util.function.Function;

import io.ductworks.message.DuctHandler;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.DuctSetupException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolverComposite;
import org.springframework.util.ClassUtils;
import org.springframework.validation.Validator;

/**
 * Finds the methods with {@link DuctListener} among all beans, once all singletons are
 * there, and makes them the handlers of their ducts.
 */
public final class DuctListenerProcessor implements SmartInitializingSingleton {

	private static final boolean JAKARTA = ClassUtils.isPresent("jakarta.validation.Validator",
			DuctListenerProcessor.class.getClassLoader());

	private final ConfigurableListableBeanFactory beanFactory;

	private final DuctRegistry registry;

	private final DuctListenerRegistry listeners;

	private final @Nullable Validator validator;

	private final Function<String, @Nullable String> typeFields;

	private final Function<String, @Nullable RetryPolicy> retries;

	/**
	 * Creates a processor.
	 * @param beanFactory has the beans, and so those that stand around listeners and
	 * handle their failures
	 * @param registry has the ducts
	 * @param listeners is given the listeners
	 * @param validator checks payloads with {@code @Valid}, or {@code null}
	 * @param typeFields the name of the member of a duct's messages that says which
	 * listener takes them, by the duct's name; {@code null} where there is none
	 * @param retries how often the listeners of a duct try again when they have failed,
	 * by the duct's name; {@code null} where they do not
	 */
	public DuctListenerProcessor(ConfigurableListableBeanFactory beanFactory, DuctRegistry registry,
			DuctListenerRegistry listeners, @Nullable Validator validator,
			Function<String, @Nullable String> typeFields, Function<String, @Nullable RetryPolicy> retries) {
		this.beanFactory = beanFactory;
		this.registry = registry;
		this.listeners = listeners;
		this.validator = validator;
		this.typeFields = typeFields;
		this.retries = retries;
	}

	@Override
	public void afterSingletonsInstantiated() {
		HandlerMethodArgumentResolverComposite resolvers = ListenerArguments.resolvers(this.beanFactory,
				this.validator);
		ArgumentValidation validation = (JAKARTA && this.validator instanceof jakarta.validation.Validator jakarta)
				? new ArgumentValidation(jakarta) : null;
		List<OrderedBean<DuctListenerInterceptor>> interceptors = OrderedBean.all(this.beanFactory,
				DuctListenerInterceptor.class);
		FailureBeans failures = new FailureBeans(this.beanFactory, this.registry, resolvers);
		new ListenerDiscovery(this.beanFactory, this.registry, this.validator, this.typeFields).discover()
			.forEach((duct, endpoints) -> {
				RetryPolicy retry = this.retries.apply(duct.name());
				List<ListenerHandler> handlers = endpoints.stream().map((endpoint) -> {
					boolean checked = validation != null && validation.appliesTo(endpoint.method());
					ListenerInvoker invoker = new ListenerInvoker(endpoint, resolvers, checked ? validation : null);
					RegisteredListener listener = new RegisteredListener(endpoint, endpoint.execution().autoStartup());
					this.listeners.add(listener);
					return new ListenerHandler(endpoint,
							ListenerInterceptors.of(listener, interceptors, retry, invoker,
									failures.of(endpoint, listener)),
							new ListenerGate(listener, endpoint.execution().concurrency()));
				}).toList();
				handle(duct, endpoints.get(0), ListenerRouter.handler(duct, handlers));
				handlers.forEach(ListenerHandler::registered);
			});
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
							+ "it to the application's life cycle to open the duct.",
					ex);
		}
	}

}
