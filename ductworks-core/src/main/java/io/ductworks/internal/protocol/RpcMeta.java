package io.ductworks.internal.protocol;

/**
 * What the member {@code _meta} of a call's parameters says to the library. Immutable.
 *
 * @param context the trace that the call belongs to
 * @param timeoutMillis how long the caller still waits, or -1 if it does not say
 */
public record RpcMeta(TraceContext context, long timeoutMillis) {

	/** What a call without {@code _meta} has. */
	public static final RpcMeta NONE = new RpcMeta(TraceContext.NONE, -1);

}
