package io.ductworks.internal.transport;

import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.ductworks.NothingLeftBehind;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

@ExtendWith(NothingLeftBehind.class)
@Timeout(30)
class ListeningSocketsTests {

	@TempDir
	private Path directory;

	@Test
	void includeWhenListIsAsLinuxWritesItThenKnowsWhoListens() {
		ListeningSockets sockets = ListeningSockets
			.parse(List.of("Num       RefCount Protocol Flags    Type St Inode Path",
					"0000000000000000: 00000002 00000000 00010000 0001 01 31415 /run/shop/orders.sock",
					"0000000000000000: 00000003 00000000 00000000 0001 03 31416 /run/shop/connected.sock",
					"0000000000000000: 00000003 00000000 00000000 0001 03 31417",
					"0000000000000000: 00000002 00000000 00010000 0001 01 31418 /run/two words.sock"));

		assertThat(sockets.include(List.of(Path.of("/run/other"), Path.of("/run/shop/orders.sock")))).isTrue();
		assertThat(sockets.include(List.of(Path.of("/run/two words.sock")))).isTrue();
		assertThat(sockets.include(List.of(Path.of("/run/shop/connected.sock")))).isFalse();
		assertThat(sockets.include(List.of(Path.of("/run/shop")))).isFalse();
	}

	@Test
	void i7BindWhenAProcessWithoutALockListensThenIsInUseAndItsPlaceIsNotTaken() throws Exception {
		assumeThat(Files.isReadable(Path.of("/proc/net/unix"))).as("the system lists sockets").isTrue();
		Path path = this.directory.resolve("original.sock");
		try (ServerSocketChannel original = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			original.bind(UnixDomainSocketAddress.of(path));
			original.configureBlocking(false);

			assertThatExceptionOfType(BindException.class).isThrownBy(() -> Sockets.bind(new DuctAddress.Unix(path), 1))
				.withMessageContaining("is served by a running process");
			assertThat(original.accept()).isNull();
		}
	}

	@Test
	void i7BindWhenTheLockFileOfAParentWasRemovedThenIsInUseAndItsPlaceIsNotTaken() throws Exception {
		assumeThat(Files.isReadable(Path.of("/proc/net/unix"))).as("the system lists sockets").isTrue();
		DuctAddress.Unix address = new DuctAddress.Unix(this.directory.resolve("a.sock"));
		try (ByteListener listener = Sockets.bind(address, 1)) {
			// As another process would find it: the lock of this one is on another file.
			ListeningSockets sockets = ListeningSockets.now();
			assertThat(sockets.include(List.of(Staging.stagedPath(address.path())))).isTrue();
			assertThat(listener.accept()).isNull();
		}
	}

}
