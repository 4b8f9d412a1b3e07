package io.ductworks.benchmarks;

import java.util.List;
import java.util.OptionalDouble;

/**
 * A figure with the rounds that it comes from, if it was measured at all.
 *
 * @param name in words
 * @param rounds what each round gave, ascending; empty if there was none
 */
record Figure(String name, List<Double> rounds) {

	static Figure of(String name, List<Double> rounds) {
		return new Figure(name, rounds);
	}

	static Figure of(String name, OptionalDouble value) {
		return new Figure(name, value.isPresent() ? List.of(value.getAsDouble()) : List.of());
	}

	static Figure none(String name) {
		return new Figure(name, List.of());
	}

	Figure named(String name) {
		return new Figure(name, this.rounds);
	}

	boolean isPresent() {
		return !this.rounds.isEmpty();
	}

	double median() {
		return Results.median(this.rounds).orElse(Double.NaN);
	}

	/**
	 * The quotient of the medians, between that of the lowest and the highest round and
	 * that of the highest and the lowest, if there were several.
	 */
	Figure dividedBy(Figure other) {
		if (!isPresent() || !other.isPresent()) {
			return none(this.name);
		}
		double median = median() / other.median();
		if (this.rounds.size() == 1 && other.rounds.size() == 1) {
			return new Figure(this.name, List.of(median));
		}
		double lowest = this.rounds.get(0) / other.rounds.get(other.rounds.size() - 1);
		double highest = this.rounds.get(this.rounds.size() - 1) / other.rounds.get(0);
		return new Figure(this.name, List.of(lowest, median, highest));
	}

	/**
	 * The median with the lowest and the highest round.
	 */
	String text() {
		if (!isPresent()) {
			return "";
		}
		String range = (this.rounds.size() > 1) ? " (" + Quantity.of(this.rounds.get(0)) + "–"
				+ Quantity.of(this.rounds.get(this.rounds.size() - 1)) + ")" : "";
		return Quantity.of(median()) + range;
	}

}
