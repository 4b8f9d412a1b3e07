package io.ductworks.message;

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.ductworks.CloseReason;
import io.ductworks.internal.connection.End;
import io.ductworks.internal.connection.Output;
import io.ductworks.internal.frame.FrameReader;
import io.ductworks.internal.frame.FrameWriter.Offer;
import org.jspecify.annotations.Nullable;

/**
 * Sends one message to each of several connections. A child that is slow holds the sender
 * up for a moment only, then gets a larger bound; past that it is cut off. Thread-safe.
 */
final class Broadcast {

	/** How long one child may hold up what goes to all children. */
	private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	/** How many bytes may wait for one child, where frames are no larger than usual. */
	private static final long MIN_BEHIND = 8 * 1024 * 1024;

	private final DuctScope scope;

	private final int maxBehind;

	Broadcast(DuctScope scope) {
		this.scope = scope;
		long twoLargest = 2L * (FrameReader.HEADER_BYTES + scope.options().maxFrameSize());
		this.maxBehind = (int) Math.min(Integer.MAX_VALUE, Math.max(MIN_BEHIND, twoLargest));
	}

	/**
	 * Sends a message to each.
	 * @return false if all have ended, and nothing was sent
	 */
	boolean send(List<Link> targets, @Nullable Object payload, long timeoutNanos) {
		PayloadBuffer buffer;
		this.scope.lock().acquire(timeoutNanos);
		try {
			buffer = this.scope.payloads().encode(payload);
		}
		finally {
			this.scope.lock().release();
		}
		try {
			boolean queued = false;
			for (Link target : targets) {
				queued |= sendTo(target, buffer.array(), buffer.size());
			}
			return queued;
		}
		finally {
			this.scope.payloads().recycle(buffer);
		}
	}

	private boolean sendTo(Link target, byte[] payload, int length) {
		Output output = target.connection().output();
		Offer offer = output.tryQueueWithin(payload, length, Output.CAPACITY);
		if (offer == Offer.FULL && !output.isStalled(PATIENCE_NANOS)) {
			awaitRoomForMoment(output, length);
		}
		if (offer == Offer.FULL) {
			offer = output.tryQueueWithin(payload, length, this.maxBehind);
		}
		while (offer == Offer.FULL && !isBehind(output, length)) {
			// What another sender has just lent is in the way until it is being written.
			output.flushNow();
			awaitRoomForMoment(output, length);
			offer = output.tryQueueWithin(payload, length, this.maxBehind);
		}
		if (offer == Offer.FULL) {
			target.connection()
				.end(new End(CloseReason.SEND_TIMEOUT, "the peer has fallen " + output.pendingBytes()
						+ " bytes behind what goes to all children, the limit is " + this.maxBehind, null));
		}
		output.flush(false, false);
		return offer == Offer.QUEUED;
	}

	private boolean isBehind(Output output, int length) {
		return (long) output.pendingBytes() + FrameReader.HEADER_BYTES + length > this.maxBehind;
	}

	private static void awaitRoomForMoment(Output output, int length) {
		try {
			output.awaitRoom(length, System.nanoTime() + PATIENCE_NANOS);
		}
		catch (InterruptedException ex) {
			// The message goes to all children or to none, and some may have it already.
			Thread.currentThread().interrupt();
		}
	}

}
