package io.ductworks.internal.frame;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;

import io.ductworks.internal.transport.ByteConnection;
import org.jspecify.annotations.Nullable;

/**
 * Writes the frames of one connection. Senders append whole frames to a bounded queue;
 * one thread at a time is the writer, and everything that others append meanwhile goes
 * out with its next write. Large payloads are not copied but lent by their sender, which
 * waits until they are written. Thread-safe.
 */
public final class FrameWriter {

	/** From this length on, a payload should be lent rather than offered. */
	public static final int LARGE_BYTES = 64 * 1024;

	/**
	 * After this many writes a sender passes the rest on, to get on with its own work.
	 */
	private static final int MAX_WRITES_IN_A_ROW = 32;

	/**
	 * To gather more makes a write hardly cheaper. A writer that has just written less
	 * lets the senders go on before it writes again.
	 */
	private static final int GATHERED_BYTES = 32 * 1024;

	private final FrameQueue queue;

	/**
	 * Held while bytes move to the connection, so that a count after the end is exact.
	 */
	private final ReentrantLock io = new ReentrantLock();

	/** Belongs to the holder of {@link #io}. */
	private final WriteSize size = new WriteSize();

	/**
	 * Whether the last {@link #write} left bytes behind, so that {@link #blockedSince}
	 * stands until one moves; belongs to the holder of {@link #io}.
	 */
	private boolean blocked;

	private volatile long blockedSince;

	/**
	 * Creates a writer with an empty queue.
	 * @param capacity how many bytes may wait; a single frame may be larger if it is
	 * alone
	 */
	public FrameWriter(int capacity) {
		this.queue = new FrameQueue(capacity);
	}

	/** What became of an offered frame. */
	public enum Offer {

		/** It was appended and will be written. */
		QUEUED,

		/** There is no room now. */
		FULL,

		/** No more frames are taken. */
		CLOSED

	}

	/**
	 * Appends a frame if there is room. Never waits for room.
	 * @param payload holds the payload, which is copied
	 * @param offset where it begins
	 * @param length its length
	 * @param queued called when the frame has been appended, in the order of the frames
	 * and under the lock, or {@code null}
	 * @return what became of it
	 */
	public Offer offer(byte[] payload, int offset, int length, @Nullable Runnable queued) {
		return offer(payload, offset, length, this.queue.capacity(), queued);
	}

	/**
	 * Appends a frame if there is room within a bound of the caller's own. Never waits
	 * for room.
	 * @param payload holds the payload, which is copied
	 * @param offset where it begins
	 * @param length its length
	 * @param capacity how many bytes may wait
	 * @param queued called when the frame has been appended, in the order of the frames
	 * and under the lock, or {@code null}
	 * @return what became of it
	 */
	public Offer offer(byte[] payload, int offset, int length, int capacity, @Nullable Runnable queued) {
		return outcome(this.queue.offer(payload, offset, length, capacity, queued));
	}

	/**
	 * Appends a frame without copying its payload, if nothing waits. Until
	 * {@link #reclaim} has returned, the caller must not change the payload.
	 * @param payload holds the payload from its first byte on
	 * @param length its length
	 * @param queued as for {@link #offer}
	 * @return what became of it
	 */
	public Offer lend(byte[] payload, int length, @Nullable Runnable queued) {
		return outcome(this.queue.lend(payload, length, queued));
	}

	private Offer outcome(boolean queued) {
		return queued ? Offer.QUEUED : this.queue.isClosed() ? Offer.CLOSED : Offer.FULL;
	}

