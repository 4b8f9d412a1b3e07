package io.ductworks.internal.connection;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class FlushDecisionTests {

	private static final long JUST_NOW = FlushDecision.GATHER_NANOS;

	private static final long LONG_AGO = FlushDecision.GATHER_NANOS + 1;

	@ParameterizedTest
	@CsvSource({
			// hurried, answer, moreFollows, long ago
			"true,  true,  true,  true,  ANSWER", "true,  true,  true,  false, ANSWER",
			"true,  true,  false, true,  ANSWER", "true,  true,  false, false, ANSWER",
			"true,  false, true,  true,  ANSWER", "true,  false, true,  false, ANSWER",
			"true,  false, false, true,  ANSWER", "true,  false, false, false, ANSWER",
			"false, true,  false, true,  ANSWER", "false, true,  false, false, ANSWER",
			"false, true,  true,  true,  DEFER", "false, true,  true,  false, DEFER",
			"false, false, false, true,  WRITE", "false, false, false, false, DEFER",
			"false, false, true,  true,  DEFER", "false, false, true,  false, DEFER" })
	void decideWhenSenderBecomesTheWriterThenDefersOnlyWhatIsNotUrgent(boolean hurried, boolean answer,
			boolean moreFollows, boolean longAgo, FlushDecision decision) {
		assertThat(FlushDecision.decide(hurried, answer, moreFollows, longAgo ? LONG_AGO : JUST_NOW))
			.isEqualTo(decision);
	}

	@Test
	void decideWhenNothingWasEverWrittenThenWrites() {
		assertThat(FlushDecision.decide(false, false, false, Long.MAX_VALUE)).isEqualTo(FlushDecision.WRITE);
	}

}
