package io.ductworks.spring.lifecycle;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import io.ductworks.message.DuctObserver;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.spring.DuctSetupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the start of the application makes of children that are not connected yet. It has
 * to observe them, to say why they are not. Thread-safe.
 */
public final class ChildStartup implements DuctObserver {

	private static final Logger logger = LoggerFactory.getLogger(ChildStartup.class);

	private final Function<String, Settings> settings;

	/** Why the last attempt failed, by the names of the children. */
	private final Map<String, Exception> failures = new ConcurrentHashMap<>();

	/**
	 * Creates the start-up of children.
	 * @param settings what holds for a child, by its name
	 */
	public ChildStartup(Function<String, Settings> settings) {
		this.settings = settings;
	}

	@Override
	public void connectFailed(MessageDuct duct, Exception failure) {
		this.failures.put(duct.name(), failure);
	}

	/**
	 * Has children connected in the background, and waits for those that are to be waited
	 * for, all at the same time.
	 * @throws DuctSetupException if the start is to fail without one of them
	 * @throws io.ductworks.DuctInterruptedException if the thread was interrupted while
	 * it waited
	 */
	void connect(Map<String, MessageDuctChild> children) {
		this.failures.clear();
		long started = System.nanoTime();
		children.forEach(ChildStartup::connect);
		children.forEach((name, child) -> await(name, child, started));
	}

	/**
	 * A child that the application has built itself may have no back-off.
	 */
	private static void connect(String name, MessageDuctChild child) {
		try {
			child.connectInBackground();
		}
		catch (IllegalStateException ex) {
			throw new DuctSetupException("The duct '" + name + "' cannot be kept connected: " + ex.getMessage() + ".",
					"Build it with reconnect(new Backoff(...)).", ex);
		}
	}

	private void await(String name, MessageDuctChild child, long started) {
		Settings settings = this.settings.apply(name);
		if (settings.policy() == Policy.CONTINUE) {
			return;
		}
		Duration left = settings.timeout().minusNanos(System.nanoTime() - started);
		if (child.awaitConnected(left.isNegative() ? Duration.ZERO : left)) {
			return;
		}
		String message = "Duct '" + name + "' is not connected to " + child.connectAddress() + " after "
				+ settings.timeout().toMillis() + " ms";
		Exception failure = this.failures.get(child.name());
		if (failure != null) {
			message += ", the last attempt failed: " + failure.getMessage();
		}
		if (settings.policy() == Policy.FAIL) {
			throw new DuctSetupException(message + ".",
					"Start the other side first, or set ductworks.child." + name + ".connect.startup to continue.",
					failure);
		}
		logger.warn("{}; the application starts without it", message);
	}

	/**
	 * What holds for one child.
	 *
	 * @param policy what happens without it
	 * @param timeout how long the start may wait for it
	 */
	public record Settings(Policy policy, Duration timeout) {
	}

	/** What the start of the application makes of a child that is not connected yet. */
	public enum Policy {

		/** It goes on; the child connects in the background. */
		CONTINUE,

		/** It waits for a while, then goes on with a warning. */
		WAIT,

		/** It waits for a while, then fails. */
		FAIL

	}

}
