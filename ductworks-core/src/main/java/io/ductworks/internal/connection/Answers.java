package io.ductworks.internal.connection;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The answers that one connection owes, in the order of their requests, which is the
 * order in which they come. One that was given up keeps its place until it has come.
 * Thread-safe.
 */
final class Answers {

	/** What {@link #nanosToLook} says if there is nothing to look at. */
	private static final long NEVER = Long.MAX_VALUE;

	private static final Deque<PendingAnswer> NONE = new ArrayDeque<>(0);

	/** Made with the first request, since most connections at rest never saw one. */
	private Deque<PendingAnswer> pending = NONE;

	private volatile int size;

	/** Whether a request was ever made, or is about to be. */
	private volatile boolean asked;

	/** How many the loop keeps the time of. */
	private int timedByLoop;

	/** No deadline of these is earlier; of meaning only if there are any. */
	private long earliest;

	/**
	 * Notes that a request is about to be made.
	 */
	void asking() {
		if (!this.asked) {
			this.asked = true;
		}
	}

	boolean wereAsked() {
		return this.asked;
	}

	/**
	 * Adds the answer to the request that goes out next.
	 * @return whether the loop has to look earlier than before
	 */
	synchronized boolean add(PendingAnswer answer) {
		if (this.pending == NONE) {
			this.pending = new ArrayDeque<>(2);
		}
		this.pending.add(answer);
		answer.queued = true;
		this.size = this.pending.size();
		return !answer.hasCaller() && timeByLoop(answer);
	}

	private boolean timeByLoop(PendingAnswer answer) {
		answer.timedByLoop = true;
		this.timedByLoop++;
		long deadline = answer.deadline();
		if (this.timedByLoop == 1 || deadline - this.earliest < 0) {
			this.earliest = deadline;
			return true;
		}
		return false;
	}

	boolean isEmpty() {
		return this.size == 0;
	}

	int size() {
		return this.size;
	}

	/**
	 * Takes the answer that the next message is.
	 * @return the answer, or {@code null} if none is pending
	 */
	@Nullable PendingAnswer takeOldest() {
		if (this.size == 0) {
			return null;
		}
		synchronized (this) {
			PendingAnswer oldest = this.pending.poll();
			if (oldest != null) {
				taken(oldest);
			}
			this.size = this.pending.size();
			return oldest;
		}
	}

	private void taken(PendingAnswer answer) {
		answer.queued = false;
		if (answer.timedByLoop) {
			this.timedByLoop--;
		}
	}

	/**
	 * Whether answers are awaited that no caller waits to read.
	 */
	boolean hasUnattended() {
		if (this.size == 0) {
			return false;
		}
		synchronized (this) {
			return this.timedByLoop > 0;
		}
	}

	/**
	 * Gives an answer up.
	 * @param lateNanos for how long it is waited for all the same
	 * @return false if it had ended already
	 */
	boolean giveUp(PendingAnswer answer, long now, long lateNanos) {
		if (!answer.giveUp()) {
			return false;
		}
		synchronized (this) {
			answer.deadline(now + lateNanos);
			if (answer.queued && !answer.timedByLoop) {
				timeByLoop(answer);
			}
		}
		return true;
	}

	/**
	 * When the loop has to look again.
	 * @return the time in nanoseconds from now, {@link Long#MAX_VALUE} for never
	 */
	long nanosToLook(long now) {
		if (this.size == 0) {
			return NEVER;
		}
		synchronized (this) {
			return (this.timedByLoop > 0) ? this.earliest - now : NEVER;
		}
	}

	/**
	 * The answers of the loop whose time is over.
	 */
	synchronized List<PendingAnswer> overdue(long now) {
		List<PendingAnswer> overdue = new ArrayList<>();
		long earliest = now + NEVER / 2;
		for (PendingAnswer answer : this.pending) {
			if (answer.timedByLoop) {
				if (answer.deadline() - now <= 0) {
					overdue.add(answer);
				}
				earliest = (answer.deadline() - earliest < 0) ? answer.deadline() : earliest;
			}
		}
		this.earliest = earliest;
		return overdue;
	}

	/**
	 * Takes all that are pending.
	 */
	synchronized List<PendingAnswer> takeAll() {
		List<PendingAnswer> all = new ArrayList<>(this.pending);
		this.pending = NONE;
		all.forEach(this::taken);
		this.size = 0;
		return all;
	}

}
