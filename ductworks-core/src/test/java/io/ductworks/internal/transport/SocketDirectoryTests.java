package io.ductworks.internal.transport;

import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import io.ductworks.NothingLeftBehind;
import io.ductworks.TakenLog;
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
import static org.assertj.core.api.Assumptions.assumeThat;

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
	void b20BindWhenDirectoryIsMissingInOneThatAllMayWriteToThenMakesItAndWarns() throws Exception {
		Path volume = Files.createDirectory(this.directory.resolve("volume"));
		Files.setPosixFilePermissions(volume, PosixFilePermissions.fromString("rwxrwxrwx"));
		Path made = volume.resolve("made");
		try (TakenLog log = new TakenLog();
				ByteListener listener = Sockets.bind(new DuctAddress.Unix(made.resolve("a.sock")), BACKLOG)) {
			assertThat(listener.isInPlace()).isTrue();
			assertThat(log.warnings("where others could put another directory in its place")).singleElement()
				.satisfies((line) -> assertThat(line.getFormattedMessage()).contains(volume + " (mode 0777, owner "));
		}
		assertThat(made).doesNotExist();
	}

	@Test
	void l10DirectoryWhenOthersMayWriteToItThenTheAdviceCanBeFollowed() throws Exception {
		Path open = Files.createDirectory(this.directory.resolve("open"));
		Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
		Path advised = open.resolve("run").resolve("name.sock");

		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> Sockets.bind(new DuctAddress.Unix(open.resolve("a.sock")), BACKLOG))
			.withMessageContaining("such as " + advised + ", which is made if it is missing");
		Sockets.bind(new DuctAddress.Unix(advised), BACKLOG).close();
	}

	@Test
	void l10LinkOnTheWayWhenItIsAStrangersThenIsNotFollowed() throws Exception {
		Path shared = Files.createDirectory(this.directory.resolve("shared"));
		Files.setAttribute(shared, "unix:mode", 01777);
		Path elsewhere = Files.createDirectory(this.directory.resolve("elsewhere"));
		Path link = Files.createSymbolicLink(shared.resolve("link"), elsewhere);
		DuctAddress.Unix address = new DuctAddress.Unix(link.resolve("a.sock"));
		Sockets.bind(address, BACKLOG).close();
		assumeThat(Sockets.giveAway(link)).as("only root may give files away").isTrue();

		assertThatExceptionOfType(BindException.class).isThrownBy(() -> Sockets.bind(address, BACKLOG))
			.withMessage(link + " is a symbolic link of " + Sockets.STRANGER
					+ ", who could lead the socket elsewhere; choose a path without it");
		// The same behind a link of one's own.
		Path own = Files.createSymbolicLink(this.directory.resolve("own"), Path.of("shared", "link"));
		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> Sockets.bind(new DuctAddress.Unix(own.resolve("a.sock")), BACKLOG))
			.withMessageContaining(link + " is a symbolic link");
	}

	@Test
	void linkOnTheWayWhenItLeadsToItselfThenSaysSo() throws Exception {
		Path loop = Files.createSymbolicLink(this.directory.resolve("loop"), Path.of("loop"));

		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> Sockets.bind(new DuctAddress.Unix(loop.resolve("a.sock")), BACKLOG))
			.withMessageContaining("one of more than 40 symbolic links");
	}

	@Test
	void closeWhenAKilledProcessHadMadeTheDirectoryThenRemovesIt() throws Exception {
		Path made = this.directory.resolve("made");
		DuctAddress.Unix address = new DuctAddress.Unix(made.resolve("a.sock"));
		try (ByteListener killed = Sockets.bind(address, BACKLOG)) {
			byte[] note = Files.readAllBytes(made.resolve("a.sock.lock"));
			killed.close();
			Files.createDirectory(made, PosixModes.ownerEnters(made));
			Sockets.leaveBehind(address.path());
			Files.write(made.resolve("a.sock.lock"), note);
		}

		Sockets.bind(address, BACKLOG).close();
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
