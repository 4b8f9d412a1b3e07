package io.ductworks.message;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

import io.ductworks.CloseReason;
import io.ductworks.internal.frame.FrameReader;
import io.ductworks.internal.frame.MalformedFrameException;
import io.ductworks.internal.loop.ChannelWait;
import io.ductworks.internal.transport.ByteConnection;

/**
 * The reading half of a connection. Whoever holds the {@link #turn} reads, on its own
 * thread; answers to requests are handed to their requesters as they are found, other
 * messages stay until they are taken.
 */
final class Inbound {

	private static final int MAX_READS_TO_SKIP = 255;

	private static final int READS_PER_LOOK_AT_CLOCK = 4;

	/** How often to look for bytes while the system gives no selector to wait with. */
	private static final long STARVED_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

	private static final AtomicLongFieldUpdater<Inbound> TAKEN_FRAMES = AtomicLongFieldUpdater.newUpdater(Inbound.class,
			"takenFrames");

	private static final AtomicLongFieldUpdater<Inbound> TAKEN_BYTES = AtomicLongFieldUpdater.newUpdater(Inbound.class,
			"takenBytes");

	/** Who sends at least 16 KiB in a second is slow, and not stuck. */
	private static final long NANOS_PER_BYTE = TimeUnit.SECONDS.toNanos(1) / (16 * 1024);

	private final Connection connection;

	private final ByteConnection channel;

	private final FrameReader reader;

	final ReadTurn turn = new ReadTurn();

	final PendingRequests pending = new PendingRequests();

	private final IdleStrategy.Spin spin;

	private final ChannelWait readiness;

	private int readsInVain;

	private int readsToSkip;

	/** Grows whenever a caller reads, so that the loop sees that somebody does. */
	private volatile int activity;

	/** Grows whenever bytes have come. */
	private volatile int arrivals;

	/** Since when a frame is not whole that has begun; 0 if there is none. */
	private volatile long unfinishedSince;

	private volatile int unfinishedBytes;

	private volatile boolean waiting;

	private volatile long takenFrames;

	private volatile long takenBytes;

	/** What is to be found next. */
	enum Next {

		/** A whole message that answers no request. */
		MESSAGE,

		/** Nothing whole yet. */
		NOTHING,

		/** The end of the connection. */
		END

	}

	Inbound(Connection connection, ByteConnection channel, int maxFrameSize) {
		this.connection = connection;
		this.channel = channel;
		this.reader = new FrameReader(maxFrameSize);
		this.readiness = new ChannelWait(channel.readable(), SelectionKey.OP_READ);
		this.spin = connection.endpoint().options().idleStrategy().newSpin();
	}

	/**
	 * Looks at what was read, without reading; needs the turn.
	 */
	Next next() {
		End end = this.connection.end();
		if (end != null && end.isLocal()) {
			return Next.END;
		}
		try {
			while (this.reader.next()) {
				if (this.unfinishedSince != 0) {
					this.unfinishedSince = 0;
				}
				if (this.pending.isEmpty()) {
					return Next.MESSAGE;
				}
				// First, since it may fail for want of memory, and the next answer is
				// another's.
				byte[] answer = take();
				PendingRequest request = this.pending.takeOldest();
				if (request != null) {
					this.connection.requests().answered(request, answer);
				}
			}
		}
		catch (MalformedFrameException ex) {
			this.connection.finish(new End(ex.reason(), String.valueOf(ex.getMessage()), null));
			return Next.END;
		}
		catch (OutOfMemoryError ex) {
			this.connection
				.finish(new End(CloseReason.PEER_RESET, "no memory for an answer: " + ex.getMessage(), null));
			return Next.END;
		}
		noteUnfinished();
		return (this.connection.end() != null) ? Next.END : Next.NOTHING;
	}

	private void noteUnfinished() {
		int bytes = this.reader.unfinishedBytes();
		if (bytes == 0) {
			return;
		}
		this.unfinishedBytes = bytes;
		if (this.unfinishedSince == 0) {
			this.unfinishedSince = System.nanoTime() | 1;
			// As long as it is, the loop looks at the time.
			this.connection.lively();
		}
	}

