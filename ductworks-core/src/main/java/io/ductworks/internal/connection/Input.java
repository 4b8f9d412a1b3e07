package io.ductworks.internal.connection;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

import io.ductworks.CloseReason;
import io.ductworks.internal.frame.FrameReader;
import io.ductworks.internal.frame.MalformedFrameException;
import io.ductworks.internal.loop.ChannelWait;
import io.ductworks.internal.transport.ByteConnection;

/**
 * The reading half of a connection, to be used by the thread whose turn it is. Answers go
 * to their requests as they are found; other messages stay until they are taken.
 */
final class Input {

	/** From a peer that sends as fast as it is read. */
	private static final int MAX_READS_IN_A_ROW = 16;

	/** Enough to find the end behind what may be read ahead. */
	private static final int MAX_READS_AHEAD = 64;

	/** The same for what may be read far ahead, in reads of a few KiB. */
	private static final int MAX_READS_FAR_AHEAD = 1024;

	private static final AtomicLongFieldUpdater<Input> TAKEN_FRAMES = AtomicLongFieldUpdater.newUpdater(Input.class,
			"takenFrames");

	private static final AtomicLongFieldUpdater<Input> TAKEN_BYTES = AtomicLongFieldUpdater.newUpdater(Input.class,
			"takenBytes");

	private final ByteConnection channel;

	private final FrameReader reader;

	private final Lifecycle lifecycle;

	private final Activity activity;

	private final Answers answers;

	private final InputEvents events;

	private final boolean answersOnly;

	private final boolean answersById;

	/** Whether the next message may say that the peer refuses the connection. */
	private boolean mayBeRefused;

	private final FrameClock clock = new FrameClock();

	private final ReadWait wait;

	private volatile long takenFrames;

	private volatile long takenBytes;

	Input(ByteConnection channel, ConnectionSettings settings, Spin spin, Lifecycle lifecycle, Activity activity,
			Answers answers, InputEvents events) {
		this.channel = channel;
		this.reader = new FrameReader(settings.maxFrameSize());
		this.lifecycle = lifecycle;
		this.activity = activity;
		this.answers = answers;
		this.events = events;
		this.answersOnly = settings.answersOnly();
		this.answersById = settings.answersById();
		this.mayBeRefused = settings.mayBeRefused();
		this.wait = new ReadWait(new ChannelWait(channel.readable(), SelectionKey.OP_READ), spin, lifecycle, activity,
				this::readNonBlocking, events);
	}

	FrameClock clock() {
		return this.clock;
	}

	/**
	 * Looks at what was read, without reading.
	 */
	Next nextIfBuffered() {
		End end = this.lifecycle.end();
		if (end != null && end.isLocal()) {
			return Next.END;
		}
		try {
			while (this.reader.next()) {
				this.clock.whole();
				if (this.mayBeRefused && isRefused()) {
					return Next.END;
				}
				if (this.answersById) {
					if (!this.events.takesMore()) {
						return Next.MESSAGE;
					}
					this.events.received(take());
				}
				else if (this.answers.isEmpty()) {
					return unasked();
				}
				else {
					answered();
				}
			}
		}
		catch (MalformedFrameException ex) {
			this.events.broken(End.of(ex));
			return Next.END;
		}
		catch (OutOfMemoryError ex) {
			this.events.broken(End.failed("taking an answer", ex));
			return Next.END;
		}
		noteUnfinished();
		return (this.lifecycle.end() != null) ? Next.END : Next.NOTHING;
	}

	private void answered() {
		// First, since it may fail for want of memory, and the next answer is another's.
		byte[] payload = take();
		PendingAnswer answer = this.answers.take(0);
		if (answer != null) {
			answer.come(PendingAnswer.Answer.of(payload));
		}
		if (this.answers.isEmpty()) {
			this.events.answered();
		}
	}

	private boolean isRefused() {
		this.mayBeRefused = false;
		End refusal = this.events.refusal(this.reader);
		if (refusal != null) {
			this.reader.consume();
			this.events.broken(refusal);
		}
		return refusal != null;
	}

	/**
	 * Says what a message is that answers nothing: the end where nothing else than
	 * answers may come, since it is not known whose answer the next would be.
	 */
	private Next unasked() {
		if (!this.answersOnly || !this.answers.wereAsked()) {
			return Next.MESSAGE;
		}
		this.events.broken(new End(CloseReason.UNMATCHED,
				"the peer sent a message of " + this.reader.length() + " bytes when no answer was due: which answer is "
						+ "whose could not be told any more; does it answer twice, or send messages of its own? "
						+ "Let it use another duct for these, or set mixedTraffic(true) (mixed-traffic: true)",
				null));
		return Next.END;
	}

	private void noteUnfinished() {
		int bytes = this.reader.unfinishedBytes();
		if (bytes != 0 && this.clock.unfinished(bytes)) {
			// As long as it is, the loop looks at the time.
			this.activity.lively();
		}
	}

	/**
	 * Reads once, without waiting.
	 * @return whether there is something new, be it the end
	 */
	boolean readNonBlocking() {
		this.activity.read();
		try {
			int count = this.reader.fill(this.channel);
			if (count > 0) {
				this.activity.arrived();
			}
			else if (count < 0) {
				this.events.inputEnded(endOfStream());
			}
			else if (hasRoom()) {
				IOException writeFailure = this.events.writeFailure();
				if (writeFailure != null) {
					this.events.broken(End.broken(writeFailure));
				}
			}
			return count > 0 || this.lifecycle.end() != null;
		}
		catch (ClosedChannelException ex) {
			// Closed by another thread of ours, which says why.
			return true;
		}
		catch (IOException ex) {
			this.events.broken(End.of(ex));
			return true;
		}
		catch (RuntimeException | Error ex) {
			this.events.broken(End.failed("reading", ex));
			throw ex;
		}
	}

