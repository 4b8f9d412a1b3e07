package io.ductworks.internal.connection;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.ductworks.internal.frame.FrameWriter;
import io.ductworks.internal.frame.FrameWriter.Offer;
import io.ductworks.internal.loop.ChannelWait;
import io.ductworks.internal.loop.EventLoop;
import io.ductworks.internal.loop.Uninterrupted;
import io.ductworks.internal.transport.ByteConnection;
import org.jspecify.annotations.Nullable;

/**
 * The writing half of a connection. A sender that finds the socket idle writes on its own
 * thread. If the last write ended only a moment ago, and nothing has come since that this
 * could answer, or if the sender is about to send again, it defers the write to the loop:
 * by the time that the loop comes to it more has gathered, and one write for many
 * messages costs hardly more than for one. A sender that has gathered enough before the
 * loop comes writes after all. Thread-safe.
 */
public final class Output {

	/** How many bytes may wait to be written, unless one larger frame is alone. */
	public static final int CAPACITY = 256 * 1024;

	/** How long a sender waits for the peer to take a payload that it has lent. */
	private static final long LENT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	private final ByteConnection channel;

	private final FrameWriter writer = new FrameWriter(CAPACITY);

	private final DeferredFlush deferred;

	/** Made for the first large payload. */
	private volatile @Nullable LentPayload lent;

	private final Activity activity;

	private final OutputEvents events;

	/** How much had come when a sender wrote last; belongs to the writer. */
	private int answeredArrivals;

	/** Whether the writer role waits until the socket has room. */
	private volatile boolean blocked;

	private volatile @Nullable IOException failure;

	Output(EventLoop loop, ByteConnection channel, Activity activity, OutputEvents events) {
		this.channel = channel;
		this.activity = activity;
		this.events = events;
		this.deferred = new DeferredFlush(loop, loop::addTimer, this::writeAll);
	}

	/**
	 * Queues a frame if there is room. One of 64 KiB and more is lent if nothing waits:
	 * {@link #awaitTaken} has to follow.
	 * @param payload holds the payload from its first byte on
	 * @param length its length
	 * @param queued called once it is certain that the frame goes out, in the order of
	 * the frames, or {@code null}
	 * @return what became of it
	 */
	public Offer tryQueue(byte[] payload, int length, @Nullable Runnable queued) {
		if (length < FrameWriter.LARGE_BYTES) {
			return this.writer.offer(payload, 0, length, queued);
		}
		Offer offer = this.writer.lend(payload, length, queued);
		return (offer == Offer.FULL) ? this.writer.offer(payload, 0, length, queued) : offer;
	}

	/**
	 * Queues a frame if there is room within another bound than the usual one.
	 * @param payload holds the payload from its first byte on
	 * @param length its length
	 * @param capacity how many bytes may wait
	 * @return what became of it
	 */
	public Offer tryQueueWithin(byte[] payload, int length, int capacity) {
		return this.writer.offer(payload, 0, length, capacity, null);
	}

	/**
	 * Waits until the payload of a large frame that was just queued is its sender's
	 * again. Returns at once for others.
	 * @param payload the payload
	 * @param length its length
	 * @param timeoutNanos how long to wait at most
	 */
	public void awaitTaken(byte[] payload, int length, long timeoutNanos) {
		if (length < FrameWriter.LARGE_BYTES) {
			return;
		}
		this.activity.lively();
		try {
			lent().awaitTaken(payload, System.nanoTime() + Math.min(timeoutNanos, LENT_NANOS));
		}
		catch (OutOfMemoryError ex) {
			// What waits is not a copy: it would go out as its owner changes it.
			failed(ex);
			throw ex;
		}
	}

	private synchronized LentPayload lent() {
		LentPayload lent = this.lent;
		if (lent == null) {
			ChannelWait writable = new ChannelWait(this.channel.writable(), SelectionKey.OP_WRITE);
			lent = new LentPayload(this.writer, this.deferred, writable, this::write, this::blocked);
			this.lent = lent;
		}
		return lent;
	}

	/**
	 * Waits for room for a frame.
	 * @param length the length of its payload
	 * @param deadline in the time of {@link System#nanoTime()}
	 * @return false if the deadline passed first
	 * @throws InterruptedException if the thread is interrupted meanwhile
	 */
	public boolean awaitRoom(int length, long deadline) throws InterruptedException {
		return this.writer.awaitRoom(length, deadline);
	}

