package io.ductworks.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The examples of the README are pieces of files that the build compiles or runs.
 */
class ReadmeTests {

	private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

	private static final Pattern EXAMPLE = Pattern.compile("<!-- (\\S+) -->\\n```\\w+\\n(.*?)```", Pattern.DOTALL);

	@Test
	void readmeWhenItShowsAnExampleThenItsFileHasIt() throws IOException {
		assertThat(checkedExamples("README.md")).isEqualTo(6);
		assertThat(checkedExamples("docs/operations.md")).isEqualTo(2);
		assertThat(checkedExamples("docs/testing.md")).isEqualTo(9);
		assertThat(checkedExamples("docs/json-rpc.md")).isEqualTo(4);
		assertThat(checkedExamples("docs/listeners.md")).isEqualTo(24);
		assertThat(checkedExamples("docs/observability.md")).isEqualTo(1);
	}

	private static int checkedExamples(String document) throws IOException {
		Matcher examples = EXAMPLE.matcher(Files.readString(ROOT.resolve(document)));
		int found = 0;
		while (examples.find()) {
			found++;
			String file = Files.readString(ROOT.resolve(examples.group(1)));
			assertThat(unindented(file)).as(examples.group(1)).contains(unindented(examples.group(2)));
		}
		return found;
	}

	@Test
	void readmeWhenItShowsJavaThenItIsAnExampleOfAFile() throws IOException {
		for (String document : List.of("README.md", "docs/operations.md", "docs/engine.md", "docs/testing.md",
				"docs/json-rpc.md", "docs/listeners.md", "docs/observability.md")) {
			String text = Files.readString(ROOT.resolve(document));

			assertThat(EXAMPLE.matcher(text).replaceAll("")).as(document).doesNotContain("```java", "```yaml");
		}
	}

	private static String unindented(String text) {
		List<String> lines = text.lines().map(String::strip).filter((line) -> !line.isEmpty()).toList();
		return lines.stream().collect(Collectors.joining("\n"));
	}

}
