package io.ductworks.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends back what comes after 5 ms, as if it had waited for a database.
 */
final class SlowEcho implements Service {

	/** How many answers a thread gives in a second. */
	static final int PER_SECOND = 200;

	@Override
	public Object handle(Object message) {
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1) / PER_SECOND;
		long left = end - System.nanoTime();
		while (left > 0) {
			LockSupport.parkNanos(left);
			left = end - System.nanoTime();
		}
		return message;
	}

}
