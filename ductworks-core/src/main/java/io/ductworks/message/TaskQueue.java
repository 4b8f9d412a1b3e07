package io.ductworks.message;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import io.ductworks.internal.loop.Uninterrupted;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tasks that wait for a thread: some run at a time, the others wait in their order.
 * Thread-safe.
 */
final class TaskQueue {

	private static final Logger logger = LoggerFactory.getLogger(TaskQueue.class);

	private final Executor threads;

	private final int maxRunning;

	private final Deque<Runnable> waiting = new ArrayDeque<>();

	/** Those that run tasks, be it that they have only been asked for. */
	private int running;

	private final Set<Thread> runners = new HashSet<>();

	private boolean closed;

	/**
	 * Creates an empty queue.
	 * @param threads gives a thread for as long as there are tasks
	 * @param maxRunning how many threads run tasks at a time
	 */
	TaskQueue(Executor threads, int maxRunning) {
		this.threads = threads;
		this.maxRunning = maxRunning;
	}

	/**
	 * Adds a task if fewer than so many wait.
	 * @return false if more wait, or the queue is closed
	 */
	boolean offer(Runnable task, int capacity) {
		synchronized (this) {
			if (this.closed || this.waiting.size() >= capacity) {
				return false;
			}
			this.waiting.add(task);
			if (this.running == this.maxRunning) {
				return true;
			}
			this.running++;
		}
		start();
		return true;
	}

	private void start() {
		try {
			this.threads.execute(this::run);
		}
		catch (RejectedExecutionException ex) {
			// The threads are gone, and somebody may wait for what the tasks bring.
			run();
		}
		catch (RuntimeException | Error ex) {
			// The next task takes this one along.
			synchronized (this) {
				this.running--;
			}
			throw ex;
		}
	}

	private void run() {
		boolean first;
		synchronized (this) {
			// A task that offers another may find that the threads are gone.
			first = this.runners.add(Thread.currentThread());
		}
		Runnable task;
		while ((task = next(first)) != null) {
			try {
				task.run();
			}
			catch (RuntimeException | Error ex) {
				warn(ex);
			}
		}
	}

	private static void warn(Throwable failure) {
		try {
			logger.warn("A task failed; the next one follows", failure);
		}
		catch (RuntimeException | Error ex) {
			// Such as too little memory: what comes next matters more.
		}
	}

	private synchronized @Nullable Runnable next(boolean first) {
		Runnable task = this.waiting.poll();
		if (task == null) {
			this.running--;
			if (first) {
				this.runners.remove(Thread.currentThread());
			}
			notifyAll();
		}
		return task;
	}

	/**
	 * How many tasks wait.
	 */
	synchronized int size() {
		return this.waiting.size();
	}

	/**
	 * Whether the calling thread runs a task of this queue.
	 */
	synchronized boolean isCurrentThread() {
		return this.runners.contains(Thread.currentThread());
	}

	/**
	 * Waits until no task is left, but for one that the calling thread runs. An interrupt
	 * does not end the wait, and stays.
	 * @return false if the deadline passed first
	 */
	synchronized boolean awaitIdle(long deadline) {
		int own = this.runners.contains(Thread.currentThread()) ? 1 : 0;
		return Uninterrupted.await((nanos) -> {
			if (!isIdle(own) && nanos > 0) {
				TimeUnit.NANOSECONDS.timedWait(this, Math.max(nanos, 1_000_000));
			}
			return isIdle(own);
		}, deadline);
	}

	/**
	 * Whether no task is left but those of one thread, and those that only it could run.
	 */
	private boolean isIdle(int own) {
		return this.running <= own && (this.waiting.isEmpty() || own == this.maxRunning);
	}

	/**
	 * Takes no more tasks, and drops those that wait.
	 * @return how many were dropped
	 */
	synchronized int close() {
		int dropped = this.waiting.size();
		this.closed = true;
		this.waiting.clear();
		return dropped;
	}

}
