package io.ductworks.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * What JMH measured, as it wrote it.
 *
 * @param json its array of results
 */
record JmhFigures(JsonNode json) {

	/** Where it is put, and looked for, beside the results of the processes. */
	static final String FILE = "jmh.json";

	static JmhFigures read(Path directory) {
		Path file = directory.resolve(FILE);
		JsonMapper mapper = JsonMapper.shared();
		return new JmhFigures(Files.exists(file) ? mapper.readTree(file.toFile()) : mapper.createArrayNode());
	}

	OptionalDouble nanos(String benchmark) {
		return number(of(benchmark).path("primaryMetric"));
	}

	OptionalDouble allocated(String benchmark) {
		return number(of(benchmark).path("secondaryMetrics").path("gc.alloc.rate.norm"));
	}

	private JsonNode of(String benchmark) {
		for (JsonNode result : this.json) {
			if (result.path("benchmark").asString("").endsWith("." + benchmark)) {
				return result;
			}
		}
		return MissingNode.getInstance();
	}

	private static OptionalDouble number(JsonNode metric) {
		JsonNode score = metric.path("score");
		return score.isNumber() ? OptionalDouble.of(score.asDouble()) : OptionalDouble.empty();
	}

}
