package io.ductworks.internal.connection;

import java.nio.channels.SelectionKey;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import io.ductworks.internal.connection.Lifecycle.Phase;
import io.ductworks.internal.frame.FrameReader;
import io.ductworks.internal.loop.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * The reader of a connection, and what follows when a reader gives its turn back. One
 * thread at a time has the turn: a caller, a worker of the handler, or the loop where
 * neither is there. Thread-safe; methods that say so need the turn.
 */
public final class Reading {

	/** How long a look without waiting leaves to a reader that is at work. */
	private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	private final ReadTurn turn = new ReadTurn();

	private final EventLoop loop;

	private final Readers readers;

	private final Input input;

	private final Answers answers;

	private final Lifecycle lifecycle;

	private final Activity activity;

	private final ReadingEvents events;

	private volatile @Nullable SelectionKey key;

	Reading(EventLoop loop, Readers readers, Input input, Answers answers, Lifecycle lifecycle, Activity activity,
			ReadingEvents events) {
		this.loop = loop;
		this.readers = readers;
		this.input = input;
		this.answers = answers;
		this.lifecycle = lifecycle;
		this.activity = activity;
		this.events = events;
	}

	void register(SelectionKey key) {
		this.key = key;
	}

	// For callers and workers

	/**
	 * Takes the turn if it is free.
	 * @return whether the calling thread has it
	 */
	public boolean tryAcquire() {
		return this.turn.tryAcquire();
	}

	/**
	 * Waits for the turn, a moment longer if the thread that has it does not wait for
	 * bytes.
	 * @param deadline in the time of {@link System#nanoTime()}
	 * @return false if the deadline passed first
	 * @throws InterruptedException if the thread is interrupted meanwhile
	 */
	public boolean acquire(long deadline) throws InterruptedException {
		if (this.turn.acquire(() -> false, deadline)) {
			return true;
		}
		// A reader that does not wait is about to find what is there.
		return !this.input.isWaiting() && this.turn.acquire(() -> false, System.nanoTime() + MOMENT_NANOS);
	}

	/**
	 * Looks at what was read, without reading; needs the turn.
	 * @return what comes next
	 */
	public Next nextIfBuffered() {
		return this.input.nextIfBuffered();
	}

	/**
	 * Reads what can be read at once until there is a message or the end; needs the turn.
	 * @return what comes next
	 */
	public Next nextNonBlocking() {
		return this.input.nextNonBlocking();
	}

	/**
	 * Reads, and waits for bytes, until there is a message or the end; needs the turn.
	 * @param deadline in the time of {@link System#nanoTime()}
	 * @return what comes next, {@link Next#NOTHING} if the deadline passed first
	 * @throws InterruptedException if the thread is interrupted meanwhile
	 */
	public Next nextUntil(long deadline) throws InterruptedException {
		return this.input.nextUntil(deadline);
	}

	/**
	 * Takes the message that was found; needs the turn.
	 * @return its payload, in an array of its own
	 */
	public byte[] take() {
		return this.input.take();
	}

	/**
	 * The message that was found, in the buffer that it was read into; needs the turn.
	 * @return its place, valid until {@link #consumed()}
	 */
	public FrameReader message() {
		return this.input.message();
	}

	/**
	 * Goes on behind the message that was found; needs the turn.
	 */
	public void consumed() {
		this.input.consumed();
	}

	/**
	 * Gives the turn back and sees to it that somebody reads on, if anybody has to.
	 */
	public void release() {
		if (this.readers == Readers.CALLERS && this.activity.isLively() && this.answers.isEmpty()
				&& this.lifecycle.end() == null) {
			// The next caller reads.
			this.turn.release();
			lookIfEnded();
			return;
		}
		release(false);
	}

	/**
	 * Gives the turn back while a message is handled. The thread that handles it comes
	 * back for the next one; answers have to be read meanwhile.
	 */
	public void releaseToHandle() {
		boolean drained = this.input.isDrained();
		this.turn.release();
		if (this.answers.hasUnattended()) {
			readOn(AfterReading.decide(true, true, drained, isOver()));
		}
	}

	/**
	 * Looks for a message without waiting for bytes or for the turn.
	 * @return what comes next
	 */
	public Next look() {
		if (!this.turn.tryAcquire()) {
			// The reader had looked when it found the end.
			return (this.lifecycle.end() != null && this.input.hasFound()) ? Next.MESSAGE : Next.NOTHING;
		}
		try {
			return this.input.nextNonBlocking();
		}
		finally {
			release();
		}
	}

	/**
	 * Waits for the turn.
	 * @param done ends the wait without the turn; the thread that makes it true unparks
	 * the waiting one
	 */
	boolean acquire(BooleanSupplier done, long deadline) throws InterruptedException {
		return this.turn.acquire(done, deadline);
	}

	/**
	 * Reads until an answer has come, or the end; needs the turn.
	 */
	Next nextUntilAnswered(PendingAnswer answer, long deadline) throws InterruptedException {
		return this.input.nextUntilAnswered(answer, deadline);
	}