	private End endOfStream() {
		IOException writeFailure = this.events.writeFailure();
		return (writeFailure != null) ? End.broken(writeFailure) : End.ofStream(this.reader.unfinished());
	}

	/**
	 * Reads until there is a message, or the end.
	 * @return {@link Next#NOTHING} if the deadline passed first
	 * @throws InterruptedException if the thread is interrupted meanwhile
	 */
	Next nextUntil(long deadline) throws InterruptedException {
		Next next = nextIfBuffered();
		this.wait.begin();
		while (next == Next.NOTHING && !this.lifecycle.isInputEnded() && readUntil(deadline)) {
			next = nextIfBuffered();
		}
		return next;
	}

	/**
	 * Reads until there is a message, the end, or nothing left to read, but not for ever
	 * from a peer that sends as fast as it is read.
	 */
	Next nextNonBlocking() {
		Next next = nextIfBuffered();
		for (int reads = 0; next == Next.NOTHING && reads < MAX_READS_IN_A_ROW && readNonBlocking(); reads++) {
			next = nextIfBuffered();
		}
		return next;
	}

	/**
	 * Reads until an answer has come, or the end.
	 * @return {@link Next#END} at the end, else {@link Next#NOTHING} or
	 * {@link Next#MESSAGE}
	 * @throws InterruptedException if the thread is interrupted meanwhile
	 */
	Next nextUntilAnswered(PendingAnswer answer, long deadline) throws InterruptedException {
		Next next = nextIfBuffered();
		this.wait.begin();
		while (next != Next.END && !answer.isDone() && readUntil(deadline)) {
			next = nextIfBuffered();
		}
		return next;
	}

	/**
	 * Reads once, waiting for something to read if there is nothing.
	 * @return false if the deadline passed first
	 * @throws InterruptedException if the thread is interrupted meanwhile
	 */
	private boolean readUntil(long deadline) throws InterruptedException {
		if (!this.wait.mayGoOn(deadline)) {
			return false;
		}
		if (!this.reader.isDrained()) {
			readNonBlocking();
			return true;
		}
		this.events.beforeWaiting();
		return this.wait.readUntil(deadline);
	}

	/**
	 * Whether {@link #nextIfBuffered()} has found a message that nobody took; to other
	 * threads than the reader no more than a guess.
	 */
	boolean hasFound() {
		return this.reader.length() >= 0;
	}

	/**
	 * Takes the message that was found.
	 */
	byte[] take() {
		byte[] payload = this.reader.take();
		count(payload.length);
		return payload;
	}

	/**
	 * The reader, which has the message that was found.
	 */
	FrameReader message() {
		return this.reader;
	}

	/**
	 * Goes on behind the message that was found.
	 */
	void consumed() {
		count(this.reader.length());
		this.reader.consume();
	}

	private void count(int length) {
		// The reader alone writes, so there is no need for anything dearer.
		TAKEN_FRAMES.lazySet(this, this.takenFrames + 1);
		TAKEN_BYTES.lazySet(this, this.takenBytes + length);
	}

	long takenFrames() {
		return this.takenFrames;
	}

	long takenBytes() {
		return this.takenBytes;
	}

	/**
	 * Whether more may be read ahead.
	 */
	boolean hasRoom() {
		return this.reader.hasRoom();
	}

	/**
	 * Reads what is there, as far as there is room, to find an end that has come.
	 * @param far whether to make room if an end may be behind messages that fill it
	 */
	void readAhead(boolean far) {
		readAhead(MAX_READS_AHEAD);
		if (far && this.lifecycle.end() == null && !hasRoom()) {
			this.reader.readFarAhead();
			readAhead(MAX_READS_FAR_AHEAD);
		}
	}

	private void readAhead(int maxReads) {
		nextIfBuffered();
		for (int reads = 0; reads < maxReads && this.lifecycle.end() == null && hasRoom()
				&& readNonBlocking(); reads++) {
			nextIfBuffered();
		}
	}

	/**
	 * Whether the last read left nothing behind. Otherwise no selector may tell of what
	 * there is: TLS decrypts more at a time than was asked for.
	 */
	boolean isDrained() {
		return this.reader.isDrained();
	}

	/**
	 * Whether the reader waits for bytes; for any thread.
	 */
	boolean isWaiting() {
		return this.wait.isWaiting();
	}

	/**
	 * Makes a reader that waits for bytes, or is about to, read once more; for any
	 * thread.
	 */
	void wakeUp() {
		this.wait.wakeUp();
	}

	/**
	 * Gives back what only a lively connection needs.
	 */
	void freeMemory() {
		this.reader.release();
		this.wait.release();
	}

	/**
	 * What is left when the connection has ended.
	 */
	LastInput last(ReadTurn turn) {
		return new LastInput(turn, this.channel, this.reader);
	}

	/**
	 * Wakes a reader that waits for bytes; for any thread. What was read before can still
	 * be taken.
	 */
	void close() {
		this.wait.close();
		this.reader.ended();
	}

}
