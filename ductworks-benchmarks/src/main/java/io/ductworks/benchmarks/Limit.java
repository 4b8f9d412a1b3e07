package io.ductworks.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import io.ductworks.benchmarks.Scenario.Format;
import io.ductworks.benchmarks.Scenario.Transport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program in C that shows what is possible, compiled where it is to run.
 */
final class Limit {

	private static final Logger logger = LoggerFactory.getLogger(Limit.class);

	private static final String COMPILER = "cc";

	private Limit() {
	}

	static boolean takesPart(Scenario scenario, Entrant entrant) {
		if (scenario.format() != Format.BYTES || scenario.spring() || scenario.threads() > 1
				|| scenario.work() == Work.IDLE_CONNECTIONS) {
			return false;
		}
		return entrant.id().equals(Entrant.LIMIT) || Unit.of(scenario) == Unit.MESSAGES;
	}

	/**
	 * Compiles the program.
	 * @return the executable, or {@code null} if there is no compiler
	 */
	static @Nullable Path compile(Path directory) throws IOException, InterruptedException {
		if (!Launcher.isOnPath(COMPILER)) {
			logger.warn("The limit in C is left out: there is no {}", COMPILER);
			return null;
		}
		Path source = directory.resolve("limit.c");
		try (InputStream resource = Objects.requireNonNull(Limit.class.getResourceAsStream("limit.c"))) {
			Files.copy(resource, source);
		}
		Path program = directory.resolve("limit");
		Path output = directory.resolve("compiler.out");
		int exit = new ProcessBuilder(COMPILER, "-O2", "-o", program.toString(), source.toString())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start()
			.waitFor();
		if (exit != 0) {
			logger.warn("The limit in C is left out, it does not compile: {}", Files.readString(output));
			return null;
		}
		return program;
	}

	static List<String> command(@Nullable Path program, String role, Task task, Duration timeLimit) {
		Scenario scenario = task.scenario();
		boolean unix = scenario.transport() == Transport.UNIX;
		return List.of(String.valueOf(program), role, (scenario.work() == Work.ONE_WAY) ? "one-way" : "round-trip",
				unix ? "unix" : "tcp", unix ? task.address().file().toString() : Integer.toString(task.port()),
				Integer.toString(scenario.bytes()), scenario.spin() ? "spin" : "block",
				task.entrant().id().equals(Entrant.LIMIT) ? "gathered" : "each",
				Long.toString(task.warmup().toMillis()), Long.toString(task.measure().toMillis()),
				Long.toString(timeLimit.toSeconds()), task.directory().toString());
	}

}
