package io.ductworks.trials;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.ductworks.trials.FaultTable.Fault;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FaultTableTests {

	private static final Path ROOT = Path.of("..");

	private static final Pattern TEST = Pattern.compile("void ([a-z]\\d+)[A-Z]\\w*\\(");

	@Test
	void faultsWhenCataloguedThenEachHasATestOrAReason() throws IOException {
		Set<String> tried = tried();
		List<Fault> faults = FaultTable.catalogue(ROOT);

		assertThat(faults).filteredOn((fault) -> !fault.isLeftOut())
			.extracting(Fault::id)
			.as("faults with a test that is named after them")
			.isSubsetOf(tried);
		assertThat(faults).extracting(Fault::id).as("faults that tests are named after").containsAll(tried);
	}

	@Test
	void tableWhenWrittenThenHasEachFaultOnce() throws IOException {
		List<String> rows = Files.readAllLines(ROOT.resolve("docs/faults.md"))
			.stream()
			.filter((line) -> line.matches("\\| [A-Z]\\d+ \\|.*"))
			.toList();

		assertThat(rows).extracting((row) -> row.split(" ")[1])
			.containsExactlyInAnyOrderElementsOf(FaultTable.catalogue(ROOT).stream().map(Fault::id).toList());
		assertThat(rows).as("rows without a failure").noneMatch((row) -> row.contains("**"));
	}

	private static Set<String> tried() throws IOException {
		Set<String> tried = new TreeSet<>();
		try (Stream<Path> modules = Files.list(ROOT)) {
			for (Path sources : modules.map((module) -> module.resolve("src/test/java"))
				.filter(Files::isDirectory)
				.toList()) {
				try (Stream<Path> files = Files.walk(sources)) {
					files.filter((file) -> file.toString().endsWith(".java")).forEach((file) -> addTests(file, tried));
				}
			}
		}
		return tried;
	}

	private static void addTests(Path file, Set<String> tried) {
		try {
			Matcher test = TEST.matcher(Files.readString(file));
			while (test.find()) {
				tried.add(test.group(1).toUpperCase(Locale.ROOT));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
