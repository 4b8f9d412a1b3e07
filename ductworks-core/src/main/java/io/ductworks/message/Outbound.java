package io.ductworks.message;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.util.concurrent.TimeUnit;

import io.ductworks.CloseReason;
import io.ductworks.DuctInterruptedException;
import io.ductworks.DuctTimeoutException;
import io.ductworks.internal.frame.FrameReader;
import io.ductworks.internal.frame.FrameWriter;
import io.ductworks.internal.frame.FrameWriter.Offer;
import io.ductworks.internal.loop.ChannelWait;
import io.ductworks.internal.loop.EventLoop;
import io.ductworks.internal.transport.ByteConnection;
import org.jspecify.annotations.Nullable;

/**
 * The writing half of a connection. A sender that finds the socket idle writes on its own
 * thread. If the last write ended only a moment ago, and nothing has arrived since that
 * this could answer, or if it is a handler that will be called again at once, it leaves
 * the writing to the loop: by the time that the loop comes to it more has gathered, and
 * one write for many messages costs hardly more than for one. A sender that has gathered
 * enough before the loop comes takes the writing back.
 */
final class Outbound {

	/** How many bytes may wait to be written. */
	static final int CAPACITY = 256 * 1024;

	/** A sender whose last message went out less than this ago is likely to go on. */
	private static final long GATHER_NANOS = 3000;

	/** How long one child may hold up what goes to all children, or a large message. */
	private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	/** How many bytes may wait for one child of those that go to all children. */
	private static final int MAX_BEHIND = 8 * 1024 * 1024;

	private final Connection connection;

	private final ByteConnection channel;

	private final FrameWriter writer = new FrameWriter(CAPACITY);

	private final ChannelWait writable;

	private final FlowWatch flow;

	/** How much had arrived when a sender wrote last; touched by whoever writes. */
	private int answeredArrivals;

	private volatile boolean blocked;

	private volatile @Nullable IOException failure;

	Outbound(Connection connection, ByteConnection channel) {
		this.connection = connection;
		this.channel = channel;
		this.writable = new ChannelWait(channel.writable(), SelectionKey.OP_WRITE);
		EventLoop loop = connection.session().loop();
		this.flow = new FlowWatch(loop::execute, loop::addTimer, this::write);
	}

	/**
	 * Encodes and queues one message, then sees to it that it is written.
	 * @param queued called when it is certain that the message goes out, or {@code null}
	 */
	void send(@Nullable Object payload, @Nullable Runnable queued, long timeoutNanos) {
		enqueue(payload, queued, timeoutNanos);
		flush(queued != null);
	}

	/**
	 * Queues one message that is encoded already, and sees to it that it is written.
	 */
	void send(byte[] payload, int length, long timeoutNanos) {
		offerWaiting(payload, length, null, timeoutNanos);
		flush(false);
	}

	void sendAll(Iterable<?> payloads, long timeoutNanos) {
		// One time-out for all.
		long deadline = System.nanoTime() + timeoutNanos;
		try {
			for (Object payload : payloads) {
				enqueue(payload, null, deadline - System.nanoTime());
			}
		}
		finally {
			flushNow();
		}
	}

	private void enqueue(@Nullable Object payload, @Nullable Runnable queued, long timeoutNanos) {
		Endpoint endpoint = this.connection.endpoint();
		if (payload instanceof byte[] bytes && endpoint.takesAsItIs(byte[].class)) {
			endpoint.requireFits(bytes.length);
			enqueue(bytes, queued, timeoutNanos);
			return;
		}
		PayloadBuffer buffer;
		Offer offer;
		endpoint.lock().acquire(timeoutNanos);
		try {
			buffer = endpoint.encode(payload);
			offer = offerOrLend(buffer.array(), buffer.size(), queued);
		}
		finally {
			endpoint.lock().release();
		}
		try {
			offered(offer, buffer.array(), buffer.size(), queued, timeoutNanos);
		}
		finally {
			endpoint.recycle(buffer);
		}
	}

