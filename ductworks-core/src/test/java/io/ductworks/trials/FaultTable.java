package io.ductworks.trials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;

import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * Writes {@code docs/faults.md}: for each fault of the catalogue the tests that are named
 * after it, as the last build left their reports, and what the trials measured. A test
 * that failed or was skipped is shown as such. Uses nothing but the JDK, so that it can
 * be run from its source.
 */
final class FaultTable {

	/** Such as {@code p4ParentWhenKilledThenItsSuccessorIsReached(String)[1]}. */
	private static final Pattern TEST = Pattern.compile("([a-z]\\d+)([A-Z]\\w*).*");

	private static final String NEW_CELL_LINE = "<br>";

	private final Map<String, Fault> faults = new LinkedHashMap<>();

	private FaultTable(List<Fault> faults) {
		faults.forEach((fault) -> this.faults.put(fault.id, fault));
	}

	/**
	 * One row.
	 */
	static final class Fault {

		private final String id;

		private final String what;

		private final String leftOut;

		private final Map<String, Runs> tests = new LinkedHashMap<>();

		/** By what was tried, so that the last run counts. */
		private final Map<List<String>, String[]> figures = new LinkedHashMap<>();

		private Fault(String id, String what, String leftOut) {
			this.id = id;
			this.what = what;
			this.leftOut = leftOut;
		}

		String id() {
			return this.id;
		}

		boolean isLeftOut() {
			return !this.leftOut.isEmpty();
		}

	}

	/**
	 * What became of one test, wherever it ran.
	 */
	private static final class Runs {

		private final Set<String> transports = new TreeSet<>();

		private int passed;

		private int skipped;

		private int failed;

	}

	/**
	 * The catalogue: for each fault its id, what it is, and why nothing was tried, if so.
	 * @param root the directory of the project
	 */
	static List<Fault> catalogue(Path root) throws IOException {
		return Files.readAllLines(root.resolve("docs/faults.tsv"))
			.stream()
			.map((line) -> line.split("\t"))
			.map((parts) -> new Fault(parts[0], parts[1], (parts.length > 2) ? parts[2] : ""))
			.toList();
	}

	/**
	 * Writes the table.
	 * @param arguments the directory of the project, if it is not this one
	 */
	public static void main(String[] arguments) throws Exception {
		Path root = Path.of((arguments.length > 0) ? arguments[0] : ".");
		FaultTable table = new FaultTable(catalogue(root));
		try (Stream<Path> modules = Files.list(root)) {
			for (Path target : modules.map((module) -> module.resolve("target")).sorted().toList()) {
				table.readReports(target.resolve("surefire-reports"));
				table.readFigures(target.resolve("trials/figures.tsv"));
			}
		}
		Files.writeString(root.resolve("docs/faults.md"), table.toMarkdown());
	}

	private void readFigures(Path file) throws IOException {
		if (Files.exists(file)) {
			Files.readAllLines(file).stream().map((line) -> line.split("\t")).forEach(this::add);
		}
	}

	private void add(String[] figure) {
		Fault fault = this.faults.get(figure[0]);
		if (fault != null) {
			fault.figures.put(List.of(figure[1], figure[2], figure[4]), figure);
		}
	}

	private void readReports(Path directory) throws IOException, ParserConfigurationException, SAXException {
		if (!Files.isDirectory(directory)) {
			return;
		}
		try (Stream<Path> files = Files.list(directory)) {
			for (Path file : files.filter((path) -> path.getFileName().toString().matches("TEST-.*\\.xml"))
				.sorted()
				.toList()) {
				NodeList tests = DocumentBuilderFactory.newDefaultInstance()
					.newDocumentBuilder()
					.parse(file.toFile())
					.getElementsByTagName("testcase");
				for (int i = 0; i < tests.getLength(); i++) {
					add((Element) tests.item(i));
				}
			}
		}
	}

	private void add(Element test) {
		Matcher name = TEST.matcher(test.getAttribute("name"));
		Fault fault = name.matches() ? this.faults.get(name.group(1).toUpperCase(Locale.ROOT)) : null;
		if (fault == null) {
			return;
		}
		Runs runs = fault.tests.computeIfAbsent(words(name.group(2)), (text) -> new Runs());
		String type = test.getAttribute("classname");
		Stream.of("Unix", "Tcp", "Inproc", "Tls")
			.filter(type::contains)
			.map((transport) -> transport.toLowerCase(Locale.ROOT))
			.forEach(runs.transports::add);
		if (test.getElementsByTagName("skipped").getLength() > 0) {
			runs.skipped++;
		}
		else if (test.getElementsByTagName("failure").getLength()
				+ test.getElementsByTagName("error").getLength() > 0) {
			runs.failed++;
		}
		else {
			runs.passed++;
		}
	}

