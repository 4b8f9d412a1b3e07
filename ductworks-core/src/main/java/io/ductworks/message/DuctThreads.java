package io.ductworks.message;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * Makes the threads of one duct. They inherit nothing from the thread that happens to
 * need them first: no inheritable thread-locals, and the context class loader is that of
 * the thread that built the duct. Thread-safe.
 */
final class DuctThreads implements ThreadFactory {

	private final String prefix;

	private final @Nullable ClassLoader contextClassLoader;

	/** Makes the workers, {@code null} where this does. */
	private final @Nullable ThreadFactory workers;

	private final AtomicInteger number = new AtomicInteger();

	DuctThreads(DuctOptions options) {
		this.prefix = "duct-" + options.name() + "-";
		this.contextClassLoader = options.contextClassLoader();
		this.workers = options.workerThreads();
	}

	/**
	 * A worker.
	 */
	@Override
	public @Nullable Thread newThread(Runnable task) {
		String number = String.valueOf(this.number.incrementAndGet());
		if (this.workers == null) {
			return named(task, number, true);
		}
		Thread worker = this.workers.newThread(task);
		if (worker != null) {
			worker.setName(this.prefix + number);
			worker.setContextClassLoader(this.contextClassLoader);
		}
		return worker;
	}

	/**
	 * A thread with a job of its own.
	 */
	Thread named(Runnable task, String job, boolean daemon) {
		Thread thread = new Thread(null, task, this.prefix + job, 0, false);
		thread.setContextClassLoader(this.contextClassLoader);
		thread.setDaemon(daemon);
		return thread;
	}

}
