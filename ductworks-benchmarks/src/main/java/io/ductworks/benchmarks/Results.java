package io.ductworks.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * All figures of a run.
 *
 * @param environment where they were measured
 * @param results in the order of measuring
 */
record Results(Environment environment, List<Result> results) {

	private static final JsonMapper MAPPER = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

	static Results read(Path file) {
		return MAPPER.readValue(file.toFile(), Results.class);
	}

	/**
	 * Fails if a pair did: it has lost messages, or did not end.
	 */
	void requireNoFailure() {
		long failures = this.results.stream().filter((result) -> result.failure() != null).count();
		if (failures > 0) {
			throw new IllegalStateException(failures + " of " + this.results.size() + " measurements failed");
		}
	}

	void write(Path file) {
		MAPPER.writeValue(file.toFile(), this);
	}

	List<Double> figures(String scenario, String contender, String name) {
		return this.results.stream()
			.filter((result) -> result.scenario().equals(scenario) && result.contender().equals(contender))
			.map((result) -> result.figures().get(name))
			.filter(Objects::nonNull)
			.sorted()
			.toList();
	}

	OptionalDouble median(String scenario, String contender) {
		return median(figures(scenario, contender, Result.VALUE));
	}

	static OptionalDouble median(List<Double> sorted) {
		if (sorted.isEmpty()) {
			return OptionalDouble.empty();
		}
		int middle = sorted.size() / 2;
		return OptionalDouble
			.of((sorted.size() % 2 == 1) ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2);
	}

}
