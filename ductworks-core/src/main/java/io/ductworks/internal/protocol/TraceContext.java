package io.ductworks.internal.protocol;

import io.ductworks.internal.loop.LogText;
import org.jspecify.annotations.Nullable;

/**
 * The trace that a call belongs to, as the header fields of the same names say it in
 * HTTP. Immutable.
 *
 * @param traceparent the trace and its last step, unchecked, or {@code null}
 * @param tracestate what tracing systems add to it, unchecked, or {@code null}
 * @param baggage what the trace carries, unchecked, or {@code null}
 */
public record TraceContext(@Nullable String traceparent, @Nullable String tracestate, @Nullable String baggage) {

	/** What belongs to no trace. */
	public static final TraceContext NONE = new TraceContext(null, null, null);

	/** How long a value may be as JSON; a longer one is neither written nor read. */
	public static final int MAX_BYTES = 8 * 1024;

	static final String TRACEPARENT = "traceparent";

	static final String TRACESTATE = "tracestate";

	static final String BAGGAGE = "baggage";

	/**
	 * Looks up a value.
	 * @param key its name
	 * @return the value, or {@code null} if there is none of that name
	 */
	public @Nullable String get(String key) {
		return switch (key) {
			case TRACEPARENT -> this.traceparent;
			case TRACESTATE -> this.tracestate;
			case BAGGAGE -> this.baggage;
			default -> null;
		};
	}

	/**
	 * The same with one value more.
	 * @param key its name
	 * @param value the value, in place of another one of that name
	 * @return the context
	 * @throws IllegalArgumentException if the name is not one of the three
	 */
	public TraceContext with(String key, String value) {
		return switch (key) {
			case TRACEPARENT -> new TraceContext(value, this.tracestate, this.baggage);
			case TRACESTATE -> new TraceContext(this.traceparent, value, this.baggage);
			case BAGGAGE -> new TraceContext(this.traceparent, this.tracestate, value);
			default -> throw new IllegalArgumentException("A call carries traceparent, tracestate and baggage, not '"
					+ LogText.shown(key) + "'; leave it out, or have the trace propagated as W3C has it");
		};
	}

}
