package io.ductworks.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.ductworks.benchmarks.Scenario.Format;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Every contender does what it is measured at.
 */
class ContenderTests {

	private static final Duration SHORT = Duration.ofMillis(50);

	@TempDir
	private Path directory;

	static Stream<Arguments> contenders() {
		List<Arguments> arguments = new ArrayList<>();
		for (Scenario scenario : Scenarios.ALL) {
			for (Entrant entrant : Entrant.present()) {
				if (scenario.work() != Work.IDLE_CONNECTIONS && entrant.className() != null
						&& entrant.takesPart(scenario)) {
					arguments.add(Arguments.of(scenario.id(), entrant.id()));
				}
			}
		}
		return arguments.stream();
	}

	@ParameterizedTest
	@MethodSource("contenders")
	void answersEverything(String id, String contender) throws Exception {
		Scenario scenario = Scenarios.of(id);
		Task task = task(scenario, Entrant.of(contender));
		boolean oneWay = scenario.work() == Work.ONE_WAY;
		AutoCloseable server = task.entrant()
			.contender()
			.serve(scenario, task.address(), oneWay ? new Counter(scenario.format()) : new Echo(false));
		try (Link link = task.entrant().contender().connect(scenario, task.address())) {
			Map<String, Double> figures = oneWay ? new OneWay(link, scenario).measure(SHORT, SHORT)
					: new RoundTrip(link, scenario).measure(SHORT, SHORT);

			assertThat(figures.get(Result.VALUE)).isPositive();
		}
		finally {
			server.close();
		}
	}

	@Test
	void limitSpeaksTheSameFrames() throws Exception {
		for (String id : List.of("R1", "R3", "T1-tcp", "L1-unix")) {
			Scenario scenario = Scenarios.of(id);
			assertThat(scenario.format()).isEqualTo(Format.BYTES);
			Path limit = Limit.compile(this.directory);
			assumeThat(limit).isNotNull();
			Path own = Files.createDirectory(this.directory.resolve(id));
			Task task = new Task(scenario, Entrant.of(Entrant.LIMIT), own, ProcessPair.freePort(), SHORT, SHORT);
			Process answering = new ProcessBuilder(Limit.command(limit, "answer", task, Duration.ofSeconds(30)))
				.redirectErrorStream(true)
				.redirectOutput(own.resolve("out").toFile())
				.start();
			try (Link link = connect(task)) {
				Map<String, Double> figures = (scenario.work() == Work.ONE_WAY)
						? new OneWay(link, scenario).measure(SHORT, SHORT)
						: new RoundTrip(link, scenario).measure(SHORT, SHORT);
				assertThat(figures.get(Result.VALUE)).isPositive();
			}
			finally {
				answering.destroyForcibly();
			}
			Files.delete(this.directory.resolve("limit.c"));
		}
	}

	@Test
	void pairOfProcessesIsMeasured() throws Exception {
		Result result = new ProcessPair(task(Scenarios.of("T1-unix"), Entrant.of("raw")), null).run(1);

		assertThat(result.failure()).isNull();
		assertThat(result.figures().get(Result.VALUE)).isPositive();
	}

	@Test
	void pairThatCannotStartIsReportedWithItsOutput() throws Exception {
		Entrant nobody = new Entrant("nobody", "Nobody", Entrant.Kind.PEER, "no.Body", null);

		Result result = new ProcessPair(task(Scenarios.of("R1"), nobody), null).run(1);

		assertThat(result.figures()).isEmpty();
		assertThat(result.failure()).contains("The answering side ended with 2", "No contender nobody");
	}

	private Task task(Scenario scenario, Entrant entrant) throws Exception {
		return new Task(scenario, entrant, this.directory, ProcessPair.freePort(), SHORT, SHORT);
	}

	private static Link connect(Task task) throws Exception {
		long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
		while (!Files.exists(task.ready()) && System.nanoTime() < deadline) {
			Thread.onSpinWait();
		}
		return Entrant.of("raw").contender().connect(task.scenario(), task.address());
	}

}
