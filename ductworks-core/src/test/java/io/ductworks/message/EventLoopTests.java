package io.ductworks.message;

import java.lang.ref.WeakReference;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.NothingLeftBehind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

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
		loop.keepTime((now) -> {
			throw new IllegalStateException("expected by the test");
		});
		loop.execute(ran::countDown);

		assertThat(ran.await(5, TimeUnit.SECONDS)).isTrue();
		loop.stop();
	}

	@Test
	void keepTimeWhenAskedThenCalledAgainUntilNever() throws Exception {
		EventLoop loop = started();
		AtomicInteger calls = new AtomicInteger();
		loop.keepTime((now) -> (calls.incrementAndGet() < 3) ? 1_000_000 : Long.MAX_VALUE);

		DuctFixture.soon().until(() -> calls.get() == 3);
		loop.stop();
		assertThat(calls).hasValue(3);
	}

	@Test
	void keepTimeWhenAnotherIsDueThenNotAskedBeforeItsOwnTime() throws Exception {
		EventLoop loop = started();
		AtomicInteger late = new AtomicInteger();
		AtomicInteger often = new AtomicInteger();
		loop.keepTime((now) -> {
			late.incrementAndGet();
			return TimeUnit.HOURS.toNanos(1);
		});
		loop.keepTime((now) -> (often.incrementAndGet() < 20) ? 1_000_000 : Long.MAX_VALUE);

		DuctFixture.soon().until(() -> often.get() == 20);
		loop.stop();
		assertThat(late).hasValue(1);
	}

	@Test
	void forgetWhenNotYetDueThenIsLetGo() throws Exception {
		EventLoop loop = started();
		CountDownLatch asked = new CountDownLatch(1);
		WeakReference<EventLoop.Timed> reference = keepTimeForLong(loop, asked);
		assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();
		loop.forget(reference.get());

		DuctFixture.soon().until(() -> {
			System.gc();
			return reference.get() == null;
		});
		loop.stop();
	}

	private static WeakReference<EventLoop.Timed> keepTimeForLong(EventLoop loop, CountDownLatch asked) {
		EventLoop.Timed subject = (now) -> {
			asked.countDown();
			return TimeUnit.HOURS.toNanos(1);
		};
		loop.keepTime(subject);
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
	void closeWhenLoopHasEndedThenReturns() throws Exception {
		EventLoop loop = started();
		loop.stop();
		AtomicInteger closed = new AtomicInteger();
		loop.close(closed::incrementAndGet);

		assertThat(closed).hasValue(1);
	}

}