	/**
	 * In how many nanoseconds a frame that has begun has to be whole,
	 * {@link Long#MAX_VALUE} if there is none.
	 */
	long nanosToFrameTimeout(long now, long timeoutNanos) {
		long since = this.unfinishedSince;
		return (since != 0) ? since + timeoutNanos + this.unfinishedBytes * NANOS_PER_BYTE - now : Long.MAX_VALUE;
	}

	/**
	 * When the frame began that is not whole, which tells it from the next; 0 if there is
	 * none.
	 */
	long unfinishedSince() {
		return this.unfinishedSince;
	}

	/**
	 * How many bytes have come of a frame that is not whole.
	 */
	int unfinishedBytes() {
		return this.unfinishedBytes;
	}

	/**
	 * Reads once, without waiting; needs the turn.
	 * @return whether there is something new, be it the end
	 */
	boolean read() {
		this.activity++;
		try {
			int count = this.reader.fill(this.channel);
			if (count > 0) {
				this.arrivals++;
				this.connection.lively();
			}
			else if (count < 0) {
				this.connection.inputEnded(endOfStream());
			}
			else if (hasRoom() && this.connection.outbound().failure() != null) {
				this.connection.finish(this.connection.broken());
			}
			return count > 0 || this.connection.end() != null;
		}
		catch (ClosedChannelException ex) {
			// Closed by another thread of ours, which says why.
			return true;
		}
		catch (IOException ex) {
			this.connection.finish(End.of(ex));
			return true;
		}
		catch (RuntimeException | Error ex) {
			// Such as too little memory: what was lost can not be made up for.
			this.connection.finish(new End(CloseReason.PEER_RESET, "reading failed: " + ex, null));
			throw ex;
		}
	}

	private End endOfStream() {
		IOException writeFailure = this.connection.outbound().failure();
		if (writeFailure != null) {
			return new End(CloseReason.PEER_RESET, "the connection broke: " + writeFailure.getMessage(), writeFailure);
		}
		String unfinished = this.reader.unfinished();
		if (unfinished != null) {
			String text = "the peer closed the connection in the middle of a message, after " + unfinished;
			return new End(CloseReason.TRUNCATED, text, new EOFException(text));
		}
		return new End(CloseReason.PEER_CLOSED, "the peer closed the connection", null);
	}

	/**
	 * Reads until there is a message, or the end; needs the turn.
	 * @return {@link Next#NOTHING} if the deadline passed first
	 */
	Next await(long deadline) throws InterruptedException {
		Next next = next();
		while (next == Next.NOTHING && !this.connection.isInputEnded() && readOrWait(deadline)) {
			next = next();
		}
		return next;
	}

	/**
	 * Reads until there is a message, the end, or nothing left to read; needs the turn.
	 */
	Next nextAtHand() {
		Next next = next();
		while (next == Next.NOTHING && read()) {
			next = next();
		}
		return next;
	}

	/**
	 * Reads once, waiting for something to read if there is nothing; needs the turn.
	 * @return false if the deadline passed first
	 */
	boolean readOrWait(long deadline) throws InterruptedException {
		if (!this.reader.isDrained()) {
			read();
			return true;
		}
		this.connection.outbound().flushBeforeWaiting();
		if (readFirst()) {
			return true;
		}
		long started = System.nanoTime();
		long spinNanos = Math.min(this.spin.nanos(), deadline - started);
		boolean came = spinNanos > 0 && spin(started, spinNanos) || awaitReadable(started, deadline) | read();
		this.spin.waited(started);
		return came;
	}