	/**
	 * Whether a message was found that nobody took; to threads without the turn no more
	 * than a guess.
	 * @return whether there is one
	 */
	public boolean hasFound() {
		return this.input.hasFound();
	}

	/**
	 * Whether the reader waits for bytes; for any thread.
	 */
	boolean isWaiting() {
		return this.input.isWaiting();
	}

	/**
	 * Whether the reader is at work on what was read and has not come to look for an end.
	 * @return whether it is
	 */
	public boolean isReading() {
		return this.turn.isTaken() && !this.input.isWaiting();
	}

	/**
	 * Reads ahead what is there, to find an end that has come.
	 */
	public void readAhead() {
		readAhead(false);
	}

	/**
	 * Reads far ahead what is there, to find an end that has come behind messages that
	 * nobody takes. They stay to be taken.
	 */
	public void findEndBehindMessages() {
		readAhead(true);
	}

	private void readAhead(boolean far) {
		if (this.turn.tryAcquire()) {
			try {
				this.input.readAhead(far);
			}
			finally {
				release();
			}
		}
	}

	/**
	 * Has the loop read as soon as there is something, for an answer that no caller waits
	 * for.
	 */
	void watch() {
		SelectionKey key = this.key;
		if (key != null && !this.lifecycle.isInputEnded()) {
			this.loop.addInterest(key, SelectionKey.OP_READ);
		}
	}

	/**
	 * How many messages were taken.
	 * @return the number of messages, answers among them
	 */
	public long takenFrames() {
		return this.input.takenFrames();
	}

	/**
	 * How many payload bytes the messages had that were taken.
	 * @return the number of bytes
	 */
	public long takenBytes() {
		return this.input.takenBytes();
	}

	/**
	 * What is left of a connection that has ended.
	 * @return what nobody takes any more
	 */
	public LastInput last() {
		return this.input.last(this.turn);
	}

	// For the connection

	/**
	 * Reads once, on the loop's thread, so that only a whole message takes a worker: a
	 * part of one, or the end of many connections at once, takes none.
	 */
	void readable() {
		if (this.turn.tryAcquire()) {
			try {
				this.input.nextIfBuffered();
				this.input.readNonBlocking();
				this.input.nextIfBuffered();
			}
			finally {
				release(true);
			}
		}
		else if (this.readers == Readers.HANDLER) {
			this.events.messageReady();
		}
		this.activity.lively();
	}

	/**
	 * Gives the turn back.
	 * @param watched whether the loop has it, which goes on watching what callers read
	 */
	private void release(boolean watched) {
		boolean message = this.input.nextIfBuffered() == Next.MESSAGE;
		boolean room = this.input.hasRoom();
		boolean drained = this.input.isDrained();
		boolean over = !message && isEnded();
		if (over) {
			this.events.drained();
		}
		this.turn.release();
		if (!message && !over) {
			lookIfEnded();
		}
		if (message && this.readers != Readers.CALLERS && this.events.messageReady()) {
			return;
		}
		boolean needed = watched || this.readers != Readers.CALLERS || !this.activity.isLively()
				|| this.answers.hasUnattended();
		readOn(AfterReading.decide(room, needed, drained, isOver()));
	}

	/**
	 * Makes up for the look of the thread that ended the connection, which cannot look
	 * while the turn is taken.
	 */
	private void lookIfEnded() {
		if (isEnded()) {
			look();
		}
	}

	private boolean isEnded() {
		return this.lifecycle.phase() == Phase.ENDED;
	}

	private boolean isOver() {
		return this.lifecycle.end() != null || this.lifecycle.isInputEnded();
	}

	private void readOn(AfterReading what) {
		switch (what) {
			case WATCH -> watch();
			case READ_ON -> this.loop.execute(this::readable);
			case NOTHING -> {
			}
		}
	}

	/**
	 * Has the loop do no more than watch, and gives back what only a lively connection
	 * needs.
	 * @return false if a thread is at work on what was read
	 */
	boolean becomeQuiet() {
		if (this.turn.tryAcquire()) {
			this.activity.quiet();
			this.input.freeMemory();
			boolean room = this.input.hasRoom();
			boolean drained = this.input.isDrained();
			release(false);
			if (this.readers == Readers.HANDLER) {
				// Nobody else would notice the end while a message is being handled and
				// another one is at hand.
				readOn(AfterReading.decide(room, true, drained, isOver()));
			}
			return true;
		}
		if (this.input.isWaiting()) {
			this.activity.quiet();
			// From now on the reader keeps the time itself, but may be about to leave.
			this.input.wakeUp();
			watch();
			return true;
		}
		return false;
	}

	/**
	 * Has a reader that waits look at its deadline, or the loop watch if there is none.
	 */
	void wakeReaderOrWatch() {
		if (this.input.isWaiting()) {
			this.input.wakeUp();
		}
		else if (!this.turn.isTaken()) {
			watch();
		}
	}

	/**
	 * Has somebody read until the end is found, now that writing has failed.
	 */
	void findEnd() {
		this.loop.execute(() -> {
			this.input.wakeUp();
			readable();
		});
	}

}
