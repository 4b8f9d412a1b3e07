package io.ductworks.internal.connection;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.ductworks.CloseReason;
import io.ductworks.internal.loop.Uninterrupted;
import org.jspecify.annotations.Nullable;

/**
 * The life of a connection, which goes one way only:
 *
 * <pre>
 * OPEN ── the peer sends no more, answers are under way ──▶ LAST_ANSWERS
 *  │                                                            │
 *  └───────────── any end ──────────▶ ENDING ◀──────────────────┘
 *                                        │ channel closed, frames counted, requests failed
 *                                        ▼
 *                                      ENDED
 * </pre>
 *
 * A thread that finds the end moves the connection to {@link Phase#ENDING} and does the
 * work; every other thread that comes with an end finds that there is one. Thread-safe.
 */
final class Lifecycle {

	/** How far the life of a connection is. */
	enum Phase {

		/** Both sides may send. */
		OPEN,

		/** The peer sends no more, and may wait for answers. */
		LAST_ANSWERS,

		/** The end is known, and one thread is at work on it. */
		ENDING,

		/** Nothing is left to do, but to take what came before the end. */
		ENDED;

		boolean mayBecome(Phase next) {
			return switch (this) {
				case OPEN -> next == LAST_ANSWERS || next == ENDING;
				case LAST_ANSWERS -> next == ENDING;
				case ENDING -> next == ENDED;
				case ENDED -> false;
			};
		}

	}

	private volatile Phase phase = Phase.OPEN;

	/** Set from {@link Phase#ENDING} on. */
	private volatile @Nullable End end;

	/** That the peer sends no more; set in {@link Phase#LAST_ANSWERS}. */
	private volatile @Nullable End inputEnd;

	/** How long answers may go out in {@link Phase#LAST_ANSWERS}. */
	private volatile long lastAnswersUntil;

	Phase phase() {
		return this.phase;
	}

	/**
	 * How the connection ended.
	 * @return the end, or {@code null} as long as there is none
	 */
	@Nullable End end() {
		return this.end;
	}

	/**
	 * Notes that the peer sends no more while answers are under way.
	 * @return false if that was known, or the connection is ending
	 */
	synchronized boolean lastAnswers(End inputEnd, long until) {
		if (!this.phase.mayBecome(Phase.LAST_ANSWERS)) {
			return false;
		}
		this.inputEnd = inputEnd;
		this.lastAnswersUntil = until;
		this.phase = Phase.LAST_ANSWERS;
		return true;
	}

	/**
	 * Whether the peer was found to send no more while answers were under way.
	 */
	boolean isInputEnded() {
		return this.inputEnd != null;
	}

	@Nullable End inputEnd() {
		return this.inputEnd;
	}

	long lastAnswersUntil() {
		return this.lastAnswersUntil;
	}

	/**
	 * Begins the end.
	 * @param reported how the calling thread found the connection to end
	 * @param announce told of the end before any other thread can see it
	 * @return the end, to be worked off by the calling thread, or {@code null} if another
	 * thread has begun it
	 */
	synchronized @Nullable End beginEnding(End reported, Consumer<End> announce) {
		if (!this.phase.mayBecome(Phase.ENDING)) {
			return null;
		}
		End inputEnd = this.inputEnd;
		// A peer that was found to close is not told of again as one that is broken.
		End end = (inputEnd != null && reported.reason() == CloseReason.PEER_RESET) ? inputEnd : reported;
		announce.accept(end);
		this.end = end;
		this.phase = Phase.ENDING;
		return end;
	}

	/**
	 * Notes that the end is worked off, and wakes the threads that wait for it.
	 */
	synchronized void ended() {
		if (!this.phase.mayBecome(Phase.ENDED)) {
			throw new IllegalStateException("A connection cannot go from " + this.phase + " to " + Phase.ENDED);
		}
		this.phase = Phase.ENDED;
		notifyAll();
	}

	/**
	 * Waits until the end is worked off. An interrupt does not end the wait, and stays.
	 * @return false if the deadline passed first
	 */
	synchronized boolean awaitEnded(long deadline) {
		return Uninterrupted.await((nanos) -> {
			if (this.phase != Phase.ENDED && nanos > 0) {
				TimeUnit.NANOSECONDS.timedWait(this, Math.max(nanos, 1_000_000));
			}
			return this.phase == Phase.ENDED;
		}, deadline);
	}

}
