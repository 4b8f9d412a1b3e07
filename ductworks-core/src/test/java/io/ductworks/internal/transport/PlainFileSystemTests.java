package io.ductworks.internal.transport;

import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.stream.Stream;

import io.ductworks.NothingLeftBehind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Socket files where files have no permissions.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(30)
class PlainFileSystemTests {

	private final PlainFileSystem system = new PlainFileSystem();

	@TempDir
	private Path directory;

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void claimWhenFilesHaveNoPermissionsThenTheSocketIsBoundAtItsPathAndRemoved(boolean directoryExists)
			throws Exception {
		Path sub = this.directory.resolve("sub");
		if (directoryExists) {
			Files.createDirectory(sub);
		}
		Path path = sub.resolve("a.sock");

		SocketFile file = SocketFile.claim(this.system.show(path), SocketFileMode.ownerOnly());
		try (ServerSocketChannel bound = bind(file.bindPath())) {
			file.publish();

			assertThat(bound.getLocalAddress()).isEqualTo(UnixDomainSocketAddress.of(path));
			assertThat(file.isInPlace()).isTrue();
			file.remove();
		}

		assertThat(Files.exists(path, LinkOption.NOFOLLOW_LINKS)).isFalse();
		assertThat(Files.exists(sub)).as("the directory").isEqualTo(directoryExists);
	}

	@Test
	void claimWhenASocketIsStaleThenRemovesIt() throws Exception {
		Path path = this.directory.resolve("stale.sock");
		Sockets.leaveBehind(path);

		SocketFile file = SocketFile.claim(this.system.show(path), SocketFileMode.ownerOnly());

		assertThat(Files.exists(path, LinkOption.NOFOLLOW_LINKS)).isFalse();
		file.remove();
	}

	@Test
	void claimWhenSomethingElseIsInPlaceThenLeavesIt() throws Exception {
		Path path = Files.createFile(this.directory.resolve("precious"));

		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> SocketFile.claim(this.system.show(path), SocketFileMode.ownerOnly()))
			.withMessage(path + " exists and is no socket; remove it or choose another path");
		assertThat(path).isRegularFile();
	}

	@Test
	void removeWhenFileWasReplacedThenLeavesTheOther() throws Exception {
		Path path = this.directory.resolve("replaced.sock");
		SocketFile file = SocketFile.claim(this.system.show(path), SocketFileMode.ownerOnly());
		try (ServerSocketChannel bound = bind(file.bindPath())) {
			file.publish();
			FileTime created = creationTime(path);
			do {
				Files.delete(path);
				Files.createFile(path);
			}
			while (creationTime(path).equals(created));

			assertThat(bound.isOpen()).isTrue();
			assertThat(file.isInPlace()).isFalse();
			file.remove();
		}

		assertThat(path).isRegularFile();
	}

	@Test
	void claimWhenPermissionsOrAGroupAreWantedThenSaysThatThereAreNone() throws Exception {
		Path path = this.system.show(this.directory.resolve("a.sock"));

		for (SocketFileMode mode : new SocketFileMode[] { SocketFileMode.ownerOnly().withPermissions("0660"),
				SocketFileMode.ownerOnly().withGroup("0") }) {
			assertThatExceptionOfType(BindException.class).isThrownBy(() -> SocketFile.claim(path, mode))
				.withMessageStartingWith("this system knows neither permissions nor groups of files");
		}
		try (Stream<Path> left = Files.list(this.directory)) {
			assertThat(left).isEmpty();
		}
	}

	private static ServerSocketChannel bind(Path path) throws IOException {
		return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path.toString()));
	}

	private static FileTime creationTime(Path path) throws IOException {
		return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).creationTime();
	}

}