	private void enqueue(byte[] payload, @Nullable Runnable queued, long timeoutNanos) {
		UserLock lock = this.connection.endpoint().lock();
		Offer offer;
		lock.acquire(timeoutNanos);
		try {
			offer = offerOrLend(payload, payload.length, queued);
		}
		finally {
			lock.release();
		}
		offered(offer, payload, payload.length, queued, timeoutNanos);
	}

	private void offered(Offer offer, byte[] payload, int length, @Nullable Runnable queued, long timeoutNanos) {
		switch (offer) {
			case QUEUED -> awaitTaken(payload, length, timeoutNanos);
			case CLOSED -> throw this.connection.failure();
			case FULL -> offerWaiting(payload, length, queued, timeoutNanos);
		}
	}

	/**
	 * Queues one message, waiting for room without the user's lock.
	 */
	private void offerWaiting(byte[] payload, int length, @Nullable Runnable queued, long timeoutNanos) {
		// Read here, since the clock would be most of the cost of a message that finds
		// room.
		long deadline = System.nanoTime() + timeoutNanos;
		while (true) {
			Offer offer;
			this.connection.endpoint().lock().acquire(deadline - System.nanoTime());
			try {
				offer = offerOrLend(payload, length, queued);
			}
			finally {
				this.connection.endpoint().lock().release();
			}
			if (offer == Offer.QUEUED) {
				awaitTaken(payload, length, deadline - System.nanoTime());
				return;
			}
			if (offer == Offer.CLOSED) {
				throw this.connection.failure();
			}
			flushNow();
			if (!awaitRoom(length, deadline)) {
				throw new DuctTimeoutException(
						this.connection.subject() + ": no room to send " + length + " bytes in time, " + pendingBytes()
								+ " of " + CAPACITY + " bytes wait for the peer to read; nothing was queued",
						null);
			}
		}
	}

	private Offer offerOrLend(byte[] payload, int length, @Nullable Runnable queued) {
		if (length < FrameWriter.LARGE_BYTES) {
			return offer(payload, length, queued);
		}
		Offer offer = this.writer.lend(payload, length, queued);
		return (offer == Offer.FULL) ? offer(payload, length, queued) : offer;
	}

	/**
	 * Writes a large payload, waiting for a moment until the peer takes it, so that it
	 * need not be copied.
	 */
	private void awaitTaken(byte[] payload, int length, long timeoutNanos) {
		if (length < FrameWriter.LARGE_BYTES) {
			return;
		}
		this.connection.lively();
		long deadline = System.nanoTime() + Math.min(timeoutNanos, PATIENCE_NANOS);
		try {
			if (this.writer.becomeWriter() || this.flow.takeBack()) {
				writeLarge(payload, deadline);
			}
		}
		finally {
			reclaim(payload, deadline);
		}
	}

	private void reclaim(byte[] payload, long deadline) {
		try {
			this.writer.reclaim(payload, deadline);
		}
		catch (OutOfMemoryError ex) {
			// What waits is not a copy: it would go out as its owner changes it.
			broken(ex);
			throw ex;
		}
	}

