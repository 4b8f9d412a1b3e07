package io.ductworks.message;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That each sentence of {@code docs/promises.md} is held by tests that there are.
 */
class PromisesTests {

	private static final Path PAGE = Path.of("..", "docs", "promises.md");

	private static final Path TESTS = Path.of("src", "test", "java");

	/** Such as {@code `MessageContract.orderWhenThousandsOfMessagesThenKept`}. */
	private static final Pattern TEST = Pattern.compile("`(\\w+(?:Tests|Trials|Contract))\\.(\\w+)`");

	@Test
	void promiseWhenItNamesATestThenThereIsOne() throws IOException {
		Set<String> named = TEST.matcher(Files.readString(PAGE))
			.results()
			.map((found) -> found.group(1) + "." + found.group(2))
			.collect(Collectors.toSet());
		Set<String> there = tests();

		assertThat(named).hasSizeGreaterThan(40);
		assertThat(named).allSatisfy((test) -> assertThat(there).contains(test));
	}

	@Test
	void promiseWhenThereIsOneThenItNamesATest() throws IOException {
		List<String> promises = Stream.of(Files.readString(PAGE).split("\\n- ")).skip(1).toList();

		assertThat(promises).hasSizeGreaterThan(30).allSatisfy((promise) -> assertThat(promise).containsPattern(TEST));
	}

	private static Set<String> tests() throws IOException {
		try (Stream<Path> files = Files.walk(TESTS)) {
			return files.filter((file) -> file.toString().endsWith(".java"))
				.flatMap(PromisesTests::testsOf)
				.collect(Collectors.toSet());
		}
	}

	private static Stream<String> testsOf(Path file) {
		String name = file.getFileName().toString().replace(".java", "");
		try {
			return Pattern.compile("@(?:Test|ParameterizedTest)\\b[^{;]*?\\bvoid (\\w+)\\(")
				.matcher(Files.readString(file).replaceAll("@ValueSource\\([^)]*\\)|@CsvSource\\([^)]*\\)", ""))
				.results()
				.map((found) -> name + "." + found.group(1));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
