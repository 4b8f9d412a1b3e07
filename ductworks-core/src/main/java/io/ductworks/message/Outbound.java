package io.ductworks.message;

import java.io.IOException;

import io.ductworks.DuctInterruptedException;
import io.ductworks.frame.FrameWriter;
import io.ductworks.frame.FrameWriter.Offer;
import io.ductworks.transport.ByteConnection;
import org.jspecify.annotations.Nullable;

/**
 * The writing half of a connection.
 */
final class Outbound {

	/** How many bytes may wait to be written. */
	static final int CAPACITY = 256 * 1024;

	private final Connection connection;

	private final ByteConnection channel;

	private final FrameWriter writer = new FrameWriter(CAPACITY);

	private volatile boolean blocked;

	private volatile @Nullable IOException failure;

	Outbound(Connection connection, ByteConnection channel) {
		this.connection = connection;
		this.channel = channel;
	}

	Offer offer(byte[] payload, int length, @Nullable Runnable queued) {
		return offer(payload, length, CAPACITY, queued);
	}

	/**
	 * Appends within another bound than the usual one.
	 */
	Offer offer(byte[] payload, int length, int capacity, @Nullable Runnable queued) {
		Offer offer = this.writer.offer(payload, 0, length, capacity, queued);
		if (offer == Offer.QUEUED) {
			this.connection.endpoint().statistics().sent(length);
		}
		return offer;
	}

	boolean awaitRoom(int length, long deadline) {
		try {
			return this.writer.awaitRoom(length, deadline);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new DuctInterruptedException(
					this.connection.subject() + ": interrupted while waiting for room to send; nothing was queued", ex);
		}
	}

	/**
	 * Writes what waits. What the socket has no room for is left to the loop.
	 */
	void flush() {
		try {
			if (!this.writer.flush(this.channel)) {
				blocked();
			}
		}
		catch (IOException ex) {
			failed(ex);
		}
	}

	/**
	 * Goes on writing, on the loop's thread, when the socket has room again.
	 */
	void writable() {
		// Not after writing: by then another thread may be blocked already.
		this.blocked = false;
		try {
			if (!this.writer.resume(this.channel)) {
				blocked();
			}
		}
		catch (IOException ex) {
			failed(ex);
		}
	}

	private void blocked() {
		this.blocked = true;
		this.connection.wantWritable();
	}

	/**
	 * Nothing can be written any more, but what the peer sent before can still be read,
	 * so that reading finds the end.
	 */
	private void failed(IOException ex) {
		this.failure = ex;
		this.blocked = false;
		this.writer.close();
		this.connection.findEnd();
	}

	@Nullable IOException failure() {
		return this.failure;
	}

	/**
	 * In how many nanoseconds the send time-out passes, if nothing is written until then.
	 */
	long nanosToTimeout(long now, long timeoutNanos) {
		return this.blocked ? this.writer.blockedSince() + timeoutNanos - now : Long.MAX_VALUE;
	}

	boolean isStalled(long nanos) {
		return nanosToTimeout(System.nanoTime(), nanos) <= 0;
	}

	int pendingBytes() {
		return this.writer.pendingBytes();
	}

	boolean awaitEmpty(long deadline) {
		try {
			return this.writer.awaitEmpty(deadline);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	void close() {
		this.writer.close();
	}

	int unsentFrames() {
		return this.writer.unsentFrames();
	}

}
