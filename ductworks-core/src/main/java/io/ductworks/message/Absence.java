package io.ductworks.message;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * For how long an open duct has been without a connection. One that ended within a second
 * does not begin the time anew: a child that is refused may be connected for a moment,
 * over and over. Changed with the lock of {@link Availability}, read without.
 */
final class Absence {

	private static final long HELD_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final Duration grace;

	private volatile boolean absent = true;

	private volatile long since;

	private long presentSince;

	/**
	 * Creates the absence of a duct that is not open.
	 * @param grace how long a connection is waited for
	 */
	Absence(Duration grace) {
		this.grace = grace;
	}

	void opened() {
		this.since = System.nanoTime();
		this.absent = true;
	}

	/**
	 * There is a connection, be it not the first.
	 */
	void ended() {
		if (this.absent) {
			this.absent = false;
			this.presentSince = System.nanoTime();
		}
	}

	/**
	 * There is no connection any more.
	 */
	void began() {
		long now = System.nanoTime();
		if (now - this.presentSince >= HELD_NANOS) {
			this.since = now;
		}
		this.absent = true;
	}

	/**
	 * Whether it has lasted for longer than a connection is waited for.
	 */
	boolean isTooLong() {
		return this.absent && graceLeft() <= 0;
	}

	/**
	 * How many nanoseconds a connection is still waited for, if there is none.
	 */
	long graceLeft() {
		return this.grace.toNanos() - (System.nanoTime() - this.since);
	}

	/**
	 * The earlier of a deadline and the end of the grace.
	 */
	long bounded(long deadline) {
		long end = this.since + this.grace.toNanos();
		return (this.absent && end - deadline < 0) ? end : deadline;
	}

	@Override
	public String toString() {
		return "without a connection for " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - this.since)
				+ " ms, and it is waited for " + this.grace.toMillis() + " ms (disconnected-grace)";
	}

}
