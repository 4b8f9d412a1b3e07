package io.ductworks.internal.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Predicate;

import io.ductworks.Caller;
import io.ductworks.NothingLeftBehind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Answers keep their order and end exactly once.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class AnswersTests {

	private static final long TIMEOUT = Duration.ofSeconds(1).toNanos();

	private final Answers answers = new Answers(AnswersByOrder::new);

	private static PendingAnswer ofCaller() {
		return PendingAnswer.ofCaller(System.nanoTime(), TIMEOUT, (answer) -> {
		});
	}

	private static PendingAnswer ofLoop() {
		return PendingAnswer.ofLoop(System.nanoTime(), TIMEOUT, (answer) -> {
		});
	}

	@Test
	void takeOldestWhenSeveralWaitThenInTheOrderOfSending() {
		PendingAnswer first = ofCaller();
		PendingAnswer second = ofLoop();
		this.answers.add(first);
		this.answers.add(second);

		assertThat(this.answers.take(0)).isSameAs(first);
		assertThat(this.answers.take(0)).isSameAs(second);
		assertThat(this.answers.take(0)).isNull();
	}

	@Test
	void takeOldestWhenAnswerWasGivenUpThenItKeepsItsPlace() {
		PendingAnswer givenUp = ofCaller();
		PendingAnswer next = ofCaller();
		this.answers.add(givenUp);
		this.answers.add(next);
		assertThat(givenUp.giveUp()).isTrue();

		assertThat(this.answers.take(0)).isSameAs(givenUp);
		assertThat(givenUp.come(PendingAnswer.Answer.of(new byte[0]))).isFalse();
		assertThat(this.answers.take(0)).isSameAs(next);
	}

	@Test
	void deadlineWhenAnswerIsGivenUpThenIsTheOneOfItsLateAnswer() {
		long started = System.nanoTime() - TIMEOUT / 10 * 9;
		PendingAnswer answer = PendingAnswer.ofCaller(started, TIMEOUT, (ended) -> {
		});
		assertThat(answer.deadline()).isEqualTo(started + TIMEOUT);

		assertThat(this.answers.giveUp(answer, started, 5 * TIMEOUT)).isTrue();
		assertThat(answer.deadline()).isEqualTo(started + 5 * TIMEOUT);
		assertThat(this.answers.giveUp(answer, started, 6 * TIMEOUT)).isFalse();
		assertThat(answer.deadline()).isEqualTo(started + 5 * TIMEOUT);
	}

	@Test
	void hasUnattendedWhenOnlyCallersWaitThenFalse() {
		PendingAnswer answer = ofCaller();
		this.answers.add(answer);
		assertThat(this.answers.hasUnattended()).isFalse();
		assertThat(this.answers.nanosToLook(System.nanoTime())).isEqualTo(Long.MAX_VALUE);

		this.answers.giveUp(answer, System.nanoTime(), TIMEOUT);
		assertThat(this.answers.hasUnattended()).isTrue();
		this.answers.take(0);
		assertThat(this.answers.hasUnattended()).isFalse();
		this.answers.add(ofLoop());
		assertThat(this.answers.hasUnattended()).isTrue();
	}

	@Test
	void giveUpWhenAnswerHasBeenTakenThenNobodyWaitsForALateOne() {
		PendingAnswer answer = ofCaller();
		this.answers.add(answer);
		this.answers.take(0);

		this.answers.giveUp(answer, System.nanoTime(), TIMEOUT);
		assertThat(this.answers.hasUnattended()).isFalse();
		assertThat(this.answers.nanosToLook(System.nanoTime())).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void addWhenALaterDeadlineIsAddedThenTheLoopNeedNotLookEarlier() {
		assertThat(this.answers.add(ofCaller())).isFalse();
		assertThat(this.answers.add(ofLoop())).isTrue();
		assertThat(this.answers.add(ofLoop())).isFalse();
	}

	@Test
	void overdueWhenTimeHasPassedThenThoseOfTheLoopOnly() {
		PendingAnswer caller = ofCaller();
		PendingAnswer loop = ofLoop();
		this.answers.add(caller);
		this.answers.add(loop);
		long before = loop.deadline() - 1;

		assertThat(this.answers.overdue(before)).isEmpty();
		assertThat(this.answers.nanosToLook(before)).isEqualTo(1);
		assertThat(this.answers.overdue(before + 1)).containsExactly(loop);
		this.answers.giveUp(loop, before + 1, TIMEOUT);
		assertThat(this.answers.overdue(before + 1)).isEmpty();
		assertThat(this.answers.nanosToLook(before)).isEqualTo(1 + TIMEOUT);
		assertThat(this.answers.overdue(before + 1 + TIMEOUT)).containsExactly(loop);
	}

	@Test
	void takeAllWhenSeveralWaitThenNoneIsLeft() {
		PendingAnswer first = ofCaller();
		PendingAnswer second = ofLoop();
		this.answers.add(first);
		this.answers.add(second);

		assertThat(this.answers.takeAll()).containsExactly(first, second);
		assertThat(this.answers.take(0)).isNull();
		assertThat(this.answers.hasUnattended()).isFalse();
	}

	@Test
	void answerWhenItFailsThenSaysHow() {
		List<PendingAnswer> ended = new ArrayList<>();
		PendingAnswer answer = PendingAnswer.ofLoop(System.nanoTime(), TIMEOUT, ended::add);
		assertThat(answer.fail(End.LOCAL, true)).isTrue();

		assertThat(answer.isDone()).isTrue();
		assertThat(answer.isGivenUp()).isFalse();
		assertThat(answer.answer()).isNull();
		assertThat(answer.failure()).isSameAs(End.LOCAL);
		assertThat(ended).containsExactly(answer);
	}

	@Test
	void answerWhenAnswerAndFailureAndTimeoutRaceThenOneWins() throws Exception {
		int rounds = 3000;
		AtomicIntegerArray wins = new AtomicIntegerArray(rounds);
		List<PendingAnswer> raced = new ArrayList<>();
		for (int i = 0; i < rounds; i++) {
			raced.add(ofLoop());
		}
		CyclicBarrier start = new CyclicBarrier(3);
		List<Caller<Void>> racers = List.of(
				racing(start, wins, raced, (answer) -> answer.come(PendingAnswer.Answer.of(new byte[] { 1 }))),
				racing(start, wins, raced, (answer) -> answer.fail(End.LOCAL, true)),
				racing(start, wins, raced, PendingAnswer::giveUp));
		for (Caller<Void> racer : racers) {
			racer.result();
		}

		for (int i = 0; i < rounds; i++) {
			assertThat(wins.get(i)).isEqualTo(1);
			assertThat(raced.get(i).isDone()).isTrue();
		}
	}

	private static Caller<Void> racing(CyclicBarrier start, AtomicIntegerArray wins, List<PendingAnswer> raced,
			Predicate<PendingAnswer> end) {
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

	private static PendingAnswer withId(long id) {
		PendingAnswer answer = ofCaller();
		answer.id(id);
		return answer;
	}

	@Test
	void takeWhenAnswersBearIdsThenInAnyOrder() {
		Answers byId = new Answers(AnswersById::new);
		PendingAnswer first = withId(1);
		PendingAnswer second = withId(2);
		byId.add(first);
		byId.add(second);

		assertThat(byId.take(2)).isSameAs(second);
		assertThat(byId.take(2)).as("come twice").isNull();
		assertThat(byId.take(3)).as("never asked").isNull();
		assertThat(byId.take(1)).isSameAs(first);
		assertThat(byId.isEmpty()).isTrue();
	}

	@Test
	void giveUpWhenAnswersBearIdsThenItIsForgotten() {
		Answers byId = new Answers(AnswersById::new);
		PendingAnswer answer = withId(7);
		byId.add(answer);

		assertThat(byId.giveUp(answer, System.nanoTime(), TIMEOUT)).isTrue();
		assertThat(byId.isEmpty()).isTrue();
		assertThat(byId.hasUnattended()).isFalse();
		assertThat(byId.take(7)).as("come late").isNull();
		assertThat(byId.overdue(System.nanoTime() + 2 * TIMEOUT)).isEmpty();
	}

	@Test
	void takeAllWhenAnswersBearIdsThenInTheOrderOfTheirRequests() {
		Answers byId = new Answers(AnswersById::new);
		List<PendingAnswer> asked = List.of(withId(3), withId(1), withId(2));
		asked.forEach(byId::add);

		assertThat(byId.takeAll()).containsExactlyElementsOf(asked);
		assertThat(byId.isEmpty()).isTrue();
		assertThat(byId.takeAll()).isEmpty();
	}

}
