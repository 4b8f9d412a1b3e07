package io.ductworks.frame;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.ductworks.transport.ByteConnection;
import org.jspecify.annotations.Nullable;

/**
 * The bounded outbound buffer of one connection. Senders append whole frames under a
 * short lock; whoever finds nobody writing writes, and everything that others append
 * meanwhile goes out with the next write. Two batches are swapped: one fills while the
 * other is written. Thread-safe.
 */
public final class FrameWriter {

	/** The JDK copies heap buffers through native memory of the size of one write. */
	private static final int MAX_WRITE_BYTES = 256 * 1024;

	/**
	 * After this many writes a sender passes the rest on, to get on with its own work.
	 */
	private static final int MAX_WRITES_IN_A_ROW = 32;

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

	private int pendingBytes;

	private boolean writing;

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
		this.lock.lock();
		try {
			if (this.closed) {
				return Offer.CLOSED;
			}
			if (!hasRoom(length, capacity)) {
				return Offer.FULL;
			}
			if (queued != null) {
				queued.run();
			}
			this.filling.append(payload, offset, length);
			this.pendingBytes += FrameReader.HEADER_BYTES + length;
			return Offer.QUEUED;
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean hasRoom(int length, int capacity) {
		return this.pendingBytes == 0 || length <= (long) capacity - this.pendingBytes - FrameReader.HEADER_BYTES;
	}

	/**
	 * Waits until a frame would find room, or the buffer is closed.
	 * @param length the length of its payload
	 * @param deadline in the time of {@link System#nanoTime()}
	 * @return false if the deadline passed first
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	public boolean awaitRoom(int length, long deadline) throws InterruptedException {
		this.lock.lock();
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
	 * Writes what waits, unless another thread is at it or the connection had no room.
	 * @param connection where the bytes go
	 * @return false if bytes are left for which the connection had no room: then
	 * {@link #resume} goes on as soon as it is writable, and nobody else writes before
	 * @throws IOException if the connection broke
	 */
	public boolean flush(ByteConnection connection) throws IOException {
		this.lock.lock();
		try {
			if (this.writing || this.closed) {
				return true;
			}
			this.writing = true;
			this.progressed = true;
		}
		finally {
			this.lock.unlock();
		}
		return resume(connection);
	}

	/**
	 * Goes on after {@link #flush} had to stop.
	 * @param connection where the bytes go
	 * @return as {@link #flush}
	 * @throws IOException if the connection broke
	 */
	public boolean resume(ByteConnection connection) throws IOException {
		this.io.lock();
		try {
			for (int writes = 0; writes < MAX_WRITES_IN_A_ROW; writes++) {
				if (this.flushing.isWritten() && !swap()) {
					return true;
				}
				int count = connection.write(this.flushing.window(MAX_WRITE_BYTES));
				if (count == 0) {
					break;
				}
				this.progressed = true;
				written(count);
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

	private boolean swap() {
		this.lock.lock();
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

	private void written(int count) {
		this.lock.lock();
		try {
			this.pendingBytes -= count;
			this.changed.signalAll();
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
	 * Since when no byte could be written; of meaning only after {@link #flush} or
	 * {@link #resume} had to stop.
	 * @return in the time of {@link System#nanoTime()}
	 */
	public long blockedSince() {
		return this.blockedSince;
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

	/**
	 * Frames one after the other, with the index at which each ends.
	 */
	private static final class Batch {

		private static final int KEPT_BYTES = 256 * 1024;

		private ByteBuffer bytes = ByteBuffer.allocate(0);

		private int length;

		private int[] frameEnds = new int[16];

		private int frames;

		void append(byte[] payload, int offset, int length) {
			int needed = this.length + FrameReader.HEADER_BYTES + length;
			if (needed > this.bytes.capacity()) {
				int size = Math.max(needed, Math.max(1024, this.bytes.capacity() * 2));
				this.bytes = ByteBuffer.wrap(Arrays.copyOf(this.bytes.array(), size));
			}
			this.bytes.put(this.length, FrameReader.MAGIC).putInt(this.length + 1, length);
			System.arraycopy(payload, offset, this.bytes.array(), this.length + FrameReader.HEADER_BYTES, length);
			this.length = needed;
			if (this.frames == this.frameEnds.length) {
				this.frameEnds = Arrays.copyOf(this.frameEnds, this.frames * 2);
			}
			this.frameEnds[this.frames++] = needed;
		}

		ByteBuffer window(int size) {
			int position = this.bytes.position();
			return this.bytes.limit(Math.min(this.length, position + size));
		}

		boolean isWritten() {
			return this.bytes.position() == this.length;
		}

		int unwrittenFrames() {
			int index = Arrays.binarySearch(this.frameEnds, 0, this.frames, this.bytes.position() + 1);
			return this.frames - ((index >= 0) ? index : -(index + 1));
		}

		void clear() {
			if (this.bytes.capacity() > KEPT_BYTES) {
				this.bytes = ByteBuffer.allocate(0);
			}
			this.bytes.clear();
			this.length = 0;
			this.frames = 0;
		}

	}

}
