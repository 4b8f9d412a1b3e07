package io.ductworks.internal.loop;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What any thread may hand to the loop's thread to run, in the order in which it came.
 * Thread-safe; one thread runs.
 */
final class Tasks {

	private static final Runnable END_OF_ROUND = () -> {
	};

	private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

	private final Guard guard;

	Tasks(Guard guard) {
		this.guard = guard;
	}

	void add(Runnable task) {
		this.tasks.add(task);
	}

	boolean isEmpty() {
		return this.tasks.isEmpty();
	}

	/**
	 * Runs the tasks that there are now. What they add comes in the next round, so that
	 * no task keeps others from being served.
	 */
	void runRound() {
		if (this.tasks.isEmpty()) {
			return;
		}
		this.tasks.add(END_OF_ROUND);
		Runnable task = this.tasks.poll();
		while (task != null && task != END_OF_ROUND) {
			this.guard.run(task);
			task = this.tasks.poll();
		}
	}

}
