package io.ductworks.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FlowWatchTests {

	/** More than enough for the loop to look by itself. */
	private static final int LONG = 100;

	private static final int CONCURRENT_ROUNDS = 20_000;

	private final List<Runnable> woken = new ArrayList<>();

	private final List<EventLoop.Timed> clocked = new ArrayList<>();

	private int writes;

	private final FlowWatch flow = new FlowWatch(this.woken::add, this.clocked::add, () -> this.writes++);

	private void flowForLong() {
		for (int i = 0; i < LONG; i++) {
			this.flow.leave();
			this.flow.writeLeft();
		}
	}

	private long look() {
		return this.clocked.get(0).onTime(System.nanoTime());
	}

	@Test
	void leaveWhenFlowHasJustBegunThenWakesTheLoopToWrite() {
		this.flow.leave();

		assertThat(this.flow.isWatched()).isFalse();
		assertThat(this.woken).hasSize(1);
		this.woken.get(0).run();
		assertThat(this.writes).isEqualTo(1);
		assertThat(this.flow.isLeft()).isFalse();
	}

	@Test
	void leaveWhenFlowHasGoneOnThenLoopLooksByItself() {
		flowForLong();
		int wokenBefore = this.woken.size();
		flowForLong();

		assertThat(this.flow.isWatched()).isTrue();
		assertThat(this.woken).hasSize(wokenBefore).hasSizeLessThan(LONG);
		assertThat(this.clocked).containsExactly(this.flow);
	}

	@Test
	void leaveWhenFlowPausesAgainAndAgainThenLoopIsWoken() {
		for (int i = 0; i < LONG; i++) {
			this.flow.leave();
			this.flow.writeLeft();
			this.flow.paused();
		}

		assertThat(this.woken).hasSize(LONG);
		assertThat(this.clocked).isEmpty();
	}

	@Test
	void onTimeWhenWritingWasLeftThenWritesAndLooksAgain() {
		flowForLong();
		this.flow.leave();
		int writesBefore = this.writes;

		assertThat(look()).isPositive().isLessThan(1_000_000);
		assertThat(this.writes).isEqualTo(writesBefore + 1);
		assertThat(this.flow.isLeft()).isFalse();
	}

	@Test
	void onTimeWhenSenderWritesItselfThenLeavesItAloneAndLooksAgain() {
		flowForLong();
		int writesBefore = this.writes;

		assertThat(look()).isPositive().isLessThan(1_000_000);
		assertThat(this.writes).isEqualTo(writesBefore);
	}

	@Test
	void onTimeWhenNothingHappenedSinceTheLastLookThenLooksNoMoreAndTheNextIsWrittenAtOnce() {
		flowForLong();
		look();

		assertThat(look()).isEqualTo(Long.MAX_VALUE);
		assertThat(this.flow.isWatched()).isFalse();

		this.flow.leave();
		assertThat(this.clocked).as("asked to look at once").hasSize(2);
		int writesBefore = this.writes;
		look();
		assertThat(this.writes).isEqualTo(writesBefore + 1);
	}

	/**
	 * A sender that leaves its writing and a loop that stops looking, at the same time:
	 * what was left is written, or the loop looks again, or it was woken. With threads,
	 * since Lincheck finds no place in this class to change from one to the other.
	 */
	@Test
	void leaveWhenLoopStopsLookingAtTheSameTimeThenIsNeverForgotten() throws Exception {
		AtomicBoolean waits = new AtomicBoolean();
		Queue<Object> told = new ConcurrentLinkedQueue<>();
		FlowWatch flow = new FlowWatch(told::add, told::add, () -> waits.set(false));
		AtomicInteger started = new AtomicInteger();
		ExecutorService sender = Executors.newSingleThreadExecutor();
		try {
			for (int round = 1; round <= CONCURRENT_ROUNDS; round++) {
				for (int i = 0; i < LONG; i++) {
					flow.leave();
					flow.writeLeft();
				}
				flow.onTime(0);
				told.clear();
				int both = 2 * round;
				Future<?> sent = sender.submit(() -> {
					meet(started, both);
					waits.set(true);
					flow.leave();
				});
				meet(started, both);
				long next = flow.onTime(0);
				sent.get();

				assertThat(!waits.get() || next != Long.MAX_VALUE || !told.isEmpty()).as("round %d", round).isTrue();
				flow.writeLeft();
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
