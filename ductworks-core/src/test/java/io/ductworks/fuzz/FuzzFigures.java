package io.ductworks.fuzz;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.ductworks.trials.TrialFigures;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Notes for the table of faults how many inputs a target was given when it looked for
 * more than its seeds. A target says {@link #executed()} of each.
 */
public final class FuzzFigures implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

	private static final AtomicLong executions = new AtomicLong();

	private final List<String> findings = new ArrayList<>();

	private long started;

	/**
	 * Counts an input.
	 */
	public static void executed() {
		executions.incrementAndGet();
	}

	@Override
	public void beforeAll(ExtensionContext context) {
		executions.set(0);
		this.findings.clear();
		this.started = System.nanoTime();
	}

	@Override
	public void afterEach(ExtensionContext context) {
		context.getExecutionException().ifPresent((finding) -> this.findings.add(finding.toString()));
	}

	@Override
	public void afterAll(ExtensionContext context) throws IOException {
		if (!"1".equals(System.getenv("JAZZER_FUZZ"))) {
			return;
		}
		String found = this.findings.isEmpty() ? "no findings" : "findings: " + String.join(", ", this.findings);
		TrialFigures.note(context.getRequiredTestClass(), "W22", "–", "any input",
				String.format(Locale.ROOT, "%,d executions in %d s, %s", executions.get(),
						TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - this.started), found));
	}

}
