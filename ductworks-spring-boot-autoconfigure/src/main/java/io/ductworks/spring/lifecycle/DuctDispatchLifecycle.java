package io.ductworks.spring.lifecycle;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.spring.DuctRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.BeanNameAware;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.Lifecycle;
import org.springframework.context.Phased;
import org.springframework.context.SmartLifecycle;

/**
 * Starts to hand out messages when everything else runs, and stops first: while it
 * drains, handlers that run are waited for, a message that expects an answer gets an
 * error of status 503 at once, others stay unread. Most life cycles of applications have
 * the same phase; each of these starts before and stops after, since a handler may use
 * it.
 */
public final class DuctDispatchLifecycle
		implements SmartLifecycle, SmartInitializingSingleton, BeanFactoryAware, BeanNameAware {

	private static final Logger logger = LoggerFactory.getLogger(DuctDispatchLifecycle.class);

	private final DuctRegistry registry;

	private final Duration drainTimeout;

	private final List<DispatchObserver> observers;

	private @Nullable BeanFactory beanFactory;

	private @Nullable String beanName;

	private volatile boolean running;

	/**
	 * Creates the life cycle of all handlers.
	 * @param registry the ducts
	 * @param drainTimeout how long to wait for handlers that run
	 * @param observers are told when it starts and drains
	 */
	public DuctDispatchLifecycle(DuctRegistry registry, Duration drainTimeout, List<DispatchObserver> observers) {
		this.registry = registry;
		this.drainTimeout = drainTimeout;
		this.observers = List.copyOf(observers);
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public void setBeanName(String name) {
		this.beanName = name;
	}

	/**
	 * Of life cycles of one phase those that depend on others start last and stop first.
	 */
	@Override
	public void afterSingletonsInstantiated() {
		String own = this.beanName;
		if (own == null || !(this.beanFactory instanceof ConfigurableListableBeanFactory beans)) {
			return;
		}
		for (String other : beans.getBeanNamesForType(Lifecycle.class, false, false)) {
			if (!other.equals(own) && beans.containsSingleton(other)
					&& beans.getSingleton(other) instanceof Phased phased && phased.getPhase() == getPhase()) {
				beans.registerDependentBean(other, own);
			}
		}
	}

	@Override
	public void start() {
		this.running = true;
		this.observers.forEach(DispatchObserver::starting);
		this.registry.parents().values().forEach(MessageDuctParent::resume);
		this.registry.children().values().forEach(MessageDuctChild::resume);
	}

	/**
	 * Waits for handlers on the calling thread, so that what they use stops afterwards. A
	 * handler that stops its own application does not wait for itself.
	 */
	@Override
	public void stop() {
		// What must end soon must not wait for a peer to come back.
		this.registry.parents().values().forEach(MessageDuctParent::stopWaiting);
		this.registry.children().values().forEach(MessageDuctChild::stopWaiting);
		try {
			// All stop before the first is waited for.
			drain(Duration.ZERO);
			this.observers.forEach(DispatchObserver::draining);
			List<String> busy = drain(this.drainTimeout);
			if (!busy.isEmpty()) {
				logger.warn("Handlers of the ducts {} still run after {} ms; their replies may be lost", busy,
						this.drainTimeout.toMillis());
			}
		}
		finally {
			this.running = false;
		}
	}

	private List<String> drain(Duration timeout) {
		long deadline = System.nanoTime() + timeout.toNanos();
		List<String> busy = new ArrayList<>();
		this.registry.parents().forEach((name, parent) -> drain(name, parent::drain, deadline, busy));
		this.registry.children().forEach((name, child) -> drain(name, child::drain, deadline, busy));
		return busy;
	}

	private static void drain(String name, Predicate<Duration> drain, long deadline, List<String> busy) {
		if (!drain.test(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
			busy.add(name);
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return DEFAULT_PHASE;
	}

}
