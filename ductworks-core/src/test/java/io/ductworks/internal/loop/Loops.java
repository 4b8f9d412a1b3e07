package io.ductworks.internal.loop;

import java.io.IOException;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Loops for tests, whose thread must not outlive its test.
 */
final class Loops {

	private Loops() {
	}

	static EventLoop started() throws IOException {
		return started(Selector.open());
	}

	static EventLoop started(Selector selector) throws IOException {
		EventLoop loop = new EventLoop((task) -> new Thread(task, "duct-loop-tests"), selector);
		loop.start();
		return loop;
	}

	static void stop(EventLoop loop) {
		assertThat(loop.stop(inTime())).as("the loop's thread has ended").isTrue();
	}

	/**
	 * A deadline that passes only if something is wrong.
	 */
	static long inTime() {
		return System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
	}

}
