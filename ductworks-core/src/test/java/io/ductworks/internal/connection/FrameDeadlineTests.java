package io.ductworks.internal.connection;

import java.time.Duration;
import java.util.Arrays;

import io.ductworks.CloseReason;
import io.ductworks.NothingLeftBehind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * A frame that does not come to its end is found out at the second look.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class FrameDeadlineTests {

	private static final long TIMEOUT = Duration.ofSeconds(10).toNanos();

	private Halves halves;

	@BeforeEach
	void open() throws Exception {
		this.halves = new Halves();
	}

	@AfterEach
	void close() throws Exception {
		this.halves.close();
	}

	private FrameDeadline deadline() {
		return new FrameDeadline(this.halves.input.clock(), this.halves.reading, TIMEOUT, this.halves::end);
	}

	/**
	 * A part of a frame that was read, and when its time is over.
	 */
	private long beginFrame(int bytes) {
		this.halves.arrive(Arrays.copyOf(Halves.frame(1000), bytes));
		this.halves.reading.readAhead();
		return this.halves.input.clock().since() + 2 * TIMEOUT;
	}

	@Test
	void nanosLeftWhenNoFrameIsUnderWayThenNever() {
		assertThat(deadline().nanosLeft(System.nanoTime())).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void nanosLeftWhenAFrameBeganThenItsTimeRuns() {
		beginFrame(6);

		assertThat(deadline().nanosLeft(this.halves.input.clock().since())).isCloseTo(TIMEOUT,
				within(Duration.ofMillis(1).toNanos()));
	}

	@Test
	void expiredWhenLookedAtForTheFirstTimeThenLooksAgain() {
		long late = beginFrame(6);

		assertThat(deadline().expired(late)).isBetween(1L, TIMEOUT);
		assertThat(this.halves.ends).isEmpty();
	}

	@Test
	void expiredWhenTheFrameIsStillNotWholeAtTheSecondLookThenEndsAndSaysHowMuchCame() {
		long late = beginFrame(6);
		FrameDeadline deadline = deadline();
		deadline.expired(late);

		assertThat(deadline.expired(late)).isEqualTo(Long.MAX_VALUE);
		assertThat(this.halves.ends).singleElement().satisfies((end) -> {
			assertThat(end.reason()).isEqualTo(CloseReason.FRAME_TIMEOUT);
			assertThat(end.text()).contains("10000 ms").contains("6 bytes");
		});
	}

	@Test
	void expiredWhenTheRestWasThereAllTheTimeThenReadsItAndGoesOn() {
		long late = beginFrame(6);
		this.halves.arrive(new byte[999]);
		FrameDeadline deadline = deadline();
		deadline.expired(late);
		deadline.expired(late);

		assertThat(this.halves.ends).isEmpty();
		assertThat(deadline.nanosLeft(late)).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void expiredWhenAnotherFrameBeganMeanwhileThenThatOneIsLookedAtTwiceToo() {
		long late = beginFrame(6);
		FrameDeadline deadline = deadline();
		deadline.expired(late);
		this.halves.input.clock().whole();
		this.halves.input.clock().unfinished(6);

		assertThat(deadline.expired(late)).isLessThan(Long.MAX_VALUE);
		assertThat(this.halves.ends).isEmpty();
	}

	@Test
	void expiredWhenTheReaderIsAtWorkThenLooksAgain() {
		long late = beginFrame(6);
		FrameDeadline deadline = deadline();
		deadline.expired(late);
		assertThat(this.halves.reading.tryAcquire()).isTrue();
		try {
			assertThat(deadline.expired(late)).isLessThan(Long.MAX_VALUE);
			assertThat(this.halves.ends).isEmpty();
		}
		finally {
			this.halves.reading.release();
		}
	}

	@Test
	void expiredWhenMoreOfTheFrameHasComeThenItHasMoreTime() {
		beginFrame(6);
		this.halves.input.clock().unfinished(64 * 1024 * 1024);
		FrameDeadline deadline = deadline();
		long now = this.halves.input.clock().since() + 2 * TIMEOUT;

		assertThat(deadline.nanosLeft(now)).isGreaterThan(TIMEOUT);
	}

}
