package io.ductworks.internal.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.Caller;
import io.ductworks.NothingLeftBehind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One reads, the others wait: none is forgotten.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class ReadTurnTests {

	private static final int ROUNDS = 500;

	private final ReadTurn turn = new ReadTurn();

	private static long in(Duration duration) {
		return System.nanoTime() + duration.toNanos();
	}

	private Caller<Boolean> acquiring() {
		return Caller.of(() -> this.turn.acquire(() -> false, in(Duration.ofSeconds(20)))).awaitWaiting();
	}

	@Test
	void acquireWhenFreeThenTaken() throws Exception {
		assertThat(this.turn.acquire(() -> false, System.nanoTime())).isTrue();
		assertThat(this.turn.tryAcquire()).isFalse();
		this.turn.release();
		assertThat(this.turn.tryAcquire()).isTrue();
	}

	@Test
	void acquireWhenTakenThenFalseAtDeadline() throws Exception {
		this.turn.tryAcquire();
		long started = System.nanoTime();

		assertThat(this.turn.acquire(() -> false, in(Duration.ofMillis(50)))).isFalse();
		assertThat(Duration.ofNanos(System.nanoTime() - started)).isBetween(Duration.ofMillis(50),
				Duration.ofSeconds(5));
	}

	@Test
	void acquireWhenReleasedThenFirstWhoWaitsHasIt() throws Exception {
		this.turn.tryAcquire();
		Caller<Boolean> first = acquiring();
		Caller<Boolean> second = acquiring();
		this.turn.release();

		assertThat(first.result()).isTrue();
		assertThat(second.isDone()).isFalse();
		this.turn.release();
		assertThat(second.result()).isTrue();
	}

	@Test
	void acquireWhenDoneThenFalseWithoutTheTurn() throws Exception {
		this.turn.tryAcquire();
		AtomicBoolean done = new AtomicBoolean();
		Caller<Boolean> waiting = Caller.of(() -> this.turn.acquire(done::get, in(Duration.ofSeconds(20))))
			.awaitWaiting();
		done.set(true);
		waiting.unpark();

		assertThat(waiting.result()).isFalse();
		this.turn.release();
		assertThat(this.turn.tryAcquire()).isTrue();
	}

	@Test
	void acquireWhenInterruptedThenNextWhoWaitsIsNotForgotten() throws Exception {
		this.turn.tryAcquire();
		Caller<Boolean> first = acquiring();
		Caller<Boolean> second = acquiring();
		first.interrupt();
		this.turn.release();

		assertThat(endsWithTurn(first) ? releaseFor(second) : second.result()).isTrue();
	}

	private static boolean endsWithTurn(Caller<Boolean> caller) throws Exception {
		try {
			return caller.result();
		}
		catch (InterruptedException ex) {
			return false;
		}
	}

	private boolean releaseFor(Caller<Boolean> waiting) throws Exception {
		this.turn.release();
		return waiting.result();
	}

	@Test
	void turnWhenTakenByManyThenNeverByTwoAndNobodyWaitsForEver() throws Exception {
		AtomicInteger holders = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		long end = in(Duration.ofMillis(700));
		List<Caller<Integer>> callers = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			callers.add(Caller.of(() -> {
				int taken = 0;
				while (end - System.nanoTime() > 0) {
					long wait = ThreadLocalRandom.current().nextBoolean() ? 20_000 : 20_000_000_000L;
					if (this.turn.acquire(() -> ThreadLocalRandom.current().nextInt(8) == 0,
							System.nanoTime() + wait)) {
						most.accumulateAndGet(holders.incrementAndGet(), Math::max);
						taken++;
						holders.decrementAndGet();
						this.turn.release();
					}
				}
				return taken;
			}));
		}

		// A forgotten waiter would stay for twenty seconds.
		for (Caller<Integer> caller : callers) {
			assertThat(caller.result(Duration.ofSeconds(5))).isPositive();
		}
		assertThat(most).hasValue(1);
	}

	@Test
	void releaseWhenWhoIsNextIsDoneThenTheOneBehindHasTheTurn() throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			AtomicBoolean done = new AtomicBoolean();
			this.turn.tryAcquire();
			Thread next = waiting(done);
			Thread behind = waiting(new AtomicBoolean());
			done.set(true);
			this.turn.release();

			assertEnds(next);
			assertEnds(behind);
			assertThat(this.turn.isTaken()).isFalse();
		}
	}

	@Test
	void releaseWhenWhoIsNextIsInterruptedAtTheSameTimeThenTheOneBehindHasTheTurn() throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			this.turn.tryAcquire();
			Thread next = waiting(new AtomicBoolean());
			Thread behind = waiting(new AtomicBoolean());
			next.interrupt();
			// Meets what the interrupted one does sooner or later in each round.
			long started = System.nanoTime();
			while (System.nanoTime() - started < round % 500 * 200L) {
				Thread.onSpinWait();
			}
			this.turn.release();

			assertEnds(next);
			assertEnds(behind);
			assertThat(this.turn.isTaken()).isFalse();
		}
	}

	/**
	 * A thread that waits for the turn already, and gives it back as soon as it has it.
	 */
	private Thread waiting(AtomicBoolean done) {
		Thread thread = new Thread(() -> {
			try {
				if (this.turn.acquire(done::get, in(Duration.ofSeconds(20)))) {
					this.turn.release();
				}
			}
			catch (InterruptedException ex) {
				// The one behind is to have it.
			}
		});
		thread.start();
		while (thread.getState() != Thread.State.TIMED_WAITING) {
			Thread.yield();
		}
		return thread;
	}

	private static void assertEnds(Thread thread) throws InterruptedException {
		thread.join(5000);
		assertThat(thread.isAlive()).as("forgotten").isFalse();
	}

}
