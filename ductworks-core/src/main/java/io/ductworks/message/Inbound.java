package io.ductworks.message;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.function.Consumer;

import io.ductworks.CloseReason;
import io.ductworks.frame.FrameReader;
import io.ductworks.frame.MalformedFrameException;
import io.ductworks.transport.ByteConnection;
import org.jspecify.annotations.Nullable;

/**
 * The reading half of a connection. Whoever holds the {@link #turn} reads, on its own
 * thread; answers to requests are handed to their requesters as they are found, other
 * messages stay until they are taken.
 */
final class Inbound {

	private static final Consumer<SelectionKey> IGNORED = (key) -> {
	};

	private static final int MAX_READS_TO_SKIP = 255;

	private final Connection connection;

	private final ByteConnection channel;

	private final FrameReader reader;

	final ReadTurn turn = new ReadTurn();

	final PendingRequests pending = new PendingRequests();

	private final IdleStrategy.Spin spin;

	private final Object selectorLock = new Object();

	private @Nullable Selector selector;

	private boolean closed;

	private int readsInVain;

	private int readsToSkip;

	/** Grows whenever a caller reads, so that the loop sees that somebody does. */
	private volatile int activity;

	/** Grows whenever bytes have come. */
	private volatile int arrivals;

	private volatile boolean waiting;

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
				PendingRequest request = this.pending.takeOldest();
				if (request == null) {
					return Next.MESSAGE;
				}
				this.connection.requests().answered(request, take());
			}
		}
		catch (MalformedFrameException ex) {
			this.connection.finish(new End(ex.reason(), String.valueOf(ex.getMessage()), null));
			return Next.END;
		}
		return (this.connection.end() != null) ? Next.END : Next.NOTHING;
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
				this.connection.finish(endOfStream());
			}
			else if (hasRoom() && this.connection.outbound().failure() != null) {
				this.connection.finish(this.connection.broken());
			}
			return count != 0 || this.connection.end() != null;
		}
		catch (ClosedChannelException ex) {
			// Closed by another thread of ours, which says why.
			return true;
		}
		catch (IOException ex) {
			this.connection.finish(new End(CloseReason.PEER_RESET, "the connection broke: " + ex.getMessage(), ex));
			return true;
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
		while (next == Next.NOTHING && readOrWait(deadline)) {
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
			if (read()) {
				return true;
			}
			Thread.onSpinWait();
		}
		while (System.nanoTime() - started < nanos);
		return false;
	}

	/**
	 * Waits until there is something to read, or the connection has ended.
	 * @return false if the deadline passed first
	 */
	private boolean awaitReadable(long now, long deadline) throws InterruptedException {
		Selector selector = selector();
		if (selector == null) {
			return true;
		}
		long left = deadline - now;
		if (left <= 0) {
			return false;
		}
		try {
			this.waiting = true;
			// A timer of the operating system costs as much as all the rest of the way.
			boolean loopKeepsTime = left > Connection.MAX_QUIET_NANOS && this.connection.isLively();
			// Rounded up: waking before the deadline would only mean to select again.
			int ready = selector.select(IGNORED, loopKeepsTime ? 0 : (left - 1) / 1_000_000 + 1);
			this.waiting = false;
			if (Thread.interrupted()) {
				throw new InterruptedException();
			}
			return ready > 0 || this.connection.end() != null || deadline - System.nanoTime() > 0;
		}
		catch (ClosedSelectorException ex) {
			return true;
		}
		catch (IOException ex) {
			this.connection.finish(new End(CloseReason.PEER_RESET, "cannot wait for the peer: " + ex.getMessage(), ex));
			return true;
		}
	}

	private @Nullable Selector selector() {
		synchronized (this.selectorLock) {
			if (this.selector == null && !this.closed) {
				try {
					Selector opened = Selector.open();
					this.selector = opened;
					this.channel.readable().register(opened, SelectionKey.OP_READ);
				}
				catch (ClosedChannelException ex) {
					return null;
				}
				catch (IOException ex) {
					this.connection
						.finish(new End(CloseReason.PEER_RESET, "cannot wait for the peer: " + ex.getMessage(), ex));
					return null;
				}
			}
			return this.selector;
		}
	}

	/**
	 * Takes the message that {@link #next()} found; needs the turn.
	 */
	byte[] take() {
		this.connection.endpoint().statistics().received(this.reader.length());
		return this.reader.take();
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
		this.connection.endpoint().statistics().received(this.reader.length());
		this.reader.consume();
	}

	/**
	 * Whether more may be read ahead; needs the turn.
	 */
	boolean hasRoom() {
		return this.reader.hasRoom();
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
		synchronized (this.selectorLock) {
			if (this.selector != null && !this.closed) {
				this.selector.wakeup();
			}
		}
	}

	/**
	 * Gives back what only a busy connection needs; needs the turn.
	 */
	void release() {
		this.reader.release();
		closeSelector(false);
	}

	/**
	 * Wakes who waits for bytes. What was read before can still be taken.
	 */
	void close() {
		closeSelector(true);
	}

	private void closeSelector(boolean forever) {
		Selector selector;
		synchronized (this.selectorLock) {
			this.closed |= forever;
			selector = this.selector;
			this.selector = null;
		}
		if (selector != null) {
			try {
				selector.close();
			}
			catch (IOException ex) {
				// Nothing depends on it any more.
			}
		}
	}

}
