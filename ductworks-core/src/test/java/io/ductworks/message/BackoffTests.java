package io.ductworks.message;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;

import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class BackoffTests {

	private static final Duration DELAY = Duration.ofMillis(100);

	private final Backoff backoff = new Backoff(DELAY, 2, Duration.ofSeconds(1));

	@ParameterizedTest
	@CsvSource({ "1, 100", "2, 200", "3, 400", "4, 800", "5, 1000", "6, 1000" })
	void longestWhenAttemptsFailThenGrowsUpToItsBound(int attempt, long millis) {
		assertThat(Duration.ofNanos(this.backoff.longestNanos(attempt))).isEqualTo(Duration.ofMillis(millis));
	}

	@ParameterizedTest
	@ValueSource(ints = { 100, 10_000, Integer.MAX_VALUE })
	void longestWhenAttemptsFailForDaysThenStaysAtItsBound(int attempt) {
		assertThat(Duration.ofNanos(this.backoff.longestNanos(attempt))).isEqualTo(Duration.ofSeconds(1));
	}

	@Test
	void longestWhenMultiplierIsOneThenDoesNotGrow() {
		Backoff steady = new Backoff(DELAY, 1, Duration.ofSeconds(1));

		assertThat(Duration.ofNanos(steady.longestNanos(1000))).isEqualTo(DELAY);
	}

	@Test
	void longestWhenDelayIsItsBoundThenDoesNotGrow() {
		Backoff steady = new Backoff(DELAY, 5, DELAY);

		assertThat(Duration.ofNanos(steady.longestNanos(3))).isEqualTo(DELAY);
	}

	@Test
	void nanosWhenRandomThenAnythingFromNoneToTheLongest() {
		RandomGenerator random = new Random(1);
		Backoff short3 = new Backoff(Duration.ofNanos(3), 1, Duration.ofNanos(3));

		assertThat(random.longs(1000, 0, 1).map((any) -> short3.nanos(1, random)).distinct().sorted())
			.containsExactly(0L, 1L, 2L, 3L);
	}

	@Test
	void nanosWhenAttemptsFailThenNeverMoreThanTheLongest() {
		RandomGenerator random = new Random(1);

		for (int attempt = 1; attempt < 2000; attempt++) {
			assertThat(this.backoff.nanos(attempt, random)).isBetween(0L, this.backoff.longestNanos(attempt));
		}
	}

	@ParameterizedTest
	@CsvSource({ "tcp://localhost:1, 10000", "unix:/a, 1000", "inproc:a, 1000" })
	void m9StandardWhenAttemptsFailThenFromATenthOfASecondToWhatSuitsTheTransport(String address, long longest) {
		Backoff standard = Backoff.standard().over(DuctAddress.parse(address));

		assertThat(Duration.ofNanos(standard.longestNanos(1))).isEqualTo(DELAY);
		assertThat(Duration.ofNanos(standard.longestNanos(2))).isEqualTo(Duration.ofMillis(200));
		assertThat(Duration.ofNanos(standard.longestNanos(50))).isEqualTo(Duration.ofMillis(longest));
	}

	@Test
	void overWhenTheLongestIsSetThenItStays() {
		assertThat(this.backoff.over(DuctAddress.parse("tcp://localhost:1"))).isEqualTo(this.backoff);
	}

	@Test
	void overWhenTheDelayIsLongerThanWhatSuitsThenDoesNotGrow() {
		Backoff slow = new Backoff(Duration.ofMinutes(1), 2, null).over(DuctAddress.parse("unix:/a"));

		assertThat(Duration.ofNanos(slow.longestNanos(50))).isEqualTo(Duration.ofMinutes(1));
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT0S", "PT-1S" })
	void backoffWhenDelayIsNotPositiveThenIllegalArgument(Duration delay) {
		assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(delay, 2, Duration.ofSeconds(1)))
			.withMessageContaining("delay")
			.withMessageContaining(delay.toString());
	}

	@Test
	void backoffWhenBoundIsLessThanTheDelayThenIllegalArgument() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(DELAY, 2, Duration.ofMillis(99)))
			.withMessageContaining("maxDelay");
	}

	@ParameterizedTest
	@ValueSource(doubles = { 0.99, 0, -1, Double.NaN, Double.NEGATIVE_INFINITY })
	void backoffWhenMultiplierIsLessThanOneThenIllegalArgument(double multiplier) {
		assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(DELAY, multiplier, Duration.ofSeconds(1)))
			.withMessageContaining("multiplier");
	}

}
