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
 * A peer that takes nothing is given up, one that is slow is not.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class SendDeadlineTests {

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

	private SendDeadline deadline() {
		return new SendDeadline(this.halves.output, TIMEOUT, this.halves::end);
	}

	private void send(int length) {
		this.halves.output.tryQueue(new byte[length], length, null);
		this.halves.output.flushNow();
	}

	@Test
	void nanosLeftWhenNothingWaitsThenNever() {
		assertThat(deadline().nanosLeft(System.nanoTime())).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void nanosLeftWhenAllWasTakenThenNever() {
		this.halves.room(1000);
		send(100);

		assertThat(deadline().nanosLeft(System.nanoTime())).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void nanosLeftWhenThereIsNoRoomThenCountsFromThen() {
		long before = System.nanoTime();
		send(100);
		long after = System.nanoTime();

		assertThat(deadline().nanosLeft(after)).isBetween(TIMEOUT - (after - before), TIMEOUT);
	}

	@Test
	void nanosLeftWhenThePeerTakesSomeThenCountsAnew() {
		send(100);
		long first = deadline().nanosLeft(0);
		this.halves.room(10);
		this.halves.output.writable();

		assertThat(deadline().nanosLeft(0)).isGreaterThan(first);
	}

	@Test
	void nanosLeftWhenThePeerTakesAllThatWaitsThenNever() {
		send(100);
		this.halves.room(1000);
		this.halves.output.writable();

		assertThat(deadline().nanosLeft(System.nanoTime())).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void expiredWhenThePeerTookNothingThenEndsAndSaysHowMuchWaits() {
		send(100);

		assertThat(deadline().expired(System.nanoTime())).isEqualTo(Long.MAX_VALUE);
		assertThat(this.halves.ends).singleElement().satisfies((end) -> {
			assertThat(end.reason()).isEqualTo(CloseReason.SEND_TIMEOUT);
			assertThat(end.text()).contains("105 waiting bytes").contains("10000 ms");
		});
	}

}
