package io.ductworks.message;

import java.util.concurrent.TimeUnit;

/**
 * At most so many children in a second, on average: as many as a second allows may come
 * at once. Used by one thread.
 */
final class AcceptLimit {

	private static final long BURST_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final long intervalNanos;

	/** By when all that were taken have used up their share. */
	private long paid;

	AcceptLimit(int perSecond, long now) {
		this.intervalNanos = BURST_NANOS / perSecond;
		this.paid = now;
	}

	/**
	 * In how many nanoseconds the next may be taken, 0 for now.
	 */
	long nanosToNext(long now) {
		return Math.max(0, this.paid + this.intervalNanos - BURST_NANOS - now);
	}

	/**
	 * Notes that one was taken.
	 */
	void take(long now) {
		this.paid = ((this.paid - now < 0) ? now : this.paid) + this.intervalNanos;
	}

}
