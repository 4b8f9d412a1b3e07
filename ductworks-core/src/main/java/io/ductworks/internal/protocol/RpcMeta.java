package io.ductworks.internal.protocol;

import org.jspecify.annotations.Nullable;

/**
 * What the member {@code _meta} of a call's parameters says to the library. Immutable.
 *
 * @param traceparent the trace that the call belongs to, unchecked, or {@code null}
 * @param tracestate what tracing systems add to it, unchecked, or {@code null}
 * @param baggage what the trace carries, unchecked, or {@code null}
 * @param timeoutMillis how long the caller still waits, or -1 if it does not say
 */
public record RpcMeta(@Nullable String traceparent, @Nullable String tracestate, @Nullable String baggage,
		long timeoutMillis) {

	/** What a call without {@code _meta} has. */
	public static final RpcMeta NONE = new RpcMeta(null, null, null, -1);

}
