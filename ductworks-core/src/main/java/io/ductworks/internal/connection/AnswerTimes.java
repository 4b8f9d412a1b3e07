package io.ductworks.internal.connection;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The times of those answers of one connection that no caller keeps the time of. Guarded
 * by the lock of its owner.
 */
final class AnswerTimes {

	/** What {@link #nanosToLook} says if there is nothing to look at. */
	static final long NEVER = Long.MAX_VALUE;

	/** How many the loop keeps the time of. */
	private int timedByLoop;

	/** No deadline of these is earlier; of meaning only if there are any. */
	private long earliest;

	/**
	 * Has the loop keep the time of an answer.
	 * @return whether it has to look earlier than before
	 */
	boolean add(PendingAnswer answer) {
		answer.timedByLoop = true;
		this.timedByLoop++;
		long deadline = answer.deadline();
		if (this.timedByLoop == 1 || deadline - this.earliest < 0) {
			this.earliest = deadline;
			return true;
		}
		return false;
	}

	/**
	 * Notes that an answer is not pending any more.
	 */
	void remove(PendingAnswer answer) {
		if (answer.timedByLoop) {
			answer.timedByLoop = false;
			this.timedByLoop--;
		}
	}

	boolean isEmpty() {
		return this.timedByLoop == 0;
	}

	/**
	 * When the loop has to look again.
	 */
	long nanosToLook(long now) {
		return isEmpty() ? NEVER : this.earliest - now;
	}

	/**
	 * Finds the answers of the loop whose time is over.
	 * @param pending all that are pending
	 */
	List<PendingAnswer> overdue(Collection<PendingAnswer> pending, long now) {
		List<PendingAnswer> overdue = new ArrayList<>();
		long earliest = now + NEVER / 2;
		for (PendingAnswer answer : pending) {
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

}
