package io.ductworks.internal.transport;

import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

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

@ExtendWith(NothingLeftBehind.class)
@Timeout(30)
class StagingTests {

	private static final int BACKLOG = 8;

	@TempDir
	private Path directory;

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void l8BindWhenPathInItsPrivateDirectoryIsTooLongThenSaysSoEachTime(boolean directoryExists) throws Exception {
		// Where the directory is missing there is none in it, but after a kill there
		// would be.
		DuctAddress.Unix address = new DuctAddress.Unix(directoryOfBytes(95).resolve("a"));
		if (directoryExists) {
			Files.createDirectory(address.path().getParent());
		}

		assertThatExceptionOfType(BindException.class).isThrownBy(() -> Sockets.bind(address, BACKLOG))
			.withMessageContaining(Staging.stagedPath(address.path()) + ", has 107 bytes")
			.withMessageContaining("takes 106; choose a directory with a shorter path");
		try (Stream<Path> left = Files.walk(this.directory)) {
			assertThat(left).hasSize(directoryExists ? 2 : 1);
		}
	}

	@Test
	void l8BindWhenPathInItsPrivateDirectoryJustFitsThenListens() throws Exception {
		DuctAddress.Unix address = new DuctAddress.Unix(Files.createDirectory(directoryOfBytes(94)).resolve("a"));

		try (ByteListener listener = Sockets.bind(address, BACKLOG); ByteConnection child = Sockets.connect(address)) {
			Sockets.accept(listener).close();
			assertThat(child.peer()).isNotNull();
		}
	}

	private Path directoryOfBytes(int bytes) {
		return this.directory.resolve("d".repeat(bytes - this.directory.toString().length() - 1));
	}

	@Test
	void i14StagedPathWhenNamesHaveOneHashCodeThenIsAnotherForEach() {
		assertThat("Aa.sock").hasSameHashCodeAs("BB.sock");

		assertThat(Staging.stagedPath(unix("Aa.sock").path())).isNotEqualTo(Staging.stagedPath(unix("BB.sock").path()))
			.isEqualTo(Staging.stagedPath(unix("Aa.sock").path()));
	}

	@Test
	void c14BindWhenAKilledProcessLeftItsPrivateDirectoryThenRemovesIt() throws Exception {
		DuctAddress.Unix address = unix("killed.sock");
		Path staged = Staging.stagedPath(address.path());
		Files.createDirectory(staged.getParent());
		Sockets.leaveBehind(staged);
		Files.createFile(this.directory.resolve("killed.sock.lock"));

		try (ByteListener listener = Sockets.bind(address, BACKLOG); ByteConnection child = Sockets.connect(address)) {
			assertThat(staged.getParent()).doesNotExist();
			Sockets.accept(listener).close();
			assertThat(child.peer()).isNotNull();
		}
	}

	private DuctAddress.Unix unix(String name) {
		return new DuctAddress.Unix(this.directory.resolve(name));
	}

}
