package io.ductworks.internal.transport;

import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import io.ductworks.NothingLeftBehind;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

@ExtendWith(NothingLeftBehind.class)
@Timeout(30)
class SocketDirectoryTests {

	private static final int BACKLOG = 8;

	@TempDir
	private Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "rwxrwx---", "rwx----w-", "rwxrwxrwx" })
	void l10DirectoryWhenOthersMayWriteToItThenIsRefused(String permissions) throws Exception {
		Path open = Files.createDirectory(this.directory.resolve("open"));
		Files.setPosixFilePermissions(open, PosixFilePermissions.fromString(permissions));

		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> Sockets.bind(new DuctAddress.Unix(open.resolve("a.sock")), BACKLOG))
			.withMessageContaining("may be written to by others")
			.withMessageContaining("chmod");
		assertThat(open).isEmptyDirectory();
	}

	@Test
	void l10DirectoryWhenStickyThenIsTaken() throws Exception {
		Path shared = Files.createDirectory(this.directory.resolve("shared"));
		Files.setAttribute(shared, "unix:mode", 01777);

		Sockets.bind(new DuctAddress.Unix(shared.resolve("a.sock")), BACKLOG).close();

		assertThat(shared.resolve("a.sock")).doesNotExist();
	}

	@Test
	void l10BindWhenDirectoryIsMissingThenMakesItForTheOwnerAloneAndRemovesIt() throws Exception {
		Path made = this.directory.resolve("made");
		ByteListener listener = Sockets.bind(new DuctAddress.Unix(made.resolve("a.sock")), BACKLOG);
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made))).isEqualTo("rwx------");

		listener.close();

		assertThat(made).doesNotExist();
	}

	@Test
	void closeWhenDirectoryHoldsOtherFilesThenLeavesIt() throws Exception {
		Path made = this.directory.resolve("made");
		ByteListener listener = Sockets.bind(new DuctAddress.Unix(made.resolve("a.sock")), BACKLOG);
		Files.createFile(made.resolve("other"));

		listener.close();

		assertThat(made).isDirectoryContaining("glob:**other").isDirectoryNotContaining("glob:**a.sock");
	}

	@Test
	void bindWhenDirectoryOfTheDirectoryIsMissingThenSaysWhichToCreate() {
		Path missing = this.directory.resolve("missing");

		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> Sockets.bind(new DuctAddress.Unix(missing.resolve("sub/a.sock")), BACKLOG))
			.withMessage("directory " + missing + " does not exist; create it");
		assertThat(missing).doesNotExist();
	}

	@Test
	void bindWhenDirectoryIsAFileThenFailsAndLeavesIt() throws Exception {
		Path file = Files.createFile(this.directory.resolve("file"));

		assertThatIOException().isThrownBy(() -> Sockets.bind(new DuctAddress.Unix(file.resolve("a.sock")), BACKLOG))
			.withMessageContaining("Not a directory");
		assertThat(file).isRegularFile();
	}

}
