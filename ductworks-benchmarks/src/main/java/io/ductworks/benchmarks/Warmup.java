package io.ductworks.benchmarks;

import java.time.Duration;

/**
 * Runs a scenario before it is measured: for the least time, and then until one window is
 * hardly faster or slower than the one before, but no longer than five times that. What
 * takes long to compile is not measured while it is being compiled.
 */
final class Warmup {

	private static final Duration WINDOW = Duration.ofSeconds(1);

	private static final double HARDLY = 0.05;

	private static final int MOST = 5;

	private Warmup() {
	}

	/**
	 * One window of a scenario.
	 */
	interface Window {

		/**
		 * Runs it.
		 * @return how many messages a second
		 */
		double run(Duration length) throws Exception;

	}

	static void run(Duration least, Window window) throws Exception {
		long start = System.nanoTime();
		double before = 0;
		boolean steady = false;
		Duration length = (least.compareTo(WINDOW) < 0) ? least : WINDOW;
		for (Duration spent = Duration.ZERO; spent.compareTo(least) < 0
				|| (!steady && spent.compareTo(least.multipliedBy(MOST)) < 0);) {
			double now = window.run(length);
			steady = Math.abs(now - before) <= HARDLY * Math.max(now, before);
			before = now;
			spent = Duration.ofNanos(System.nanoTime() - start);
		}
	}

}