	/**
	 * Waits until a payload that was lent is written. What is not when the deadline
	 * passes, or the thread is interrupted, is copied: on return the payload is the
	 * caller's again in any case. An interrupt stays set.
	 * @param payload what was lent
	 * @param deadline in the time of {@link System#nanoTime()}
	 */
	public void reclaim(byte[] payload, long deadline) {
		boolean interrupted = false;
		try {
			if (this.queue.awaitWritten(payload, deadline)) {
				return;
			}
		}
		catch (InterruptedException ex) {
			interrupted = true;
		}
		this.io.lock();
		try {
			this.queue.giveBack(payload);
		}
		finally {
			this.io.unlock();
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Whether a payload that was lent is not yet written.
	 * @param payload the payload
	 * @return whether its owner still has to wait
	 */
	public boolean isLent(byte[] payload) {
		return this.queue.isLent(payload);
	}

	/**
	 * Waits until a frame would find room, or the writer is closed.
	 * @param length the length of its payload
	 * @param deadline in the time of {@link System#nanoTime()}
	 * @return false if the deadline passed first
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	public boolean awaitRoom(int length, long deadline) throws InterruptedException {
		return this.queue.awaitRoom(length, deadline);
	}

	/**
	 * Waits until everything is written, or the writer is closed.
	 * @param deadline in the time of {@link System#nanoTime()}
	 * @return whether everything is written
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	public boolean awaitEmpty(long deadline) throws InterruptedException {
		return this.queue.awaitEmpty(deadline);
	}

	/**
	 * Makes the calling thread the writer, if there is none and something waits. The
	 * writer calls {@link #write}, or sees to it that another thread does.
	 * @return whether the calling thread is the writer now
	 */
	public boolean becomeWriter() {
		return this.queue.becomeWriter();
	}

	/**
	 * Whether so much waits that to gather more would hardly make a write cheaper.
	 * Certain for a thread that has just appended a frame, to others no more than a
	 * guess.
	 * @return whether it is time to write
	 */
	public boolean hasGathered() {
		return this.queue.hasPending(GATHERED_BYTES);
	}

	/**
	 * Writes what waits, unless another thread is the writer, whose next write takes it
	 * along. Never waits for the connection.
	 * @param connection where the bytes go
	 * @return as {@link #write}
	 * @throws IOException if the connection broke
	 */
	public boolean flush(ByteConnection connection) throws IOException {
		return !becomeWriter() || write(connection);
	}

	/**
	 * Writes until nothing is left, which ends the writer role, or the connection has no
	 * room. To be called by the writer. Never waits for the connection.
	 * @param connection where the bytes go
	 * @return false if bytes are left: the caller is still the writer, and calls this
	 * again, or has it called, as soon as the connection is writable
	 * @throws IOException if the connection broke
	 */
	public boolean write(ByteConnection connection) throws IOException {
		this.io.lock();
		try {
			boolean moved = !this.blocked;
			this.blocked = false;
			for (int writes = 0; writes < MAX_WRITES_IN_A_ROW; writes++) {
				ByteBuffer window = this.queue.window(this.size.bytes());
				if (window == null) {
					return true;
				}
				int count = connection.write(window);
				this.size.taken(count, !window.hasRemaining());
				moved |= count > 0 || connection.hasMoved();
				if (count == 0) {
					break;
				}
				if (this.queue.written(count)) {
					return true;
				}
				if (count < GATHERED_BYTES) {
					Thread.yield();
				}
			}
			if (moved) {
				this.blockedSince = System.nanoTime();
			}
			this.blocked = true;
			return false;
		}
		finally {
			this.io.unlock();
		}
	}

	/**
	 * How many bytes wait to be written.
	 * @return the bytes, headers included
	 */
	public int pendingBytes() {
		return this.queue.pendingBytes();
	}

	/**
	 * How many frames were ever accepted.
	 * @return the number of frames
	 */
	public long acceptedFrames() {
		return this.queue.acceptedFrames();
	}

	/**
	 * How many payload bytes were ever accepted.
	 * @return the number of bytes
	 */
	public long acceptedBytes() {
		return this.queue.acceptedBytes();
	}

	/**
	 * Since when no byte has moved; of meaning only after {@link #flush} or
	 * {@link #write} had to stop.
	 * @return in the time of {@link System#nanoTime()}
	 */
	public long blockedSince() {
		return this.blockedSince;
	}

	/**
	 * Gives back the memory, if nothing waits to be written. Waits for a write that is
	 * under way.
	 * @return whether nothing waits
	 */
	public boolean freeMemory() {
		this.io.lock();
		try {
			return this.queue.freeMemory();
		}
		finally {
			this.io.unlock();
		}
	}

	/**
	 * Takes no more frames and wakes all threads that wait. Does not wait for a write
	 * that is under way.
	 */
	public void close() {
		this.queue.close();
	}

	/**
	 * How many frames were not written to their end. To be asked after {@link #close()},
	 * when no more are taken; waits for a write that is under way.
	 * @return the number of frames
	 */
	public int unsentFrames() {
		return counted(this.queue::unwrittenFrames);
	}

	/**
	 * How many of these not a byte was written of; as {@link #unsentFrames()}.
	 * @return the number of frames
	 */
	public int untouchedFrames() {
		return counted(this.queue::untouchedFrames);
	}

	private int counted(IntSupplier frames) {
		this.io.lock();
		try {
			return frames.getAsInt();
		}
		finally {
			this.io.unlock();
		}
	}

}
