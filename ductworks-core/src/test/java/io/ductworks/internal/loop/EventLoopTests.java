package io.ductworks.internal.loop;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.Gate;
import io.ductworks.NothingLeftBehind;
import io.ductworks.TakenLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The thread that everything else relies on.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class EventLoopTests {

	@Test
	void stopWhenATaskSelectsThenItsWakeUpIsNotLost() throws Exception {
		EventLoop loop = Loops.started();
		Gate gate = new Gate();
		loop.execute(() -> {
			gate.asTask().run();
			loop.close(() -> {
			});
		});
		gate.awaitVisitor();
		Caller<Boolean> stop = Caller.of(() -> loop.stop(Loops.inTime())).awaitWaiting();
		gate.open();

		assertThat(stop.result()).isTrue();
	}

	@Test
	void stopWhenSomethingHoldsUpTheThreadThenWaitsUntilTheDeadlineOnly() throws Exception {
		EventLoop loop = Loops.started();
		Gate gate = new Gate();
		loop.execute(gate.asTask());
		gate.awaitVisitor();

		assertThat(loop.stop(System.nanoTime())).isFalse();
		gate.open();
		Loops.stop(loop);
	}

	@Test
	void stopWhenInterruptedThenGoesOnWaitingAndTheFlagStays() throws Exception {
		EventLoop loop = Loops.started();
		Gate gate = new Gate();
		loop.execute(gate.asTask());
		gate.awaitVisitor();
		Caller<Boolean> stop = Caller.interrupted(() -> loop.stop(Loops.inTime())).awaitWaiting();
		stop.interrupt();
		gate.open();

		assertThat(stop.result()).isTrue();
		assertThat(stop.interruptedAtEnd()).isTrue();
	}

	@Test
	void stopWhenCalledOnTheLoopsThreadThenDoesNotWaitForItself() throws Exception {
		EventLoop loop = Loops.started();
		CompletableFuture<Boolean> ended = new CompletableFuture<>();
		loop.execute(() -> ended.complete(loop.stop(Loops.inTime())));

		assertThat(ended.get(10, TimeUnit.SECONDS)).isFalse();
		Loops.stop(loop);
	}

	@Test
	void l16StartWhenThereIsNoThreadThenTheSelectorIsClosed() throws Exception {
		OutOfMemoryError failure = new OutOfMemoryError("unable to create native thread, says the test");
		EventLoop loop = new EventLoop((task) -> new Thread(task) {

			@Override
			public void start() {
				throw failure;
			}

		});

		assertThatThrownBy(loop::start).isSameAs(failure);
		Pipe pipe = Pipe.open();
		pipe.source().configureBlocking(false);
		assertThatExceptionOfType(ClosedSelectorException.class)
			.isThrownBy(() -> loop.register(pipe.source(), SelectionKey.OP_READ, (ready) -> {
			}));
		pipe.source().close();
		pipe.sink().close();
	}

	@Test
	void executeWhenATaskFailsThenLoopGoesOn() throws Exception {
		EventLoop loop = Loops.started();
		CountDownLatch ran = new CountDownLatch(1);
		loop.execute(() -> {
			throw new IllegalStateException("expected by the test");
		});
		loop.execute(() -> {
			throw new LinkageError("expected by the test");
		});
		loop.addTimer((now) -> {
			throw new IllegalStateException("expected by the test");
		});
		loop.execute(ran::countDown);

		assertThat(ran.await(5, TimeUnit.SECONDS)).isTrue();
		Loops.stop(loop);
	}

	@Test
	void executeWhenAFailureCannotBeLoggedThenLoopGoesOn() throws Exception {
		EventLoop loop = Loops.started();
		CountDownLatch failed = new CountDownLatch(3);
		Pipe pipe = Pipe.open();
		pipe.sink().configureBlocking(false);
		CountDownLatch ran = new CountDownLatch(1);
		try (TakenLog log = new TakenLog().failing()) {
			loop.execute(() -> fail(failed));
			loop.addTimer((now) -> fail(failed));
			loop.register(pipe.sink(), SelectionKey.OP_WRITE, (ready) -> {
				EventLoop.removeInterest(ready, SelectionKey.OP_WRITE);
				fail(failed);
			});
			assertThat(failed.await(5, TimeUnit.SECONDS)).isTrue();
			loop.execute(ran::countDown);

			assertThat(ran.await(5, TimeUnit.SECONDS)).isTrue();
			assertThat(log.lines("unexpected failure")).isNotEmpty();
		}
		loop.close(pipe.sink());
		Loops.stop(loop);
		pipe.source().close();
	}

	private static long fail(CountDownLatch failed) {
		failed.countDown();
		throw new IllegalStateException("expected by the test");
	}

	@ParameterizedTest
	@ValueSource(classes = { IOException.class, LinkageError.class })
	void runWhenNothingCanBeSelectedThenTasksAndTimesGoOn(Class<? extends Throwable> failure) throws Exception {
		EventLoop loop = new EventLoop((task) -> new Thread(task, "duct-loop-tests"), failing(failure));
		try (TakenLog log = new TakenLog()) {
			loop.start();
			Awaiting.soon().until(() -> log.lines("unexpected failure").size() > 1);
			AtomicInteger calls = new AtomicInteger();
			loop.addTimer((now) -> (calls.incrementAndGet() < 3) ? 1_000_000 : Long.MAX_VALUE);
			Awaiting.soon().until(() -> calls.get() == 3);
			Caller.running(() -> loop.close(calls::incrementAndGet)).result(Duration.ofSeconds(5));

			assertThat(calls).hasValue(4);
			assertThat(log.warnings("unexpected failure")).hasSize(1);
		}
		finally {
			Loops.stop(loop);
		}
	}

	private static OtherSelector failing(Class<? extends Throwable> failure) throws IOException {
		return new OtherSelector() {

			@Override
			void selecting() throws IOException {
				if (failure == IOException.class) {
					throw new IOException("expected by the test");
				}
				throw new LinkageError("expected by the test");
			}

		};
	}

	@Test
	void runWhenItsThreadIsInterruptedThenWaitsAgainAndWarnsOnce() throws Exception {
		AtomicInteger selects = new AtomicInteger();
		AtomicReference<Thread> thread = new AtomicReference<>();
		EventLoop loop = Loops.started(new OtherSelector() {

			@Override
			void selecting() {
				selects.incrementAndGet();
			}

		});
		try (TakenLog log = new TakenLog()) {
			loop.execute(() -> thread.set(Thread.currentThread()));
			Awaiting.soon().until(() -> thread.get() != null);
			thread.get().interrupt();
			Awaiting.soon().until(() -> log.lines("was interrupted").size() == 1);
			thread.get().interrupt();
			Awaiting.soon().until(() -> log.lines("was interrupted").size() == 2);

			Awaiting.soon().during(Duration.ofMillis(200)).until(() -> selects.get() < 20);
			assertThat(log.warnings("was interrupted, which does not end a duct")).hasSize(1);
			Loops.stop(loop);
		}
	}

	@Test
	void runWhenATaskInterruptsItsThreadThenTheNextRoundIsNotInterrupted() throws Exception {
		EventLoop loop = Loops.started();
		CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
		try (TakenLog log = new TakenLog()) {
			loop.execute(() -> {
				Thread.currentThread().interrupt();
				loop.execute(() -> interrupted.complete(Thread.currentThread().isInterrupted()));
			});

			assertThat(interrupted.get(10, TimeUnit.SECONDS)).isFalse();
			assertThat(log.warnings("was interrupted")).hasSize(1);
		}
		Loops.stop(loop);
	}

}
