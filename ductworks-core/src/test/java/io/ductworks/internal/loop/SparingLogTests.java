package io.ductworks.internal.loop;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.read.ListAppender;
import io.ductworks.NothingLeftBehind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(NothingLeftBehind.class)
class SparingLogTests {

	private final Logger logger = (Logger) LoggerFactory.getLogger(SparingLogTests.class);

	private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

	private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1);

	private final SparingLog log = new SparingLog(this.logger, this.clock::get);

	@BeforeEach
	void listen() {
		this.logger.setAdditive(false);
		this.logger.addAppender(this.lines);
		this.lines.start();
	}

	@AfterEach
	void leave() {
		this.logger.detachAppender(this.lines);
	}

	@Test
	void o2WarnWhenTheReasonIsTheSameThenOnceInTenSecondsWithTheNumberLeftOut() {
		for (int i = 0; i < 100_000; i++) {
			this.log.warn("bad-magic", "bad " + i);
		}
		this.clock.addAndGet(TimeUnit.SECONDS.toNanos(10));
		this.log.warn("bad-magic", "bad again");

		assertThat(warnings()).containsExactly("bad 0",
				"bad again (99999 more for the reason bad-magic since the last line)");
	}

	@Test
	void warnWhenReasonsDifferThenEachHasItsLine() {
		this.log.warn("bad-magic", "bad");
		this.log.warn("truncated", "short");

		assertThat(warnings()).containsExactly("bad", "short");
	}

	@Test
	void o4WarnWhenTheTextHasLineBreaksThenItIsOneLine() {
		this.log.warn("bad-magic", "bad\r\nWARN forged");

		assertThat(warnings()).containsExactly("bad  WARN forged");
	}

	@Test
	void warnWhenThereIsAFailureThenEachLineHasItsOwn() {
		IllegalStateException first = new IllegalStateException("first");
		IllegalStateException last = new IllegalStateException("last");
		this.log.warn("failed", "bad", first);
		this.log.warn("failed", "bad", new IllegalStateException("between"));
		this.clock.addAndGet(TimeUnit.SECONDS.toNanos(10));
		this.log.warn("failed", "bad again", last);

		assertThat(warnings()).containsExactly("bad", "bad again (1 more for the reason failed since the last line)");
		assertThat(this.lines.list).filteredOn((line) -> line.getLevel() == Level.WARN)
			.extracting((line) -> ((ThrowableProxy) line.getThrowableProxy()).getThrowable())
			.containsExactly(first, last);
	}

	@Test
	void warnOfEachWhenTheReasonIsTheSameThenHasOneStackTraceAndALineEach() {
		IllegalStateException failure = new IllegalStateException("on\npurpose");
		for (int i = 0; i < 3; i++) {
			this.log.warnOfEach("failed", "bad", failure);
		}
		this.log.warnOfEach("failed elsewhere", "bad", failure);

		String repeated = "bad: java.lang.IllegalStateException: on purpose";
		assertThat(warnings()).containsExactly("bad", repeated, repeated, "bad");
		assertThat(this.lines.list).extracting((line) -> line.getThrowableProxy() != null)
			.containsExactly(true, false, false, true);
	}

	@Test
	void o2WarnOfEachWhenThereAreVeryManyThenIsSilentAndSaysHowOften() {
		for (int i = 0; i < 150; i++) {
			this.log.warnOfEach("failed", "bad", new IllegalStateException("expected by the test"));
		}
		assertThat(warnings()).hasSize(100);

		this.clock.addAndGet(TimeUnit.SECONDS.toNanos(10));
		this.log.warnOfEach("failed", "bad again", new IllegalStateException("expected by the test"));
		assertThat(warnings()).last().isEqualTo("bad again (50 more for the reason failed since the last line)");
	}

	@Test
	void warnWhenThereAreTooManyReasonsThenTheOneOfLongestAgoIsForgotten() {
		this.log.warn("reason 0", "first");
		this.clock.addAndGet(TimeUnit.SECONDS.toNanos(10));
		for (int i = 1; i < 64; i++) {
			this.log.warn("reason " + i, "first");
		}
		this.log.warn("reason 0", "second");
		this.log.warn("one more", "first");
		this.lines.list.clear();
		this.log.warn("one more", "again");
		for (int i = 0; i < 64; i++) {
			if (i != 1) {
				this.log.warn("reason " + i, "again");
			}
		}
		assertThat(warnings()).isEmpty();

		this.log.warn("reason 1", "again");
		assertThat(warnings()).containsExactly("again");
	}

	private List<String> warnings() {
		return this.lines.list.stream()
			.filter((line) -> line.getLevel() == Level.WARN)
			.map(ILoggingEvent::getFormattedMessage)
			.toList();
	}

}
