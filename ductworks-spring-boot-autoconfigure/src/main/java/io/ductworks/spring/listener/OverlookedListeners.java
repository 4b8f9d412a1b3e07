package io.ductworks.spring.listener;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Warns of methods with {@link DuctListener} in a child context of the one that has the
 * ducts: these are open before the child context is made, and a duct takes its listener
 * before that.
 */
public final class OverlookedListeners implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(DuctListenerProcessor.class);

	private final ConfigurableListableBeanFactory beanFactory;

	/**
	 * Creates what warns.
	 * @param beanFactory has the beans of the child context
	 */
	public OverlookedListeners(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public void afterSingletonsInstantiated() {
		new ListenerSearch(this.beanFactory).all()
			.forEach((bean) -> bean.methods()
				.keySet()
				.forEach((method) -> logger
					.warn("@DuctListener method {} of bean '{}' gets no messages: it is in a child context, whose parent "
							+ "context has the ducts and has opened them already. Define the bean where the ducts are",
							ListenerMethod.describe(method), bean.name())));
	}

}
