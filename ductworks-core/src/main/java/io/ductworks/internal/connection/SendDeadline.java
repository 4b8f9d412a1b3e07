package io.ductworks.internal.connection;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.ductworks.CloseReason;

/**
 * Ends a connection whose peer has taken no byte for the send time-out, while some wait.
 */
final class SendDeadline implements Deadline {

	private final Output output;

	private final long timeoutNanos;

	private final Consumer<End> ends;

	SendDeadline(Output output, long timeoutNanos, Consumer<End> ends) {
		this.output = output;
		this.timeoutNanos = timeoutNanos;
		this.ends = ends;
	}

	@Override
	public long nanosLeft(long now) {
		return this.output.nanosToStall(now, this.timeoutNanos);
	}

	@Override
	public long expired(long now) {
		this.ends.accept(new End(CloseReason.SEND_TIMEOUT, "the peer took none of " + this.output.pendingBytes()
				+ " waiting bytes for " + TimeUnit.NANOSECONDS.toMillis(this.timeoutNanos) + " ms", null));
		return Long.MAX_VALUE;
	}

}
