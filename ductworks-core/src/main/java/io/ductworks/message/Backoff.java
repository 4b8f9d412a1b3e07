package io.ductworks.message;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;

/**
 * The pauses between a child's attempts to connect. Each is a random part of a longest
 * one that grows with the attempts, so that many children that lost the same parent do
 * not come back in step. Immutable.
 *
 * @param delay the longest pause before the second attempt
 * @param multiplier by how much each longest pause exceeds the one before, at least 1
 * @param maxDelay what the longest pause grows to, or {@code null} for 10 s over TCP and
 * 1 s over Unix domain sockets and in-process, or the delay if that is more
 */
public record Backoff(Duration delay, double multiplier, @Nullable Duration maxDelay) {

	private static final Duration MAX_DELAY = Duration.ofSeconds(10);

	private static final Duration MAX_DELAY_NEARBY = Duration.ofSeconds(1);

	/**
	 * Creates a back-off.
	 * @param delay the longest pause before the second attempt
	 * @param multiplier the factor from one longest pause to the next
	 * @param maxDelay what the longest pause grows to, or {@code null} for what suits the
	 * transport
	 * @throws IllegalArgumentException if a time is not positive, {@code maxDelay} is
	 * less than {@code delay}, or the multiplier is less than 1
	 */
	public Backoff {
		if (delay.isNegative() || delay.isZero()) {
			throw new IllegalArgumentException("delay is " + delay + ", it must be positive");
		}
		if (maxDelay != null && maxDelay.compareTo(delay) < 0) {
			throw new IllegalArgumentException(
					"maxDelay is " + maxDelay + ", it must be at least the delay of " + delay);
		}
		if (!(multiplier >= 1)) {
			throw new IllegalArgumentException("multiplier is " + multiplier + ", it must be at least 1");
		}
	}

	/**
	 * Pauses of up to 100 ms at first, twice as long after each attempt, up to 10 s over
	 * TCP and 1 s over Unix domain sockets and in-process.
	 * @return the back-off
	 */
	public static Backoff standard() {
		return new Backoff(Duration.ofMillis(100), 2, null);
	}

	/**
	 * The same with the longest pause that suits an address, unless one is set.
	 */
	Backoff over(DuctAddress address) {
		if (this.maxDelay != null) {
			return this;
		}
		Duration suitable = (address instanceof DuctAddress.Tcp) ? MAX_DELAY : MAX_DELAY_NEARBY;
		return new Backoff(this.delay, this.multiplier, (suitable.compareTo(this.delay) < 0) ? this.delay : suitable);
	}

	/**
	 * How long the pause behind an attempt may be.
	 * @param attempt the number of the attempt that failed, from 1 on
	 */
	long longestNanos(int attempt) {
		Duration longest = (this.maxDelay != null) ? this.maxDelay : MAX_DELAY;
		double nanos = TimeUnit.NANOSECONDS.convert(this.delay) * Math.pow(this.multiplier, attempt - 1);
		return (long) Math.min(nanos, TimeUnit.NANOSECONDS.convert(longest));
	}

	/**
	 * How long to pause behind an attempt: any time up to the longest.
	 */
	long nanos(int attempt, RandomGenerator random) {
		return random.nextLong(Math.min(longestNanos(attempt), Long.MAX_VALUE - 1) + 1);
	}

}
