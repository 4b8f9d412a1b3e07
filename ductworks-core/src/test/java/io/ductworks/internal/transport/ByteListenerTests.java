package io.ductworks.internal.transport;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

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
class ByteListenerTests {

	private static final int BACKLOG = 8;

	@TempDir
	private Path directory;

	// All transports

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp", "inproc" })
	void acceptWhenChildConnectedThenBytesGoBothWays(String transport) throws Exception {
		try (ByteListener listener = Sockets.bind(address(transport), BACKLOG);
				ByteConnection child = Sockets.connect(listener.address());
				ByteConnection parent = Sockets.accept(listener)) {
			assertThat(parent.read(ByteBuffer.allocate(1))).as("nothing there yet").isZero();

			Sockets.transfer(child, parent, "to the parent");
			Sockets.transfer(parent, child, "to the child");

			child.close();
			Sockets.awaitReadable(parent);
			assertThat(parent.read(ByteBuffer.allocate(1))).isEqualTo(-1);
		}
	}

	@Test
	void remoteAddressWhenConnectionsAreOfTcpThenIsTheSocketOfTheOtherEndAlsoAfterTheEnd() throws Exception {
		try (ByteListener listener = Sockets.bind(address("tcp"), BACKLOG);
				ByteConnection child = Sockets.connect(listener.address());
				ByteConnection parent = Sockets.accept(listener)) {
			SocketAddress ofChild = ((SocketChannel) child.readable()).getLocalAddress();
			child.close();
			parent.close();

			assertThat(parent.remoteAddress()).isEqualTo(ofChild);
			assertThat(child.remoteAddress()).isInstanceOfSatisfying(InetSocketAddress.class, (address) -> {
				assertThat(address.getAddress().isLoopbackAddress()).isTrue();
				assertThat(address.getPort()).isEqualTo(((DuctAddress.Tcp) listener.address()).port());
			});
		}
	}

	@Test
	void remoteAddressWhenConnectionsAreOfUnixThenIsThePathOfTheParentAndUnnamedForTheChild() throws Exception {
		try (ByteListener listener = Sockets.bind(address("unix"), BACKLOG);
				ByteConnection child = Sockets.connect(listener.address());
				ByteConnection parent = Sockets.accept(listener)) {
			child.close();
			parent.close();

			assertThat(child.remoteAddress())
				.isEqualTo(UnixDomainSocketAddress.of(((DuctAddress.Unix) listener.address()).path()));
			assertThat(parent.remoteAddress()).isEqualTo(UnixDomainSocketAddress.of(""));
		}
	}

