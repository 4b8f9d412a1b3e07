package io.ductworks.benchmarks;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * Figures as the report shows them: three digits, and no more than can be read.
 */
final class Quantity {

	private static final MathContext DIGITS = new MathContext(3);

	private Quantity() {
	}

	static String of(double figure) {
		if (Double.isNaN(figure) || Double.isInfinite(figure)) {
			return "–";
		}
		double size = Math.abs(figure);
		if (size >= 1e6) {
			return digits(figure / 1e6) + " M";
		}
		return (size >= 1e4) ? digits(figure / 1e3) + " k" : digits(figure);
	}

	private static String digits(double figure) {
		BigDecimal rounded = new BigDecimal(figure).round(DIGITS).stripTrailingZeros();
		return (rounded.scale() < 0) ? rounded.setScale(0).toPlainString() : rounded.toPlainString();
	}

}