	/**
	 * Reads before waiting where that has lately been of use: a peer on the same core
	 * answers before the write returns. Elsewhere it would be in vain, and cost more than
	 * all the rest.
	 */
	private boolean readFirst() {
		if (this.readsToSkip > 0) {
			this.readsToSkip--;
			return false;
		}
		boolean came = read();
		this.readsInVain = came ? 0 : Math.min(2 * this.readsInVain + 1, MAX_READS_TO_SKIP);
		this.readsToSkip = this.readsInVain;
		return came;
	}

	private boolean spin(long started, long nanos) {
		do {
			for (int reads = 0; reads < READS_PER_LOOK_AT_CLOCK; reads++) {
				if (read()) {
					return true;
				}
			}
		}
		while (System.nanoTime() - started < nanos);
		return false;
	}

	/**
	 * Waits until there is something to read, or the connection has ended.
	 * @return false if the deadline passed first
	 */
	private boolean awaitReadable(long now, long deadline) throws InterruptedException {
		long left = deadline - now;
		if (left <= 0) {
			return false;
		}
		this.waiting = true;
		try {
			// A timer of the operating system costs as much as all the rest of the way.
			boolean loopKeepsTime = left > Deadlines.MAX_QUIET_NANOS && this.connection.isLively();
			return this.readiness.await(loopKeepsTime ? 0 : left) || this.connection.end() != null
					|| deadline - System.nanoTime() > 0;
		}
		catch (IOException ex) {
			// No descriptors: reading needs none.
			this.connection.endpoint()
				.log()
				.warn("no-selector", this.connection.subject() + ": cannot wait for the peer, looks every "
						+ TimeUnit.NANOSECONDS.toMillis(STARVED_NANOS) + " ms instead: " + ex.getMessage());
			TimeUnit.NANOSECONDS.sleep(Math.min(left, STARVED_NANOS));
			return deadline - System.nanoTime() > 0;
		}
		finally {
			this.waiting = false;
		}
	}

	/**
	 * Whether {@link #next()} has found a message that nobody took; without the turn no
	 * more than a guess.
	 */
	boolean hasFound() {
		return this.reader.length() >= 0;
	}

	/**
	 * Takes the message that {@link #next()} found; needs the turn.
	 */
	byte[] take() {
		byte[] payload = this.reader.take();
		count(payload.length);
		return payload;
	}

	/**
	 * The reader with the message that {@link #next()} found; needs the turn.
	 */
	FrameReader message() {
		return this.reader;
	}

	/**
	 * Goes on behind the message that {@link #next()} found; needs the turn.
	 */
	void consumed() {
		count(this.reader.length());
		this.reader.consume();
	}

	private void count(int length) {
		// Only who has the turn writes, so there is no need for anything dearer.
		TAKEN_FRAMES.lazySet(this, this.takenFrames + 1);
		TAKEN_BYTES.lazySet(this, this.takenBytes + length);
	}

	/**
	 * How many messages were taken.
	 */
	long takenFrames() {
		return this.takenFrames;
	}

	/**
	 * How many payload bytes the messages had that were taken.
	 */
	long takenBytes() {
		return this.takenBytes;
	}

	/**
	 * Whether more may be read ahead; needs the turn.
	 */
	boolean hasRoom() {
		return this.reader.hasRoom();
	}

	/**
	 * Whether the last read left nothing behind; needs the turn. Otherwise no selector
	 * may tell of what there is: TLS decrypts more at a time than was asked for.
	 */
	boolean isDrained() {
		return this.reader.isDrained();
	}

	/**
	 * Whether who has the turn waits for bytes.
	 */
	boolean isWaiting() {
		return this.waiting;
	}

	int arrivals() {
		return this.arrivals;
	}

	int activity() {
		return this.activity;
	}

	/**
	 * Makes who waits for bytes, or is about to, read once more.
	 */
	void wakeUp() {
		this.readiness.wakeUp();
	}

	/**
	 * Gives back what only a busy connection needs; needs the turn.
	 */
	void release() {
		this.reader.release();
		this.readiness.release();
	}

	/**
	 * Wakes who waits for bytes. What was read before can still be taken.
	 */
	void close() {
		this.readiness.close();
	}

}
