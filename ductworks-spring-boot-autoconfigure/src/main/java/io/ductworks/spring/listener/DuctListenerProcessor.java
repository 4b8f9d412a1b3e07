package io.ductworks.spring.listener;

import java.util.List;

import io.ductworks.message.DuctHandler;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.DuctSetupException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolverComposite;
import org.springframework.util.ClassUtils;
import org.springframework.validation.Validator;

/**
 * Finds the methods with {@link DuctListener} among all beans, once all singletons are
 * there, and makes each the handler of its duct.
 */
public final class DuctListenerProcessor implements SmartInitializingSingleton {

	private static final boolean JAKARTA = ClassUtils.isPresent("jakarta.validation.Validator",
			DuctListenerProcessor.class.getClassLoader());

	private final ConfigurableListableBeanFactory beanFactory;

	private final DuctRegistry registry;

	private final @Nullable Validator validator;

	private final ListenerRecorder recorder;

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
	}

	@Override
	public void afterSingletonsInstantiated() {
		HandlerMethodArgumentResolverComposite resolvers = ListenerArguments.resolvers(this.beanFactory,
				this.validator);
		ArgumentValidation validation = (JAKARTA && this.validator instanceof jakarta.validation.Validator jakarta)
				? new ArgumentValidation(jakarta) : null;
		new ListenerDiscovery(this.beanFactory, this.registry, this.validator).discover().forEach((endpoint) -> {
			boolean checked = validation != null && validation.appliesTo(endpoint.method());
			ListenerInvoker invoker = new ListenerInvoker(endpoint, resolvers, checked ? validation : null);
			handle(endpoint, ListenerHandler.of(endpoint, invoker, this.recorder));
			this.recorder.registered(endpoint.duct(), endpoint.id());
		});
	}

	private void handle(ListenerEndpoint endpoint, DuctHandler handler) {
		try {
			this.registry.get(endpoint.duct()).handler(handler);
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
