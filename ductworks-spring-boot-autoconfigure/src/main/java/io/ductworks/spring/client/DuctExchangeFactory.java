package io.ductworks.spring.client;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

import io.ductworks.spring.DuctRegistry;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;

/**
 * Implements interfaces with {@link DuctExchange}. What they ask or send over is looked
 * up at their first use, at the latest when all singletons are there: beans that ducts
 * need may have them injected. Thread-safe.
 */
public final class DuctExchangeFactory implements SmartInitializingSingleton {

	private final ConfigurableBeanFactory beanFactory;

	/** Those that are not looked up yet; guards itself and {@link #started}. */
	private final List<ExchangeProxy> early = new ArrayList<>();

	private boolean started;

	/**
	 * Creates a factory.
	 * @param beanFactory has the {@link DuctRegistry}, and resolves placeholders
	 */
	public DuctExchangeFactory(ConfigurableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * Implements an interface.
	 * @param <T> the interface
	 * @param type the interface, annotated with {@link DuctExchange}
	 * @return an object that asks or sends over the duct
	 * @throws io.ductworks.spring.DuctSetupException if it cannot work; while the
	 * application starts, it does not start
	 */
	public <T> T create(Class<T> type) {
		ExchangeType.require(type);
		ExchangeProxy proxy = new ExchangeProxy(type,
				() -> new ExchangeType(type, this.beanFactory::resolveEmbeddedValue)
					.methods(this.beanFactory.getBean(DuctRegistry.class)));
		if (!isEarly(proxy)) {
			proxy.check();
		}
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, proxy));
	}

	private boolean isEarly(ExchangeProxy proxy) {
		synchronized (this.early) {
			return !this.started && this.early.add(proxy);
		}
	}

	@Override
	public void afterSingletonsInstantiated() {
		List<ExchangeProxy> unchecked;
		synchronized (this.early) {
			this.started = true;
			unchecked = List.copyOf(this.early);
			this.early.clear();
		}
		unchecked.forEach(ExchangeProxy::check);
	}

}
