package io.ductworks.message;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;

import io.ductworks.internal.transport.NobodyListensException;
import org.jspecify.annotations.Nullable;

/**
 * The failures of several attempts to connect, of which one is told: the last that says
 * more than that nobody was there, else the last that had time. For one thread.
 */
final class ConnectFailures {

	/** An attempt that takes longer has not failed for want of time alone. */
	private static final long ENOUGH_NANOS = TimeUnit.SECONDS.toNanos(1);

	private @Nullable IOException telling;

	private int weight;

	private int attempts;

	/**
	 * Adds a failure.
	 * @param nanos how long its attempt was allowed to take
	 */
	void add(IOException failure, long nanos) {
		this.attempts++;
		int weight = weight(failure, nanos);
		if (this.telling == null || weight >= this.weight) {
			this.telling = failure;
			this.weight = weight;
		}
	}

	private static int weight(IOException failure, long nanos) {
		if (failure instanceof SocketTimeoutException) {
			return (nanos < ENOUGH_NANOS) ? 0 : 1;
		}
		return (failure instanceof NobodyListensException) ? 1 : 2;
	}

	@Nullable IOException telling() {
		return this.telling;
	}

	/**
	 * What to tell, with the number of attempts.
	 */
	String text(long nanos) {
		String text = "tried " + this.attempts + " times in " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms: "
				+ ((this.telling != null) ? this.telling.getMessage() : "no attempt was made");
		return (this.weight < 2) ? text + "; does the parent listen there?" : text;
	}

}
