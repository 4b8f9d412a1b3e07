package io.ductworks.internal.connection;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.internal.loop.EventLoop;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DeferredFlushTests {

	/** More than enough for the loop to look by itself. */
	private static final int LONG = 100;

	private static final int CONCURRENT_ROUNDS = 20_000;

	private final List<Runnable> woken = new ArrayList<>();

	private final List<EventLoop.Timed> clocked = new ArrayList<>();

	private int writes;

	private final DeferredFlush flow = new DeferredFlush(this.woken::add, this.clocked::add, () -> this.writes++);

	private void flowForLong() {
		for (int i = 0; i < LONG; i++) {
			this.flow.defer();
			this.flow.runDeferred();
		}
	}

	private void gather() {
		this.flow.defer();
		this.flow.runGathered();
	}

	private long look() {
		return this.clocked.get(0).onTime(0);
	}

	@Test
	void deferWhenFlowHasJustBegunThenWakesTheLoopToWrite() {
		this.flow.defer();

		assertThat(this.flow.isWatched()).isFalse();
		assertThat(this.woken).hasSize(1);
		this.woken.get(0).run();
		assertThat(this.writes).isEqualTo(1);
		assertThat(this.flow.isDeferred()).isFalse();
	}

	@Test
	void deferWhenFlowHasGoneOnThenLoopLooksByItself() {
		flowForLong();
		int wokenBefore = this.woken.size();
		flowForLong();

		assertThat(this.flow.isWatched()).isTrue();
		assertThat(this.woken).hasSize(wokenBefore).hasSizeLessThan(LONG);
		assertThat(this.clocked).containsExactly(this.flow);
	}

	@Test
	void deferWhenFlowPausesAgainAndAgainThenLoopIsWoken() {
		for (int i = 0; i < LONG; i++) {
			this.flow.defer();
			this.flow.runDeferred();
			this.flow.pauseNoted();
		}

		assertThat(this.woken).hasSize(LONG);
		assertThat(this.clocked).isEmpty();
	}

	@Test
	void onTimeWhenWritingWasLeftThenWrites() {
		flowForLong();
		this.flow.defer();
		int writesBefore = this.writes;
		look();

		assertThat(this.writes).isEqualTo(writesBefore + 1);
		assertThat(this.flow.isDeferred()).isFalse();
	}

	@Test
	void onTimeWhenSenderGathersThenLooksAgain() {
		flowForLong();
		look();

		for (int i = 0; i < LONG; i++) {
			gather();
			int writesBefore = this.writes;
			assertThat(look()).isPositive().isLessThan(1_000_000);
			assertThat(this.writes).isEqualTo(writesBefore);
		}
	}

	@Test
	void onTimeWhenSenderHasGatheredNothingSinceTheLastLookThenLooksNoMore() {
		flowForLong();
		assertThat(look()).as("has yet to show").isLessThan(Long.MAX_VALUE);
		this.flow.defer();
		int writesBefore = this.writes;

		assertThat(look()).isEqualTo(Long.MAX_VALUE);
		assertThat(this.writes).isEqualTo(writesBefore + 1);
		assertThat(this.flow.isWatched()).isFalse();
	}

	@Test
	void deferWhenLoopLooksNoMoreThenWakesItAgain() {
		flowForLong();
		look();
		look();
		int wokenBefore = this.woken.size();
		this.flow.defer();

		assertThat(this.woken).hasSize(wokenBefore + 1);
		assertThat(this.clocked).hasSize(1);
	}

	/**
	 * A sender that leaves its writing and a loop that stops looking, at the same time:
	 * what was left is written, or the loop looks again, or it was woken. With threads,
	 * since Lincheck finds no place in this class to change from one to the other.
	 */
	@Test
	void deferWhenLoopStopsLookingAtTheSameTimeThenIsNeverForgotten() throws Exception {
		AtomicBoolean waits = new AtomicBoolean();
		Queue<Object> told = new ConcurrentLinkedQueue<>();
		DeferredFlush flow = new DeferredFlush(told::add, told::add, () -> waits.set(false));
		AtomicInteger started = new AtomicInteger();
		ExecutorService sender = Executors.newSingleThreadExecutor();
		try {
			for (int round = 1; round <= CONCURRENT_ROUNDS; round++) {
				for (int i = 0; i < LONG; i++) {
					flow.defer();
					flow.runDeferred();
				}
				flow.onTime(0);
				told.clear();
				int both = 2 * round;
				Future<?> sent = sender.submit(() -> {
					meet(started, both);
					waits.set(true);
					flow.defer();
				});
				meet(started, both);
				long next = flow.onTime(0);
				sent.get();

				assertThat(!waits.get() || next != Long.MAX_VALUE || !told.isEmpty()).as("round %d", round).isTrue();
				flow.runDeferred();
			}
		}
		finally {
			sender.shutdownNow();
		}
	}

	/**
	 * Lets two threads go on at the same time, closer together than a lock would.
	 */
	private static void meet(AtomicInteger arrived, int all) {
		arrived.incrementAndGet();
		while (arrived.get() < all) {
			Thread.onSpinWait();
		}
	}

}
