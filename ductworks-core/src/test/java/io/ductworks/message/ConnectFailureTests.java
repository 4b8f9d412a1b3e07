package io.ductworks.message;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;

import io.ductworks.CommunicationFaultException;
import io.ductworks.NotConnectedException;
import io.ductworks.NothingLeftBehind;
import io.ductworks.internal.transport.NobodyListensException;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a child that cannot connect says: of its failures the one that tells most.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class ConnectFailureTests implements DuctFixture {

	@Override
	public DuctAddress address() {
		return new DuctAddress.Tcp("localhost", 0);
	}

	private static ServerSocketChannel server() throws IOException {
		return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
	}

	private static MessageDuctChild.Builder childOf(ServerSocketChannel server) {
		return MessageDuctChild.builder()
			.address("tcp://127.0.0.1:" + server.socket().getLocalPort())
			.connectTimeout(Duration.ofMillis(500));
	}

	/**
	 * A child that refuses whoever it finds.
	 */
	private static MessageDuctChild.Builder distrusting(ServerSocketChannel server) {
		return childOf(server).ssl(() -> {
			throw new IllegalStateException("not to be trusted");
		}, new SSLParameters());
	}

	private static DuctObserver onFirstFailure(ServerSocketChannel server) {
		return new DuctObserver() {

			@Override
			public void connectFailed(MessageDuct duct, Exception failure) {
				try {
					server.close();
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			}

		};
	}

	@Test
	void connectWhenTheParentIsNotTrustedThenSaysSo() throws Exception {
		try (ServerSocketChannel server = server(); MessageDuctChild child = distrusting(server).build()) {
			assertThatExceptionOfType(CommunicationFaultException.class).isThrownBy(child::connect)
				.withMessageContaining("not to be trusted")
				.withMessageNotContaining("does the parent listen there?");
		}
	}

	@Test
	void b8ConnectWhenTheParentIsGoneAfterItWasNotTrustedThenThatIsStillTold() throws Exception {
		try (ServerSocketChannel server = server();
				MessageDuctChild child = distrusting(server).observer(onFirstFailure(server)).build()) {
			assertThatExceptionOfType(CommunicationFaultException.class).isThrownBy(child::connect)
				.withMessageContaining("not to be trusted");
			assertThat(child.statistics().connectsFailed()).isGreaterThan(1);
		}
	}

	@Test
	void connectWhenNobodyListensThenSaysSo() throws Exception {
		try (ServerSocketChannel server = server(); MessageDuctChild child = childOf(server).build()) {
			server.close();
			assertThatExceptionOfType(CommunicationFaultException.class).isThrownBy(child::connect)
				.withMessageContaining("Connection refused: nobody listens at")
				.withMessageContaining("does the parent listen there?");
		}
	}

	@Test
	void b8ConnectWhenThePeerDoesNotSpeakTlsThenNoAttemptIsMadeWithoutTime() throws Exception {
		SSLContext context = SSLContext.getDefault();
		try (ServerSocketChannel silent = server();
				MessageDuctChild child = childOf(silent).ssl(() -> context, new SSLParameters()).build()) {
			assertThatExceptionOfType(CommunicationFaultException.class).isThrownBy(child::connect)
				.withMessageContaining("tried 1 times")
				.withMessageContaining("the TLS handshake did not end within")
				.withMessageNotContaining(" within 0 ms");
		}
	}

	@Test
	void tellingWhenFailuresAreOfAllKindsThenTheLastThatSaysMost() {
		IOException untrusted = new SSLHandshakeException("unable to find valid certification path");
		IOException refused = new NobodyListensException("Connection refused", null);
		IOException late = new SocketTimeoutException("no answer");
		ConnectFailures failures = new ConnectFailures();
		failures.add(late, 1);
		assertThat(failures.telling()).isSameAs(late);
		failures.add(refused, 1);
		assertThat(failures.telling()).isSameAs(refused);
		failures.add(late, 1);
		assertThat(failures.telling()).isSameAs(refused);
		failures.add(late, TimeUnit.SECONDS.toNanos(2));
		assertThat(failures.telling()).isSameAs(late);
		failures.add(untrusted, 1);
		failures.add(late, TimeUnit.SECONDS.toNanos(2));
		failures.add(refused, TimeUnit.SECONDS.toNanos(2));
		assertThat(failures.telling()).isSameAs(untrusted);
		assertThat(failures.text(TimeUnit.SECONDS.toNanos(9)))
			.isEqualTo("tried 7 times in 9000 ms: " + untrusted.getMessage());
	}

	@Test
	void connectWhenTheHostDoesNotResolveThenSaysSo() {
		try (MessageDuctChild child = MessageDuctChild.builder()
			.address("tcp://ductworks.invalid:1")
			.connectTimeout(Duration.ofMillis(50))
			.build()) {
			assertThatExceptionOfType(CommunicationFaultException.class).isThrownBy(child::connect)
				.withMessageContaining("host 'ductworks.invalid' does not resolve")
				.withCauseInstanceOf(UnknownHostException.class);
		}
	}

	@Test
	void sendWhenNeverConnectedThenTellsTheLastFailureAndNoEnd() {
		try (MessageDuctChild child = MessageDuctChild.builder()
			.address(new DuctAddress.Inproc("connect-failure-tests-nobody"))
			.build()) {
			assertThatExceptionOfType(CommunicationFaultException.class).isThrownBy(child::connectOnce);

			assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> child.send(1))
				.withMessageContaining("connect() makes")
				.withMessageContaining("nobody listens")
				.withMessageNotContaining("has ended");
		}
	}

	@Test
	void sendWhenNeverOpenedThenFailsAtOnceThoughItsDuctWaits() {
		MessageDuctChild child = MessageDuctChild.builder()
			.address(new DuctAddress.Inproc("connect-failure-tests-nobody"))
			.whenDisconnected(WhenDisconnected.WAIT)
			.timeout(SHORT)
			.build();
		assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> child.send(1))
			.withMessageContaining("not open yet; connect() opens it");
		assertThatExceptionOfType(NotConnectedException.class).isThrownBy(child::recv);
		assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> child.request(1, Object.class));
	}

}