	/**
	 * Writes and waits for room on the caller's thread: the loop would have to hand the
	 * part of writing back and forth.
	 */
	private void writeLarge(byte[] payload, long deadline) {
		try {
			boolean written = this.writer.write(this.channel);
			while (!written && this.writer.isLent(payload) && awaitWritable(deadline)) {
				written = this.writer.write(this.channel);
			}
			if (!written) {
				blocked();
			}
		}
		catch (IOException ex) {
			failed(ex);
		}
		catch (RuntimeException | Error ex) {
			broken(ex);
			throw ex;
		}
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

	/**
	 * Queues one of the messages that go to many. A child that has fallen behind holds
	 * the sender up for a moment only, then gets a larger bound; past that it is cut off.
	 * @return whether it was queued
	 */
	boolean sendBehind(byte[] payload, int length) {
		Offer offer = offer(payload, length, null);
		if (offer == Offer.FULL && !isStalled(PATIENCE_NANOS)) {
			awaitRoomForMoment(length);
		}
		if (offer == Offer.FULL) {
			offer = offer(payload, length, MAX_BEHIND, null);
		}
		while (offer == Offer.FULL && !isBehind(length)) {
			// What another sender has just lent is in the way until it is being written.
			flushNow();
			awaitRoomForMoment(length);
			offer = offer(payload, length, MAX_BEHIND, null);
		}
		if (offer == Offer.FULL) {
			this.connection.finish(new End(CloseReason.SEND_TIMEOUT, "the peer has fallen " + pendingBytes()
					+ " bytes behind what goes to all children, the limit is " + MAX_BEHIND, null));
		}
		flush(false);
		return offer == Offer.QUEUED;
	}

	private boolean isBehind(int length) {
		return (long) pendingBytes() + FrameReader.HEADER_BYTES + length > MAX_BEHIND;
	}

	private void awaitRoomForMoment(int length) {
		try {
			awaitRoom(length, System.nanoTime() + PATIENCE_NANOS);
		}
		catch (DuctInterruptedException ex) {
			// The message goes to all children or to none, and some may have it already.
		}
	}

	Offer offer(byte[] payload, int length, @Nullable Runnable queued) {
		return offer(payload, length, CAPACITY, queued);
	}

	/**
	 * Appends within another bound than the usual one.
	 */
	Offer offer(byte[] payload, int length, int capacity, @Nullable Runnable queued) {
		return this.writer.offer(payload, 0, length, capacity, queued);
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
	 * Sees to it that what waits is written: on this thread, by who is at it already, or
	 * soon by the loop.
	 * @param awaited whether somebody waits for the answer
	 */
	private void flush(boolean awaited) {
		boolean hurried = awaited && this.flow.isWatched();
		if (!this.writer.becomeWriter()) {
			if (this.writer.hasGathered()) {
				this.flow.writeGathered();
			}
			else if (hurried) {
				flushBeforeWaiting();
			}
			return;
		}
		this.connection.lively();
		int arrivals = this.connection.inbound().arrivals();
		boolean answer = arrivals != this.answeredArrivals;
		this.answeredArrivals = arrivals;
		boolean more = this.connection.isServingMore();
		if (hurried || answer && !more) {
			this.flow.paused();
			write();
			return;
		}
		boolean paused = this.flow.nanosSinceWrite() > GATHER_NANOS;
		if (paused) {
			this.flow.paused();
		}
		if (paused && !more) {
			write();
			this.flow.written();
		}
		else {
			this.flow.leave();
		}
	}

	/**
	 * Writes what waits on this thread, unless another is at it.
	 */
	void flushNow() {
		this.connection.lively();
		if (this.writer.becomeWriter()) {
			write();
		}
		else {
			flushBeforeWaiting();
		}
	}

	/**
	 * Writes what was left to the loop if the loop has not come to it yet, since its
	 * sender has nothing better to do.
	 */
	void flushBeforeWaiting() {
		if (this.flow.isLeft()) {
			this.flow.writeLeft();
		}
	}

	/**
	 * Goes on writing, on the loop's thread, when the socket has room again.
	 */
	void writable() {
		// Not after writing: by then another thread may be blocked already.
		this.blocked = false;
		write();
		this.flow.written();
	}

	/**
	 * Writes; the calling thread has the part of writing. What the socket has no room for
	 * is left to the loop.
	 */
	private void write() {
		try {
			if (!this.writer.write(this.channel)) {
				blocked();
			}
		}
		catch (IOException ex) {
			failed(ex);
		}
		catch (RuntimeException | Error ex) {
			broken(ex);
			throw ex;
		}
	}

	/**
	 * Ends the connection after a failure such as too little memory, since nobody would
	 * write on.
	 */
	private void broken(Throwable ex) {
		this.connection.finish(new End(CloseReason.PEER_RESET, "writing failed: " + ex, null));
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

	long acceptedFrames() {
		return this.writer.acceptedFrames();
	}

	long acceptedBytes() {
		return this.writer.acceptedBytes();
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

	/**
	 * Gives back what only a busy connection needs, if nothing waits to be written.
	 * @return whether nothing waits
	 */
	boolean release() {
		boolean released = this.writer.freeMemory();
		if (released) {
			this.writable.release();
		}
		return released;
	}

	void close() {
		this.writer.close();
		this.writable.close();
	}

	int unsentFrames() {
		return this.writer.unsentFrames();
	}

}
