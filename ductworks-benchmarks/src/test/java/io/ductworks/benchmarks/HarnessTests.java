package io.ductworks.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.ductworks.benchmarks.Scenario.Format;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class HarnessTests {

	@Test
	void counterAnswersAQuestionWithTheFigureSinceTheLast() {
		for (Format format : Format.values()) {
			Counter counter = new Counter(format);
			Object data = Payloads.data(Scenarios.of((format == Format.JSON) ? "T3-unix" : "T1-unix"));
			assertThat(counter.handle(data)).isNull();
			assertThat(counter.handle(data)).isNull();

			assertThat(Payloads.number(counter.handle(Payloads.question(format)))).isEqualTo(2);
			assertThat(Payloads.number(counter.handle(Payloads.question(format)))).isZero();
		}
	}

	@Test
	void vitalsSurviveTheirMessage() {
		Vitals vitals = new Vitals(1, 2L << 40, 3, 4);

		assertThat(Payloads.vitals(Payloads.vitals(vitals))).isEqualTo(vitals);
	}

	@Test
	void quantilesAreTakenFromWhatWasMeasured() {
		Latencies latencies = new Latencies();
		for (int i = 100; i >= 1; i--) {
			latencies.add(i * 1000L);
		}

		assertThat(latencies.microseconds(0.5)).isEqualTo(50);
		assertThat(latencies.microseconds(0.99)).isEqualTo(99);
	}

	@Test
	void optionsHaveDefaults() {
		Options options = Options.parse(List.of());

		assertThat(options.rounds()).isEqualTo(3);
		assertThat(options.warmup()).isEqualTo(Duration.ofSeconds(3));
		assertThat(options.measure()).isEqualTo(Duration.ofSeconds(5));
		assertThat(options.includes(Scenarios.of("R1"))).isTrue();
	}

	@Test
	void optionsChooseScenariosByTheBeginningOfTheirIds() {
		Options options = Options.parse(List.of("--only", "T1,M", "--measure", "0.5", "--out", "/somewhere"));

		assertThat(Scenarios.ALL).filteredOn(options::includes)
			.extracting(Scenario::id)
			.containsExactly("T1-unix", "T1-tcp", "M1");
		assertThat(options.command()).contains("--measure 0.5 --only T1,M").doesNotContain("somewhere");
	}

	@Test
	void unknownOptionIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> Options.parse(List.of("--round", "1")))
			.withMessageContaining("--round");
	}

	@Test
	void taskSurvivesTheCommandLine() {
		Task task = new Task(Scenarios.of("R3"), Entrant.of("raw"), Path.of("/tmp/x"), 7400, Duration.ofSeconds(3),
				Duration.ofMillis(500));

		assertThat(Task.parse(task.arguments())).isEqualTo(task);
	}

	@Test
	void versionComesFromTheNameOfTheJar() {
		assertThat(Environment.jarVersion("/x/netty-transport-4.2.1.Final.jar")).isEqualTo("4.2.1.Final");
		assertThat(Environment.jarVersion("/x/classes/")).isEqualTo("unknown");
	}

	@Test
	void idsOfScenariosAreUnique() {
		assertThat(Scenarios.ALL).extracting(Scenario::id).doesNotHaveDuplicates();
	}

}
