package io.ductworks.internal.connection;

import java.time.Duration;

import io.ductworks.CloseReason;
import io.ductworks.NothingLeftBehind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An answer that does not come is given up first, and ends the connection later.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class AnswerDeadlineTests {

	private static final long TIMEOUT = Duration.ofSeconds(10).toNanos();

	private static final long GRACE = Duration.ofSeconds(30).toNanos();

	private final long started = System.nanoTime();

	private Halves halves;

	@BeforeEach
	void open() throws Exception {
		this.halves = new Halves();
	}

	@AfterEach
	void close() throws Exception {
		this.halves.close();
	}

	private AnswerDeadline deadline() {
		return new AnswerDeadline(this.halves.answers, this.halves.reading, Halves.SETTINGS, this.halves::end);
	}

	private PendingAnswer asked(long timeout) {
		PendingAnswer answer = PendingAnswer.ofLoop(this.started, timeout, (ended) -> {
		});
		this.halves.answers.add(answer);
		return answer;
	}

	@Test
	void nanosLeftWhenNoAnswerIsOwedThenNever() {
		assertThat(deadline().nanosLeft(this.started)).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void nanosLeftWhenAnAnswerIsOwedThenItsTimeRuns() {
		asked(TIMEOUT);

		assertThat(deadline().nanosLeft(this.started)).isEqualTo(TIMEOUT);
	}

	@Test
	void nanosLeftWhenACallerWaitsThenItKeepsTheTimeItself() {
		this.halves.answers.add(PendingAnswer.ofCaller(this.started, TIMEOUT, (ended) -> {
		}));

		assertThat(deadline().nanosLeft(this.started)).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void expiredWhenItsTimeIsOverThenGivenUpAndTheGraceRuns() {
		PendingAnswer answer = asked(TIMEOUT);

		assertThat(deadline().expired(this.started + TIMEOUT)).isEqualTo(GRACE);
		assertThat(answer.isGivenUp()).isTrue();
		assertThat(this.halves.ends).isEmpty();
	}

	@Test
	void expiredWhenItsTimeoutIsLongerThanTheGraceThenThatRunsAgain() {
		asked(2 * GRACE);

		assertThat(deadline().expired(this.started + 2 * GRACE)).isEqualTo(2 * GRACE);
	}

	@Test
	void expiredWhenTheGraceIsOverTooThenEndsAndSaysBothTimes() {
		asked(TIMEOUT);
		AnswerDeadline deadline = deadline();
		deadline.expired(this.started + TIMEOUT);

		assertThat(deadline.expired(this.started + TIMEOUT + GRACE)).isEqualTo(Long.MAX_VALUE);
		assertThat(this.halves.ends).singleElement().satisfies((end) -> {
			assertThat(end.reason()).isEqualTo(CloseReason.UNANSWERED);
			assertThat(end.text()).contains("10000 ms").contains("30000 ms");
		});
	}

	@Test
	void expiredWhenTheAnswerIsThereAndUnreadThenTakesIt() {
		PendingAnswer answer = asked(TIMEOUT);
		this.halves.arrive(Halves.frame(3));

		assertThat(deadline().expired(this.started + TIMEOUT)).isEqualTo(Long.MAX_VALUE);
		assertThat(answer.answer()).isNotNull().satisfies((came) -> assertThat(came.length()).isEqualTo(3));
	}

	@Test
	void expiredWhenTheLateAnswerIsThereAndUnreadThenTheConnectionStays() {
		asked(TIMEOUT);
		AnswerDeadline deadline = deadline();
		deadline.expired(this.started + TIMEOUT);
		this.halves.arrive(Halves.frame(3));

		assertThat(deadline.expired(this.started + TIMEOUT + GRACE)).isEqualTo(Long.MAX_VALUE);
		assertThat(this.halves.ends).isEmpty();
	}

	@Test
	void expiredWhenOneOfTwoIsOverThenTheOtherKeepsItsTime() {
		PendingAnswer first = asked(TIMEOUT);
		PendingAnswer second = asked(2 * TIMEOUT);

		assertThat(deadline().expired(this.started + TIMEOUT)).isEqualTo(TIMEOUT);
		assertThat(first.isGivenUp()).isTrue();
		assertThat(second.isDone()).isFalse();
	}

	@Test
	void expiredWhenNothingIsOverYetThenLooksAgainAtItsTime() {
		asked(TIMEOUT);

		assertThat(deadline().expired(this.started + 1)).isEqualTo(TIMEOUT - 1);
		assertThat(this.halves.ends).isEmpty();
	}

	@Test
	void giveUpWhenTheCallerHasHadEnoughThenTheLoopKeepsTheTimeOfTheLateAnswer() {
		PendingAnswer answer = PendingAnswer.ofCaller(this.started, TIMEOUT, (ended) -> {
		});
		this.halves.answers.add(answer);

		assertThat(this.halves.answers.giveUp(answer, this.started, GRACE)).isTrue();
		assertThat(this.halves.answers.giveUp(answer, this.started, GRACE)).isFalse();
		assertThat(deadline().nanosLeft(this.started)).isEqualTo(GRACE);
	}

}
