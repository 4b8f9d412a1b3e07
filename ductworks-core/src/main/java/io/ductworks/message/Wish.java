package io.ductworks.message;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * That callers want a connection while there is none. It cuts short the pause before the
 * next attempt to connect. Thread-safe.
 */
final class Wish {

	/** So that many callers make no more than ten attempts a second. */
	private static final long SPACING_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	/** Far enough, and near enough for times to be compared. */
	private static final long FARTHEST_NANOS = Long.MAX_VALUE / 4;

	/** Guarded by this. */
	private boolean made;

	/**
	 * Wants a connection.
	 */
	synchronized void make() {
		if (!this.made) {
			this.made = true;
			notifyAll();
		}
	}

	/**
	 * Has those that pause look whether their pause is over.
	 */
	synchronized void wake() {
		notifyAll();
	}

	/**
	 * Pauses before an attempt, unless or until a connection is wanted.
	 * @param nanos how long
	 * @param lastAttempt when the last attempt began, in the time of
	 * {@link System#nanoTime()}
	 * @param over whether there will be no other attempt
	 */
	synchronized void pause(long nanos, long lastAttempt, BooleanSupplier over) throws InterruptedException {
		long end = System.nanoTime() + Math.min(nanos, FARTHEST_NANOS);
		while (!over.getAsBoolean()) {
			long wanted = lastAttempt + SPACING_NANOS;
			long left = ((this.made && wanted - end < 0) ? wanted : end) - System.nanoTime();
			if (left <= 0) {
				break;
			}
			TimeUnit.NANOSECONDS.timedWait(this, left);
		}
		this.made = false;
	}

}
