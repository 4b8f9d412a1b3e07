package io.ductworks.message;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

import io.ductworks.internal.transport.ByteConnection;
import io.ductworks.internal.transport.Connector;
import io.ductworks.transport.DuctAddress;

/**
 * A child with a connection that a test has changed, and the socket of its peer.
 */
record RiggedChild(MessageDuctChild child, SocketChannel peer) implements AutoCloseable {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	/**
	 * Connects a child.
	 * @param settings changes the child's settings
	 * @param rig changes the connection, and is given the peer's socket
	 */
	static RiggedChild of(UnaryOperator<MessageDuctChild.Builder> settings,
			BiFunction<ByteConnection, SocketChannel, ByteConnection> rig) throws IOException {
		try (ServerSocketChannel server = ServerSocketChannel.open()
			.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)); Connector connector = new Connector()) {
			DuctAddress address = DuctAddress.parse("tcp://127.0.0.1:" + server.socket().getLocalPort());
			ByteConnection channel = connector.connect(address, TIMEOUT);
			SocketChannel peer = server.accept();
			MessageDuctChild child = settings.apply(MessageDuctChild.builder().address(address).timeout(TIMEOUT))
				.build();
			child.ensureOpen().connected(rig.apply(channel, peer));
			return new RiggedChild(child, peer);
		}
	}

	@Override
	public void close() throws IOException {
		try (this.peer) {
			this.child.close();
		}
	}

}
