package io.ductworks.message;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Predicate;

import io.ductworks.Caller;
import io.ductworks.CloseReason;
import io.ductworks.DuctTimeoutException;
import io.ductworks.NothingLeftBehind;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Requests keep their order and end exactly once.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class PendingRequestsTests implements DuctFixture {

	private static final long TIMEOUT = Duration.ofSeconds(1).toNanos();

	private final PendingRequests requests = new PendingRequests();

	@Override
	public DuctAddress address() {
		return DuctAddress.Unix.pseudoAnonymous();
	}

	private static PendingRequest ofCaller() {
		return PendingRequest.ofCaller(Object.class, System.nanoTime(), TIMEOUT);
	}

	private static PendingRequest ofFuture() {
		return PendingRequest.ofFuture(Object.class, TIMEOUT, new CompletableFuture<>());
	}

	@Test
	void takeOldestWhenSeveralWaitThenInTheOrderOfSending() {
		PendingRequest first = ofCaller();
		PendingRequest second = ofFuture();
		this.requests.add(first);
		this.requests.add(second);

		assertThat(this.requests.takeOldest()).isSameAs(first);
		assertThat(this.requests.takeOldest()).isSameAs(second);
		assertThat(this.requests.takeOldest()).isNull();
	}

	@Test
	void takeOldestWhenRequestWasAbandonedThenItKeepsItsPlace() {
		PendingRequest abandoned = ofCaller();
		PendingRequest next = ofCaller();
		this.requests.add(abandoned);
		this.requests.add(next);
		assertThat(abandoned.abandon()).isTrue();

		assertThat(this.requests.takeOldest()).isSameAs(abandoned);
		assertThat(abandoned.answer(new byte[0])).isFalse();
		assertThat(this.requests.takeOldest()).isSameAs(next);
	}

	@Test
	void deadlineWhenTheCallerHadWaitedBeforeThenALateAnswerHasItsWholeTimeoutStill() {
		long started = System.nanoTime() - TIMEOUT / 10 * 9;
		PendingRequest request = PendingRequest.ofCaller(Object.class, started, TIMEOUT);
		assertThat(request.deadline()).isEqualTo(started + TIMEOUT);

		request.abandon();
		assertThat(request.deadline()).isEqualTo(started + 2 * TIMEOUT);
	}

	@Test
	void needReaderWhenOnlyCallersWaitThenFalse() {
		PendingRequest request = ofCaller();
		this.requests.add(request);
		assertThat(this.requests.needReader()).isFalse();
		assertThat(this.requests.nanosToDeadline(System.nanoTime())).isEqualTo(Long.MAX_VALUE);

		request.abandon();
		assertThat(this.requests.needReader()).isTrue();
		this.requests.takeOldest();
		assertThat(this.requests.needReader()).isFalse();
		this.requests.add(ofFuture());
		assertThat(this.requests.needReader()).isTrue();
	}

	@Test
	void overdueWhenTimeHasPassedThenThoseOfTheLoopOnlyAndAbandonedOnesTwiceAsLate() {
		PendingRequest caller = ofCaller();
		PendingRequest future = ofFuture();
		this.requests.add(caller);
		this.requests.add(future);
		long before = future.started + TIMEOUT - 1;

		assertThat(this.requests.overdue(before)).isEmpty();
		assertThat(this.requests.nanosToDeadline(before)).isEqualTo(1);
		assertThat(this.requests.overdue(before + 1)).containsExactly(future);
		future.abandon();
		assertThat(this.requests.overdue(before + 1)).isEmpty();
		assertThat(this.requests.nanosToDeadline(before)).isEqualTo(1 + TIMEOUT);
		assertThat(this.requests.overdue(before + 1 + TIMEOUT)).containsExactly(future);
	}

	@Test
	void takeAllWhenSeveralWaitThenNoneIsLeft() {
		PendingRequest first = ofCaller();
		PendingRequest second = ofFuture();
		this.requests.add(first);
		this.requests.add(second);

		assertThat(this.requests.takeAll()).containsExactly(first, second);
		assertThat(this.requests.takeOldest()).isNull();
		assertThat(this.requests.needReader()).isFalse();
	}

	@Test
	void requestWhenFailedThenPayloadThrowsIt() {
		PendingRequest request = ofCaller();
		assertThat(request.fail(new DuctTimeoutException("late", null))).isTrue();

		assertThat(request.isDone()).isTrue();
		assertThat(request.isAbandoned()).isFalse();
		assertThatExceptionOfType(DuctTimeoutException.class).isThrownBy(request::payload).withMessage("late");
	}

	@Test
	void requestWhenAnswerAndFailureAndTimeoutRaceThenOneWins() throws Exception {
		int rounds = 3000;
		AtomicIntegerArray wins = new AtomicIntegerArray(rounds);
		List<PendingRequest> raced = new ArrayList<>();
		for (int i = 0; i < rounds; i++) {
			raced.add(ofFuture());
		}
		CyclicBarrier start = new CyclicBarrier(3);
		List<Caller<Void>> racers = List.of(racing(start, wins, raced, (request) -> request.answer(new byte[] { 1 })),
				racing(start, wins, raced, (request) -> request.fail(new DuctTimeoutException("expected", null))),
				racing(start, wins, raced, PendingRequest::abandon));
		for (Caller<Void> racer : racers) {
			racer.result();
		}

		for (int i = 0; i < rounds; i++) {
			assertThat(wins.get(i)).isEqualTo(1);
			assertThat(raced.get(i).isDone()).isTrue();
		}
	}

	private static Caller<Void> racing(CyclicBarrier start, AtomicIntegerArray wins, List<PendingRequest> raced,
			Predicate<PendingRequest> end) {
		return Caller.running(() -> {
			for (int i = 0; i < raced.size(); i++) {
				meet(start);
				if (end.test(raced.get(i))) {
					wins.incrementAndGet(i);
				}
			}
		});
	}

	private static void meet(CyclicBarrier barrier) {
		try {
			barrier.await();
		}
		catch (InterruptedException | BrokenBarrierException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void x6RequestsWhenRepliesRaceTimeoutsThenEachEndsOnceWithItsOwnAnswer() {
		long timeout = Duration.ofMillis(20).toNanos();
		DuctHandler onTime = (from, message) -> {
			long started = message.as(Long.class);
			while (System.nanoTime() - started < timeout) {
				Thread.onSpinWait();
			}
			from.send(started);
		};
		try (DuctPair pair = pair((parent) -> parent, (child) -> child.handler(onTime))) {
			MessageDuct duct = pair.parent();
			int asked = 0;
			int answered = 0;
			// On a busy machine a reply may come so late that the connection ends.
			while (asked < 60 && unanswered(duct) == 0) {
				asked++;
				// Before and after what the reply is aimed at.
				long started = System.nanoTime() + (asked % 5 - 2) * 50_000L;
				try {
					assertThat(duct.<Long>request(started, Long.class, Duration.ofNanos(timeout))).isEqualTo(started);
					answered++;
				}
				catch (DuctTimeoutException ex) {
					// Its late reply must not become the answer of the next.
				}
			}

			assertThat(duct.statistics().requests(RequestOutcome.SUCCESS)).isEqualTo(answered);
			// The last one was not sent any more if that was then.
			long notSent = unanswered(duct);
			assertThat(duct.statistics().requests(RequestOutcome.TIMEOUT)
					+ duct.statistics().requests(RequestOutcome.ABORTED))
				.isBetween(asked - answered - notSent, (long) asked - answered);
		}
	}

	private static long unanswered(MessageDuct duct) {
		return duct.statistics().connectionsClosed(CloseReason.UNANSWERED);
	}

}
