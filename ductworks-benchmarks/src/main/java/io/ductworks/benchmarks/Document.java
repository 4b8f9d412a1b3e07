package io.ductworks.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what came of a run: tables and picture beside the results, and all of it as a
 * page of the documentation.
 */
final class Document {

	private static final Logger logger = LoggerFactory.getLogger(Document.class);

	private static final String PLOT = "performance.svg";

	private static final String METHOD = """
			Each contender is two processes with the same options of the JVM, one contender at a time; the rounds of all contenders
			take turns. A contender warms up until it is hardly faster from one second to the next. Figures are medians of the rounds,
			with the lowest and the highest in brackets; **1.2 ×** is Ductworks divided by that contender: of a time, less is better, of
			anything else, more. A cell is empty where a contender does not know the transport or the scenario is not for it. Ratios of one
			run are what counts: figures drift from hour to hour and from machine to machine.

			- Round trip: one thread sends a message, waits for its echo and compares the two, again and again.
			- One way: threads send as fast as they may; a window ends when the other side has counted exactly what was sent.
			- JSON: both sides map an order with three items.
			- Idle connections: the answering side's memory after a collection, before and after they were opened; both sides on one core.
			- Spin, and round trips of bytes between two cores: each side is on a core of its own. With one core, the JVM chooses its
			  serial garbage collector.
			- "C" is the limit: the same frames by a program in C (`cc -O2`), gathered into large writes where messages go one way.
			  "raw JDK" are channels with the least around them. "Best peer" is the best of all others in that run.
			""";

	private final Results results;

	private final Report report;

	Document(Results results, JmhFigures jmh) {
		this.results = results;
		this.report = new Report(results, jmh);
	}

	void write(Path out, @Nullable Path docs) throws IOException {
		String tables = this.report.ratios() + "\n" + this.report.targets();
		logger.info("{}", tables);
		Files.writeString(out.resolve("report.md"), tables);
		Files.writeString(out.resolve(PLOT), Plot.draw(this.results));
		if (docs != null) {
			Files.createDirectories(docs);
			Files.writeString(docs.resolve("performance.md"), page());
			Files.writeString(docs.resolve(PLOT), Plot.draw(this.results));
		}
	}

	private String page() {
		return "# Performance\n\n![Ductworks beside its peers](" + PLOT + ")\n\n## Where\n\n" + environment()
				+ "\n## How\n\n" + METHOD + "\n## Beside the limit and the peers\n\n" + this.report.ratios()
				+ "\n## Targets\n\nA peer that knows only TCP is compared over TCP, with Ductworks over TCP and over Unix"
				+ " domain sockets.\n\n" + this.report.targets() + "\n## How each is set up\n\n" + setups();
	}

	private String environment() {
		Environment environment = this.results.environment();
		StringBuilder text = new StringBuilder();
		text.append(environment.date()).append(", ").append(environment.kernel()).append(", ");
		text.append(environment.processor()).append(", ").append(environment.cores()).append(" cores, ");
		text.append(environment.jdk()).append(", `").append(String.join(" ", environment.options())).append("`.\n\n");
		environment.versions()
			.forEach((library, version) -> text.append("- ").append(library).append(' ').append(version).append('\n'));
		text.append("\n```shell\nmvn -q -B -Pbenchmarks -DskipTests package\n");
		text.append("java -jar ductworks-benchmarks/target/ductworks-benchmarks.jar jmh\n");
		text.append("java -jar ductworks-benchmarks/target/ductworks-benchmarks.jar ").append(environment.command());
		return text.append("\n```\n").toString();
	}

	private static String setups() {
		StringBuilder text = new StringBuilder();
		for (Entrant entrant : Entrant.present()) {
			String setup = (entrant.className() != null) ? entrant.contender().setup() : "";
			if (!setup.isEmpty()) {
				text.append("- ").append(entrant.label()).append(": ").append(setup).append('\n');
			}
		}
		return text.toString();
	}

}
