package io.ductworks.spring;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Starts to hand out messages when everything else runs, and stops first: while it
 * drains, handlers that run are waited for, a message that expects an answer gets an
 * error of status 503 at once, others stay unread.
 */
public final class DuctDispatchLifecycle implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(DuctDispatchLifecycle.class);

	private final DuctRegistry registry;

	private final Duration drainTimeout;

	private volatile boolean running;

	/**
	 * Creates the life cycle of all handlers.
	 * @param registry the ducts
	 * @param drainTimeout how long to wait for handlers that run
	 */
	public DuctDispatchLifecycle(DuctRegistry registry, Duration drainTimeout) {
		this.registry = registry;
		this.drainTimeout = drainTimeout;
	}

	@Override
	public void start() {
		this.running = true;
		this.registry.parents().forEach(MessageDuctParent::resume);
		this.registry.children().forEach(MessageDuctChild::resume);
	}

	@Override
	public void stop() {
		// What must end soon must not wait for a peer to come back.
		this.registry.parents().forEach(MessageDuctParent::stopWaiting);
		this.registry.children().forEach(MessageDuctChild::stopWaiting);
		// All stop before the first is waited for.
		drain(Duration.ZERO);
		List<String> busy = drain(this.drainTimeout);
		if (!busy.isEmpty()) {
			logger.warn("Handlers of the ducts {} still run after {} ms; their replies may be lost", busy,
					this.drainTimeout.toMillis());
		}
		this.running = false;
	}

	private List<String> drain(Duration timeout) {
		long deadline = System.nanoTime() + timeout.toNanos();
		List<String> busy = new ArrayList<>();
		this.registry.parents().forEach((parent) -> drain(parent, parent::drain, deadline, busy));
		this.registry.children().forEach((child) -> drain(child, child::drain, deadline, busy));
		return busy;
	}

	private static void drain(MessageDuct duct, Predicate<Duration> drain, long deadline, List<String> busy) {
		if (!drain.test(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
			busy.add(duct.name());
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
