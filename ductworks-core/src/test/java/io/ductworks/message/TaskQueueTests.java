package io.ductworks.message;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.Gate;
import io.ductworks.TakenLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tasks run in order, a few at a time.
 */
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class TaskQueueTests {

	private static final Runnable NOTHING = () -> {
	};

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final List<Integer> done = new CopyOnWriteArrayList<>();

	@AfterEach
	void stop() {
		this.threads.shutdownNow();
	}

	private static long soon() {
		return System.nanoTime() + Duration.ofSeconds(20).toNanos();
	}

	private TaskQueue queue(int maxRunning) {
		return new TaskQueue(this.threads, maxRunning);
	}

	@Test
	void offerWhenOneRunsAtATimeThenTheOrderIsKept() {
		TaskQueue queue = queue(1);
		for (int i = 0; i < 1000; i++) {
			int number = i;
			assertThat(queue.offer(() -> this.done.add(number), Integer.MAX_VALUE)).isTrue();
		}

		assertThat(queue.awaitIdle(soon())).isTrue();
		assertThat(this.done).containsExactlyElementsOf(IntStream.range(0, 1000).boxed().toList());
	}

	@Test
	void offerWhenThereAreManyThenAsManyRunAtATimeAsMay() throws Exception {
		TaskQueue queue = queue(3);
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		List<Gate> gates = IntStream.range(0, 10).mapToObj((i) -> new Gate()).toList();
		for (Gate gate : gates) {
			queue.offer(() -> {
				most.accumulateAndGet(running.incrementAndGet(), Math::max);
				gate.asTask().run();
				running.decrementAndGet();
			}, Integer.MAX_VALUE);
		}
		gates.get(2).awaitVisitor();
		assertThat(queue.size()).isEqualTo(7);
		gates.forEach(Gate::open);

		assertThat(queue.awaitIdle(soon())).isTrue();
		assertThat(most).hasValue(3);
	}

	@Test
	void offerWhenAsManyWaitAsMayThenRefused() throws Exception {
		TaskQueue queue = queue(1);
		try (Gate gate = new Gate()) {
			queue.offer(gate.asTask(), 2);
			gate.awaitVisitor();

			assertThat(queue.offer(NOTHING, 2)).isTrue();
			assertThat(queue.offer(NOTHING, 2)).isTrue();
			assertThat(queue.offer(NOTHING, 2)).isFalse();
			assertThat(queue.offer(NOTHING, 3)).isTrue();
			assertThat(queue.size()).isEqualTo(3);
		}
		assertThat(queue.awaitIdle(soon())).isTrue();
	}

	@Test
	void closeWhenTasksWaitThenTheyAreDroppedAndCounted() throws Exception {
		TaskQueue queue = queue(1);
		try (Gate gate = new Gate()) {
			queue.offer(gate.asTask(), 10);
			gate.awaitVisitor();
			queue.offer(() -> this.done.add(1), 10);
			queue.offer(() -> this.done.add(2), 10);

			assertThat(queue.close()).isEqualTo(2);
			assertThat(queue.close()).isZero();
			assertThat(queue.size()).isZero();
		}
		assertThat(queue.awaitIdle(soon())).isTrue();
		assertThat(this.done).isEmpty();
	}

	@Test
	void offerWhenClosedThenRefused() {
		TaskQueue queue = queue(1);
		queue.close();

		assertThat(queue.offer(() -> this.done.add(1), 10)).isFalse();
		assertThat(this.done).isEmpty();
	}

	@Test
	void awaitIdleWhenThereIsNothingToDoThenTrueAtOnce() {
		assertThat(queue(1).awaitIdle(System.nanoTime())).isTrue();
	}

	@Test
	void awaitIdleWhenATaskRunsThenWaitsForItsEnd() throws Exception {
		TaskQueue queue = queue(1);
		try (Gate gate = new Gate()) {
			queue.offer(gate.asTask(), 10);
			gate.awaitVisitor();
			queue.offer(() -> this.done.add(1), 10);
			Caller<Boolean> idle = Caller.of(() -> queue.awaitIdle(soon()));
			assertThat(idle.isDone()).isFalse();
			gate.open();

			assertThat(idle.result()).isTrue();
			assertThat(this.done).containsExactly(1);
		}
	}

	@Test
	void awaitIdleWhenTheDeadlinePassesFirstThenFalse() throws Exception {
		TaskQueue queue = queue(1);
		try (Gate gate = new Gate()) {
			queue.offer(gate.asTask(), 10);
			gate.awaitVisitor();

			assertThat(queue.awaitIdle(System.nanoTime() + Duration.ofMillis(50).toNanos())).isFalse();
		}
	}

	@Test
	void awaitIdleWhenInterruptedThenWaitsOnAndTheInterruptStays() throws Exception {
		TaskQueue queue = queue(1);
		try (Gate gate = new Gate()) {
			queue.offer(gate.asTask(), 10);
			gate.awaitVisitor();
			Caller<Boolean> idle = Caller.interrupted(() -> queue.awaitIdle(soon()));
			gate.open();

			assertThat(idle.result()).isTrue();
			assertThat(idle.interruptedAtEnd()).isTrue();
		}
	}

	@Test
	void awaitIdleWhenCalledByATaskThenDoesNotWaitForItself() throws Exception {
		TaskQueue queue = queue(1);
		List<Boolean> idle = new CopyOnWriteArrayList<>();
		queue.offer(() -> idle.add(queue.awaitIdle(soon())), 10);
		Awaiting.soon().until(() -> !idle.isEmpty());

		assertThat(idle).containsExactly(true);
	}

	@Test
	void awaitIdleWhenCalledByATaskThenWaitsForTheOthers() throws Exception {
		TaskQueue queue = queue(2);
		try (Gate gate = new Gate()) {
			List<Boolean> idle = new CopyOnWriteArrayList<>();
			queue.offer(gate.asTask(), 10);
			gate.awaitVisitor();
			queue.offer(() -> {
				idle.add(queue.awaitIdle(System.nanoTime() + Duration.ofMillis(50).toNanos()));
				gate.open();
				idle.add(queue.awaitIdle(soon()));
			}, 10);

			Awaiting.soon().until(() -> idle.size() == 2);
			assertThat(idle).containsExactly(false, true);
		}
	}

	@Test
	void isCurrentThreadWhenAskedByATaskThenTrueAndForOthersFalse() throws Exception {
		TaskQueue queue = queue(1);
		List<Boolean> current = new CopyOnWriteArrayList<>();
		queue.offer(() -> current.add(queue.isCurrentThread()), 10);
		assertThat(queue.awaitIdle(soon())).isTrue();

		assertThat(current).containsExactly(true);
		assertThat(queue.isCurrentThread()).isFalse();
	}

	@Test
	void offerWhenTheThreadsAreGoneThenTheCallerRunsIt() {
		this.threads.shutdown();
		TaskQueue queue = queue(1);
		List<Thread> runners = new ArrayList<>();

		assertThat(queue.offer(() -> runners.add(Thread.currentThread()), 10)).isTrue();
		assertThat(runners).containsExactly(Thread.currentThread());
		assertThat(queue.isCurrentThread()).isFalse();
		assertThat(queue.awaitIdle(System.nanoTime())).isTrue();
	}

	@Test
	void offerWhenThereIsNoThreadToBeHadThenTheNextTakesTheTaskAlong() {
		AtomicInteger attempts = new AtomicInteger();
		TaskQueue queue = new TaskQueue((run) -> {
			if (attempts.getAndIncrement() == 0) {
				throw new IllegalStateException("no thread, says the test");
			}
			run.run();
		}, 1);

		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> queue.offer(() -> this.done.add(1), 10));
		queue.offer(() -> this.done.add(2), 10);
		assertThat(this.done).containsExactly(1, 2);
	}

	@Test
	void taskWhenItFailsThenTheNextOneRuns() {
		TaskQueue queue = queue(1);
		try (TakenLog log = new TakenLog()) {
			queue.offer(() -> {
				throw new IllegalStateException("failed, says the test");
			}, 10);
			queue.offer(() -> {
				throw new LinkageError("failed, says the test");
			}, 10);
			queue.offer(() -> this.done.add(1), 10);

			assertThat(queue.awaitIdle(soon())).isTrue();
			assertThat(this.done).containsExactly(1);
			assertThat(log.warnings("A task failed")).hasSize(2);
		}
	}

	@Test
	void taskWhenItsFailureCannotBeLoggedThenTheNextOneRuns() {
		TaskQueue queue = queue(1);
		try (TakenLog log = new TakenLog().failing()) {
			queue.offer(() -> {
				throw new IllegalStateException("failed, says the test");
			}, 10);
			queue.offer(() -> this.done.add(1), 10);

			assertThat(queue.awaitIdle(soon())).isTrue();
			assertThat(this.done).containsExactly(1);
			assertThat(log).isNotNull();
		}
	}

}
