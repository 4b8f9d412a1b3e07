package io.ductworks.internal.connection;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FrameClockTests {

	private static final long TIMEOUT = Duration.ofSeconds(10).toNanos();

	private final FrameClock clock = new FrameClock();

	@Test
	void nanosLeftWhenNoFrameIsUnderWayThenForEver() {
		assertThat(this.clock.since()).isZero();
		assertThat(this.clock.nanosLeft(System.nanoTime(), TIMEOUT)).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void unfinishedWhenFrameBeginsThenSaysSoOnce() {
		assertThat(this.clock.unfinished(1)).isTrue();
		assertThat(this.clock.unfinished(2)).isFalse();
		assertThat(this.clock.bytes()).isEqualTo(2);
	}

	@Test
	void sinceWhenMoreOfTheFrameComesThenStays() {
		this.clock.unfinished(1);
		long since = this.clock.since();
		this.clock.unfinished(100_000);

		assertThat(this.clock.since()).isEqualTo(since).isNotZero();
	}

	@Test
	void sinceWhenFrameBeginsThenIsNow() {
		long before = System.nanoTime();
		this.clock.unfinished(1);

		assertThat(this.clock.since() - before).isBetween(0L, System.nanoTime() - before + 1);
	}

	@Test
	void wholeWhenFrameWasUnderWayThenNoneIs() {
		this.clock.unfinished(1);
		this.clock.whole();

		assertThat(this.clock.since()).isZero();
		assertThat(this.clock.nanosLeft(System.nanoTime(), TIMEOUT)).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void unfinishedWhenTheFrameBeforeIsWholeThenAnotherBegins() {
		this.clock.unfinished(1);
		this.clock.whole();

		assertThat(this.clock.unfinished(1)).isTrue();
	}

	@Test
	void nanosLeftWhenFrameIsUnderWayThenCountsFromItsFirstByte() {
		this.clock.unfinished(0);
		long since = this.clock.since();

		assertThat(this.clock.nanosLeft(since, TIMEOUT)).isEqualTo(TIMEOUT);
		assertThat(this.clock.nanosLeft(since + TIMEOUT, TIMEOUT)).isZero();
		assertThat(this.clock.nanosLeft(since + TIMEOUT + 5, TIMEOUT)).isEqualTo(-5);
	}

	@Test
	void nanosLeftWhenBytesHaveComeThenEach16KiBGiveASecond() {
		this.clock.unfinished(3 * 16 * 1024);

		assertThat(Duration.ofNanos(this.clock.nanosLeft(this.clock.since(), TIMEOUT)))
			.isCloseTo(Duration.ofSeconds(13), Duration.ofMillis(1));
	}

	@Test
	void nanosLeftWhenAsManyBytesHaveComeAsAFrameMayHaveThenDoesNotOverflow() {
		this.clock.unfinished(Integer.MAX_VALUE);

		assertThat(Duration.ofNanos(this.clock.nanosLeft(this.clock.since(), TIMEOUT)))
			.isGreaterThan(Duration.ofSeconds(Integer.MAX_VALUE / (16 * 1024)));
	}

}
