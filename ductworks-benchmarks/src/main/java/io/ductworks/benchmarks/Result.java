package io.ductworks.benchmarks;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What one pair of processes came to.
 *
 * @param scenario the scenario's id
 * @param contender the contender's id
 * @param round counted from 1
 * @param figures by name, {@link #VALUE} in the scenario's unit; empty if it failed
 * @param failure why there are no figures
 */
record Result(String scenario, String contender, int round, Map<String, Double> figures, @Nullable String failure) {

	static final String VALUE = "value";

}
