package io.ductworks.internal.connection;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * The answer that a request waits for. It ends exactly once: come, failed or given up.
 * Thread-safe.
 */
public final class PendingAnswer {

	private static final Object GIVEN_UP = new Object();

	/** Twice this can still be told from the past. */
	private static final long MAX_TIMEOUT_NANOS = Long.MAX_VALUE / 4;

	private final long started;

	private final long timeoutNanos;

	/** The thread that waits, or {@code null} if the loop keeps the time. */
	private final @Nullable Thread caller;

	private final Consumer<PendingAnswer> ended;

	/** What its answer will bear, where answers bear one. */
	private volatile long id;

	/**
	 * An {@link Answer}, a {@link Failure} or {@link #GIVEN_UP}; {@code null} while
	 * pending.
	 */
	private final AtomicReference<@Nullable Object> result = new AtomicReference<>();

	/** When it is to be given up; once it is, when its late answer is. */
	private volatile long deadline;

	/** What {@link Answers} knows of it, guarded by that. */
	boolean queued;

	boolean timedByLoop;

	private PendingAnswer(long started, long timeoutNanos, @Nullable Thread caller, Consumer<PendingAnswer> ended) {
		this.started = started;
		this.timeoutNanos = Math.min(timeoutNanos, MAX_TIMEOUT_NANOS);
		this.caller = caller;
		this.ended = ended;
		this.deadline = started + this.timeoutNanos;
	}

	/**
	 * An answer that the calling thread waits for.
	 * @param started since when it waits, in the time of {@link System#nanoTime()}
	 * @param timeoutNanos how long it waits in all
	 * @param ended called once, by the thread that ends it, before the caller goes on;
	 * must not block
	 * @return the pending answer
	 */
	public static PendingAnswer ofCaller(long started, long timeoutNanos, Consumer<PendingAnswer> ended) {
		return new PendingAnswer(started, timeoutNanos, Thread.currentThread(), ended);
	}

	/**
	 * An answer that no thread waits for.
	 * @param started since when it is waited for, in the time of
	 * {@link System#nanoTime()}
	 * @param timeoutNanos how long
	 * @param ended called once, by the thread that ends it; must not block
	 * @return the pending answer
	 */
	public static PendingAnswer ofLoop(long started, long timeoutNanos, Consumer<PendingAnswer> ended) {
		return new PendingAnswer(started, timeoutNanos, null, ended);
	}

	/**
	 * What came.
	 *
	 * @param payload has it
	 * @param offset where in the payload it begins
	 * @param length how long it is
	 * @param failure whether it is known to say that the request failed
	 */
	public record Answer(byte[] payload, int offset, int length, boolean failure) {

		/**
		 * An answer that is a whole payload.
		 */
		static Answer of(byte[] payload) {
			return new Answer(payload, 0, payload.length, false);
		}

	}

	/**
	 * Takes the answer.
	 * @return false if it has ended already: the answer came late
	 */
	boolean come(Answer answer) {
		return end(answer);
	}

	/**
	 * Fails it, since its connection has ended.
	 * @param sent whether a part of the request may have been written
	 */
	boolean fail(End end, boolean sent) {
		return end(new Failure(end, sent));
	}

	/**
	 * Why it failed.
	 */
	private record Failure(End end, boolean sent) {
	}

	/**
	 * Gives it up.
	 * @return false if it has ended already
	 */
	boolean giveUp() {
		return end(GIVEN_UP);
	}

	private boolean end(Object result) {
		if (!this.result.compareAndSet(null, result)) {
			return false;
		}
		try {
			this.ended.accept(this);
		}
		finally {
			if (this.caller != null && this.caller != Thread.currentThread()) {
				LockSupport.unpark(this.caller);
			}
		}
		return true;
	}

	/**
	 * Whether it has come, failed or been given up.
	 * @return whether it has ended
	 */
	public boolean isDone() {
		return this.result.get() != null;
	}

	/**
	 * Whether nobody waits for it any more.
	 * @return whether it was given up
	 */
	public boolean isGivenUp() {
		return this.result.get() == GIVEN_UP;
	}

	/**
	 * What came.
	 * @return the answer, or {@code null} if it has not come
	 */
	public @Nullable Answer answer() {
		return (this.result.get() instanceof Answer answer) ? answer : null;
	}

	/**
	 * What its answer bears, where answers bear an id.
	 * @return the id, 0 before it has one
	 */
	public long id() {
		return this.id;
	}

	/**
	 * Gives it the id of a request that is about to go out.
	 * @param id the id
	 */
	public void id(long id) {
		this.id = id;
	}

	/**
	 * How the connection ended, if that is why it failed.
	 * @return the end, or {@code null}
	 */
	public @Nullable End failure() {
		return (this.result.get() instanceof Failure failure) ? failure.end() : null;
	}

	/**
	 * Whether it failed before anything of the request was written: it may go out over
	 * another connection.
	 * @return whether nothing was written
	 */
	public boolean isUnsent() {
		return this.result.get() instanceof Failure failure && !failure.sent();
	}

	/**
	 * Since when it has been waited for.
	 * @return in the time of {@link System#nanoTime()}
	 */
	public long started() {
		return this.started;
	}

	/**
	 * How long it is waited for.
	 * @return the time in nanoseconds
	 */
	public long timeoutNanos() {
		return this.timeoutNanos;
	}

	boolean hasCaller() {
		return this.caller != null;
	}

	long deadline() {
		return this.deadline;
	}

	void deadline(long deadline) {
		this.deadline = deadline;
	}

	/**
	 * Waits until it has ended, on the thread of the caller.
	 * @return false if the deadline passed first
	 * @throws InterruptedException if the thread is interrupted meanwhile
	 */
	boolean awaitDone(long deadline) throws InterruptedException {
		while (!isDone()) {
			long left = deadline - System.nanoTime();
			if (left <= 0) {
				return false;
			}
			if (Thread.interrupted()) {
				throw new InterruptedException();
			}
			LockSupport.parkNanos(this, left);
		}
		return true;
	}

}
