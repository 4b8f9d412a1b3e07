package io.ductworks.internal.connection;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Answers may go out for a while after the peer has stopped to send.
 */
class LastAnswersDeadlineTests {

	private static final long TIMEOUT = 200_000_000;

	private static final long NOW = 1_000_000_000;

	private final Lifecycle lifecycle = new Lifecycle();

	private final List<End> ends = new ArrayList<>();

	private final End inputEnd = End.ofStream(null);

	private boolean answering = true;

	private final LastAnswersDeadline deadline = new LastAnswersDeadline(this.lifecycle, () -> this.answering,
			this.ends::add);

	private void inputEnds() {
		this.lifecycle.lastAnswers(this.inputEnd, NOW + TIMEOUT);
	}

	@Test
	void nanosLeftWhenThePeerStillSendsThenNever() {
		assertThat(this.deadline.nanosLeft(NOW)).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void expiredWhenThePeerStillSendsThenDoesNothing() {
		assertThat(this.deadline.expired(NOW)).isEqualTo(Long.MAX_VALUE);
		assertThat(this.ends).isEmpty();
	}

	@Test
	void nanosLeftWhenAnswersAreUnderWayThenLooksOften() {
		inputEnds();

		assertThat(this.deadline.nanosLeft(NOW)).isBetween(1L, TIMEOUT / 10);
	}

	@Test
	void nanosLeftWhenTheLastAnswerHasGoneOutThenOver() {
		inputEnds();
		this.answering = false;

		assertThat(this.deadline.nanosLeft(NOW)).isZero();
	}

	@Test
	void nanosLeftWhenAnswersHaveHadTheirTimeThenOver() {
		inputEnds();

		assertThat(this.deadline.nanosLeft(NOW + TIMEOUT - 1)).isPositive();
		assertThat(this.deadline.nanosLeft(NOW + TIMEOUT)).isZero();
	}

	@Test
	void expiredWhenOverThenEndsAsThePeerDid() {
		inputEnds();

		assertThat(this.deadline.expired(NOW)).isEqualTo(Long.MAX_VALUE);
		assertThat(this.ends).containsExactly(this.inputEnd);
	}

}