	/**
	 * Sees to it that what waits is written: on this thread, by the writer that is at it
	 * already, or soon by the loop.
	 * @param awaited whether a caller waits for the answer
	 * @param moreFollows whether the calling thread is about to send again
	 */
	public void flush(boolean awaited, boolean moreFollows) {
		boolean hurried = awaited && this.deferred.isWatched();
		if (!this.writer.becomeWriter()) {
			if (this.writer.hasGathered()) {
				this.deferred.runGathered();
			}
			else if (hurried) {
				flushBeforeWaiting();
			}
			return;
		}
		this.activity.lively();
		int arrivals = this.activity.arrivals();
		boolean answer = arrivals != this.answeredArrivals;
		this.answeredArrivals = arrivals;
		long nanosSinceFlush = this.deferred.nanosSinceFlush();
		FlushDecision decision = FlushDecision.decide(hurried, answer, moreFollows, nanosSinceFlush);
		if (decision == FlushDecision.ANSWER || nanosSinceFlush > FlushDecision.GATHER_NANOS) {
			this.deferred.pauseNoted();
		}
		switch (decision) {
			case ANSWER -> writeAll();
			case WRITE -> {
				writeAll();
				this.deferred.flushed();
			}
			case DEFER -> this.deferred.defer();
		}
	}

	/**
	 * Writes what waits on this thread, unless another is at it.
	 */
	public void flushNow() {
		this.activity.lively();
		if (this.writer.becomeWriter()) {
			writeAll();
		}
		else {
			flushBeforeWaiting();
		}
	}

	/**
	 * Writes what was deferred if the loop has not come to it yet, since the calling
	 * thread has nothing better to do.
	 */
	void flushBeforeWaiting() {
		if (this.deferred.isDeferred()) {
			this.deferred.runDeferred();
		}
	}

	/**
	 * Goes on writing, on the loop's thread, when the socket has room again.
	 */
	void writable() {
		// Not after writing: by then another thread may be blocked already.
		this.blocked = false;
		writeAll();
		this.deferred.flushed();
	}

	private void writeAll() {
		if (!write()) {
			blocked();
		}
	}

	/**
	 * Writes until nothing is left, which gives the writer role up, or the socket has no
	 * room; on the thread of the writer.
	 * @return false if the socket has no room
	 */
	private boolean write() {
		try {
			return this.writer.write(this.channel);
		}
		catch (IOException ex) {
			this.failure = ex;
			this.blocked = false;
			this.writer.close();
			this.events.writeFailed();
			return true;
		}
		catch (RuntimeException | Error ex) {
			failed(ex);
			throw ex;
		}
	}

	/**
	 * Ends the connection after a failure such as too little memory, since nobody would
	 * write on.
	 */
	private void failed(Throwable ex) {
		this.events.broken(End.failed("writing", ex));
	}

	private void blocked() {
		this.blocked = true;
		this.events.blocked();
	}

	/**
	 * What writing failed with, if it has.
	 */
	@Nullable IOException failure() {
		return this.failure;
	}

	/**
	 * In how many nanoseconds the peer will have taken nothing for so long.
	 * @return the time, {@link Long#MAX_VALUE} if nothing waits for room
	 */
	long nanosToStall(long now, long stallNanos) {
		return this.blocked ? this.writer.blockedSince() + stallNanos - now : Long.MAX_VALUE;
	}

	/**
	 * Whether bytes wait, and the peer has taken none of them for some time.
	 * @param nanos the time in nanoseconds
	 * @return whether it has taken none
	 */
	public boolean isStalled(long nanos) {
		return nanosToStall(System.nanoTime(), nanos) <= 0;
	}

	/**
	 * How many frames were ever accepted.
	 * @return the number of frames
	 */
	public long acceptedFrames() {
		return this.writer.acceptedFrames();
	}

	/**
	 * How many payload bytes were ever accepted.
	 * @return the number of bytes
	 */
	public long acceptedBytes() {
		return this.writer.acceptedBytes();
	}

	/**
	 * How many bytes wait to be written.
	 * @return the number of bytes, headers included
	 */
	public int pendingBytes() {
		return this.writer.pendingBytes();
	}

	/**
	 * Waits until all is written. An interrupt does not end the wait, and stays.
	 */
	void awaitEmpty(long deadline) {
		Uninterrupted.await((nanos) -> {
			this.writer.awaitEmpty(deadline);
			return true;
		}, deadline);
	}

	/**
	 * Gives back what only a lively connection needs, if nothing waits to be written.
	 * @return whether nothing waits
	 */
	boolean freeMemory() {
		boolean freed = this.writer.freeMemory();
		if (freed) {
			release(LentPayload::release);
		}
		return freed;
	}

	/**
	 * Accepts no more frames, and wakes the senders that wait.
	 */
	void close() {
		this.writer.close();
		release(LentPayload::close);
	}

	private void release(Consumer<LentPayload> release) {
		LentPayload lent = this.lent;
		if (lent != null) {
			release.accept(lent);
		}
	}

	/**
	 * How many of the last frames were not written at all; of meaning only once it is
	 * closed.
	 */
	int untouchedFrames() {
		return this.channel.holdsBack() ? 0 : this.writer.untouchedFrames();
	}

	/**
	 * How many frames were not written to their end; of meaning only once it is closed.
	 */
	int unsentFrames() {
		return this.writer.unsentFrames();
	}

}
