package io.ductworks.internal.loop;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Waiting that an interrupt does not end: the thread's flag is set again afterwards.
 */
public final class Uninterrupted {

	/** How often to look whether the thread that opens a latch has ended. */
	private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	private Uninterrupted() {
	}

	/**
	 * Waits until a thread has ended, or a deadline passes.
	 * @param thread the thread
	 * @param deadline in the time of {@link System#nanoTime()}
	 * @return whether it has ended
	 */
	public static boolean join(Thread thread, long deadline) {
		return await((nanos) -> {
			TimeUnit.NANOSECONDS.timedJoin(thread, nanos);
			return !thread.isAlive();
		}, deadline);
	}

	/**
	 * Waits until a latch is open, the thread that opens it has ended, or a deadline
	 * passes.
	 * @param deadline in the time of {@link System#nanoTime()}
	 * @return false if the deadline passed first
	 */
	static boolean await(CountDownLatch latch, Thread opener, long deadline) {
		return await((nanos) -> !opener.isAlive() || latch.await(Math.min(nanos, LOOK_NANOS), TimeUnit.NANOSECONDS),
				deadline);
	}

	/**
	 * Waits for something until a deadline.
	 * @param wait waits, and is asked again after an interrupt
	 * @param deadline in the time of {@link System#nanoTime()}
	 * @return false if the deadline passed first
	 */
	public static boolean await(Wait wait, long deadline) {
		boolean interrupted = false;
		try {
			while (true) {
				long left = deadline - System.nanoTime();
				try {
					if (wait.await(left)) {
						return true;
					}
					if (left <= 0) {
						return false;
					}
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/**
	 * A wait that can be interrupted.
	 */
	@FunctionalInterface
	public interface Wait {

		/**
		 * Waits for so long at most, or looks without waiting if that is 0 or less.
		 * @param nanos how long, in nanoseconds
		 * @return whether what was waited for has come
		 * @throws InterruptedException if the thread is interrupted meanwhile
		 */
		boolean await(long nanos) throws InterruptedException;

	}

}