	private static String words(String name) {
		String text = Arrays.stream(name.split("(?=[A-Z])"))
			.map((word) -> word.toLowerCase(Locale.ROOT))
			.collect(Collectors.joining(" "));
		return text.replaceFirst(" when ", ": ").replaceFirst(" then ", " → ");
	}

	private String toMarkdown() {
		StringBuilder text = new StringBuilder(
				"""
						# Faults

						What was done to ducts, and what came of it. Each test is named after the fault that it tries, such as
						`p10PeerWhenItEndsSending…`; this table is made from their reports and from the figures of the trials:

						```shell
						mvn -B verify -Ptrials
						java ductworks-core/src/test/java/io/ductworks/trials/FaultTable.java
						```

						The trials take about half an hour, need `root` and the tools `ip`, `nft`, `ss`, `tc`, `strace`, `setpriv` and `prlimit`
						for some of the rows, and skip what the machine does not let them do. Where there are figures, the class that measured
						them is named; after a build this runs one of them again, or looks for more with one target of the fuzzer:

						```shell
						mvn -B -pl ductworks-core -Ptrials test-compile surefire:test@trials -Dtest=ProcessTrials
						mvn -B -pl ductworks-core -Pfuzz test -Dfuzz.target=ParentFuzzTests -Dfuzz.seconds=600
						```

						Sizes can be set; these are the defaults: `-Dtrials.rounds=200`, `-Dtrials.cycles=100000`, `-Dtrials.shutdowns=1000`,
						`-Dtrials.requests=1000000`, `-Dtrials.soak=PT1M`.

						%s

						| id | fault | tried | over | result |
						|---|---|---|---|---|
						"""
					.formatted(summary()));
		this.faults.values().stream().filter((fault) -> !fault.isLeftOut()).forEach((fault) -> append(text, fault));
		text.append("""

				## Left out

				| id | fault | why |
				|---|---|---|
				""");
		this.faults.values()
			.stream()
			.filter(Fault::isLeftOut)
			.forEach((fault) -> text.append("| %s | %s | %s |\n".formatted(fault.id, fault.what, fault.leftOut)));
		return text.toString();
	}

	private String summary() {
		List<Runs> runs = this.faults.values().stream().flatMap((fault) -> fault.tests.values().stream()).toList();
		return "%d faults were tried by %d tests, which ran %d times: %d passed, %d skipped, %d failed. %d faults are left out."
			.formatted(this.faults.values().stream().filter((fault) -> !fault.tests.isEmpty()).count(), runs.size(),
					sum(runs, (run) -> run.passed + run.skipped + run.failed), sum(runs, (run) -> run.passed),
					sum(runs, (run) -> run.skipped), sum(runs, (run) -> run.failed),
					this.faults.values().stream().filter(Fault::isLeftOut).count());
	}

	private static int sum(List<Runs> runs, ToIntFunction<Runs> count) {
		return runs.stream().mapToInt(count).sum();
	}

	private static void append(StringBuilder text, Fault fault) {
		List<String> tried = new ArrayList<>();
		List<String> over = new ArrayList<>();
		List<String> results = new ArrayList<>();
		fault.tests.forEach((test, runs) -> {
			tried.add(test);
			over.add(runs.transports.isEmpty() ? "–" : String.join(", ", runs.transports));
			results.add(verdict(runs));
		});
		for (String[] figure : fault.figures.values()) {
			tried.add("%s (`%s`)".formatted(figure[2], figure[4]));
			over.add(figure[1]);
			results.add(figure[3]);
		}
		if (tried.isEmpty()) {
			tried.add("nothing");
			results.add("**not tried**");
		}
		text.append("| %s | %s | %s | %s | %s |\n".formatted(fault.id, fault.what, String.join(NEW_CELL_LINE, tried),
				String.join(NEW_CELL_LINE, over), String.join(NEW_CELL_LINE, results)));
	}

	private static String verdict(Runs runs) {
		if (runs.failed > 0) {
			return "**failed**";
		}
		return (runs.passed > 0) ? "passed" : "skipped";
	}

}
