package io.ductworks.internal.transport;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

import io.ductworks.NothingLeftBehind;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is removed of what killed processes left, and what is not.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(30)
class LeftDirectoriesTests {

	@TempDir
	private Path place;

	private Path left(String name) throws Exception {
		Path directory = this.place.resolve(name);
		Files.createDirectory(directory, PosixModes.ownerEnters(directory));
		Sockets.leaveBehind(directory.resolve("duct.sock"));
		Files.createFile(directory.resolve("duct.sock.lock"));
		return old(directory);
	}

	private static Path old(Path directory) throws Exception {
		Files.setLastModifiedTime(directory, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
		return directory;
	}

	@Test
	void removeInWhenAKilledProcessLeftADirectoryThenRemovesIt() throws Exception {
		Path left = left("ductworks-0123456789abcdef");

		LeftDirectories.removeIn(this.place, this.place);
		assertThat(left).doesNotExist();
	}

	@Test
	void removeInWhenDirectoryIsNotOfThatKindThenLeavesIt() throws Exception {
		Path other = left("ductworks-orders");
		Path young = left("ductworks-0000000000000001");
		Files.setLastModifiedTime(young, FileTime.from(Instant.now()));
		Path withMore = left("ductworks-0000000000000002");
		Files.createFile(withMore.resolve("more"));
		old(withMore);

		LeftDirectories.removeIn(this.place, this.place);
		assertThat(other).isDirectoryContaining("glob:**duct.sock");
		assertThat(young).isDirectoryContaining("glob:**duct.sock");
		assertThat(withMore).isDirectoryContaining("glob:**more");
	}

	@Test
	void removeInWhenSomebodyListensThenLeavesIt() throws Exception {
		Path directory = this.place.resolve("ductworks-0123456789abcdef");
		try (ByteListener listener = Sockets.bind(new DuctAddress.Unix(directory.resolve("duct.sock")), 1)) {
			old(directory);

			LeftDirectories.removeIn(this.place, this.place);
			assertThat(listener.isInPlace()).isTrue();
			assertThat(directory).isDirectoryContaining("glob:**duct.sock.lock");
		}
	}

}
