package io.ductworks.message;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;

import io.ductworks.Awaiting;
import io.ductworks.internal.transport.ByteConnection;
import io.ductworks.internal.transport.Connector;
import io.ductworks.internal.transport.TlsOptions;
import io.ductworks.peer.DuctPeer;
import io.ductworks.peer.PeerTransport;
import io.ductworks.transport.DuctAddress;

/**
 * Peers of parents over every transport that a duct has.
 */
public final class Peers {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private Peers() {
	}

	public static DuctPeer connect(DuctAddress address) {
		return (address instanceof DuctAddress.Inproc) ? over((connector) -> connector.connect(address, TIMEOUT))
				: DuctPeer.connect(address.toString());
	}

	/**
	 * Connects with TLS; the bytes are those that it protects.
	 */
	static DuctPeer connect(DuctAddress address, TlsOptions tls) {
		return over((connector) -> connector.connect(address, TIMEOUT, tls));
	}

	private static DuctPeer over(Opening opening) {
		try (Connector connector = new Connector()) {
			return DuctPeer.over(new DuctTransport(opening.open(connector)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private interface Opening {

		ByteConnection open(Connector connector) throws IOException;

	}

	/**
	 * Connects to a parent and waits until the parent has it.
	 */
	static DuctPeer of(MessageDuctParent parent) {
		return of(parent, Peers::connect);
	}

	/**
	 * How to connect to a parent.
	 */
	interface Connecting {

		DuctPeer connect(DuctAddress address);

	}

	static DuctPeer of(MessageDuctParent parent, Connecting connecting) {
		long before = parent.statistics().connectionsOpened();
		DuctPeer peer = connecting.connect(parent.listenerAddress());
		if (!parent.listen(TIMEOUT)) {
			peer.close();
			throw new AssertionError("not accepted");
		}
		// That may have been an earlier one.
		Awaiting.soon()
			.until(() -> parent.statistics().connectionsOpened() > before
					&& parent.children().size() == parent.statistics().connections());
		return peer;
	}

	/**
	 * How many whole frames there are in some bytes.
	 */
	static int countFrames(byte[] bytes) {
		ByteBuffer buffer = ByteBuffer.wrap(bytes);
		int frames = 0;
		while (buffer.remaining() >= 5 && buffer.getInt(buffer.position() + 1) <= buffer.remaining() - 5) {
			buffer.position(buffer.position() + 5 + buffer.getInt(buffer.position() + 1));
			frames++;
		}
		return frames;
	}

	static byte[] concat(byte[] first, byte[] second) {
		byte[] both = Arrays.copyOf(first, first.length + second.length);
		System.arraycopy(second, 0, both, first.length, second.length);
		return both;
	}

	/**
	 * The bytes of a connection as ducts have them: TLS, or within this process.
	 */
	private record DuctTransport(ByteConnection connection) implements PeerTransport {

		@Override
		public int read(ByteBuffer into, Duration atMost) throws IOException {
			return once(this.connection.readable(), SelectionKey.OP_READ, atMost, () -> read(into));
		}

		/**
		 * Reads once. A peer that has no room for the {@code close_notify} of TLS ends
		 * without.
		 */
		private int read(ByteBuffer into) throws IOException {
			int before = into.position();
			try {
				return this.connection.read(into);
			}
			catch (EOFException ex) {
				int last = into.position() - before;
				return (last > 0) ? last : -1;
			}
		}

		@Override
		public int write(ByteBuffer from, Duration atMost) throws IOException {
			return once(this.connection.writable(), SelectionKey.OP_WRITE, atMost, () -> this.connection.write(from));
		}

		private static int once(SelectableChannel channel, int operation, Duration atMost, Moving moving)
				throws IOException {
			long deadline = System.nanoTime() + atMost.toNanos();
			int count = moving.move();
			if (count != 0) {
				return count;
			}
			try (Selector selector = Selector.open()) {
				channel.register(selector, operation);
				while (count == 0 && System.nanoTime() < deadline) {
					selector.select(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
					selector.selectedKeys().clear();
					count = moving.move();
				}
			}
			return count;
		}

		private interface Moving {

			int move() throws IOException;

		}

		@Override
		public void closeOutput() throws IOException {
			if (this.connection.writable() instanceof SocketChannel socket) {
				socket.shutdownOutput();
			}
			else {
				this.connection.writable().close();
			}
		}

		@Override
		public void reset() throws IOException {
			close();
		}

		@Override
		public void close() throws IOException {
			this.connection.close();
		}

	}

}
