package io.ductworks;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

import org.jetbrains.lincheck.Lincheck;

/**
 * Runs a scenario again and again, each time with the turns of its threads in another
 * order, decided by Lincheck before each access to what threads share. The orders are the
 * same in every run of the build. A scenario fails if it throws, or if all of its threads
 * wait for locks and conditions and nobody is left to wake them. The clock stands still,
 * but parking for a time may end at once.
 */
public final class Interleavings {

	private Interleavings() {
	}

	/**
	 * Part of a scenario.
	 */
	@FunctionalInterface
	public interface Part {

		void run() throws Exception;

	}

	/**
	 * Runs a scenario in so many orders.
	 */
	public static void explore(int orders, Part scenario) {
		Lincheck.runConcurrentTest(orders, () -> {
			try {
				scenario.run();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

	/**
	 * Runs each part on a thread of its own, and waits until all have ended.
	 */
	public static void together(Part... parts) throws Exception {
		AtomicReferenceArray<Throwable> failures = new AtomicReferenceArray<>(parts.length);
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < parts.length; i++) {
			int index = i;
			Thread thread = new Thread(() -> {
				try {
					parts[index].run();
				}
				catch (Throwable ex) {
					failures.set(index, ex);
				}
			});
			threads.add(thread);
			thread.start();
		}
		for (Thread thread : threads) {
			thread.join();
		}
		for (int i = 0; i < parts.length; i++) {
			Throwable failure = failures.get(i);
			if (failure != null) {
				throw new IllegalStateException("part " + i + " failed: " + failure, failure);
			}
		}
	}

	/**
	 * A deadline that never passes.
	 */
	public static long never() {
		return System.nanoTime() + TimeUnit.HOURS.toNanos(1);
	}

	/**
	 * Fails the scenario unless two things are equal. An assertion library would be
	 * explored as well, which takes long.
	 */
	public static void requireEqual(Object actual, Object expected) {
		if (!Objects.equals(actual, expected)) {
			throw new IllegalStateException("expected " + expected + " but was " + actual);
		}
	}

	public static void require(boolean condition, String otherwise) {
		if (!condition) {
			throw new IllegalStateException(otherwise);
		}
	}

}
