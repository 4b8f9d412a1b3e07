package io.ductworks.internal.transport;

import java.io.IOException;
import java.net.BindException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

import io.ductworks.NothingLeftBehind;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@ExtendWith(NothingLeftBehind.class)
@Timeout(30)
class SocketFileTests {

	private static final int BACKLOG = 8;

	@TempDir
	private Path directory;

	@Test
	void closeWhenSocketFileIsOursThenRemovesIt() throws Exception {
		DuctAddress.Unix address = unix("a.sock");
		ByteListener listener = Sockets.bind(address, BACKLOG);
		assertThat(Files.exists(address.path())).isTrue();

		listener.close();

		assertThat(Files.exists(address.path(), LinkOption.NOFOLLOW_LINKS)).isFalse();
		assertThat(this.directory).as("not made by the listener").exists();
	}

	@Test
	void l2BindWhenSocketFileIsStaleThenReplacesIt() throws Exception {
		DuctAddress.Unix address = unix("stale.sock");
		Sockets.leaveBehind(address.path());

		try (ByteListener listener = Sockets.bind(address, BACKLOG);
				ByteConnection child = Sockets.connect(address);
				ByteConnection parent = Sockets.accept(listener)) {
			Sockets.transfer(child, parent, "alive");
		}
		assertThat(Files.exists(address.path())).isFalse();
	}

	@Test
	void bindWhenSocketFileIsServedThenSaysSo() throws Exception {
		DuctAddress.Unix address = unix("live.sock");
		try (ByteListener listener = Sockets.bind(address, BACKLOG)) {
			assertThatExceptionOfType(BindException.class).isThrownBy(() -> Sockets.bind(address, BACKLOG))
				.withMessage("Address already in use: " + address.path() + " is served by a running process");
			assertThat(listener.acceptable().isOpen()).isTrue();
			assertThat(Files.exists(address.path())).isTrue();
		}
	}

