package io.ductworks.message;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.ductworks.Caller;
import io.ductworks.CloseReason;
import io.ductworks.RemoteDuctClosedException;
import io.ductworks.internal.transport.ByteConnection;
import io.ductworks.internal.transport.Connector;
import io.ductworks.peer.DuctPeer;
import io.ductworks.transport.DuctAddress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A request of which nothing was written goes out over another connection; one of which
 * something was written may have been carried out, and fails.
 */
class RequestFailoverTests {

	private static final Duration SOON = Duration.ofSeconds(5);

	/** A connection that breaks after so many bytes were written. */
	private static final class Breaking extends ForwardingConnection {

		private final int bytes;

		private boolean written;

		Breaking(ByteConnection connection, int bytes) {
			super(connection);
			this.bytes = bytes;
		}

		@Override
		public int write(ByteBuffer source) throws IOException {
			if (this.bytes == 0 || this.written) {
				throw new IOException("Broken pipe");
			}
			this.written = true;
			int count = super.write(source.slice(source.position(), this.bytes));
			source.position(source.position() + count);
			return count;
		}

	}

	/**
	 * Gives a child a second connection.
	 * @return the socket of its peer
	 */
	private static SocketChannel connectAgain(MessageDuctChild child) throws IOException {
		try (ServerSocketChannel server = ServerSocketChannel.open()
			.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)); Connector connector = new Connector()) {
			ByteConnection channel = connector
				.connect(DuctAddress.parse("tcp://127.0.0.1:" + server.socket().getLocalPort()), SOON);
			SocketChannel peer = server.accept();
			child.ensureOpen().connected(channel);
			return peer;
		}
	}

	private static void answer(SocketChannel peer, String request, String answer) throws IOException {
		ByteBuffer expected = ByteBuffer.wrap(DuctPeer.frame(request));
		ByteBuffer received = ByteBuffer.allocate(expected.remaining());
		while (received.hasRemaining() && peer.read(received) >= 0) {
			continue;
		}
		assertThat(received.flip()).isEqualTo(expected);
		peer.write(ByteBuffer.wrap(DuctPeer.frame(answer)));
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void requestWhenNothingWasWrittenThenGoesOutOverAnotherConnection(boolean pipelining) throws Exception {
		try (RiggedChild broken = RiggedChild.of((settings) -> settings.pipelining(pipelining),
				(channel, peer) -> new Breaking(channel, 0)); SocketChannel other = connectAgain(broken.child())) {
			Caller<Integer> request = Caller.of(() -> broken.child().request("ask", Integer.class));
			answer(other, "\"ask\"", "1");
			assertThat(request.result(SOON)).isEqualTo(1);
			assertThat(broken.child().statistics().requests(RequestOutcome.SUCCESS)).isEqualTo(1);
			assertThat(broken.child().statistics().requests(RequestOutcome.ABORTED)).isZero();
		}
	}

	@Test
	void requestAsyncWhenNothingWasWrittenThenGoesOutOverAnotherConnection() throws Exception {
		try (RiggedChild broken = RiggedChild.of((settings) -> settings, (channel, peer) -> new Breaking(channel, 0));
				SocketChannel other = connectAgain(broken.child())) {
			CompletableFuture<Integer> answer = broken.child().requestAsync("ask", Integer.class);
			answer(other, "\"ask\"", "1");
			assertThat(answer).succeedsWithin(SOON).isEqualTo(1);
		}
	}

	@Test
	void requestWhenAPartWasWrittenThenFailsAndIsNotRepeated() throws Exception {
		try (RiggedChild broken = RiggedChild.of((settings) -> settings, (channel, peer) -> new Breaking(channel, 3));
				SocketChannel other = connectAgain(broken.child())) {
			assertThatExceptionOfType(RemoteDuctClosedException.class)
				.isThrownBy(() -> broken.child().request("ask", Integer.class))
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(CloseReason.PEER_RESET));
			assertThat(broken.child().statistics().requests(RequestOutcome.ABORTED)).isEqualTo(1);
			Caller<Integer> next = Caller.of(() -> broken.child().request("next", Integer.class));
			answer(other, "\"next\"", "2");
			assertThat(next.result(SOON)).isEqualTo(2);
		}
	}

	@Test
	void requestWhenNoConnectionIsLeftThenFailsWithTheEndOfTheLast() throws Exception {
		try (RiggedChild broken = RiggedChild.of((settings) -> settings, (channel, peer) -> new Breaking(channel, 0))) {
			assertThatExceptionOfType(RemoteDuctClosedException.class)
				.isThrownBy(() -> broken.child().request("ask", Integer.class))
				.withMessageContaining("Broken pipe");
		}
	}

}
