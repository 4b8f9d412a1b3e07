package io.ductworks.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/**
 * The results as a picture: bars for round trips and for messages one way.
 */
final class Plot {

	private static final int WIDTH = 860;

	private static final int BARS_LEFT = 250;

	private static final int BARS_WIDTH = 500;

	private static final int ROW = 24;

	private static final int BAR = 15;

	private static final int TITLE = 50;

	private static final String STYLE = """
			<style>
			text { font: 13px system-ui, sans-serif; fill: #333 }
			.title { font-weight: 600; font-size: 15px }
			.small { font-size: 11px; fill: #777 }
			.axis { stroke: #999; stroke-width: 1; opacity: 0.4 }
			.ours { fill: #2f7d5b }
			.peer { fill: #9aa3ad }
			.limit { fill: none; stroke: #9aa3ad; stroke-width: 1.5; stroke-dasharray: 3 2 }
			@media (prefers-color-scheme: dark) {
			text { fill: #ddd }
			.small { fill: #999 }
			.ours { fill: #4fb286 }
			.peer { fill: #78818b }
			}
			</style>
			""";

	private final Results results;

	private final StringBuilder svg = new StringBuilder();

	private int y;

	private Plot(Results results) {
		this.results = results;
	}

	static String draw(Results results) {
		Plot plot = new Plot(results);
		plot.panel("Round trip of 64 bytes, both processes on one core: µs, less is better", bars("R1", "R2", results),
				false);
		plot.panel("One way, one sender, 128 bytes: messages/s, more is better (logarithmic)",
				bars("T1-unix", "T1-tcp", results), true);
		Environment where = results.environment();
		plot.y += 20;
		plot.text(16, plot.y, "small", "start",
				where.kernel() + ", " + where.processor() + ", " + where.cores() + " cores, " + where.jdk());
		int height = plot.y + 16;
		return String.format(Locale.ROOT, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
				+ " aria-label=\"Ductworks beside its peers\">%n%s%s</svg>%n", WIDTH, height, STYLE, plot.svg);
	}

	private static List<Bar> bars(String unix, String tcp, Results results) {
		List<Bar> bars = new ArrayList<>();
		for (Entrant entrant : Entrant.ALL) {
			results.median(unix, entrant.id())
				.ifPresent((figure) -> bars.add(new Bar(entrant.label() + ", Unix", entrant.kind(), figure)));
			results.median(tcp, entrant.id())
				.ifPresent((figure) -> bars.add(new Bar(entrant.label() + ", TCP", entrant.kind(), figure)));
		}
		Comparator<Bar> byFigure = Comparator.comparingDouble(Bar::figure);
		bars.sort(Unit.of(Scenarios.of(unix)).lowerIsBetter() ? byFigure : byFigure.reversed());
		return bars;
	}

	private void panel(String title, List<Bar> bars, boolean logarithmic) {
		if (bars.isEmpty()) {
			return;
		}
		text(16, this.y + 30, "title", "start", title);
		this.y += TITLE;
		double longest = bars.stream().mapToDouble(Bar::figure).max().orElse(1);
		double floor = Math.pow(10, Math.floor(Math.log10(bars.stream().mapToDouble(Bar::figure).min().orElse(1))));
		double max = logarithmic ? Math.max(longest, 10 * floor) : longest;
		DoubleUnaryOperator scale = logarithmic ? (figure) -> Math.log(figure / floor) / Math.log(max / floor)
				: (figure) -> figure / max;
		if (logarithmic) {
			grid(floor, max, scale, bars.size() * ROW);
		}
		for (Bar bar : bars) {
			double width = Math.max(1, BARS_WIDTH * scale.applyAsDouble(bar.figure()));
			int middle = this.y + ROW / 2;
			text(BARS_LEFT - 8, middle + 4, "", "end", bar.label());
			this.svg.append(String.format(Locale.ROOT,
					"<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>%n",
					bar.kind().name().toLowerCase(Locale.ROOT), BARS_LEFT, middle - BAR / 2, width, BAR));
			text(BARS_LEFT + (int) width + 6, middle + 4, "", "start", Quantity.of(bar.figure()));
			this.y += ROW;
		}
		if (logarithmic) {
			this.y += 16;
		}
	}

	private void grid(double floor, double max, DoubleUnaryOperator scale, int height) {
		for (double line = floor; line <= max; line *= 10) {
			int x = BARS_LEFT + (int) (BARS_WIDTH * scale.applyAsDouble(line));
			this.svg.append(String.format(Locale.ROOT,
					"<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>%n", x, x, this.y, this.y + height));
			text(x, this.y + height + 12, "small", "middle", Quantity.of(line));
		}
	}

	private void text(int x, int y, String style, String anchor, String text) {
		this.svg
			.append(String.format(Locale.ROOT, "<text class=\"%s\" x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>%n",
					style, x, y, anchor, text.replace("&", "&amp;").replace("<", "&lt;")));
	}

	/**
	 * One bar.
	 *
	 * @param label beside it
	 * @param kind gives the colour
	 * @param figure its length
	 */
	private record Bar(String label, Entrant.Kind kind, double figure) {
	}

}
