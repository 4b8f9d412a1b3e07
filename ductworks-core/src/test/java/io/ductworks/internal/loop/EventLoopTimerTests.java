package io.ductworks.internal.loop;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.Awaiting;
import io.ductworks.NothingLeftBehind;
import io.ductworks.TakenLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the loop does at certain times.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class EventLoopTimerTests {

	@Test
	void addTimerWhenAddedThenCalledAgainUntilNever() throws Exception {
		EventLoop loop = Loops.started();
		AtomicInteger calls = new AtomicInteger();
		loop.addTimer((now) -> (calls.incrementAndGet() < 3) ? 1_000_000 : Long.MAX_VALUE);

		Awaiting.soon().until(() -> calls.get() == 3);
		Loops.stop(loop);
		assertThat(calls).hasValue(3);
	}

	@Test
	void addTimerWhenAnotherIsDueThenNotAskedBeforeItsOwnTime() throws Exception {
		EventLoop loop = Loops.started();
		AtomicInteger late = new AtomicInteger();
		AtomicInteger often = new AtomicInteger();
		loop.addTimer((now) -> {
			late.incrementAndGet();
			return TimeUnit.HOURS.toNanos(1);
		});
		loop.addTimer((now) -> (often.incrementAndGet() < 20) ? 1_000_000 : Long.MAX_VALUE);

		Awaiting.soon().until(() -> often.get() == 20);
		Loops.stop(loop);
		assertThat(late).hasValue(1);
	}

	@Test
	void removeTimerWhenNotYetDueThenIsLetGo() throws Exception {
		EventLoop loop = Loops.started();
		CountDownLatch asked = new CountDownLatch(1);
		WeakReference<EventLoop.Timed> reference = addDistantTimer(loop, asked);
		assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();
		loop.removeTimer(reference.get());

		Awaiting.soon().until(() -> {
			System.gc();
			return reference.get() == null;
		});
		Loops.stop(loop);
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
	void addTimerWhenItWaitsAlreadyThenIsAskedAtOnce() throws Exception {
		EventLoop loop = Loops.started();
		AtomicInteger calls = new AtomicInteger();
		EventLoop.Timed timer = (now) -> {
			calls.incrementAndGet();
			return TimeUnit.HOURS.toNanos(1);
		};
		loop.addTimer(timer);
		Awaiting.soon().until(() -> calls.get() == 1);

		loop.addTimer(timer);
		Awaiting.soon().until(() -> calls.get() == 2);
		Loops.stop(loop);
	}

	@Test
	void addTimerWhenAddedByATimerThenIsAskedAsWell() throws Exception {
		EventLoop loop = Loops.started();
		CountDownLatch asked = new CountDownLatch(1);
		loop.addTimer((now) -> {
			loop.addTimer((later) -> {
				asked.countDown();
				return Long.MAX_VALUE;
			});
			return Long.MAX_VALUE;
		});

		assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
		Loops.stop(loop);
	}

	@Test
	void addTimerWhenItIsDueAgainAtOnceThenOthersAreServedInBetween() throws Exception {
		EventLoop loop = Loops.started();
		AtomicBoolean served = new AtomicBoolean();
		loop.addTimer((now) -> served.get() ? Long.MAX_VALUE : 0);
		Awaiting.soon().until(() -> {
			loop.execute(() -> served.set(true));
			return served.get();
		});
		Loops.stop(loop);
	}

	@Test
	void onTimeWhenItRemovesItselfThenIsNotAskedAgain() throws Exception {
		EventLoop loop = Loops.started();
		AtomicInteger calls = new AtomicInteger();
		loop.addTimer(new EventLoop.Timed() {

			@Override
			public long onTime(long now) {
				calls.incrementAndGet();
				loop.removeTimer(this);
				return 0;
			}

		});
		AtomicInteger rounds = new AtomicInteger();
		loop.addTimer((now) -> (rounds.incrementAndGet() < 20) ? 1 : Long.MAX_VALUE);

		Awaiting.soon().until(() -> rounds.get() == 20);
		Loops.stop(loop);
		assertThat(calls).hasValue(1);
	}

	@Test
	void onTimeWhenItFailsThenIsAskedAgainInASecond() throws Exception {
		EventLoop loop = Loops.started();
		List<Long> times = new CopyOnWriteArrayList<>();
		try (TakenLog log = new TakenLog()) {
			loop.addTimer((now) -> {
				times.add(now);
				if (times.size() == 1) {
					throw new IllegalStateException("expected by the test");
				}
				return Long.MAX_VALUE;
			});

			Awaiting.soon().until(() -> times.size() == 2);
			assertThat(times.get(1) - times.get(0)).isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(1));
			assertThat(log.warnings("unexpected failure")).hasSize(1);
		}
		Loops.stop(loop);
	}

}
