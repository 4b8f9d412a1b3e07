package io.ductworks.internal.connection;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * The answers that one connection owes. Thread-safe.
 */
final class Answers {

	/** What {@link #nanosToLook} says if there is nothing to look at. */
	private static final long NEVER = Long.MAX_VALUE;

	private final Supplier<Correlation> correlations;

	/** Made with the first request, since most connections at rest never saw one. */
	private @Nullable Correlation correlation;

	private volatile int size;

	/** Whether a request was ever made, or is about to be. */
	private volatile boolean asked;

	/** How many the loop keeps the time of. */
	private int timedByLoop;

	/** No deadline of these is earlier; of meaning only if there are any. */
	private long earliest;

	/**
	 * Creates answers of which none is due.
	 * @param correlations makes what tells whose answer has come
	 */
	Answers(Supplier<Correlation> correlations) {
		this.correlations = correlations;
	}

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
		Correlation correlation = this.correlation;
		if (correlation == null) {
			correlation = this.correlations.get();
			this.correlation = correlation;
		}
		correlation.add(answer);
		answer.queued = true;
		this.size = correlation.pending().size();
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
	 * Takes the answer that has come.
	 * @param id its id; of no meaning where answers bear none
	 * @return the answer, or {@code null} if it is not pending
	 */
	@Nullable PendingAnswer take(long id) {
		if (this.size == 0) {
			return null;
		}
		synchronized (this) {
			Correlation correlation = this.correlation;
			PendingAnswer answer = (correlation != null) ? correlation.take(id) : null;
			if (correlation != null && answer != null) {
				taken(answer);
				this.size = correlation.pending().size();
			}
			return answer;
		}
	}

	private void taken(PendingAnswer answer) {
		answer.queued = false;
		if (answer.timedByLoop) {
			answer.timedByLoop = false;
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
	 * @param lateNanos for how long it is waited for all the same, where that matters
	 * @return false if it had ended already
	 */
	boolean giveUp(PendingAnswer answer, long now, long lateNanos) {
		if (!answer.giveUp()) {
			return false;
		}
		synchronized (this) {
			answer.deadline(now + lateNanos);
			if (answer.queued && this.correlation != null && this.correlation.forgets()) {
				take(answer.id());
			}
			else if (answer.queued && !answer.timedByLoop) {
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
		for (PendingAnswer answer : pending()) {
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
		List<PendingAnswer> all = pending();
		all.forEach(this::taken);
		if (this.correlation != null) {
			this.correlation.clear();
		}
		this.size = 0;
		return all;
	}

	private List<PendingAnswer> pending() {
		return (this.correlation != null) ? List.copyOf(this.correlation.pending()) : List.of();
	}

}
