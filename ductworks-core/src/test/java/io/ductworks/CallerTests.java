package io.ductworks;

import java.nio.channels.Selector;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When a caller is taken for one that waits.
 */
class CallerTests {

	private final AtomicBoolean done = new AtomicBoolean();

	private final CountDownLatch ended = new CountDownLatch(1);

	@Test
	void awaitWaitingWhenTheCallParksThenReturns() throws Exception {
		Caller<Void> caller = Caller.running(() -> {
			while (!this.done.get()) {
				LockSupport.park();
			}
		}).awaitWaiting();

		assertThat(caller.isDone()).isFalse();
		this.done.set(true);
		caller.unpark();
		caller.result();
	}

	@Test
	void awaitWaitingWhenTheCallWaitsForALatchThenReturns() throws Exception {
		Caller<Boolean> caller = Caller.of(() -> this.ended.await(20, TimeUnit.SECONDS)).awaitWaiting();

		assertThat(caller.isDone()).isFalse();
		this.ended.countDown();
		assertThat(caller.result()).isTrue();
	}

	@Test
	void awaitWaitingWhenTheCallSelectsThenReturns() throws Exception {
		try (Selector selector = Selector.open()) {
			Caller<Integer> caller = Caller.of(() -> selector.select(20_000)).awaitWaiting();

			assertThat(caller.isDone()).isFalse();
			selector.wakeup();
			assertThat(caller.result()).isZero();
		}
	}

	@Test
	void awaitWaitingWhenTheCallJoinsAThreadThenReturns() throws Exception {
		Thread thread = new Thread(() -> await(this.ended));
		thread.start();
		Caller<Void> caller = Caller.<Void>of(() -> {
			thread.join();
			return null;
		}).awaitWaiting();

		assertThat(caller.isDone()).isFalse();
		this.ended.countDown();
		caller.result();
	}

	@Test
	void awaitWaitingWhenTheCallIsDoneThenReturns() throws Exception {
		assertThat(Caller.of(() -> 1).awaitWaiting().result()).isEqualTo(1);
	}

	@Test
	void isWaitingWhenAMethodIsOnlyNamedLikeOneThatWaitsThenIsFalse() throws Exception {
		CountDownLatch begun = new CountDownLatch(1);
		Caller<Void> caller = Caller.running(() -> await(begun, this.done));
		await(begun);
		try {
			for (int i = 0; i < 100; i++) {
				assertThat(caller.isWaiting()).isFalse();
			}
		}
		finally {
			this.done.set(true);
		}
		caller.result();
	}

	@Test
	void isWaitingWhenTheCallOnlyLooksAtASelectorThenIsFalse() throws Exception {
		CountDownLatch begun = new CountDownLatch(1);
		try (Selector selector = Selector.open()) {
			Caller<Void> caller = Caller.of(() -> {
				begun.countDown();
				while (!this.done.get()) {
					selector.selectNow();
				}
				return null;
			});
			await(begun);
			try {
				for (int i = 0; i < 100; i++) {
					assertThat(caller.isWaiting()).isFalse();
				}
			}
			finally {
				this.done.set(true);
			}
			caller.result();
		}
	}

	private static void await(CountDownLatch begun, AtomicBoolean done) {
		begun.countDown();
		while (!done.get()) {
			Thread.onSpinWait();
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
