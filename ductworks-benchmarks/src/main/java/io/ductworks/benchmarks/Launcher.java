package io.ductworks.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.FileSystemUtils;

/**
 * Runs all pairs of processes one after the other, rounds interleaved, so that the drift
 * of the machine meets all contenders alike.
 */
final class Launcher {

	private static final Logger logger = LoggerFactory.getLogger(Launcher.class);

	static final String RESULTS = "results.json";

	private final Options options;

	private final Environment environment;

	private final List<Result> results = new ArrayList<>();

	Launcher(Options options, Environment environment) {
		this.options = options;
		this.environment = environment;
	}

	Results run() throws IOException, InterruptedException {
		Files.createDirectories(this.options.out());
		Path directory = Files.createTempDirectory("ductworks-");
		Thread removal = new Thread(() -> FileSystemUtils.deleteRecursively(directory.toFile()));
		Runtime.getRuntime().addShutdownHook(removal);
		Path limit = Limit.compile(directory);
		for (Scenario scenario : Scenarios.ALL) {
			if (this.options.includes(scenario)) {
				run(scenario, directory, limit);
				collected().write(this.options.out().resolve(RESULTS));
			}
		}
		return collected();
	}

	private Results collected() {
		return new Results(this.environment, List.copyOf(this.results));
	}

	private void run(Scenario scenario, Path directory, @Nullable Path limit) throws IOException, InterruptedException {
		if (scenario.oneCore() && !isOnPath("taskset")) {
			logger.warn("{} is left out: there is no taskset to share one core with", scenario.id());
			return;
		}
		List<Entrant> entrants = Entrant.present()
			.stream()
			.filter((entrant) -> this.options.includes(entrant) && entrant.takesPart(scenario)
					&& (entrant.className() != null || limit != null))
			.toList();
		for (int round = 1; round <= this.options.rounds(); round++) {
			for (Entrant entrant : entrants) {
				run(scenario, entrant, round, directory, limit);
			}
		}
	}

	private void run(Scenario scenario, Entrant entrant, int round, Path parent, @Nullable Path limit)
			throws IOException, InterruptedException {
		Path directory = Files.createTempDirectory(parent, "");
		Task task = new Task(scenario, entrant, directory, ProcessPair.freePort(), this.options.warmup(),
				this.options.measure());
		Result result = new ProcessPair(task, limit).run(round);
		this.results.add(result);
		FileSystemUtils.deleteRecursively(directory);
		if (result.failure() != null) {
			logger.warn("{} {} round {} failed: {}", scenario.id(), entrant.id(), round, result.failure());
		}
		else {
			logger.info("{} {} round {}: {} {} {}", scenario.id(), entrant.id(), round,
					String.format(Locale.ROOT, "%,.2f", result.figures().get(Result.VALUE)), Unit.of(scenario).label(),
					(result.figures().size() > 1) ? result.figures() : "");
		}
	}

	static boolean isOnPath(String program) {
		for (String entry : System.getenv().getOrDefault("PATH", "").split(":")) {
			if (Files.isExecutable(Path.of(entry, program))) {
				return true;
			}
		}
		return false;
	}

}
