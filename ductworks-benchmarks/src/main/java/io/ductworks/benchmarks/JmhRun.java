package io.ductworks.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs JMH, with short defaults for what its own options do not say.
 */
final class JmhRun {

	private static final int FORKS = 3;

	private static final int ITERATIONS = 5;

	private static final TimeValue TIME = TimeValue.seconds(1);

	private JmhRun() {
	}

	static void run(List<String> arguments) throws Exception {
		CommandLineOptions given = new CommandLineOptions(arguments.toArray(String[]::new));
		Path result = Path.of(given.getResult().orElse(Path.of("target", "benchmarks", JmhFigures.FILE).toString()));
		if (result.getParent() != null) {
			Files.createDirectories(result.getParent());
		}
		ChainedOptionsBuilder options = new OptionsBuilder().parent(given)
			.forks(given.getForkCount().orElse(FORKS))
			.jvmArgs(given.getJvmArgs().orElse(ProcessPair.JVM_OPTIONS).toArray(String[]::new))
			.warmupIterations(given.getWarmupIterations().orElse(ITERATIONS))
			.warmupTime(given.getWarmupTime().orElse(TIME))
			.measurementIterations(given.getMeasurementIterations().orElse(ITERATIONS))
			.measurementTime(given.getMeasurementTime().orElse(TIME))
			.resultFormat(given.getResultFormat().orElse(ResultFormatType.JSON))
			.result(result.toString());
		if (given.getProfilers().isEmpty()) {
			options.addProfiler(GCProfiler.class);
		}
		new Runner(options.build()).run();
	}

}
