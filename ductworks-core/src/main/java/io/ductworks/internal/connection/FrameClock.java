package io.ductworks.internal.connection;

import java.util.concurrent.TimeUnit;

/**
 * Since when a frame is under way that is not whole. Written by the reader alone, read by
 * any thread.
 */
final class FrameClock {

	/** A peer that sends at least 16 KiB in a second is slow, and not stuck. */
	private static final long NANOS_PER_BYTE = TimeUnit.SECONDS.toNanos(1) / (16 * 1024);

	/** 0 if no frame is under way. */
	private volatile long since;

	private volatile int bytes;

	/**
	 * Notes that a frame is whole.
	 */
	void whole() {
		if (this.since != 0) {
			this.since = 0;
		}
	}

	/**
	 * Notes how much has come of a frame that is not whole.
	 * @return whether it has just begun
	 */
	boolean unfinished(int bytes) {
		this.bytes = bytes;
		if (this.since != 0) {
			return false;
		}
		this.since = System.nanoTime() | 1;
		return true;
	}

	/**
	 * In how many nanoseconds the frame has to be whole.
	 * @return the time, {@link Long#MAX_VALUE} if no frame is under way
	 */
	long nanosLeft(long now, long timeoutNanos) {
		long since = this.since;
		return (since != 0) ? since + timeoutNanos + this.bytes * NANOS_PER_BYTE - now : Long.MAX_VALUE;
	}

	/**
	 * When the frame began, which tells it from the next.
	 * @return in the time of {@link System#nanoTime()}, 0 if no frame is under way
	 */
	long since() {
		return this.since;
	}

	/**
	 * How many bytes have come of it.
	 */
	int bytes() {
		return this.bytes;
	}

}
