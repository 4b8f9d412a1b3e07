package io.ductworks.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What the command line asks for.
 *
 * @param rounds how often each pair is run
 * @param warmup how long before measuring
 * @param measure how long
 * @param only the beginnings of the ids of scenarios; empty for all
 * @param contenders the ids of contenders; empty for all
 * @param out where the results go
 * @param docs where the document goes, if anywhere
 */
record Options(int rounds, Duration warmup, Duration measure, List<String> only, List<String> contenders, Path out,
		@Nullable Path docs) {

	static final String USAGE = "[--rounds 3] [--warmup 3] [--measure 5] (seconds) [--only R1,T1]"
			+ " [--contenders ductworks,netty] [--out target/benchmarks] [--docs docs]";

	static Options parse(List<String> arguments) {
		Options options = new Options(3, Duration.ofSeconds(3), Duration.ofSeconds(5), List.of(), List.of(),
				Path.of("target", "benchmarks"), null);
		for (Iterator<String> iterator = arguments.iterator(); iterator.hasNext();) {
			String name = iterator.next();
			if (!iterator.hasNext()) {
				throw new IllegalArgumentException(name + " has no value; " + USAGE);
			}
			options = options.with(name, iterator.next());
		}
		options.only.forEach(Options::requireScenario);
		if (options.docs != null && !(options.only.isEmpty() && options.contenders.isEmpty())) {
			throw new IllegalArgumentException("--docs is for a run of everything, not of a part");
		}
		return options;
	}

	private Options with(String name, String value) {
		return switch (name) {
			case "--rounds" -> new Options(Integer.parseInt(value), this.warmup, this.measure, this.only,
					this.contenders, this.out, this.docs);
			case "--warmup" ->
				new Options(this.rounds, seconds(value), this.measure, this.only, this.contenders, this.out, this.docs);
			case "--measure" ->
				new Options(this.rounds, this.warmup, seconds(value), this.only, this.contenders, this.out, this.docs);
			case "--only" -> new Options(this.rounds, this.warmup, this.measure, List.of(value.split(",")),
					this.contenders, this.out, this.docs);
			case "--contenders" ->
				new Options(this.rounds, this.warmup, this.measure, this.only, entrants(value), this.out, this.docs);
			case "--out" -> new Options(this.rounds, this.warmup, this.measure, this.only, this.contenders,
					Path.of(value), this.docs);
			case "--docs" -> new Options(this.rounds, this.warmup, this.measure, this.only, this.contenders, this.out,
					Path.of(value));
			default -> throw new IllegalArgumentException("Unknown option " + name + "; " + USAGE);
		};
	}

	private static void requireScenario(String prefix) {
		if (Scenarios.ALL.stream().noneMatch((scenario) -> scenario.id().startsWith(prefix))) {
			throw new IllegalArgumentException("--only " + prefix + " is the beginning of no scenario");
		}
	}

	private static List<String> entrants(String value) {
		return List.of(value.split(",")).stream().map(Entrant::of).map(Entrant::id).toList();
	}

	private static Duration seconds(String value) {
		return Duration.ofMillis(Math.round(Double.parseDouble(value) * 1000));
	}

	/**
	 * What was asked for, without where it goes.
	 */
	String command() {
		return "--rounds " + this.rounds + " --warmup " + this.warmup.toMillis() / 1000.0 + " --measure "
				+ this.measure.toMillis() / 1000.0
				+ (this.only.isEmpty() ? "" : " --only " + String.join(",", this.only))
				+ (this.contenders.isEmpty() ? "" : " --contenders " + String.join(",", this.contenders));
	}

	boolean includes(Scenario scenario) {
		return this.only.isEmpty() || this.only.stream().anyMatch(scenario.id()::startsWith);
	}

	boolean includes(Entrant entrant) {
		return this.contenders.isEmpty() || this.contenders.contains(entrant.id());
	}

}
