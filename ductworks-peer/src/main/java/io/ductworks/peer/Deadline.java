package io.ductworks.peer;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * When a wait ends.
 */
final class Deadline {

	private final Duration atMost;

	private final long nanos;

	private Deadline(Duration atMost) {
		this.atMost = atMost;
		this.nanos = System.nanoTime() + atMost.toNanos();
	}

	static Deadline in(Duration atMost) {
		return new Deadline(atMost);
	}

	/**
	 * What is left, 0 if it is over.
	 */
	Duration left() {
		return Duration.ofNanos(Math.max(0, this.nanos - System.nanoTime()));
	}

	/**
	 * What is left in milliseconds, rounded up, 0 if it is over.
	 */
	long millisLeft() {
		return left().plusNanos(999_999).toMillis();
	}

	/**
	 * Waits on a monitor, whose lock the caller has.
	 * @return whether the condition holds
	 */
	boolean await(Object monitor, BooleanSupplier condition) throws InterruptedException {
		while (!condition.getAsBoolean()) {
			long millis = millisLeft();
			if (millis == 0) {
				return false;
			}
			monitor.wait(millis);
		}
		return true;
	}

	/**
	 * How long the wait was to be, such as {@code within 10000 ms}.
	 */
	@Override
	public String toString() {
		return "within " + this.atMost.toMillis() + " ms";
	}

}
