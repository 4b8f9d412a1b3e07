package io.ductworks.message;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;

import javax.net.ssl.SSLParameters;

import io.ductworks.Caller;
import io.ductworks.CommunicationFaultException;
import io.ductworks.DuctInterruptedException;
import io.ductworks.Gate;
import io.ductworks.NothingLeftBehind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Threads that connect a child at the same time.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class ConnectTests {

	/**
	 * A child whose attempt to connect takes until a gate opens, and then fails.
	 */
	private static MessageDuctChild child(ServerSocketChannel server, Gate gate, Duration timeout) {
		return MessageDuctChild.builder()
			.address("tcp://127.0.0.1:" + server.socket().getLocalPort())
			.connectTimeout(timeout)
			.ssl(() -> {
				gate.asTask().run();
				throw new IllegalStateException("expected by the test");
			}, new SSLParameters())
			.build();
	}

	private static ServerSocketChannel server() throws Exception {
		return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
	}

	@Test
	void connectOnceWhenInterruptedBehindAnotherAttemptThenEndsWhileThatGoesOn() throws Exception {
		try (ServerSocketChannel server = server();
				Gate gate = new Gate();
				MessageDuctChild child = child(server, gate, Duration.ofSeconds(10))) {
			Caller<Void> first = Caller.running(child::connectOnce);
			gate.awaitVisitor();
			Caller<Void> second = Caller.running(child::connectOnce).awaitWaiting();
			second.interrupt();

			assertThat(second.failure()).isInstanceOf(DuctInterruptedException.class);
			assertThat(second.interruptedAtEnd()).isTrue();
			assertThat(first.isDone()).isFalse();
			gate.open();
			assertThat(first.failure()).isInstanceOf(CommunicationFaultException.class);
		}
	}

	@Test
	void connectWhenInterruptedBehindAnotherAttemptThenEndsWhileThatGoesOn() throws Exception {
		try (ServerSocketChannel server = server();
				Gate gate = new Gate();
				MessageDuctChild child = child(server, gate, Duration.ofSeconds(10))) {
			Caller<Void> first = Caller.running(child::connectOnce);
			gate.awaitVisitor();
			Caller<Void> second = Caller.running(child::connect).awaitWaiting();
			second.interrupt();

			assertThat(second.failure()).isInstanceOf(DuctInterruptedException.class);
			assertThat(first.isDone()).isFalse();
			gate.open();
			assertThat(first.failure()).isInstanceOf(CommunicationFaultException.class);
		}
	}

	@Test
	void connectOnceWhenAnotherAttemptTakesLongerThanItsTimeoutThenEndsInTime() throws Exception {
		try (ServerSocketChannel server = server();
				Gate gate = new Gate();
				MessageDuctChild child = child(server, gate, Duration.ofMillis(300))) {
			Caller<Void> first = Caller.running(child::connectOnce);
			gate.awaitVisitor();
			Caller<Void> second = Caller.running(child::connectOnce);

			assertThat(second.failure()).isInstanceOf(CommunicationFaultException.class);
			assertThat(first.isDone()).isFalse();
			gate.open();
			assertThat(first.failure()).isInstanceOf(CommunicationFaultException.class);
		}
	}

}
