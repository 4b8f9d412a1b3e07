package io.ductworks.message;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * The pauses between a child's attempts to connect. Each is a random part of a longest
 * one that grows with the attempts, so that many children that lost the same parent do
 * not come back in step. Immutable.
 *
 * @param delay the longest pause before the second attempt
 * @param multiplier by how much each longest pause exceeds the one before, at least 1
 * @param maxDelay what the longest pause grows to
 */
public record Backoff(Duration delay, double multiplier, Duration maxDelay) {

	/**
	 * Creates a back-off.
	 * @param delay the longest pause before the second attempt
	 * @param multiplier the factor from one longest pause to the next
	 * @param maxDelay what the longest pause grows to
	 * @throws IllegalArgumentException if a time is not positive, {@code maxDelay} is
	 * less than {@code delay}, or the multiplier is less than 1
	 */
	public Backoff {
		if (delay.isNegative() || delay.isZero()) {
			throw new IllegalArgumentException("delay is " + delay + ", it must be positive");
		}
		if (maxDelay.compareTo(delay) < 0) {
			throw new IllegalArgumentException(
					"maxDelay is " + maxDelay + ", it must be at least the delay of " + delay);
		}
		if (!(multiplier >= 1)) {
			throw new IllegalArgumentException("multiplier is " + multiplier + ", it must be at least 1");
		}
	}

	/**
	 * Pauses of up to 100 ms at first, twice as long after each attempt, up to 10 s.
	 * @return the back-off
	 */
	public static Backoff standard() {
		return new Backoff(Duration.ofMillis(100), 2, Duration.ofSeconds(10));
	}

	/**
	 * How long the pause behind an attempt may be.
	 * @param attempt the number of the attempt that failed, from 1 on
	 */
	long longestNanos(int attempt) {
		double nanos = TimeUnit.NANOSECONDS.convert(this.delay) * Math.pow(this.multiplier, attempt - 1);
		return (long) Math.min(nanos, TimeUnit.NANOSECONDS.convert(this.maxDelay));
	}

	/**
	 * How long to pause behind an attempt: any time up to the longest.
	 */
	long nanos(int attempt, RandomGenerator random) {
		return random.nextLong(Math.min(longestNanos(attempt), Long.MAX_VALUE - 1) + 1);
	}

}