	@Test
	void remoteAddressWhenConnectionsAreInprocThenIsNotThere() throws Exception {
		try (ByteListener listener = Sockets.bind(address("inproc"), BACKLOG);
				ByteConnection child = Sockets.connect(listener.address());
				ByteConnection parent = Sockets.accept(listener)) {
			assertThat(child.remoteAddress()).isNull();
			assertThat(parent.remoteAddress()).isNull();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp", "inproc" })
	void connectWhenNobodyAcceptsYetThenQueuesWithItsBytes(String transport) throws Exception {
		try (ByteListener listener = Sockets.bind(address(transport), BACKLOG)) {
			for (int i = 0; i < 3; i++) {
				ByteConnection child = Sockets.connect(listener.address());
				child.write(ByteBuffer.wrap(new byte[] { (byte) i }));
				child.close();
			}
			for (int i = 0; i < 3; i++) {
				try (ByteConnection parent = Sockets.accept(listener)) {
					Sockets.awaitReadable(parent);
					ByteBuffer read = ByteBuffer.allocate(2);
					assertThat(parent.read(read)).isEqualTo(1);
					assertThat(read.get(0)).isEqualTo((byte) i);
				}
			}
			assertThat(listener.accept()).isNull();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp", "inproc" })
	void acceptableWhenNobodyConnectsThenIsNotReady(String transport) throws Exception {
		try (ByteListener listener = Sockets.bind(address(transport), BACKLOG); Selector selector = Selector.open()) {
			listener.acceptable().register(selector, listener.acceptOperation());
			assertThat(selector.selectNow()).isZero();

			try (ByteConnection child = Sockets.connect(listener.address())) {
				assertThat(selector.select(10_000)).isEqualTo(1);
				selector.selectedKeys().clear();
				Sockets.accept(listener).close();
				assertThat(selector.selectNow()).as("nobody else waits").isZero();
				assertThat(child.readable().isOpen()).isTrue();
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp", "inproc" })
	void connectWhenListenerIsClosedThenIsRefused(String transport) throws Exception {
		ByteListener listener = Sockets.bind(address(transport), BACKLOG);
		listener.close();

		assertThatIOException().isThrownBy(() -> Sockets.connect(listener.address()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp", "inproc" })
	void bindWhenListenerIsClosedThenTheAddressIsFreeAgain(String transport) throws Exception {
		ByteListener first = Sockets.bind(address(transport), BACKLOG);
		first.close();

		try (ByteListener second = Sockets.bind(first.address(), BACKLOG);
				ByteConnection child = Sockets.connect(second.address());
				ByteConnection parent = Sockets.accept(second)) {
			assertThat(second.address()).isEqualTo(first.address());
			Sockets.transfer(child, parent, "again");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp", "inproc" })
	void bindWhenAddressIsInUseThenSaysSoAndLeavesTheOwnerAlone(String transport) throws Exception {
		try (ByteListener listener = Sockets.bind(address(transport), BACKLOG)) {
			assertThatExceptionOfType(BindException.class).isThrownBy(() -> Sockets.bind(listener.address(), BACKLOG))
				.withMessageContaining("Address already in use");

			// Looking whether a socket file is served connects to it.
			ByteConnection probe = listener.accept();
			if (probe != null) {
				probe.close();
			}
			try (ByteConnection child = Sockets.connect(listener.address());
					ByteConnection parent = Sockets.accept(listener)) {
				Sockets.transfer(child, parent, "still served");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp", "inproc" })
	void closeWhenCalledTwiceThenDoesNothingMore(String transport) throws Exception {
		ByteListener listener = Sockets.bind(address(transport), BACKLOG);
		listener.close();
		try (ByteListener successor = Sockets.bind(listener.address(), BACKLOG)) {
			listener.close();

			try (ByteConnection child = Sockets.connect(successor.address());
					ByteConnection parent = Sockets.accept(successor)) {
				Sockets.transfer(child, parent, "the successor's");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp", "inproc" })
	void closeWhenChildrenWaitThenTheyFindTheEnd(String transport) throws Exception {
		ByteListener listener = Sockets.bind(address(transport), BACKLOG);
		try (ByteConnection child = Sockets.connect(listener.address())) {
			listener.close();

			Sockets.awaitReadable(child);
			try {
				assertThat(child.read(ByteBuffer.allocate(1))).isEqualTo(-1);
			}
			catch (IOException ex) {
				assertThat(ex).as("TCP resets what was never accepted").hasMessageContaining("reset");
			}
		}
	}

	// TCP

	@Test
	void bindWhenPortIsZeroThenAddressHasTheRealOne() throws Exception {
		try (ByteListener listener = Sockets.bind(new DuctAddress.Tcp("127.0.0.1", 0), BACKLOG)) {
			DuctAddress.Tcp address = (DuctAddress.Tcp) listener.address();

			assertThat(address.host()).isEqualTo("127.0.0.1");
			assertThat(address.port()).isPositive();
			Sockets.connect(address).close();
		}
	}

	@Test
	void l1BindWhenPortBelongsToAnotherProgramThenSaysThatItIsInUse() throws Exception {
		try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
			DuctAddress address = new DuctAddress.Tcp("127.0.0.1", other.getLocalPort());

			assertThatExceptionOfType(BindException.class).isThrownBy(() -> Sockets.bind(address, BACKLOG))
				.withMessageContaining("Address already in use");
		}
	}

	@Test
	void bindWhenHostDoesNotResolveThenNamesIt() {
		assertThatExceptionOfType(UnknownHostException.class)
			.isThrownBy(() -> Sockets.bind(new DuctAddress.Tcp("ductworks.invalid", 0), BACKLOG))
			.withMessage("host 'ductworks.invalid' does not resolve");
	}

	@Test
	void bindWhenOnlyLoopbackIsAllowedThenAnAddressThatOthersReachIsRefused() {
		for (String host : new String[] { "0.0.0.0", "192.0.2.1", "::" }) {
			assertThatExceptionOfType(BindException.class)
				.isThrownBy(() -> Binder.bind(new DuctAddress.Tcp(host, 0), BACKLOG, SocketFileMode.ownerOnly(), true))
				.withMessageContainingAll("other machines would reach it there", "ssl.bundle", "allow-plaintext: true");
		}
	}

	@Test
	void bindWhenHostResolvesToAnotherAddressNextTimeThenWhatWasJudgedIsBound() throws Exception {
		Deque<String> answers = new ArrayDeque<>(List.of("127.0.0.1", "0.0.0.0"));
		DuctAddress.Tcp address = new DuctAddress.Tcp("changing.example", 0);

		try (ByteListener listener = SocketListener.bind(address, BACKLOG, true,
				(host) -> InetAddress.getAllByName(answers.remove()))) {
			ServerSocketChannel channel = (ServerSocketChannel) listener.acceptable();

			assertThat(((InetSocketAddress) channel.getLocalAddress()).getAddress())
				.isEqualTo(InetAddress.getByName("127.0.0.1"));
			assertThat(answers).containsExactly("0.0.0.0");
			assertThat(((DuctAddress.Tcp) listener.address()).host()).isEqualTo("changing.example");
		}
	}

	@Test
	void n11BindWhenLocalhostIsOfIpv6AloneThenListensWhereIpv4FindsIt() throws Exception {
		try (ByteListener listener = SocketListener.bind(new DuctAddress.Tcp("localhost", 0), BACKLOG, true,
				(host) -> InetAddress.getAllByName("::1"))) {
			int port = ((DuctAddress.Tcp) listener.address()).port();

			Sockets.connect(new DuctAddress.Tcp("127.0.0.1", port)).close();
			Sockets.connect(listener.address()).close();
		}
	}

	@Test
	void peerWhenTransportIsTcpOrInprocThenIsNotKnown() throws Exception {
		for (String transport : new String[] { "tcp", "inproc" }) {
			try (ByteListener listener = Sockets.bind(address(transport), BACKLOG);
					ByteConnection child = Sockets.connect(listener.address());
					ByteConnection parent = Sockets.accept(listener)) {
				assertThat(child.peer()).isNull();
				assertThat(parent.peer()).isNull();
			}
		}
	}

	@Test
	void peerWhenTransportIsUnixThenIsTheUserOfTheOtherEnd() throws Exception {
		try (ByteListener listener = Sockets.bind(address("unix"), BACKLOG);
				ByteConnection child = Sockets.connect(listener.address());
				ByteConnection parent = Sockets.accept(listener)) {
			assertThat(parent.peer()).isEqualTo(Files.getOwner(this.directory));
			assertThat(child.peer()).isEqualTo(Files.getOwner(this.directory));
		}
	}

	// One child, not the listener

	@Test
	void acceptWhenTheChildsSocketCannotBeSetUpThenSaysSoAndClosesIt() throws Exception {
		FakeSockets.Child lost = new FakeSockets.Child();
		FakeSockets.Server server = new FakeSockets.Server(() -> lost);
		try (ByteListener listener = new SocketListener(server, new DuctAddress.Tcp("localhost", 1), null)) {
			assertThatExceptionOfType(ChildLostException.class).isThrownBy(listener::accept)
				.withMessage("a child was lost while it was accepted: " + FakeSockets.Child.FAILURE)
				.withCauseInstanceOf(SocketException.class);

			assertThat(lost.isOpen()).isFalse();
			assertThat(server.isOpen()).isTrue();
		}
	}

	@Test
	void acceptWhenTheChildsPathCannotBeReadThenSaysSo() throws Exception {
		FakeSockets.Server server = new FakeSockets.Server(() -> {
			throw new InvalidPathException("??", "Malformed input");
		});
		try (ByteListener listener = new SocketListener(server, new DuctAddress.Tcp("localhost", 1), null)) {
			assertThatExceptionOfType(ChildLostException.class).isThrownBy(listener::accept)
				.withCauseInstanceOf(InvalidPathException.class);
		}
	}

	@Test
	void acceptWhenTheListenerFailsThenDoesNotBlameAChild() throws Exception {
		FakeSockets.Server server = new FakeSockets.Server(() -> {
			throw new IOException("Too many open files");
		});
		try (ByteListener listener = new SocketListener(server, new DuctAddress.Tcp("localhost", 1), null)) {
			assertThatIOException().isThrownBy(listener::accept)
				.withMessage("Too many open files")
				.isNotInstanceOf(ChildLostException.class);
		}
	}

	// In-process

	@Test
	void connectWhenInprocBacklogIsFullThenIsRefusedUntilOneIsAccepted() throws Exception {
		DuctAddress address = new DuctAddress.Inproc("full");
		try (ByteListener listener = Sockets.bind(address, 2);
				ByteConnection first = Sockets.connect(address);
				ByteConnection second = Sockets.connect(address)) {
			assertThatIOException().isThrownBy(() -> Sockets.connect(address))
				.withMessage("Connection refused: inproc:full has 2 connections waiting");

			try (ByteConnection parent = Sockets.accept(listener); ByteConnection third = Sockets.connect(address)) {
				Sockets.transfer(first, parent, "first come, first served");
				assertThat(third.readable().isOpen()).isTrue();
			}
			assertThat(second.readable().isOpen()).isTrue();
		}
	}

	@Test
	void connectWhenNobodyHasTheInprocNameThenIsRefused() {
		assertThatIOException().isThrownBy(() -> Sockets.connect(new DuctAddress.Inproc("nobody")))
			.withMessage("Connection refused: nobody listens at inproc:nobody");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void l14ConnectWhenThereIsNoSecondPipeThenTheFirstIsClosed(boolean memoryEnds) throws Exception {
		DuctAddress.Inproc address = new DuctAddress.Inproc("one-pipe");
		List<Pipe> opened = new ArrayList<>();
		try (ByteListener listener = Sockets.bind(address, BACKLOG)) {
			assertThatExceptionOfType(memoryEnds ? OutOfMemoryError.class : IOException.class)
				.isThrownBy(() -> InprocListener.connect(address, () -> {
					if (opened.isEmpty()) {
						opened.add(Pipe.open());
						return opened.get(0);
					}
					if (memoryEnds) {
						throw new OutOfMemoryError();
					}
					throw new IOException("Too many open files");
				}));

			assertThat(listener.accept()).isNull();
		}
		assertThat(opened).singleElement().satisfies((pipe) -> {
			assertThat(pipe.source().isOpen()).isFalse();
			assertThat(pipe.sink().isOpen()).isFalse();
		});
	}

	private DuctAddress address(String transport) {
		return switch (transport) {
			case "unix" -> new DuctAddress.Unix(this.directory.resolve("duct.sock"));
			case "tcp" -> new DuctAddress.Tcp("localhost", 0);
			default -> new DuctAddress.Inproc("listener-tests");
		};
	}

}
