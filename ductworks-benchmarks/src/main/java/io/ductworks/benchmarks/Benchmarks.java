package io.ductworks.benchmarks;

import java.io.IOException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures ducts in two processes beside the limit and beside their peers, and writes
 * what came of it.
 */
public final class Benchmarks {

	private static final Logger logger = LoggerFactory.getLogger(Benchmarks.class);

	private Benchmarks() {
	}

	/**
	 * Runs all scenarios, or one side of one.
	 * @param arguments options; {@code report} and options for writing the report anew;
	 * {@code jmh} and options of JMH for what happens in one process
	 */
	public static void main(String[] arguments) {
		int exit = 0;
		try {
			run(Arrays.asList(arguments));
		}
		catch (IllegalArgumentException ex) {
			logger.error(ex.getMessage());
			exit = 2;
		}
		catch (Exception ex) {
			logger.error("Failed", ex);
			exit = 1;
		}
		// A contender may have left threads behind.
		System.exit(exit);
	}

	private static void run(List<String> arguments) throws Exception {
		String command = arguments.isEmpty() ? "" : arguments.get(0);
		List<String> rest = arguments.isEmpty() ? List.of() : arguments.subList(1, arguments.size());
		switch (command) {
			case "answer" -> AnsweringSide.run(Task.parse(rest));
			case "ask" -> AskingSide.run(Task.parse(rest));
			case "jmh" -> JmhRun.run(rest);
			case "report" -> {
				Options options = Options.parse(rest);
				report(Results.read(options.out().resolve(Launcher.RESULTS)), options);
			}
			default -> {
				Options options = Options.parse(arguments);
				Results results = new Launcher(options, Environment.here(LocalDate.now(), options.command())).run();
				report(results, options);
				results.requireNoFailure();
			}
		}
	}

	private static void report(Results results, Options options) throws IOException {
		new Document(results, JmhFigures.read(options.out())).write(options.out(), options.docs());
	}

}
