package io.ductworks.message;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

import io.ductworks.Awaiting;
import io.ductworks.CloseReason;
import io.ductworks.DuctInterruptedException;
import io.ductworks.NothingLeftBehind;
import io.ductworks.peer.DuctPeer;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * The contract over TCP.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class TcpDuctTests implements DuctContract, HandlingContract, OutgoingContract {

	@Override
	public Protocol protocol() {
		return Protocol.BARE;
	}

	@Override
	public DuctAddress address() {
		return new DuctAddress.Tcp("localhost", 0);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 4, 5, 6, 9 })
	void p1ConnectionWhenResetInsideAFrameThenThatIsDroppedAndOthersGoOn(int bytes) throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY)
			.handler((from, message) -> from.send(message.as(Object.class))));
				DuctPeer healthy = Peers.connect(parent.listenerAddress())) {
			DuctAddress.Tcp address = (DuctAddress.Tcp) parent.listenerAddress();
			try (Socket socket = new Socket(address.host(), address.port())) {
				socket.setSoLinger(true, 0);
				socket.getOutputStream().write(DuctPeer.frame("12345"), 0, bytes);
				Awaiting.soon().until(() -> parent.children().size() == 2);
			}

			Awaiting.soon().until(() -> parent.statistics().connectionsClosed(CloseReason.PEER_RESET) == 1);
			assertThat(parent.statistics().messagesReceived()).isZero();
			healthy.send("1");
			assertThat(healthy.receive()).isEqualTo("1");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "127.0.0.1", "[::1]" })
	void n11ChildWhenLocalhostHasTwoAddressesThenFindsTheParentAtEither(String host) throws Exception {
		InetAddress address = InetAddress.getByName(host);
		assumeThat(NetworkInterface.getByInetAddress(address)).as("the interface of " + host).isNotNull();
		boolean named = List.of(InetAddress.getAllByName("localhost")).contains(address);
		try (MessageDuctParent parent = MessageDuctParent.builder().address("tcp://" + host + ":0").build()) {
			parent.bind();
			int port = ((DuctAddress.Tcp) parent.listenerAddress()).port();
			try (MessageDuctChild child = MessageDuctChild.builder()
				.address("tcp://" + (named ? "localhost" : host) + ":" + port)
				.build()) {
				child.connectOnce();
				assertThat(child.isConnected()).isTrue();
				assertThat(parent.listen(SOON)).isTrue();
				parent.beginClosing();
			}
		}
	}

	@Test
	void pairWhenItCannotBeMadeThenNeitherEndIsLeftOpen() throws Exception {
		SSLContext tls = SSLContext.getDefault();
		Thread.currentThread().interrupt();

		assertThatExceptionOfType(DuctInterruptedException.class)
			.as("while the parent waits for a child that speaks TLS")
			.isThrownBy(() -> pair((parent) -> parent.ssl(() -> tls, new SSLParameters()), (child) -> child));
		assertThat(Thread.interrupted()).isTrue();
		assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
			.noneMatch((name) -> name.startsWith("duct-") && name.endsWith("-loop"));
	}

}
