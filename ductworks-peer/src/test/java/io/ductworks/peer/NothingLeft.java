package io.ductworks.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * For tests whose peers must leave neither threads nor files.
 */
interface NothingLeft {

	@AfterEach
	default void verifyThatNothingIsLeft() throws IOException {
		assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
			.as("threads")
			.noneMatch((name) -> name.startsWith("duct-peer"));
		try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
			assertThat(files).as("files")
				.noneMatch((file) -> file.getFileName().toString().startsWith("ductworks-peer-"));
		}
	}

}
