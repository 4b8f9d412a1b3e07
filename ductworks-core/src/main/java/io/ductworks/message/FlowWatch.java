package io.ductworks.message;

import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.ductworks.internal.loop.EventLoop;

/**
 * Writing that a sender in full flow left to the loop. The loop is woken for it, until
 * the flow has gone on for a while: then it looks every millisecond by itself, which
 * costs far less, as long as the sender gathers so much meanwhile that it writes by
 * itself. To leave, and to note a pause, is for who has the part of writing, everything
 * else for anybody.
 */
final class FlowWatch implements EventLoop.Timed {

	/** So often in a row the loop is woken before it looks by itself. */
	private static final int ROUNDS = 16;

	/** The selector rounds that up to a whole millisecond. */
	private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

	private final Executor loop;

	private final Consumer<EventLoop.Timed> clock;

	private final Runnable write;

	private final Runnable writeLeft = this::writeLeft;

	/** Whether the part of writing waits for the loop, or for whoever comes first. */
	private final AtomicBoolean left = new AtomicBoolean();

	private volatile boolean watched;

	/** When the last write ended that was no answer. */
	private volatile long lastWriteEnd = System.nanoTime();

	/** Whether the sender has gathered enough for a write since the loop last looked. */
	private volatile boolean gathering;

	/** How often in a row writing was left; belongs to who has the part of writing. */
	private int rounds;

	/**
	 * Creates a watch over a connection.
	 * @param loop runs a task soon
	 * @param clock has the loop ask something for the time
	 * @param write writes what waits, for who has the part of writing
	 */
	FlowWatch(Executor loop, Consumer<EventLoop.Timed> clock, Runnable write) {
		this.loop = loop;
		this.clock = clock;
		this.write = write;
	}

	/**
	 * Leaves the part of writing to the loop.
	 */
	void leave() {
		boolean watched = this.watched;
		if (!watched && ++this.rounds >= ROUNDS) {
			this.rounds = 0;
			// Until the second look, by when it has shown.
			this.gathering = true;
			this.watched = true;
		}
		this.left.set(true);
		// Read again, since the loop may have stopped looking meanwhile.
		if (!this.watched) {
			this.loop.execute(this.writeLeft);
		}
		else if (!watched) {
			this.clock.accept(this);
		}
	}

	/**
	 * Notes that the flow has paused.
	 */
	void paused() {
		this.rounds = 0;
	}

	/**
	 * Whether writing was left and nobody has come to it.
	 */
	boolean isLeft() {
		return this.left.get();
	}

	/**
	 * Whether writing that was left may wait for the loop's next look.
	 */
	boolean isWatched() {
		return this.watched;
	}

	/**
	 * Takes the part of writing back, if it was left and nobody has come to it.
	 */
	boolean takeBack() {
		return this.left.compareAndSet(true, false);
	}

	/**
	 * Writes what a sender has gathered, if writing was left and nobody has come to it.
	 */
	void writeGathered() {
		if (this.left.get()) {
			this.gathering = true;
			writeLeft();
		}
	}

	/**
	 * Writes what was left, if nobody has come to it.
	 */
	void writeLeft() {
		if (takeBack()) {
			this.write.run();
			written();
		}
	}

	/**
	 * Notes that something was written that was no answer.
	 */
	void written() {
		this.lastWriteEnd = System.nanoTime();
	}

	/**
	 * How long ago something was written that was no answer.
	 */
	long nanosSinceWrite() {
		return System.nanoTime() - this.lastWriteEnd;
	}

	@Override
	public long onTime(long now) {
		boolean gathering = this.gathering;
		this.gathering = false;
		if (!gathering) {
			this.watched = false;
		}
		// After that, since a sender may have relied on it.
		writeLeft();
		return gathering ? LOOK_NANOS : Long.MAX_VALUE;
	}

}
