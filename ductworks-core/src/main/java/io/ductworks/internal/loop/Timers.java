package io.ductworks.internal.loop;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/**
 * Subjects that are asked at certain times, and each time say when to ask them again. To
 * add, move and remove one takes a few steps however many there are: they are kept in a
 * heap in which each knows its place. Not thread-safe.
 *
 * @param <T> the type of the subjects, which are told apart by {@code equals}
 */
final class Timers<T> {

	/** Longer than any program runs, and short enough for times to be compared. */
	private static final long FARTHEST_NANOS = Long.MAX_VALUE / 4;

	private final Question<T> question;

	private final Map<T, Timer<T>> timers = new HashMap<>();

	/**
	 * A binary heap: no timer is due later than those at twice its index plus 1 and 2.
	 */
	private final ArrayList<Timer<T>> heap = new ArrayList<>();

	private long nextNumber;

	/** How a subject is asked. */
	interface Question<T> {

		/**
		 * Asks a subject, which may add and remove timers meanwhile, even its own.
		 * @return in how many nanoseconds to ask again, {@link Long#MAX_VALUE} for never
		 */
		long ask(T subject, long now);

	}

	Timers(Question<T> question) {
		this.question = question;
	}

	/**
	 * Adds a subject, or moves one that is there.
	 * @param due when to ask it, in the time of {@link System#nanoTime()}
	 */
	void add(T subject, long due) {
		Timer<T> timer = this.timers.get(subject);
		if (timer == null) {
			timer = new Timer<>(subject, this.heap.size());
			// If there is no memory for it, nothing has changed.
			this.heap.ensureCapacity(this.heap.size() + 1);
			this.timers.put(subject, timer);
			this.heap.add(timer);
		}
		move(timer, due);
	}

	/**
	 * Removes a subject, if it is there.
	 */
	void remove(T subject) {
		Timer<T> timer = this.timers.remove(subject);
		if (timer != null) {
			timer.number = Timer.REMOVED;
			Timer<T> last = this.heap.remove(this.heap.size() - 1);
			if (last != timer) {
				last.index = timer.index;
				settle(last);
			}
		}
	}

	/**
	 * Asks those that are due, in the order of their times, each once.
	 * @param now in the time of {@link System#nanoTime()}
	 * @return in how many nanoseconds the next is due, 0 or less if one is due again,
	 * {@link Long#MAX_VALUE} if there is none
	 */
	long askDue(long now) {
		long firstOfNextRound = this.nextNumber;
		while (!this.heap.isEmpty()) {
			Timer<T> first = this.heap.get(0);
			if (first.due - now > 0 || first.number >= firstOfNextRound) {
				return first.due - now;
			}
			ask(first, now);
		}
		return Long.MAX_VALUE;
	}

	private void ask(Timer<T> timer, long now) {
		long number = timer.number;
		long nanos = this.question.ask(timer.subject, now);
		if (timer.number != number) {
			// Removed or added again meanwhile, which counts for more than the answer.
			return;
		}
		if (nanos == Long.MAX_VALUE) {
			remove(timer.subject);
		}
		else {
			move(timer, now + Math.max(0, Math.min(nanos, FARTHEST_NANOS)));
		}
	}

	boolean isEmpty() {
		return this.heap.isEmpty();
	}

	private void move(Timer<T> timer, long due) {
		timer.due = due;
		timer.number = this.nextNumber++;
		settle(timer);
	}

	/**
	 * Brings a timer from its index to where it belongs.
	 */
	private void settle(Timer<T> timer) {
		int index = timer.index;
		while (index > 0 && timer.isBefore(this.heap.get((index - 1) / 2))) {
			place(this.heap.get((index - 1) / 2), index);
			index = (index - 1) / 2;
		}
		int next = earlierChild(index);
		while (next < this.heap.size() && this.heap.get(next).isBefore(timer)) {
			place(this.heap.get(next), index);
			index = next;
			next = earlierChild(index);
		}
		place(timer, index);
	}

	private int earlierChild(int index) {
		int left = 2 * index + 1;
		int right = left + 1;
		return (right < this.heap.size() && this.heap.get(right).isBefore(this.heap.get(left))) ? right : left;
	}

	private void place(Timer<T> timer, int index) {
		this.heap.set(index, timer);
		timer.index = index;
	}

	private static final class Timer<T> {

		private static final long REMOVED = -1;

		private final T subject;

		private long due;

		/** Of two that are due at the same time, the lower one is first. */
		private long number;

		private int index;

		Timer(T subject, int index) {
			this.subject = subject;
			this.index = index;
		}

		boolean isBefore(Timer<T> other) {
			return (this.due != other.due) ? this.due - other.due < 0 : this.number < other.number;
		}

	}

}
