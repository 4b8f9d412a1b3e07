package io.ductworks.test;

import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;

import io.ductworks.CloseReason;
import io.ductworks.message.MessageDuct;
import org.assertj.core.api.AbstractAssert;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about a duct. What happens to a duct happens on threads of its own, so each
 * assertion waits until it holds, for at most ten seconds unless {@link #within} says
 * otherwise. Not thread-safe.
 */
public final class DuctAssert extends AbstractAssert<DuctAssert, MessageDuct> {

	private static final Duration POLL_INTERVAL = Duration.ofMillis(5);

	private Duration patience = Duration.ofSeconds(10);

	DuctAssert(@Nullable MessageDuct actual) {
		super(actual, DuctAssert.class);
	}

	/**
	 * Sets how long the assertions that follow wait.
	 * @param patience the longest time until they hold; zero to look once
	 * @return these assertions
	 */
	public DuctAssert within(Duration patience) {
		this.patience = patience;
		return this;
	}

	/**
	 * Asserts that there is a connection.
	 * @return these assertions
	 */
	public DuctAssert isConnected() {
		return eventually("to be connected", () -> duct().isConnected() ? 1 : 0, 1);
	}

	/**
	 * Asserts that there is no connection.
	 * @return these assertions
	 */
	public DuctAssert isNotConnected() {
		return eventually("not to be connected", () -> duct().isConnected() ? 1 : 0, 0);
	}

	/**
	 * Asserts how many connections there are.
	 * @param expected the number of connections
	 * @return these assertions
	 */
	public DuctAssert hasConnections(int expected) {
		return eventually("to have " + expected + " connections", () -> duct().connections().size(), expected);
	}

	/**
	 * Asserts how many messages were sent since the duct was made, requests and answers
	 * included.
	 * @param expected the number of messages
	 * @return these assertions
	 */
	public DuctAssert hasSent(long expected) {
		return eventually("to have sent " + expected + " messages", () -> duct().statistics().messagesSent(), expected);
	}

	/**
	 * Asserts how many messages have come since the duct was made, requests and answers
	 * included.
	 * @param expected the number of messages
	 * @return these assertions
	 */
	public DuctAssert hasReceived(long expected) {
		return eventually("to have received " + expected + " messages", () -> duct().statistics().messagesReceived(),
				expected);
	}

	/**
	 * Asserts how many connections have ended for a reason.
	 * @param reason why they ended
	 * @param expected the number of connections
	 * @return these assertions
	 */
	public DuctAssert hasClosed(CloseReason reason, long expected) {
		return eventually("to have " + expected + " connections that ended for " + reason.tag(),
				() -> duct().statistics().connectionsClosed(reason), expected);
	}

	/**
	 * Receives a message, and asserts what it is.
	 * @param expected what the message is, read as an object of the same class
	 * @return these assertions
	 */
	public DuctAssert receives(Object expected) {
		Object message = duct().recv(expected.getClass(), this.patience);
		if (!Objects.equals(message, expected)) {
			throw failureWithActualExpected(message, expected, "Expected duct '%s' to receive <%s>, it was <%s>",
					duct().name(), expected, message);
		}
		return this;
	}

	private MessageDuct duct() {
		isNotNull();
		return this.actual;
	}

	private DuctAssert eventually(String what, LongSupplier figure, long expected) {
		duct();
		try {
			Awaitility.await()
				.atMost(this.patience)
				.pollInterval(POLL_INTERVAL)
				.pollDelay(Duration.ZERO)
				.until(() -> figure.getAsLong() == expected);
		}
		catch (ConditionTimeoutException ex) {
			long last = figure.getAsLong();
			throw failureWithActualExpected(last, expected, "Expected duct '%s' %s within %s ms, it was %s",
					duct().name(), what, this.patience.toMillis(), last);
		}
		return this;
	}

}
