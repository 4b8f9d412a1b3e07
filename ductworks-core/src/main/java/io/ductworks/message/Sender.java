package io.ductworks.message;

import io.ductworks.DuctInterruptedException;
import io.ductworks.DuctTimeoutException;
import io.ductworks.DuctworksException;
import io.ductworks.internal.connection.Connection;
import io.ductworks.internal.connection.Output;
import io.ductworks.internal.frame.FrameWriter.Offer;
import org.jspecify.annotations.Nullable;

/**
 * Sends over one connection: encodes, queues with the user's lock, and waits for room
 * without it. Thread-safe.
 */
final class Sender {

	/** What tells that a message was queued, in place of the time that is left. */
	static final long QUEUED = -1;

	private final Named connectionName;

	private final Connection connection;

	private final Output output;

	private final DuctScope scope;

	Sender(Named connectionName, Connection connection, DuctScope scope) {
		this.connectionName = connectionName;
		this.connection = connection;
		this.output = connection.output();
		this.scope = scope;
	}

	/**
	 * Sends one message.
	 * @param moreFollows whether the calling thread is about to send again
	 */
	void send(@Nullable Object payload, boolean moreFollows, long timeoutNanos) {
		requireQueued(trySend(payload, moreFollows, timeoutNanos));
	}

	/**
	 * Sends one message, unless the connection ends first.
	 * @param moreFollows whether the calling thread is about to send again
	 * @return {@link #QUEUED}, or if nothing was how much of the time-out is left
	 */
	long trySend(@Nullable Object payload, boolean moreFollows, long timeoutNanos) {
		long left = queue(payload, null, timeoutNanos);
		if (left == QUEUED) {
			this.output.flush(false, moreFollows);
		}
		return left;
	}

	/**
	 * Sends a message whose answer is waited for.
	 * @param queued called when it is certain that the message goes out
	 * @return false if the connection has ended, and nothing was sent
	 */
	boolean request(@Nullable Object payload, Runnable queued, long timeoutNanos) {
		boolean sent = queue(payload, queued, timeoutNanos) == QUEUED;
		if (sent) {
			this.output.flush(true, false);
		}
		return sent;
	}

	private void requireQueued(long left) {
		if (left != QUEUED) {
			throw failure();
		}
	}

	/**
	 * Sends one message that is encoded already.
	 */
	void sendEncoded(byte[] payload, int length, boolean moreFollows, long timeoutNanos) {
		this.scope.payloads().requireFits(length);
		requireQueued(queueWaiting(payload, length, null, timeoutNanos));
		this.output.flush(false, moreFollows);
	}

	/**
	 * Sends one message that is encoded already, if there is room: without waiting, not
	 * even for the user's lock.
	 * @return false if there is no room; true also if the connection has ended
	 */
	boolean offer(byte[] payload) {
		Offer offer = this.output.tryQueueWithin(payload, payload.length, Output.CAPACITY);
		if (offer == Offer.QUEUED) {
			this.output.flush(false, false);
		}
		return offer != Offer.FULL;
	}

	/**
	 * Sends several messages with one time-out. They are written as those of a sender in
	 * full flow are, so that one that takes its time to come holds up none before it.
	 */
	void sendAll(Iterable<?> payloads, long timeoutNanos) {
		long deadline = System.nanoTime() + timeoutNanos;
		try {
			for (Object payload : payloads) {
				requireQueued(queue(payload, null, deadline - System.nanoTime()));
				this.output.flush(false, false);
			}
		}
		finally {
			this.output.flushNow();
		}
	}

	/**
	 * Queues a message, waiting for room.
	 * @return {@link #QUEUED}, or if the connection has ended how much of the time-out is
	 * left
	 */
	private long queue(@Nullable Object payload, @Nullable Runnable queued, long timeoutNanos) {
		Payloads payloads = this.scope.payloads();
		if (payload instanceof byte[] bytes && payloads.areMessages(byte[].class)) {
			payloads.requireFits(bytes.length);
			return queueAsIs(bytes, queued, timeoutNanos);
		}
		if (payload instanceof EncodedPayload encoded) {
			return queueAsIs(encoded.bytes(), queued, timeoutNanos);
		}
		PayloadBuffer buffer;
		Offer offer;
		this.scope.lock().acquire(timeoutNanos);
		try {
			buffer = payloads.encode(payload);
			offer = this.output.tryQueue(buffer.array(), buffer.size(), queued);
		}
		finally {
			this.scope.lock().release();
		}
		try {
			return offered(offer, buffer.array(), buffer.size(), queued, timeoutNanos);
		}
		finally {
			payloads.recycle(buffer);
		}
	}

	private long queueAsIs(byte[] payload, @Nullable Runnable queued, long timeoutNanos) {
		Offer offer;
		this.scope.lock().acquire(timeoutNanos);
		try {
			offer = this.output.tryQueue(payload, payload.length, queued);
		}
		finally {
			this.scope.lock().release();
		}
		return offered(offer, payload, payload.length, queued, timeoutNanos);
	}

	private long offered(Offer offer, byte[] payload, int length, @Nullable Runnable queued, long timeoutNanos) {
		return switch (offer) {
			case QUEUED -> {
				this.output.awaitTaken(payload, length, timeoutNanos);
				yield QUEUED;
			}
			case CLOSED -> Math.max(0, timeoutNanos);
			case FULL -> queueWaiting(payload, length, queued, timeoutNanos);
		};
	}

	private long queueWaiting(byte[] payload, int length, @Nullable Runnable queued, long timeoutNanos) {
		// Read here, since the clock would be most of the cost of a message that finds
		// room.
		long deadline = System.nanoTime() + timeoutNanos;
		while (true) {
			Offer offer;
			this.scope.lock().acquire(deadline - System.nanoTime());
			try {
				offer = this.output.tryQueue(payload, length, queued);
			}
			finally {
				this.scope.lock().release();
			}
			if (offer == Offer.QUEUED) {
				this.output.awaitTaken(payload, length, deadline - System.nanoTime());
				return QUEUED;
			}
			if (offer == Offer.CLOSED) {
				return Math.max(0, deadline - System.nanoTime());
			}
			this.output.flushNow();
			if (!awaitRoom(length, deadline)) {
				throw new DuctTimeoutException(this.connectionName.subject() + ": no room to send " + length
						+ " bytes in time, " + this.output.pendingBytes() + " of " + Output.CAPACITY
						+ " bytes wait for the peer to read; nothing was queued", null);
			}
		}
	}

	private boolean awaitRoom(int length, long deadline) {
		try {
			return this.output.awaitRoom(length, deadline);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new DuctInterruptedException(
					this.connectionName.subject() + ": interrupted while waiting for room to send; nothing was queued",
					ex);
		}
	}

	private DuctworksException failure() {
		return this.connection.failure().exception(this.connectionName.subject());
	}

}
