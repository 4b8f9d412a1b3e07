package io.ductworks.message;

import java.util.concurrent.Executor;

/**
 * Completes what users have a future of, on worker threads: what depends on it is the
 * user's code and may block. None is ever dropped; there is a bound on those that wait,
 * over which no more requests are taken. Thread-safe.
 */
final class Completions {

	/** How many may wait for a thread before requests are refused. */
	static final int CAPACITY = 16 * 1024;

	/** How many run at a time. */
	private static final int MAX_RUNNING = 16;

	private final TaskQueue queue;

	Completions(Executor threads) {
		this.queue = new TaskQueue(threads, MAX_RUNNING);
	}

	void add(Runnable completion) {
		this.queue.offer(completion, Integer.MAX_VALUE);
	}

	boolean isFull() {
		return this.queue.size() >= CAPACITY;
	}

	/**
	 * Whether the calling thread runs one.
	 */
	boolean isCurrentThread() {
		return this.queue.isCurrentThread();
	}

	/**
	 * Waits until all have run, but for one that the calling thread runs.
	 * @return false if the deadline passed first
	 */
	boolean awaitDone(long deadline) {
		return this.queue.awaitIdle(deadline);
	}

}
