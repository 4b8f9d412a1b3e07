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

	private final AtomicInteger number = new AtomicInteger();

	DuctThreads(DuctOptions options) {
		this.prefix = "duct-" + options.name() + "-";
		this.contextClassLoader = options.contextClassLoader();
	}

	/**
	 * A worker.
	 */
	@Override
	public Thread newThread(Runnable task) {
		return named(task, String.valueOf(this.number.incrementAndGet()), true);
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
