package io.ductworks.trials;

import io.ductworks.trials.AnswerBook.Frame;
import io.ductworks.trials.AnswerBook.Sort;
import io.ductworks.trials.AnswerBook.Verdict;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That the judge of {@link AnswerTrials} finds somebody guilty.
 */
class AnswerBookTests {

	private final AnswerBook book = new AnswerBook(3, false);

	private void taken(int number, int connection, int index) {
		this.book.taken(AnswerBook.payload(0, number), connection, index);
	}

	/**
	 * A frame of connection 1 comes for a request of another number.
	 */
	private void came(int number, int answered, int index, Sort sort) {
		this.book.came(0, number, new Frame(AnswerBook.payload(0, answered), 1, index, sort).toString());
	}

	private void assertOnly(@Nullable Verdict verdict) {
		this.book.verdicts()
			.forEach((each, wrong) -> assertThat(wrong).as(each.name()).hasSize((each == verdict) ? 1 : 0));
	}

	@Test
	void answerWhenItIsItsOwnThenIsRight() {
		taken(0, 1, 1);
		came(0, 0, 1, Sort.ANSWER);
		assertThat(this.book.right()).isEqualTo(1);
		assertOnly(null);
	}

	@Test
	void answerWhenSurplusCameAtItsPlaceThenIsSurplus() {
		taken(0, 1, 1);
		taken(1, 1, 2);
		this.book.surplus(1, 2);
		came(1, 0, 2, Sort.SURPLUS);
		assertOnly(Verdict.SURPLUS);
	}

	@Test
	void answerWhenSurplusCameBeforeThenIsShifted() {
		taken(0, 1, 1);
		taken(1, 1, 2);
		this.book.surplus(1, 1);
		came(1, 0, 2, Sort.ANSWER);
		assertOnly(Verdict.SHIFTED);
	}

	@Test
	void answerWhenNothingSurplusCameBeforeThenHasNoExcuse() {
		taken(0, 1, 1);
		taken(1, 1, 2);
		this.book.surplus(1, 3);
		this.book.surplus(2, 1);
		came(1, 0, 2, Sort.ANSWER);
		assertOnly(Verdict.OTHER);
	}

	@Test
	void answerWhenItIsOfAnotherPlaceThenHasNoExcuse() {
		taken(0, 1, 1);
		taken(1, 1, 2);
		this.book.surplus(1, 1);
		came(1, 0, 1, Sort.SURPLUS);
		assertOnly(Verdict.OTHER);
	}

	@Test
	void answerWhenItIsOfAnotherConnectionThenHasNoExcuse() {
		taken(0, 1, 1);
		taken(1, 2, 1);
		this.book.surplus(1, 1);
		came(1, 0, 1, Sort.SURPLUS);
		assertOnly(Verdict.OTHER);
	}

	@Test
	void requestWhenItGoesOutTwiceThenIsFound() {
		taken(0, 1, 1);
		taken(0, 2, 1);
		assertThat(this.book.repeated()).isEqualTo(1);
	}

	@Test
	void requestWhenItWentOutThoughItWasSaidNotToThenIsFound() {
		taken(0, 1, 1);
		this.book.unsent(0);
		this.book.unsent(1);
		assertThat(this.book.sentAllTheSame()).containsExactly(0);
	}

}
