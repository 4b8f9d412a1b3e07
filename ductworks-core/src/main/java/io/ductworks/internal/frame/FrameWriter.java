package io.ductworks.internal.frame;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.ductworks.internal.transport.ByteConnection;
import org.jspecify.annotations.Nullable;

/**
 * The bounded outbound buffer of one connection. Senders append whole frames under a
 * short lock; one thread at a time has the writer role, and everything that others append
 * meanwhile goes out with its next write. Two batches are swapped: one fills while the
 * other is written. Large payloads are not copied but lent by their sender, who waits
 * until they are written. Thread-safe.
 */
public final class FrameWriter {

	/** Payloads from this length on had better be lent than offered. */
	public static final int LARGE_BYTES = 64 * 1024;

	/**
	 * The least that is offered at a time, if there is so much: what a connection may
	 * count on that has not taken it.
	 */
	private static final int MIN_WRITE_BYTES = 64 * 1024;

	/** The JDK copies heap buffers through native memory of the size of one write. */
	private static final int MAX_WRITE_BYTES = 1024 * 1024;

	/**
	 * After this many writes a sender passes the rest on, to get on with its own work.
	 */
	private static final int MAX_WRITES_IN_A_ROW = 32;

	/**
	 * To gather more makes a write hardly cheaper. Who has just written less lets the
	 * senders go on before it writes again.
	 */
	private static final int GATHERED_BYTES = 32 * 1024;

	/** Parking costs far more than the lock is ever held for. */
	private static final int LOCK_SPINS = 200;

	private final int capacity;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	/**
	 * Held while bytes move to the connection, so that a count after the end is exact.
	 */
	private final ReentrantLock io = new ReentrantLock();

	private Batch filling = new Batch();

	/** Belongs to whoever holds {@link #io}. */
	private Batch flushing = new Batch();

	/** How much to write at a time; belongs to whoever holds {@link #io}. */
	private int writeBytes = MIN_WRITE_BYTES;

	private int pendingBytes;

	/**
	 * How many senders have a frame that fits only alone; others let them go first.
	 */
	private int waitingForEmpty;

	private long acceptedFrames;

	private long acceptedBytes;

	/**
	 * Whether a thread has the writer role. It is given up under the lock, and only when
	 * nothing is left: who reads true after it has appended knows that its frame goes
	 * out.
	 */
	private volatile boolean writing;

	private boolean closed;

	private boolean progressed;

	private volatile long blockedSince;

	/**
	 * Creates an empty buffer.
	 * @param capacity how many bytes may wait; a single frame may be larger if it is
	 * alone
	 */
	public FrameWriter(int capacity) {
		this.capacity = capacity;
	}

	/** What became of an offered frame. */
	public enum Offer {

		/** It was appended and will be written. */
		QUEUED,

		/** There is no room now. */
		FULL,

		/** The buffer takes no more frames. */
		CLOSED

	}

	private void lock() {
		for (int spins = 0; spins < LOCK_SPINS; spins++) {
			if (this.lock.tryLock()) {
				return;
			}
			Thread.onSpinWait();
		}
		this.lock.lock();
	}

	/**
	 * Appends a frame if there is room.
	 * @param payload holds the payload, which is copied
	 * @param offset where it begins
	 * @param length its length
	 * @param queued called once it is certain that the frame goes out, in the order of
	 * the frames, or {@code null}
	 * @return what became of it
	 */
	public Offer offer(byte[] payload, int offset, int length, @Nullable Runnable queued) {
		return offer(payload, offset, length, this.capacity, queued);
	}

