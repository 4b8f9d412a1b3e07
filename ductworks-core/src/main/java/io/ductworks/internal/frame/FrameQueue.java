package io.ductworks.internal.frame;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * The frames of one connection that wait to be written, within a bound, and whether there
 * is a writer for them, under one short lock. Thread-safe, but for what says that it
 * belongs to the writer: one thread at a time may call that.
 */
final class FrameQueue {

	/** Parking costs far more than the lock is ever held for. */
	private static final int LOCK_SPINS = 200;

	private final int capacity;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Backlog backlog = new Backlog();

	/** How many senders have a frame that fits only alone; others let them go first. */
	private int waitingForEmpty;

	/**
	 * Whether a thread is the writer. The role ends under the lock, and only when nothing
	 * is left: a thread that reads true after it has appended knows that its frame goes
	 * out.
	 */
	private volatile boolean writing;

	private volatile boolean closed;

	/**
	 * Creates an empty queue.
	 * @param capacity how many bytes may wait; a single frame may be larger if it is
	 * alone
	 */
	FrameQueue(int capacity) {
		this.capacity = capacity;
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

	int capacity() {
		return this.capacity;
	}

	// Appending

	/**
	 * Appends a copy of a frame, if there is room within the given bound and the queue is
	 * not closed.
	 * @return whether it was appended
	 */
	boolean offer(byte[] payload, int offset, int length, int capacity, @Nullable Runnable queued) {
		lock();
		try {
			if (this.closed || !hasRoom(length, capacity)) {
				return false;
			}
			this.backlog.append(payload, offset, length);
			if (queued != null) {
				queued.run();
			}
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Appends a frame without copying all of its payload, if nothing waits and the queue
	 * is not closed.
	 * @return whether it was appended
	 */
	boolean lend(byte[] payload, int length, @Nullable Runnable queued) {
		lock();
		try {
			if (this.closed || !this.backlog.isEmpty()) {
				return false;
			}
			this.backlog.lend(payload, length);
			if (queued != null) {
				queued.run();
			}
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean hasRoom(int length, int capacity) {
		return this.backlog.isEmpty()
				|| (this.waitingForEmpty == 0 || capacity > this.capacity) && this.backlog.hasRoom(length, capacity);
	}

	boolean isLent(byte[] payload) {
		lock();
		try {
			return this.backlog.isLent(payload);
		}
		finally {
			this.lock.unlock();
		}
	}

	// Waiting

	/**
	 * Waits until a frame would find room, or the queue is closed.
	 * @return false if the deadline passed first
	 */
	boolean awaitRoom(int length, long deadline) throws InterruptedException {
		int waitingForEmpty = (length > this.capacity - FrameReader.HEADER_BYTES) ? 1 : 0;
		this.lock.lock();
		this.waitingForEmpty += waitingForEmpty;
		try {
			return await(() -> hasRoom(length, this.capacity), deadline) || this.closed;
		}
		finally {
			this.waitingForEmpty -= waitingForEmpty;
			this.changed.signalAll();
			this.lock.unlock();
		}
	}

	/**
	 * Waits until everything is written, the queue is closed or the deadline passes.
	 * @return whether everything is written
	 */
	boolean awaitEmpty(long deadline) throws InterruptedException {
		this.lock.lock();
		try {
			return await(this.backlog::isEmpty, deadline);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits until a payload that was lent is written, the queue is closed or the deadline
	 * passes.
	 * @return whether it is written
	 */
	boolean awaitWritten(byte[] payload, long deadline) throws InterruptedException {
		this.lock.lock();
		try {
			return await(() -> !this.backlog.isLent(payload), deadline);
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean await(BooleanSupplier condition, long deadline) throws InterruptedException {
		long left = deadline - System.nanoTime();
		while (!this.closed && !condition.getAsBoolean() && left > 0) {
			left = this.changed.awaitNanos(left);
		}
		return condition.getAsBoolean();
	}

	// Writing

	/**
	 * Makes the calling thread the writer, if there is none and something waits.
	 */
	boolean becomeWriter() {
		if (this.writing) {
			return false;
		}
		lock();
		try {
			if (this.writing || this.closed || this.backlog.isEmpty()) {
				return false;
			}
			this.writing = true;
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * What to write next; belongs to the writer.
	 * @return at most so many bytes, or {@code null} if nothing is left, which has ended
	 * the writer role
	 */
	@Nullable ByteBuffer window(int size) {
		return (this.backlog.isFlushed() && !swap()) ? null : this.backlog.window(size);
	}

	/**
	 * Notes what was written; belongs to the writer.
	 * @return whether nothing is left, which has ended the writer role
	 */
	boolean written(int count) {
		lock();
		try {
			this.backlog.written(count);
			this.changed.signalAll();
			return this.backlog.isEmpty() && !swap();
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean swap() {
		lock();
		try {
			this.backlog.clearFlushed();
			this.writing = !this.closed && this.backlog.swap();
			return this.writing;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Copies what is left of a payload that was lent; belongs to the writer.
	 */
	void giveBack(byte[] payload) {
		this.lock.lock();
		try {
			this.backlog.giveBack(payload);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Gives back the memory, if nothing waits; belongs to the writer.
	 * @return whether nothing waits
	 */
	boolean freeMemory() {
		this.lock.lock();
		try {
			if (!this.backlog.isEmpty()) {
				return false;
			}
			this.backlog.freeMemory();
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How many frames are not written to their end; belongs to the writer.
	 */
	int unwrittenFrames() {
		return (int) locked(this.backlog::unwrittenFrames);
	}

	/**
	 * How many frames not a byte is written of; belongs to the writer.
	 */
	int untouchedFrames() {
		return (int) locked(this.backlog::untouchedFrames);
	}

	// Counts and the end

	/**
	 * Whether so many bytes wait. It is not asked under the lock: certain for a thread
	 * that has just appended, to others no more than a guess.
	 */
	boolean hasPending(int bytes) {
		return this.backlog.pendingBytes() >= bytes;
	}

	int pendingBytes() {
		return (int) locked(this.backlog::pendingBytes);
	}

	long acceptedFrames() {
		return locked(this.backlog::acceptedFrames);
	}

	long acceptedBytes() {
		return locked(this.backlog::acceptedBytes);
	}

	private long locked(LongSupplier count) {
		this.lock.lock();
		try {
			return count.getAsLong();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Takes no more frames and wakes all threads that wait.
	 */
	void close() {
		this.lock.lock();
		try {
			this.closed = true;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean isClosed() {
		return this.closed;
	}

}
