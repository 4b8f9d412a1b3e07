package io.ductworks.internal.loop;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.ductworks.NothingLeftBehind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@ExtendWith(NothingLeftBehind.class)
@Timeout(30)
class TimersTests {

	private static final long NEVER = Long.MAX_VALUE;

	private final List<String> asked = new ArrayList<>();

	/** What each answers; those that are not listed never want to be asked again. */
	private final Map<String, Long> answers = new HashMap<>();

	private final Map<String, Runnable> deeds = new HashMap<>();

	private final Timers<String> timers = new Timers<>(this::ask);

	private long ask(String subject, long now) {
		this.asked.add(subject);
		this.deeds.getOrDefault(subject, () -> {
		}).run();
		return this.answers.getOrDefault(subject, NEVER);
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, -5, Long.MAX_VALUE - 2, Long.MIN_VALUE })
	void askDueWhenSomeAreDueThenAsksThemInTheOrderOfTheirTimes(long start) {
		this.timers.add("third", start + 3);
		this.timers.add("first", start + 1);
		this.timers.add("fourth", start + 4);
		this.timers.add("second", start + 2);

		assertThat(this.timers.askDue(start)).isEqualTo(1);
		assertThat(this.asked).isEmpty();
		assertThat(this.timers.askDue(start + 3)).isEqualTo(1);
		assertThat(this.asked).containsExactly("first", "second", "third");
		assertThat(this.timers.askDue(start + 10)).isEqualTo(NEVER);
		assertThat(this.asked).endsWith("fourth");
		assertThat(this.timers.isEmpty()).isTrue();
	}

	@Test
	void askDueWhenTimesAreEqualThenAsksInTheOrderInWhichTheyWereAdded() {
		List<String> subjects = List.of("e", "b", "d", "a", "c");
		subjects.forEach((subject) -> this.timers.add(subject, 7));
		this.timers.askDue(7);

		assertThat(this.asked).isEqualTo(subjects);
	}

	@Test
	void askDueWhenASubjectAnswersThenIsAskedAgainAfterSoLong() {
		this.answers.put("a", 10L);
		this.timers.add("a", 0);

		assertThat(this.timers.askDue(100)).isEqualTo(10);
		assertThat(this.timers.askDue(109)).isEqualTo(1);
		assertThat(this.timers.askDue(110)).isEqualTo(10);
		assertThat(this.asked).containsExactly("a", "a");
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, -1, Long.MIN_VALUE })
	void askDueWhenASubjectIsDueAgainAtOnceThenEachIsAskedOnceInARound(long answer) {
		this.answers.put("eager", answer);
		this.timers.add("eager", 0);
		this.timers.add("other", 5);

		assertThat(this.timers.askDue(5)).isLessThanOrEqualTo(0);
		assertThat(this.asked).containsExactly("eager", "other");
		this.timers.askDue(5);
		assertThat(this.asked).containsExactly("eager", "other", "eager");
	}

	@Test
	void askDueWhenAnAnswerIsNearlyNeverThenOthersKeepTheirOrder() {
		this.answers.put("far", Long.MAX_VALUE - 1);
		this.timers.add("far", -100);
		this.timers.askDue(-100);
		this.timers.add("near", 50);

		assertThat(this.timers.askDue(-10)).isEqualTo(60);
		assertThat(this.timers.askDue(60)).isGreaterThan(Long.MAX_VALUE / 8);
		assertThat(this.asked).containsExactly("far", "near");
	}

	@Test
	void addWhenSubjectWaitsAlreadyThenIsAskedAtTheNewTimeOnly() {
		this.timers.add("a", 1000);
		this.timers.add("b", 20);
		this.timers.add("a", 10);

		assertThat(this.timers.askDue(10)).isEqualTo(10);
		assertThat(this.timers.askDue(2000)).isEqualTo(NEVER);
		assertThat(this.asked).containsExactly("a", "b");
	}

	@Test
	void addWhenASubjectAddsAnotherThenThatIsAskedInTheNextRound() {
		this.deeds.put("a", () -> this.timers.add("b", 0));
		this.timers.add("a", 0);

		assertThat(this.timers.askDue(0)).isZero();
		assertThat(this.asked).containsExactly("a");
		this.timers.askDue(0);
		assertThat(this.asked).containsExactly("a", "b");
	}

	@Test
	void addWhenASubjectAddsItselfThenThatCountsForMoreThanItsAnswer() {
		this.deeds.put("a", () -> this.timers.add("a", 5));
		this.timers.add("a", 0);

		assertThat(this.timers.askDue(0)).isEqualTo(5);
	}

	@Test
	void removeWhenSubjectWaitsThenIsNotAsked() {
		this.timers.add("a", 1);
		this.timers.add("b", 2);
		this.timers.remove("a");
		this.timers.remove("unknown");

		assertThat(this.timers.askDue(1)).isEqualTo(1);
		assertThat(this.asked).isEmpty();
	}

	@Test
	void removeWhenASubjectRemovesAnotherThatIsDueThenThatIsNotAsked() {
		this.deeds.put("a", () -> this.timers.remove("b"));
		this.timers.add("a", 0);
		this.timers.add("b", 1);
		this.timers.add("c", 2);
		this.timers.askDue(3);

		assertThat(this.asked).containsExactly("a", "c");
	}

	@Test
	void removeWhenASubjectRemovesItselfThenItsAnswerDoesNotCount() {
		this.answers.put("a", 1L);
		this.deeds.put("a", () -> this.timers.remove("a"));
		this.timers.add("a", 0);

		assertThat(this.timers.askDue(0)).isEqualTo(NEVER);
		assertThat(this.timers.isEmpty()).isTrue();
	}

	@Test
	void removeWhenASubjectIsAddedAgainAfterwardsThenIsAskedAtItsNewTime() {
		this.answers.put("a", 1L);
		this.deeds.put("a", () -> {
			this.timers.remove("a");
			this.timers.add("a", 100);
		});
		this.timers.add("a", 0);

		assertThat(this.timers.askDue(0)).isEqualTo(100);
	}

	@Test
	void askDueWhenTheQuestionFailsThenNoTimerIsLost() {
		this.deeds.put("a", () -> {
			throw new IllegalStateException("expected by the test");
		});
		this.timers.add("a", 0);
		this.timers.add("b", 1);
		assertThatIllegalStateException().isThrownBy(() -> this.timers.askDue(1));

		this.deeds.clear();
		this.timers.askDue(1);
		assertThat(this.asked).containsExactly("a", "a", "b");
	}

	@Test
	void askDueWhenThousandsComeAndGoThenEachIsAskedAtItsTime() {
		Random random = new Random(42);
		Map<String, Long> expected = new HashMap<>();
		for (int i = 0; i < 20_000; i++) {
			String subject = "timer " + random.nextInt(5000);
			if (random.nextInt(4) == 0) {
				this.timers.remove(subject);
				expected.remove(subject);
			}
			else {
				// No two are due at the same time.
				long due = random.nextInt(1000) * 20_000L + i;
				this.timers.add(subject, due);
				expected.put(subject, due);
			}
		}

		for (long now = 0; now <= 1000 * 20_000L; now += 50_000) {
			this.timers.askDue(now);
		}
		assertThat(this.asked)
			.isEqualTo(expected.keySet().stream().sorted(Comparator.comparing(expected::get)).toList());
		assertThat(this.timers.isEmpty()).isTrue();
	}

}
