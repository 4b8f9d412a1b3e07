package io.ductworks.message;

import java.time.Duration;

import io.ductworks.CloseReason;
import io.ductworks.DuctTimeoutException;
import io.ductworks.NothingLeftBehind;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Answers that come just as their request times out.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class RequestRaceTests implements DuctFixture {

	@Override
	public DuctAddress address() {
		return DuctAddress.Unix.pseudoAnonymous();
	}

	@Test
	void x6RequestsWhenRepliesRaceTimeoutsThenEachEndsOnceWithItsOwnAnswer() {
		long timeout = Duration.ofMillis(20).toNanos();
		DuctHandler onTime = (from, message) -> {
			long started = message.as(Long.class);
			while (System.nanoTime() - started < timeout) {
				Thread.onSpinWait();
			}
			from.send(started);
		};
		try (DuctPair pair = pair((parent) -> parent, (child) -> child.handler(onTime))) {
			MessageDuct duct = pair.parent();
			int asked = 0;
			int answered = 0;
			// On a busy machine a reply may come so late that the connection ends.
			while (asked < 60 && unanswered(duct) == 0) {
				asked++;
				// Before and after what the reply is aimed at.
				long started = System.nanoTime() + (asked % 5 - 2) * 50_000L;
				try {
					assertThat(duct.<Long>request(started, Long.class, Duration.ofNanos(timeout))).isEqualTo(started);
					answered++;
				}
				catch (DuctTimeoutException ex) {
					// Its late reply must not become the answer of the next.
				}
			}

			assertThat(duct.statistics().requests(RequestOutcome.SUCCESS)).isEqualTo(answered);
			// The last one was not sent any more if that was then.
			long notSent = unanswered(duct);
			assertThat(duct.statistics().requests(RequestOutcome.TIMEOUT)
					+ duct.statistics().requests(RequestOutcome.ABORTED) + duct.statistics().requestsRefused())
				.isBetween(asked - answered - notSent, (long) asked - answered);
		}
	}

	private static long unanswered(MessageDuct duct) {
		return duct.statistics().connectionsClosed(CloseReason.UNANSWERED);
	}

}
