package io.ductworks.message;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.ductworks.internal.connection.Spin;

/**
 * What a thread does while it waits for the peer's bytes. Waking a sleeping core takes
 * longer than a whole round trip over a socket, so a thread that spins for a moment
 * before it blocks hears of an answer much sooner, at the price of a busy core. A
 * strategy applies to any reader of a connection: a caller that receives, polls or
 * requests, and the thread that hands messages to a handler, as long as it stays with the
 * connection. Ducts at rest never spin. Immutable.
 */
public final class IdleStrategy {

	private static final Duration MAX_BOUND = Duration.ofMillis(10);

	private static final Duration DEFAULT_BOUND = Duration.ofNanos(50_000);

	private static final Pattern TEXT = Pattern.compile("block|(spin|adaptive)(?::(\\d{1,9})(ns|us|ms))?");

	private static final Map<String, ChronoUnit> UNITS = Map.of("ns", ChronoUnit.NANOS, "us", ChronoUnit.MICROS, "ms",
			ChronoUnit.MILLIS);

	private static final IdleStrategy BLOCK = new IdleStrategy(Duration.ZERO, false);

	private final Duration bound;

	private final boolean adaptive;

	/** Without anything to count, many connections share it. */
	private final Spin steady;

	private IdleStrategy(Duration bound, boolean adaptive) {
		this.bound = bound;
		this.adaptive = adaptive;
		this.steady = new Spin(bound.toNanos(), false);
	}

	/**
	 * Blocks at once. The default: it costs nothing while nothing comes.
	 * @return the strategy
	 */
	public static IdleStrategy block() {
		return BLOCK;
	}

	/**
	 * Spins up to a bound before each time it blocks. Right where both processes have a
	 * core to spare and latency counts most.
	 * @param bound how long to spin, at most 10 ms; 50 µs suit most machines
	 * @return the strategy
	 * @throws IllegalArgumentException if the bound is not positive or too long
	 */
	public static IdleStrategy spin(Duration bound) {
		return new IdleStrategy(valid(bound), false);
	}

	/**
	 * Spins up to a bound as long as that has lately been enough, and blocks at once
	 * otherwise: a lively conversation is as quick as with {@link #spin}, a quiet one
	 * takes no time of the processor.
	 * @param bound how long to spin, at most 10 ms
	 * @return the strategy
	 * @throws IllegalArgumentException if the bound is not positive or too long
	 */
	public static IdleStrategy adaptive(Duration bound) {
		return new IdleStrategy(valid(bound), true);
	}

	/**
	 * Gives the strategy of a text, such as {@code block}, {@code spin},
	 * {@code spin:100us} or {@code adaptive:2ms}. The unit is {@code ns}, {@code us} or
	 * {@code ms}; without a bound it is 50 µs.
	 * @param text the text, as {@link #toString()} gives it
	 * @return the strategy
	 * @throws IllegalArgumentException if the text is none
	 */
	public static IdleStrategy of(String text) {
		Matcher matcher = TEXT.matcher(text);
		if (!matcher.matches()) {
			throw new IllegalArgumentException("'" + text
					+ "' is no idle strategy, it is block, spin or adaptive, the last two perhaps with a bound as in spin:50us");
		}
		if (matcher.group(1) == null) {
			return BLOCK;
		}
		Duration bound = (matcher.group(2) != null)
				? Duration.of(Long.parseLong(matcher.group(2)), UNITS.get(matcher.group(3))) : DEFAULT_BOUND;
		return matcher.group(1).equals("spin") ? spin(bound) : adaptive(bound);
	}

	private static Duration valid(Duration bound) {
		if (bound.isNegative() || bound.isZero() || bound.compareTo(MAX_BOUND) > 0) {
			throw new IllegalArgumentException(
					"spinning for " + bound + " is not possible, it must be more than 0 and at most 10 ms");
		}
		return bound;
	}

	/**
	 * Starts to keep count for one connection, if there is anything to count.
	 */
	Spin newSpin() {
		return this.adaptive ? new Spin(this.bound.toNanos(), true) : this.steady;
	}

	@Override
	public String toString() {
		if (this.bound.isZero()) {
			return "block";
		}
		long nanos = this.bound.toNanos();
		return (this.adaptive ? "adaptive:" : "spin:") + ((nanos % 1000 == 0) ? nanos / 1000 + "us" : nanos + "ns");
	}

}
