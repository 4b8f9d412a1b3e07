package io.ductworks.internal.connection;

import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Consumer;

import io.ductworks.internal.loop.EventLoop;

/**
 * A write that a sender in full flow has deferred, together with the writer role. The
 * loop is woken for it, until the flow has gone on for a while: then the loop looks every
 * millisecond by itself, which costs far less, as long as the sender gathers so much
 * meanwhile that it writes by itself. The writer alone defers and notes pauses; any
 * thread may do the rest.
 */
final class DeferredFlush implements EventLoop.Timed {

	/** So often in a row the loop is woken before it looks by itself. */
	private static final int ROUNDS = 16;

	/** The selector rounds that up to a whole millisecond. */
	private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

	private static final AtomicIntegerFieldUpdater<DeferredFlush> DEFERRED = AtomicIntegerFieldUpdater
		.newUpdater(DeferredFlush.class, "deferred");

	private final Executor loop;

	private final Consumer<EventLoop.Timed> timers;

	private final Runnable write;

	private final Runnable runDeferred = this::runDeferred;

	/**
	 * Not 0 if the writer role waits for the loop, or for the first thread that reclaims
	 * it.
	 */
	private volatile int deferred;

	private volatile boolean watched;

	/** When the last write of a flow ended. */
	private volatile long lastWriteEnd = System.nanoTime();

	/** Whether the sender has gathered enough for a write since the loop last looked. */
	private volatile boolean gathering;

	/** How often in a row a write was deferred; belongs to the writer. */
	private int rounds;

	/**
	 * Creates one for a connection.
	 * @param loop runs a task soon
	 * @param timers has the loop look at the time
	 * @param write writes what waits, on the thread of the writer
	 */
	DeferredFlush(Executor loop, Consumer<EventLoop.Timed> timers, Runnable write) {
		this.loop = loop;
		this.timers = timers;
		this.write = write;
	}

	/**
	 * Hands the writer role to the loop.
	 */
	void defer() {
		boolean watched = this.watched;
		if (!watched && ++this.rounds >= ROUNDS) {
			this.rounds = 0;
			// Until the second look, by when it has shown.
			this.gathering = true;
			this.watched = true;
		}
		this.deferred = 1;
		// Read again, since the loop may have stopped looking meanwhile.
		if (!this.watched) {
			this.loop.execute(this.runDeferred);
		}
		else if (!watched) {
			this.timers.accept(this);
		}
	}

	/**
	 * Notes that the flow has paused.
	 */
	void pauseNoted() {
		this.rounds = 0;
	}

	/**
	 * Whether a write was deferred and no thread has come to it.
	 */
	boolean isDeferred() {
		return this.deferred != 0;
	}

	/**
	 * Whether a deferred write may wait for the loop's next look.
	 */
	boolean isWatched() {
		return this.watched;
	}

	/**
	 * Makes the calling thread the writer, if a write was deferred and no thread has come
	 * to it.
	 */
	boolean reclaim() {
		return DEFERRED.compareAndSet(this, 1, 0);
	}

	/**
	 * Writes what a sender has gathered, if a write was deferred and no thread has come
	 * to it.
	 */
	void runGathered() {
		if (isDeferred()) {
			this.gathering = true;
			runDeferred();
		}
	}

	/**
	 * Writes what was deferred, if no thread has come to it.
	 */
	void runDeferred() {
		if (reclaim()) {
			this.write.run();
			flushed();
		}
	}

	/**
	 * Notes that a write of a flow has ended.
	 */
	void flushed() {
		this.lastWriteEnd = System.nanoTime();
	}

	/**
	 * How long ago the last write of a flow ended.
	 */
	long nanosSinceFlush() {
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
		runDeferred();
		return gathering ? LOOK_NANOS : Long.MAX_VALUE;
	}

}
