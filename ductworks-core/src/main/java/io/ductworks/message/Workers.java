package io.ductworks.message;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.ductworks.internal.loop.EventLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker threads of an open duct, which exist while there is work for them.
 * Thread-safe.
 */
final class Workers implements Executor {

	private static final Logger logger = LoggerFactory.getLogger(Workers.class);

	private static final long IDLE_SECONDS = 5;

	/** How long a system without threads is given to find one. */
	private static final long STARVED_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

	private final String subject;

	private final EventLoop loop;

	private final ThreadPoolExecutor pool;

	/** What waits until the system gives a thread, guarded by itself. */
	private final Queue<Runnable> starving = new ArrayDeque<>();

	Workers(String subject, DuctThreads threads, EventLoop loop) {
		this.subject = subject;
		this.loop = loop;
		this.pool = new ThreadPoolExecutor(0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS,
				new SynchronousQueue<>(), threads);
	}

	/**
	 * Runs a task on a worker thread, as soon as the system gives one.
	 * @throws RejectedExecutionException if they are closed
	 */
	@Override
	public void execute(Runnable task) {
		try {
			this.pool.execute(task);
		}
		catch (OutOfMemoryError ex) {
			// Thrown for too many threads as well as for too little memory.
			startLater(task, ex);
		}
	}

	private void startLater(Runnable task, OutOfMemoryError failure) {
		boolean first;
		synchronized (this.starving) {
			first = this.starving.isEmpty();
			this.starving.add(task);
		}
		if (first) {
			logger.warn("{}: no thread to handle what has come, tries again until there is one: {}", this.subject,
					failure.getMessage());
			long started = System.nanoTime();
			this.loop.addTimer((now) -> (now - started < STARVED_NANOS) ? STARVED_NANOS - (now - started) : retry());
		}
	}

	/**
	 * Starts what waits for a thread.
	 * @return in how many nanoseconds to try again
	 */
	private long retry() {
		Runnable task;
		while ((task = peekStarving()) != null) {
			try {
				this.pool.execute(task);
			}
			catch (OutOfMemoryError ex) {
				return STARVED_NANOS;
			}
			catch (RejectedExecutionException ex) {
				return Long.MAX_VALUE;
			}
			synchronized (this.starving) {
				this.starving.remove();
			}
		}
		return Long.MAX_VALUE;
	}

	private @Nullable Runnable peekStarving() {
		synchronized (this.starving) {
			return this.starving.peek();
		}
	}

	/**
	 * Takes no more tasks. Those that still wait for a thread run on the calling one:
	 * somebody may wait for what they bring.
	 */
	void close() {
		this.pool.shutdown();
		Runnable task;
		while ((task = pollStarving()) != null) {
			task.run();
		}
	}

	private @Nullable Runnable pollStarving() {
		synchronized (this.starving) {
			return this.starving.poll();
		}
	}

}
