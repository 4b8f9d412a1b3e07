package io.ductworks.internal.loop;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

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

	private static EventLoop started() throws Exception {
		EventLoop loop = new EventLoop((task) -> new Thread(task, "duct-loop-tests"));
		loop.start();
		return loop;
	}

	@Test
	void stopWhenATaskSelectsThenItsWakeUpIsNotLost() throws Exception {
		EventLoop loop = started();
		Gate gate = new Gate();
		loop.execute(() -> {
			gate.asTask().run();
			loop.close(() -> {
			});
		});
		gate.awaitVisitor();
		Caller<Void> stop = Caller.running(loop::stop).awaitWaiting();
		gate.open();

		stop.result(Duration.ofSeconds(5));
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
		EventLoop loop = started();
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
		loop.stop();
	}

	@Test
	void executeWhenAFailureCannotBeLoggedThenLoopGoesOn() throws Exception {
		EventLoop loop = started();
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
		loop.stop();
		pipe.source().close();
	}

	private static long fail(CountDownLatch failed) {
		failed.countDown();
		throw new IllegalStateException("expected by the test");
	}

	@ParameterizedTest
	@ValueSource(classes = { IOException.class, LinkageError.class })
	void runWhenNothingCanBeSelectedThenTasksAndTimesGoOn(Class<? extends Throwable> failure) throws Exception {
		EventLoop loop = new EventLoop((task) -> new Thread(task, "duct-loop-tests"), new FailingSelector(failure));
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
			loop.stop();
		}
	}

	@Test
	void addTimerWhenAddedThenCalledAgainUntilNever() throws Exception {
		EventLoop loop = started();
		AtomicInteger calls = new AtomicInteger();
		loop.addTimer((now) -> (calls.incrementAndGet() < 3) ? 1_000_000 : Long.MAX_VALUE);

		Awaiting.soon().until(() -> calls.get() == 3);
		loop.stop();
		assertThat(calls).hasValue(3);
	}

	@Test
	void addTimerWhenAnotherIsDueThenNotAskedBeforeItsOwnTime() throws Exception {
		EventLoop loop = started();
		AtomicInteger late = new AtomicInteger();
		AtomicInteger often = new AtomicInteger();
		loop.addTimer((now) -> {
			late.incrementAndGet();
			return TimeUnit.HOURS.toNanos(1);
		});
		loop.addTimer((now) -> (often.incrementAndGet() < 20) ? 1_000_000 : Long.MAX_VALUE);

		Awaiting.soon().until(() -> often.get() == 20);
		loop.stop();
		assertThat(late).hasValue(1);
	}

	@Test
	void removeTimerWhenNotYetDueThenIsLetGo() throws Exception {
		EventLoop loop = started();
		CountDownLatch asked = new CountDownLatch(1);
		WeakReference<EventLoop.Timed> reference = addDistantTimer(loop, asked);
		assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();
		loop.removeTimer(reference.get());

		Awaiting.soon().until(() -> {
			System.gc();
			return reference.get() == null;
		});
		loop.stop();
	}

	private static WeakReference<EventLoop.Timed> addDistantTimer(EventLoop loop, CountDownLatch asked) {
		EventLoop.Timed subject = (now) -> {
			asked.countDown();
			return TimeUnit.HOURS.toNanos(1);
		};
		loop.addTimer(subject);
		return new WeakReference<>(subject);
	}

	@Test
	void closeWhenReturnedThenChannelIsReleased() throws Exception {
		EventLoop loop = started();
		Pipe pipe = Pipe.open();
		pipe.source().configureBlocking(false);
		SelectionKey key = loop.register(pipe.source(), SelectionKey.OP_READ, (ready) -> {
		});
		loop.close(pipe.source());

		assertThat(key.isValid()).isFalse();
		assertThat(pipe.source().isRegistered()).isFalse();
		loop.stop();
		pipe.sink().close();
	}

	@Test
	void closeWhenItFailsThenReturnsAllTheSame() throws Exception {
		EventLoop loop = started();
		try (TakenLog log = new TakenLog()) {
			loop.close(() -> {
				throw new IOException("expected by the test");
			});
			loop.close(() -> {
				throw new IllegalStateException("expected by the test");
			});
			loop.close(() -> {
				throw new LinkageError("expected by the test");
			});

			assertThat(log.lines("Closing failed")).hasSize(3);
		}
		finally {
			loop.stop();
		}
	}

	@Test
	void closeWhenLoopHasEndedThenReturns() throws Exception {
		EventLoop loop = started();
		loop.stop();
		AtomicInteger closed = new AtomicInteger();
		loop.close(closed::incrementAndGet);

		assertThat(closed).hasValue(1);
	}

	/**
	 * Selects nothing, ever.
	 */
	private static final class FailingSelector extends AbstractSelector {

		private final Class<? extends Throwable> failure;

		FailingSelector(Class<? extends Throwable> failure) {
			super(SelectorProvider.provider());
			this.failure = failure;
		}

		@Override
		public int selectNow() throws IOException {
			if (this.failure == IOException.class) {
				throw new IOException("expected by the test");
			}
			throw new LinkageError("expected by the test");
		}

		@Override
		public int select(long timeout) throws IOException {
			return selectNow();
		}

		@Override
		public int select() throws IOException {
			return selectNow();
		}

		@Override
		public Selector wakeup() {
			return this;
		}

		@Override
		public Set<SelectionKey> keys() {
			return Set.of();
		}

		@Override
		public Set<SelectionKey> selectedKeys() {
			return Set.of();
		}

		@Override
		protected SelectionKey register(AbstractSelectableChannel channel, int operations, Object attachment) {
			throw new UnsupportedOperationException();
		}

		@Override
		protected void implCloseSelector() {
			// There is nothing to close.
		}

	}

}
