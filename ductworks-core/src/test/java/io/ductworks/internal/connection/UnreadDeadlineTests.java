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
 * What waits to be received outlives a failure to write, as long as somebody receives.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class UnreadDeadlineTests {

	private static final long TIMEOUT = Duration.ofSeconds(1).toNanos();

	/** How many looks in vain there are within the time-out, and a few more. */
	private static final int ENOUGH_LOOKS = (int) (TIMEOUT / Quietness.LOOK_NANOS) + 3;

	private long takenOverAll;

	private long now = 1_000_000_000;

	private Halves halves;

	@BeforeEach
	void open() throws Exception {
		this.halves = new Halves();
	}

	@AfterEach
	void close() throws Exception {
		this.halves.close();
	}

	private UnreadDeadline deadline() {
		return new UnreadDeadline(this.halves.output, this.halves.input, this.halves.activity, () -> this.takenOverAll,
				TIMEOUT, this.halves::end);
	}

	private void breakWriting() {
		this.halves.breakWriting();
		this.halves.output.tryQueue(new byte[1], 1, null);
		this.halves.output.flushNow();
	}

	private void look(UnreadDeadline deadline, int times, Runnable before) {
		for (int i = 0; i < times && this.halves.ends.isEmpty(); i++) {
			before.run();
			this.now += Math.max(0, deadline.nanosLeft(this.now));
			deadline.expired(this.now);
		}
	}

	@Test
	void nanosLeftWhenWritingWorksThenNever() {
		assertThat(deadline().nanosLeft(this.now)).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void nanosLeftWhenWritingHasFailedThenLooksAtOnce() {
		breakWriting();

		assertThat(deadline().nanosLeft(this.now)).isZero();
	}

	@Test
	void expiredWhenWritingHasJustFailedThenLooksAgainInAWhile() {
		breakWriting();
		UnreadDeadline deadline = deadline();

		assertThat(deadline.expired(this.now)).isEqualTo(Quietness.LOOK_NANOS);
		assertThat(deadline.nanosLeft(this.now + 1)).isEqualTo(Quietness.LOOK_NANOS - 1);
		assertThat(this.halves.ends).isEmpty();
	}

	@Test
	void expiredWhenNobodyReceivesForTheTimeoutThenEndsWithTheFailureToWrite() {
		breakWriting();
		look(deadline(), ENOUGH_LOOKS, () -> {
		});

		assertThat(this.halves.ends).singleElement().satisfies((end) -> {
			assertThat(end.reason()).isEqualTo(CloseReason.PEER_RESET);
			assertThat(end.cause()).hasMessage("Broken pipe");
		});
	}

	@Test
	void expiredWhenThisProcessWasHeldUpThenItsPauseIsNotCounted() {
		breakWriting();
		UnreadDeadline deadline = deadline();
		deadline.expired(this.now);

		assertThat(deadline.expired(this.now + 100 * TIMEOUT)).isEqualTo(Quietness.LOOK_NANOS);
		assertThat(this.halves.ends).isEmpty();
	}

	@Test
	void expiredWhenSomebodyReceivesThenTheConnectionStays() {
		breakWriting();
		look(deadline(), 10 * ENOUGH_LOOKS, () -> {
			this.halves.arrive(Halves.frame(3));
			assertThat(this.halves.reading.tryAcquire()).isTrue();
			assertThat(this.halves.reading.nextNonBlocking()).isEqualTo(Next.MESSAGE);
			this.halves.reading.take();
			this.halves.reading.release();
			this.takenOverAll++;
		});

		assertThat(this.halves.ends).isEmpty();
	}

	@Test
	void expiredWhenOthersAreReceivedFirstThenHasTenTimesAsLongAndEndsThen() {
		breakWriting();
		UnreadDeadline deadline = deadline();
		look(deadline, 2 * ENOUGH_LOOKS, () -> this.takenOverAll++);
		assertThat(this.halves.ends).isEmpty();
		look(deadline, 10 * ENOUGH_LOOKS, () -> this.takenOverAll++);

		assertThat(this.halves.ends).hasSize(1);
	}

}
