package io.ductworks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds up who passes, until it is opened.
 */
public final class Gate implements AutoCloseable {

	private final CountDownLatch visited = new CountDownLatch(1);

	private final CountDownLatch opened = new CountDownLatch(1);

	public void pass() throws InterruptedException {
		this.visited.countDown();
		assertThat(this.opened.await(20, TimeUnit.SECONDS)).isTrue();
	}

	/**
	 * A task that holds up the thread that runs it.
	 */
	public Runnable asTask() {
		return () -> {
			try {
				pass();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		};
	}

	public void awaitVisitor() throws InterruptedException {
		assertThat(this.visited.await(10, TimeUnit.SECONDS)).isTrue();
	}

	public void open() {
		this.opened.countDown();
	}

	@Override
	public void close() {
		open();
	}

}
