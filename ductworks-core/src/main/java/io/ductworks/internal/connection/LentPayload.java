package io.ductworks.internal.connection;

import java.io.IOException;
import java.util.function.BooleanSupplier;

import io.ductworks.internal.frame.FrameWriter;
import io.ductworks.internal.loop.ChannelWait;

/**
 * Large payloads, which their sender lends instead of having them copied: it waits for a
 * moment until the peer has taken them, and writes them itself if it can.
 */
final class LentPayload {

	private final FrameWriter writer;

	private final DeferredFlush deferred;

	private final ChannelWait writable;

	private final BooleanSupplier write;

	private final Runnable blocked;

	/**
	 * Creates one for a connection.
	 * @param writer has the frames
	 * @param deferred has the writer role if a write was deferred
	 * @param writable waits for room on the socket
	 * @param write writes on the thread of the writer; false if the socket has no room,
	 * and the calling thread stays the writer
	 * @param blocked hands the writer role to the loop until the socket has room
	 */
	LentPayload(FrameWriter writer, DeferredFlush deferred, ChannelWait writable, BooleanSupplier write,
			Runnable blocked) {
		this.writer = writer;
		this.deferred = deferred;
		this.writable = writable;
		this.write = write;
		this.blocked = blocked;
	}

	/**
	 * Waits until a payload that was lent is taken. At the deadline the rest of it is
	 * copied, so that on return it is its sender's again in any case.
	 */
	void awaitTaken(byte[] payload, long deadline) {
		try {
			if (this.writer.becomeWriter() || this.deferred.reclaim()) {
				writeUntil(payload, deadline);
			}
		}
		finally {
			this.writer.reclaim(payload, deadline);
		}
	}

	/**
	 * Writes and waits for room on the sender's thread: the loop would have to hand the
	 * writer role back and forth.
	 */
	private void writeUntil(byte[] payload, long deadline) {
		boolean written = this.write.getAsBoolean();
		while (!written && this.writer.isLent(payload) && awaitWritable(deadline)) {
			written = this.write.getAsBoolean();
		}
		if (!written) {
			this.blocked.run();
		}
	}

	/**
	 * Gives the selector back until the next wait.
	 */
	void release() {
		this.writable.release();
	}

	/**
	 * Ends all waits, now and later.
	 */
	void close() {
		this.writable.close();
	}

	private boolean awaitWritable(long deadline) {
		long nanos = deadline - System.nanoTime();
		try {
			return nanos > 0 && this.writable.await(nanos);
		}
		catch (IOException ex) {
			// No descriptors: the loop has its selector.
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
