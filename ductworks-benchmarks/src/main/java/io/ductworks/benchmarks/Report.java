package io.ductworks.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.StringJoiner;

/**
 * The results as tables in Markdown.
 */
final class Report {

	private final Results results;

	private final JmhFigures jmh;

	Report(Results results, JmhFigures jmh) {
		this.results = results;
		this.jmh = jmh;
	}

	String ratios() {
		List<Entrant> others = Entrant.ALL.stream()
			.filter((entrant) -> entrant.kind() != Entrant.Kind.OURS && isIn(entrant))
			.toList();
		StringBuilder table = new StringBuilder("| | | Ductworks |");
		others.forEach((entrant) -> table.append(' ').append(entrant.label()).append(" |"));
		table.append("\n|---|---|---|").append("---|".repeat(others.size())).append('\n');
		for (Scenario scenario : Scenarios.ALL) {
			if (!isIn(scenario)) {
				continue;
			}
			String ours = scenario.spring() ? Entrant.SPRING_DUCTS : Entrant.DUCTS;
			table.append("| ").append(scenario.id()).append(" | ").append(Scenarios.describe(scenario));
			table.append(": ").append(Unit.of(scenario).label());
			table.append(" | ").append(measured(scenario, ours)).append(" |");
			for (Entrant entrant : others) {
				table.append(' ').append(measured(scenario, entrant.id()));
				table.append(ratio(scenario, ours, entrant.id())).append(" |");
			}
			table.append('\n');
		}
		return table.toString();
	}

	private boolean isIn(Entrant entrant) {
		return this.results.results().stream().anyMatch((result) -> result.contender().equals(entrant.id()));
	}

	private boolean isIn(Scenario scenario) {
		return this.results.results().stream().anyMatch((result) -> result.scenario().equals(scenario.id()));
	}

	private String measured(Scenario scenario, String contender) {
		List<Double> figures = this.results.figures(scenario.id(), contender, Result.VALUE);
		long failed = this.results.results()
			.stream()
			.filter((result) -> result.scenario().equals(scenario.id()) && result.contender().equals(contender)
					&& result.failure() != null)
			.count();
		StringJoiner text = new StringJoiner(" ");
		if (!figures.isEmpty()) {
			text.add(Figure.of(contender, figures).text());
		}
		if (failed > 0) {
			text.add("(" + failed + " failed)");
		}
		return text.toString();
	}

	private String ratio(Scenario scenario, String ours, String contender) {
		OptionalDouble own = this.results.median(scenario.id(), ours);
		OptionalDouble other = this.results.median(scenario.id(), contender);
		return (own.isPresent() && other.isPresent())
				? String.format(Locale.ROOT, " **%s ×**", Quantity.of(own.getAsDouble() / other.getAsDouble())) : "";
	}

	String targets() {
		StringBuilder table = new StringBuilder("| | | demand | figure | |\n|---|---|---|---|---|\n");
		for (Verdict verdict : Targets.evaluate(this.results, this.jmh)) {
			table.append("| ").append(verdict.target()).append(" | ").append(verdict.what()).append(" | ");
			table.append(verdict.demand()).append(" | ");
			table.append(verdict.figure().text()).append(" | ");
			table.append(verdict.outcome()).append(" |\n");
		}
		return table.toString();
	}

}
