package io.ductworks.internal.loop;

import java.nio.channels.CancelledKeyException;

import org.slf4j.Logger;

/**
 * Keeps failures from ending the loop's thread, those of logging included, and logs them
 * sparingly. Thread-safe.
 */
final class Guard {

	private final Thread thread;

	private final SparingLog log;

	Guard(Thread thread, Logger logger) {
		this.thread = thread;
		this.log = new SparingLog(logger);
	}

	/**
	 * Runs a task, whatever it fails with.
	 */
	void run(Runnable task) {
		try {
			task.run();
		}
		catch (CancelledKeyException ex) {
			// Closed by another thread a moment ago.
		}
		catch (RuntimeException | Error ex) {
			failed(ex);
		}
	}

	/**
	 * Logs a failure, after which the thread goes on.
	 */
	void failed(Throwable failure) {
		try {
			this.log.warn(failure.getClass().getName(), this.thread.getName() + " goes on after an unexpected failure",
					failure);
		}
		catch (RuntimeException | Error ex) {
			// Such as too little memory: nothing must end this thread.
		}
	}

	/**
	 * Logs what has happened to the thread.
	 * @param reason one of a few
	 * @param what such as {@code was interrupted}
	 */
	void warn(String reason, String what) {
		try {
			this.log.warn(reason, this.thread.getName() + " " + what);
		}
		catch (RuntimeException | Error ex) {
			// The caller has more to do.
		}
	}

}
