package io.ductworks.benchmarks;

import java.util.Locale;

/**
 * A demand of a target and what came of it.
 *
 * @param target the target's id
 * @param what what was measured
 * @param demand what it is to reach, in words
 * @param atMost whether the bound is from above
 * @param bound what the figure may be
 * @param figure what it is
 */
record Verdict(String target, String what, String demand, boolean atMost, double bound, Figure figure) {

	static Verdict atMost(String target, String what, String demand, double bound, Figure figure) {
		return new Verdict(target, what, demand, true, bound, figure);
	}

	static Verdict atLeast(String target, String what, String demand, double bound, Figure figure) {
		return new Verdict(target, what, demand, false, bound, figure);
	}

	String outcome() {
		if (!this.figure.isPresent()) {
			return "not measured";
		}
		double median = this.figure.median();
		if (this.atMost ? median <= this.bound : median >= this.bound) {
			return "met";
		}
		// A figure that is rounded to its bound would seem to meet it.
		return Quantity.of(median).equals(Quantity.of(this.bound))
				? String.format(Locale.ROOT, "not met, by %.1g %%", Math.abs(median / this.bound - 1) * 100)
				: "not met";
	}

}
