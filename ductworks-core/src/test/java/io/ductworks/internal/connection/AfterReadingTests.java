package io.ductworks.internal.connection;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class AfterReadingTests {

	@ParameterizedTest
	@CsvSource({
			// room, needed, drained, over
			"true,  true,  true,  false, WATCH", "true,  true,  false, false, READ_ON",
			"true,  true,  true,  true,  NOTHING", "true,  true,  false, true,  NOTHING",
			"true,  false, true,  false, NOTHING", "true,  false, false, false, NOTHING",
			"true,  false, true,  true,  NOTHING", "true,  false, false, true,  NOTHING",
			"false, true,  true,  false, NOTHING", "false, true,  false, false, NOTHING",
			"false, true,  true,  true,  NOTHING", "false, true,  false, true,  NOTHING",
			"false, false, true,  false, NOTHING", "false, false, false, false, NOTHING",
			"false, false, true,  true,  NOTHING", "false, false, false, true,  NOTHING" })
	void decideWhenTurnIsGivenBackThenReadsOnlyWhereSomebodyDependsOnTheLoop(boolean room, boolean needed,
			boolean drained, boolean over, AfterReading decision) {
		assertThat(AfterReading.decide(room, needed, drained, over)).isEqualTo(decision);
	}

}
