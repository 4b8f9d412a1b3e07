package io.ductworks.trials;

import java.time.Duration;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.ductworks.CloseReason;
import io.ductworks.message.Accept;
import io.ductworks.message.MessageDuctParent;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a crowd of peers that misbehave makes of the log.
 */
@Tag("trials")
@Timeout(900)
class LogTrials {

	private static final int CYCLES = Integer.getInteger("trials.cycles", 100_000);

	private static final int AT_ONCE = 64;

	@Test
	void o2LinesWhenAHundredThousandPeersSendRubbishThenAreFew() throws Exception {
		Logger logger = (Logger) LoggerFactory.getLogger("io.ductworks");
		ListAppender<ILoggingEvent> lines = new ListAppender<>();
		lines.start();
		logger.addAppender(lines);
		try (MessageDuctParent parent = MessageDuctParent.builder()
			.address("tcp://127.0.0.1:0")
			.accept(Accept.MANY)
			.acceptsPerSecond(1_000_000)
			.handler((from, message) -> {
			})
			.build()) {
			parent.bind();
			long started = System.nanoTime();
			for (int i = 1; i <= CYCLES; i++) {
				try (RawClient client = new RawClient(parent.listenerAddress())) {
					client.send((byte) 'G');
				}
				if (i % AT_ONCE == 0 || i == CYCLES) {
					long refused = i;
					await().pollDelay(Duration.ZERO)
						.pollInterval(Duration.ofMillis(1))
						.until(() -> parent.statistics().connectionsClosed(CloseReason.BAD_MAGIC) == refused);
				}
			}
			long seconds = Duration.ofNanos(System.nanoTime() - started).toSeconds();

			assertThat(lines.list).isNotEmpty()
				.hasSizeLessThanOrEqualTo(20)
				.allSatisfy((line) -> assertThat(line.getLevel()).isEqualTo(Level.WARN));
			TrialFigures.note("O2", "tcp", CYCLES + " peers that send a wrong first byte",
					lines.list.size() + " lines in " + seconds + " s");
		}
		finally {
			logger.detachAppender(lines);
		}
	}

}
