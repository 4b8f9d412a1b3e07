package io.ductworks.spring.listener;

import java.util.function.Function;

import io.ductworks.spring.DuctRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.validation.Validator;

/**
 * Finds the methods with {@link DuctListener} among all beans, once all singletons are
 * there, and makes them the handlers of their ducts.
 */
public final class DuctListenerProcessor implements SmartInitializingSingleton {

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
		ListenerRegistration registration = new ListenerRegistration(this.beanFactory, this.registry, this.listeners,
				this.validator, this.typeFields, this.retries);
		registration.register(new ListenerSearch(this.beanFactory).all());
		this.listeners.open(registration);
	}

}
