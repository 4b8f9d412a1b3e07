package io.ductworks.internal.connection;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the loop looks at for one connection.
 */
class DeadlinesTests {

	private static final long NOW = 42;

	private final Lifecycle lifecycle = new Lifecycle();

	private final List<String> expired = new ArrayList<>();

	private Deadline deadline(String name, long left, long next, Runnable action) {
		return new Deadline() {

			@Override
			public long nanosLeft(long now) {
				assertThat(now).isEqualTo(NOW);
				return left;
			}

			@Override
			public long expired(long now) {
				assertThat(now).isEqualTo(NOW);
				DeadlinesTests.this.expired.add(name);
				action.run();
				return next;
			}

		};
	}

	private Deadline running(long left) {
		return deadline("running", left, 0, () -> {
		});
	}

	private Deadline over(String name, long left, long next) {
		return deadline(name, left, next, () -> {
		});
	}

	private long look(Deadline... deadlines) {
		return new Deadlines(this.lifecycle, List.of(deadlines), this.over::add).onTime(NOW);
	}

	private final List<Deadlines> over = new ArrayList<>();

	private void end() {
		this.lifecycle.beginEnding(End.LOCAL, (end) -> {
		});
	}

	@Test
	void onTimeWhenThereIsNothingToWaitForThenLooksNoMore() {
		assertThat(look(running(Long.MAX_VALUE), running(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE);
		assertThat(this.expired).isEmpty();
		assertThat(this.over).hasSize(1);
	}

	@Test
	void onTimeWhenSeveralRunThenLooksAgainAtTheFirst() {
		assertThat(look(running(30), running(10), running(20))).isEqualTo(10);
		assertThat(this.over).isEmpty();
		assertThat(this.expired).isEmpty();
	}

	@Test
	void onTimeWhenOneHasPassedThenItIsToldAndSaysWhenToLookAgain() {
		assertThat(look(running(30), over("passed", 0, 7))).isEqualTo(7);
		assertThat(this.expired).containsExactly("passed");
	}

	@Test
	void onTimeWhenOneHasPassedForLongThenItIsToldOnce() {
		assertThat(look(over("passed", -100, Long.MAX_VALUE), running(30))).isEqualTo(30);
		assertThat(this.expired).containsExactly("passed");
	}

	@Test
	void onTimeWhenSeveralHavePassedThenAllAreTold() {
		assertThat(look(over("first", 0, 9), over("second", 0, 8))).isEqualTo(8);
		assertThat(this.expired).containsExactly("first", "second");
	}

	@Test
	void onTimeWhenOneEndsTheConnectionThenTheOthersAreNotLookedAt() {
		assertThat(look(deadline("ends", 0, 5, this::end), over("other", 0, 1))).isEqualTo(Long.MAX_VALUE);
		assertThat(this.expired).containsExactly("ends");
	}

	@Test
	void onTimeWhenTheConnectionHasEndedThenLooksNoMore() {
		end();

		assertThat(look(over("passed", 0, 1))).isEqualTo(Long.MAX_VALUE);
		assertThat(this.expired).isEmpty();
	}

}
