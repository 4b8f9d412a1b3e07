package io.ductworks.trials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What trials measured, kept for the table of faults.
 */
public final class TrialFigures {

	private static final Path FILE = Path.of("target", "trials", "figures.tsv");

	/** Temporary files have another name each time. */
	private static final Pattern PATH = Pattern.compile("(/[\\w.-]+){2,}");

	private static final StackWalker CALLERS = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

	private TrialFigures() {
	}

	/**
	 * Notes a figure.
	 * @param id the fault's id, such as {@code P4}
	 * @param transport what it was tried over
	 * @param tried what was done
	 * @param result what came of it
	 */
	static void note(String id, String transport, String tried, String result) throws IOException {
		note(CALLERS.getCallerClass().getNestHost(), id, transport, tried, result);
	}

	/**
	 * Notes a figure of a class that is not the calling one.
	 * @param measuredBy the class that runs again to measure again
	 * @param id the fault's id, such as {@code P4}
	 * @param transport what it was tried over
	 * @param tried what was done
	 * @param result what came of it
	 */
	public static void note(Class<?> measuredBy, String id, String transport, String tried, String result)
			throws IOException {
		Files.createDirectories(FILE.getParent());
		Files.writeString(FILE, String.join("\t", id, transport, tried, PATH.matcher(result).replaceAll("…"),
				measuredBy.getSimpleName()) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
	}

	/**
	 * The median and the longest of some times.
	 */
	static String times(long[] nanos) {
		long[] sorted = nanos.clone();
		Arrays.sort(sorted);
		return "p50 " + millis(sorted[sorted.length / 2]) + ", longest " + millis(sorted[sorted.length - 1]);
	}

	static long percentile(long[] nanos, double share) {
		long[] sorted = nanos.clone();
		Arrays.sort(sorted);
		return sorted[(int) Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
	}

	static String millis(long nanos) {
		return String.format(Locale.ROOT, (nanos < 10_000_000) ? "%.2f ms" : "%.0f ms", nanos / 1e6);
	}

}