	@Test
	void bindWhenSocketFileIsServedByABusyParentThenSaysSo() throws Exception {
		DuctAddress.Unix address = unix("busy.sock");
		try (ByteListener listener = Sockets.bind(address, 1);
				ByteConnection first = Sockets.connect(address);
				ByteConnection second = Sockets.connect(address)) {
			assertThatIOException().as("the backlog is full").isThrownBy(() -> Sockets.connect(address));

			assertThatExceptionOfType(BindException.class).isThrownBy(() -> Sockets.bind(address, BACKLOG))
				.withMessageContaining("is served by a running process");
			assertThat(Files.exists(address.path())).isTrue();
			Sockets.accept(listener).close();
			Sockets.accept(listener).close();
			assertThat(first.peer()).isEqualTo(second.peer());
		}
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "regular file", "directory", "symbolic link", "dangling link", "link to a socket", "pipe" })
	void l6BindWhenSomethingElseIsInPlaceThenNeverRemovesIt(String kind) throws Exception {
		DuctAddress.Unix address = unix("other");
		Path path = address.path();
		switch (kind) {
			case "regular file" -> Files.writeString(path, "precious");
			case "directory" -> Files.createDirectory(path);
			case "symbolic link" -> Files.createSymbolicLink(path, Files.createFile(this.directory.resolve("target")));
			case "dangling link" -> Files.createSymbolicLink(path, this.directory.resolve("nowhere"));
			case "link to a socket" -> {
				Sockets.leaveBehind(this.directory.resolve("target"));
				Files.createSymbolicLink(path, this.directory.resolve("target"));
			}
			default -> Sockets.makePipe(path);
		}
		Object key = key(path);

		assertThatExceptionOfType(BindException.class).isThrownBy(() -> Sockets.bind(address, BACKLOG))
			.withMessage(path + " exists and is no socket; remove it or choose another path");
		assertThat(key(path)).isEqualTo(key);
	}

	@Test
	void l4CloseWhenFileWasReplacedThenLeavesTheOther() throws Exception {
		DuctAddress.Unix address = unix("replaced.sock");
		ByteListener listener = Sockets.bind(address, BACKLOG);
		assertThat(listener.isInPlace()).isTrue();
		Files.delete(address.path());
		Sockets.leaveBehind(address.path());
		Object key = key(address.path());
		assertThat(listener.isInPlace()).isFalse();

		listener.close();

		assertThat(key(address.path())).isEqualTo(key);
	}

	@Test
	void l9FileWhenBoundThenIsForItsOwnerAloneAndNothingElseIsLeftBesideIt() throws Exception {
		DuctAddress.Unix address = unix("mode.sock");
		try (ByteListener listener = Sockets.bind(address, BACKLOG)) {
			assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(address.path())))
				.isEqualTo("rw-------");
			assertThat(listener.isInPlace()).isTrue();
			try (Stream<Path> files = Files.list(this.directory)) {
				assertThat(files.map((file) -> file.getFileName().toString())).containsExactlyInAnyOrder("mode.sock",
						"mode.sock.lock");
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "0660, rw-rw----", "0777, rwxrwxrwx", "rw-rw-rw-, rw-rw-rw-", "0600, rw-------" })
	void l9FileWhenPermissionsAreGivenThenHasThemWhateverTheUmask(String permissions, String expected)
			throws Exception {
		DuctAddress.Unix address = unix("given.sock");
		SocketFileMode mode = SocketFileMode.ownerOnly().withPermissions(permissions);
		try (ByteListener listener = Binder.bind(address, BACKLOG, mode, false)) {
			assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(address.path())))
				.isEqualTo(expected);
			assertThat(listener.isInPlace()).isTrue();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "432", "660", "0888", "rw", "" })
	void permissionsWhenTheyAreNoneThenSaysHowToWriteThem(String permissions) {
		assertThatIllegalArgumentException().isThrownBy(() -> SocketFileMode.ownerOnly().withPermissions(permissions))
			.withMessageContaining("write them as in 0660 or as in rw-rw----");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void l9FileWhenItsGroupDoesNotExistThenSaysSoAndLeavesNothing(boolean directoryExists) throws Exception {
		Path sub = this.directory.resolve("sub");
		if (directoryExists) {
			Files.createDirectory(sub);
		}
		DuctAddress.Unix address = new DuctAddress.Unix(sub.resolve("group.sock"));
		SocketFileMode mode = SocketFileMode.ownerOnly().withGroup("no-such-group");

		assertThatIllegalArgumentException().isThrownBy(() -> Binder.bind(address, BACKLOG, mode, false))
			.withMessageContaining("has no group 'no-such-group'");
		assertThat(address.path()).doesNotExist();
		assertThat(Files.exists(sub)).as("the directory").isEqualTo(directoryExists);
	}

	@ParameterizedTest
	@ValueSource(strings = { "regular file", "directory" })
	void l6ConnectWhenPathIsNoSocketThenSaysWhatItIs(String kind) throws Exception {
		Path path = this.directory.resolve("other");
		if (kind.equals("directory")) {
			Files.createDirectory(path);
		}
		else {
			Files.createFile(path);
		}

		assertThatIOException().isThrownBy(() -> Sockets.connect(new DuctAddress.Unix(path)))
			.withMessage("Connection refused: " + path + " is a " + kind + ", no socket");
	}

	@Test
	void closeWhenFileWasDeletedThenDoesNotMind() throws Exception {
		DuctAddress.Unix address = unix("deleted.sock");
		ByteListener listener = Sockets.bind(address, BACKLOG);
		Files.delete(address.path());

		listener.close();

		assertThat(listener.acceptable().isOpen()).isFalse();
	}

	@Test
	void closeWhenFileCannotBeLookedAtThenTheSocketIsClosedAllTheSame() throws Exception {
		Path parent = this.directory.resolve("sub");
		ByteListener listener = Sockets.bind(new DuctAddress.Unix(parent.resolve("a.sock")), BACKLOG);
		Files.delete(parent.resolve("a.sock"));
		Files.delete(parent.resolve("a.sock.lock"));
		Files.delete(parent);
		Files.createFile(parent);

		try {
			listener.close();
		}
		catch (FileSystemException ex) {
			assertThat(ex).as("later JDKs tell that there is no such file").hasMessageContaining("Not a directory");
		}
		assertThat(listener.acceptable().isOpen()).isFalse();
		assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(listener::accept);
		assertThat(parent).as("not ours").isRegularFile();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void bindWhenMemoryEndsMidwayThenLeavesNothingAndThePathIsFree(boolean directoryExists) throws Exception {
		Path sub = this.directory.resolve("sub");
		if (directoryExists) {
			Files.createDirectory(sub);
		}
		Path path = sub.resolve("a.sock");

		assertThatExceptionOfType(OutOfMemoryError.class)
			.isThrownBy(() -> Sockets.bind(new DuctAddress.Unix(Sockets.withoutMemory(path)), BACKLOG));
		assertThat(Files.exists(sub)).as("the directory").isEqualTo(directoryExists);
		Sockets.bind(new DuctAddress.Unix(path), BACKLOG).close();
	}

	@Test
	void bindWhenMemoryEndsAndCleaningUpFailsThenSaysBoth() throws Exception {
		Path sub = this.directory.resolve("sub");
		Path path = sub.resolve("a.sock");
		Path lockFile = sub.resolve("a.sock.lock");
		Path inTheWay = Sockets.withoutMemory(path, () -> {
			Files.delete(lockFile);
			Files.createDirectories(lockFile.resolve("other"));
		});

		assertThatExceptionOfType(OutOfMemoryError.class)
			.isThrownBy(() -> Sockets.bind(new DuctAddress.Unix(inTheWay), BACKLOG))
			.satisfies((ex) -> assertThat(ex.getSuppressed()).singleElement()
				.isInstanceOf(DirectoryNotEmptyException.class));
	}

	@Test
	void bindWhenPathHas106BytesThenIsBoundAndReached() throws Exception {
		String prefix = this.directory + "/";
		DuctAddress.Unix address = unix("a".repeat(106 - prefix.length()));

		try (ByteListener listener = Sockets.bind(address, BACKLOG);
				ByteConnection child = Sockets.connect(address);
				ByteConnection parent = Sockets.accept(listener)) {
			Sockets.transfer(child, parent, "long");
		}
	}

	private DuctAddress.Unix unix(String name) {
		return new DuctAddress.Unix(this.directory.resolve(name));
	}

	private static Object key(Path path) throws IOException {
		return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
	}

}