	/**
	 * Appends a frame if there is room within a bound of the caller's own.
	 * @param payload holds the payload, which is copied
	 * @param offset where it begins
	 * @param length its length
	 * @param capacity how many bytes may wait
	 * @param queued called once it is certain that the frame goes out, in the order of
	 * the frames, or {@code null}
	 * @return what became of it
	 */
	public Offer offer(byte[] payload, int offset, int length, int capacity, @Nullable Runnable queued) {
		lock();
		try {
			if (this.closed) {
				return Offer.CLOSED;
			}
			if (!hasRoom(length, capacity)) {
				return Offer.FULL;
			}
			this.filling.append(payload, offset, length);
			accepted(length);
			if (queued != null) {
				queued.run();
			}
			return Offer.QUEUED;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Appends a frame without copying its payload, if nothing waits. Who lends a payload
	 * must not change it before {@link #reclaim} returned.
	 * @param payload holds the payload from its first byte on
	 * @param length its length
	 * @param queued as for {@link #offer}
	 * @return what became of it
	 */
	public Offer lend(byte[] payload, int length, @Nullable Runnable queued) {
		lock();
		try {
			if (this.closed) {
				return Offer.CLOSED;
			}
			if (this.pendingBytes > 0) {
				return Offer.FULL;
			}
			this.filling.lend(payload, length);
			accepted(length);
			if (queued != null) {
				queued.run();
			}
			return Offer.QUEUED;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void accepted(int length) {
		this.pendingBytes += FrameReader.HEADER_BYTES + length;
		this.acceptedFrames++;
		this.acceptedBytes += length;
	}

	/**
	 * Waits until a payload that was lent is written. What is not when the deadline
	 * passes, or the thread is interrupted, is copied: on return the payload is its
	 * owner's again in any case.
	 * @param payload what was lent
	 * @param deadline in the time of {@link System#nanoTime()}
	 */
	public void reclaim(byte[] payload, long deadline) {
		boolean interrupted = false;
		this.lock.lock();
		try {
			long left = deadline - System.nanoTime();
			while (isLent(payload) && !this.closed && left > 0) {
				left = this.changed.awaitNanos(left);
			}
			if (!isLent(payload)) {
				return;
			}
		}
		catch (InterruptedException ex) {
			interrupted = true;
		}
		finally {
			this.lock.unlock();
		}
		this.io.lock();
		this.lock.lock();
		try {
			this.filling.giveBack(payload);
			this.flushing.giveBack(payload);
		}
		finally {
			this.lock.unlock();
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
		lock();
		try {
			return this.filling.isLent(payload) || this.flushing.isLent(payload);
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean hasRoom(int length, int capacity) {
		if (this.pendingBytes == 0) {
			return true;
		}
		return (this.waitingForEmpty == 0 || capacity > this.capacity) && !this.filling.hasLent()
				&& length <= (long) capacity - this.pendingBytes - FrameReader.HEADER_BYTES;
	}

	/**
	 * Waits until a frame would find room, or the buffer is closed.
	 * @param length the length of its payload
	 * @param deadline in the time of {@link System#nanoTime()}
	 * @return false if the deadline passed first
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	public boolean awaitRoom(int length, long deadline) throws InterruptedException {
		int waitingForEmpty = (length > this.capacity - FrameReader.HEADER_BYTES) ? 1 : 0;
		this.lock.lock();
		this.waitingForEmpty += waitingForEmpty;
		try {
			long left = deadline - System.nanoTime();
			while (!this.closed && !hasRoom(length, this.capacity)) {
				if (left <= 0) {
					return false;
				}
				left = this.changed.awaitNanos(left);
			}
			return true;
		}
		finally {
			this.waitingForEmpty -= waitingForEmpty;
			this.changed.signalAll();
			this.lock.unlock();
		}
	}

	/**
	 * Waits until everything is written, or the buffer is closed.
	 * @param deadline in the time of {@link System#nanoTime()}
	 * @return whether everything is written
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	public boolean awaitEmpty(long deadline) throws InterruptedException {
		this.lock.lock();
		try {
			long left = deadline - System.nanoTime();
			while (!this.closed && this.pendingBytes > 0 && left > 0) {
				left = this.changed.awaitNanos(left);
			}
			return this.pendingBytes == 0;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Takes the writer role, if nobody has it and something waits. Who has it calls
	 * {@link #write}, or sees to it that another thread does.
	 * @return whether the calling thread is the writer now
	 */
	public boolean becomeWriter() {
		if (this.writing) {
			return false;
		}
		lock();
		try {
			if (this.writing || this.closed || this.pendingBytes == 0) {
				return false;
			}
			this.writing = true;
			this.progressed = true;
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether so much waits that to gather more would hardly make a write cheaper; for
	 * who has just appended a frame, to others no more than a guess.
	 * @return whether it is time to write
	 */
	public boolean hasGathered() {
		return this.pendingBytes >= GATHERED_BYTES;
	}

	/**
	 * Writes what waits, unless another thread has the writer role.
	 * @param connection where the bytes go
	 * @return as {@link #write}
	 * @throws IOException if the connection broke
	 */
	public boolean flush(ByteConnection connection) throws IOException {
		return !becomeWriter() || write(connection);
	}

	/**
	 * Writes until nothing is left, which ends the writer role, or the connection has no
	 * room.
	 * @param connection where the bytes go
	 * @return false if bytes are left: then this is to be called again as soon as the
	 * connection is writable, and nobody else writes before
	 * @throws IOException if the connection broke
	 */
	public boolean write(ByteConnection connection) throws IOException {
		this.io.lock();
		try {
			for (int writes = 0; writes < MAX_WRITES_IN_A_ROW; writes++) {
				if (this.flushing.isWritten() && !swap()) {
					return true;
				}
				int count = writeOnce(connection, this.flushing.window(this.writeBytes));
				if (count == 0) {
					break;
				}
				this.progressed = true;
				if (written(count)) {
					return true;
				}
				if (count < GATHERED_BYTES) {
					Thread.yield();
				}
			}
			if (this.progressed) {
				this.progressed = false;
				this.blockedSince = System.nanoTime();
			}
			return false;
		}
		finally {
			this.io.unlock();
		}
	}

	/**
	 * Writes once. A connection that has taken all is offered more the next time, since
	 * large writes cost less; one that has not is offered less, since what it does not
	 * take is copied in vain.
	 */
	private int writeOnce(ByteConnection connection, ByteBuffer window) throws IOException {
		int count = connection.write(window);
		if (window.hasRemaining()) {
			this.writeBytes = Math.max(MIN_WRITE_BYTES, this.writeBytes / 2);
		}
		else if (count == this.writeBytes) {
			this.writeBytes = Math.min(MAX_WRITE_BYTES, this.writeBytes * 2);
		}
		return count;
	}

	/**
	 * Notes what was written.
	 * @return whether nothing is left
	 */
	private boolean written(int count) {
		lock();
		try {
			this.pendingBytes -= count;
			this.changed.signalAll();
			return this.pendingBytes == 0 && !swap();
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean swap() {
		lock();
		try {
			this.flushing.clear();
			if (this.closed || this.filling.isWritten()) {
				this.writing = false;
				return false;
			}
			Batch next = this.filling;
			this.filling = this.flushing;
			this.flushing = next;
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How many bytes wait to be written.
	 * @return the bytes, headers included
	 */
	public int pendingBytes() {
		this.lock.lock();
		try {
			return this.pendingBytes;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How many frames were ever accepted.
	 * @return the number of frames
	 */
	public long acceptedFrames() {
		this.lock.lock();
		try {
			return this.acceptedFrames;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How many payload bytes were ever accepted.
	 * @return the number of bytes
	 */
	public long acceptedBytes() {
		this.lock.lock();
		try {
			return this.acceptedBytes;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Since when no byte could be written; of meaning only after {@link #flush} or
	 * {@link #write} had to stop.
	 * @return in the time of {@link System#nanoTime()}
	 */
	public long blockedSince() {
		return this.blockedSince;
	}

	/**
	 * Gives back the memory, if nothing waits.
	 * @return whether nothing waits
	 */
	public boolean freeMemory() {
		this.io.lock();
		this.lock.lock();
		try {
			if (this.pendingBytes > 0) {
				return false;
			}
			this.filling = new Batch();
			this.flushing = new Batch();
			return true;
		}
		finally {
			this.lock.unlock();
			this.io.unlock();
		}
	}

	/**
	 * Takes no more frames and wakes everybody who waits.
	 */
	public void close() {
		this.lock.lock();
		try {
			this.closed = true;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How many frames were not written to their end. To be asked after {@link #close()},
	 * when no more are taken; waits for a write that is under way.
	 * @return the number of frames
	 */
	public int unsentFrames() {
		this.io.lock();
		this.lock.lock();
		try {
			return this.filling.unwrittenFrames() + this.flushing.unwrittenFrames();
		}
		finally {
			this.lock.unlock();
			this.io.unlock();
		}
	}

}
