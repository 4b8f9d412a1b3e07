package io.ductworks.benchmarks;

import org.jspecify.annotations.Nullable;

/**
 * A demand of a target and what came of it.
 *
 * @param target the target's id
 * @param what what was measured
 * @param demand what it is to reach, in words
 * @param atMost whether the bound is from above
 * @param bound what the figure may be
 * @param figure what it is, or {@code null} if it was not measured
 */
record Verdict(String target, String what, String demand, boolean atMost, double bound, @Nullable Double figure) {

	String outcome() {
		Double figure = this.figure;
		if (figure == null) {
			return "not measured";
		}
		return ((this.atMost) ? figure <= this.bound : figure >= this.bound) ? "met" : "not met";
	}

}
