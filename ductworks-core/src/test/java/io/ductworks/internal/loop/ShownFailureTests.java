package io.ductworks.internal.loop;

import java.io.PrintWriter;
import java.io.StringWriter;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ShownFailure}.
 */
class ShownFailureTests {

	private static final String FORGED = "no number\n2026-01-01 ERROR forged\u001b[31m";

	private static String logged(Throwable failure) {
		StringWriter text = new StringWriter();
		failure.printStackTrace(new PrintWriter(text));
		return text.toString();
	}

	@Test
	void failureWhenItsTextIsHarmlessThenIsLoggedItself() {
		Exception failure = new IllegalStateException("no", new RuntimeException((String) null));
		failure.addSuppressed(new RuntimeException("neither"));
		assertThat(ShownFailure.of(failure)).isSameAs(failure);
	}

	@Test
	void i13FailureWhenItsTextForgesALineThenTheTextIsInOneLineAndTheTraceStays() {
		Exception failure = new NumberFormatException(FORGED);
		assertThat(logged(ShownFailure.of(failure)))
			.startsWith("java.lang.NumberFormatException: no number 2026-01-01 ERROR forged?[31m")
			.contains("at " + ShownFailureTests.class.getName())
			.doesNotContain("\n2026", "\u001b");
	}

	@Test
	void i13FailureWhenTheTextOfACauseForgesALineThenThatIsShownToo() {
		Exception failure = new IllegalStateException("outer", new IllegalArgumentException(FORGED));
		failure.addSuppressed(new RuntimeException(FORGED));
		assertThat(logged(ShownFailure.of(failure))).startsWith("java.lang.IllegalStateException: outer")
			.contains("Caused by: java.lang.IllegalArgumentException: no number 2026")
			.contains("Suppressed: java.lang.RuntimeException: no number 2026")
			.doesNotContain("\n2026", "\u001b");
	}

	@Test
	void failureWhenItIsItsOwnCauseThenIsShownOnce() {
		Exception failure = new IllegalStateException("outer");
		Exception inner = new IllegalArgumentException(FORGED, failure);
		failure.initCause(inner);
		assertThat(logged(ShownFailure.of(failure))).doesNotContain("\n2026");
	}

}
