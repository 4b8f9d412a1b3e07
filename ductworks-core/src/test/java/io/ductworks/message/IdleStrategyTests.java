package io.ductworks.message;

import java.time.Duration;

import io.ductworks.internal.connection.Spin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class IdleStrategyTests {

	private static final Duration BOUND = Duration.ofMillis(1);

	/** Quick even if the thread is held up between two looks at the clock. */
	private static final Duration QUICK = Duration.ofSeconds(-1);

	@ParameterizedTest
	@CsvSource({ "block, block", "spin, spin:50us", "adaptive, adaptive:50us", "spin:100us, spin:100us",
			"adaptive:2ms, adaptive:2000us", "spin:1ns, spin:1ns", "spin:10ms, spin:10000us" })
	void ofWhenTextIsAStrategyThenGivesIt(String text, String strategy) {
		assertThat(IdleStrategy.of(text)).hasToString(strategy);
		assertThat(IdleStrategy.of(strategy)).hasToString(strategy);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "sleep", "block:1us", "spin:", "spin:50", "spin:50s", "spin:0us", "adaptive:11ms",
			"spin:-1us", "SPIN", "spin:99999999999us" })
	void ofWhenTextIsNoneThenRefuses(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> IdleStrategy.of(text));
	}

	@Test
	void blockThenNeverSpins() {
		Spin spin = IdleStrategy.block().newSpin();

		assertThat(spin.nanos()).isZero();
	}

	@Test
	void spinWhenAnswersAreSlowThenGoesOnSpinning() {
		Spin spin = IdleStrategy.spin(BOUND).newSpin();
		for (int i = 0; i < 100; i++) {
			waited(spin, Duration.ofSeconds(1));
		}

		assertThat(spin.nanos()).isEqualTo(BOUND.toNanos());
	}

	@Test
	void adaptiveWhenAnswersBecomeSlowThenStopsSpinningUntilTheyAreQuick() {
		Spin spin = IdleStrategy.adaptive(BOUND).newSpin();
		assertThat(spin.nanos()).isEqualTo(BOUND.toNanos());

		for (int i = 0; i < 4; i++) {
			waited(spin, Duration.ofSeconds(1));
		}
		assertThat(spin.nanos()).isZero();
		waited(spin, BOUND.multipliedBy(3));
		assertThat(spin.nanos()).isZero();

		waited(spin, QUICK);
		assertThat(spin.nanos()).isEqualTo(BOUND.toNanos());
	}

	@Test
	void adaptiveWhenOneAnswerOfManyIsSlowThenGoesOnSpinning() {
		Spin spin = IdleStrategy.adaptive(BOUND).newSpin();
		waited(spin, Duration.ofSeconds(1));
		waited(spin, QUICK);

		assertThat(spin.nanos()).isEqualTo(BOUND.toNanos());
	}

	private static void waited(Spin spin, Duration duration) {
		spin.waited(System.nanoTime() - duration.toNanos());
	}

}
