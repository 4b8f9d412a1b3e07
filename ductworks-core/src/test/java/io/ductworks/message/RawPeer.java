package io.ductworks.message;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;

import io.ductworks.Awaiting;
import io.ductworks.internal.transport.ByteConnection;
import io.ductworks.internal.transport.Connector;
import io.ductworks.internal.transport.TlsOptions;
import io.ductworks.transport.DuctAddress;

/**
 * A child that speaks bytes, and reads only when told to.
 */
public final class RawPeer implements AutoCloseable {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private final ByteConnection connection;

	private final ByteBuffer read = ByteBuffer.allocate(256 * 1024);

	private RawPeer(ByteConnection connection) {
		this.connection = connection;
		this.read.flip();
	}

	public static RawPeer connect(DuctAddress address) throws IOException {
		try (Connector connector = new Connector()) {
			return new RawPeer(connector.connect(address, TIMEOUT));
		}
	}

	/**
	 * Connects with TLS; the bytes are those that it protects.
	 */
	static RawPeer connect(DuctAddress address, TlsOptions tls) throws IOException {
		try (Connector connector = new Connector()) {
			return new RawPeer(connector.connect(address, TIMEOUT, tls));
		}
	}

	/**
	 * Connects to a parent and waits until the parent has it.
	 */
	static RawPeer of(MessageDuctParent parent) throws IOException {
		return of(parent, RawPeer::connect);
	}

	/**
	 * How to connect to a parent.
	 */
	interface Connecting {

		RawPeer connect(DuctAddress address) throws IOException;

	}

	static RawPeer of(MessageDuctParent parent, Connecting connecting) throws IOException {
		long before = parent.statistics().connectionsOpened();
		RawPeer peer = connecting.connect(parent.listenerAddress());
		if (!parent.listen(TIMEOUT)) {
			peer.close();
			throw new IOException("not accepted");
		}
		// That may have been an earlier one.
		Awaiting.soon()
			.until(() -> parent.statistics().connectionsOpened() > before
					&& parent.children().size() == parent.statistics().connections());
		return peer;
	}

	static byte[] frame(String payload) {
		byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
		return ByteBuffer.allocate(5 + bytes.length).put((byte) 0x54).putInt(bytes.length).put(bytes).array();
	}

	void sendFrame(String payload) throws IOException {
		send(frame(payload));
	}

	void sendHex(String hex) throws IOException {
		send(HexFormat.of().parseHex(hex.replace(" ", "")));
	}

	public void send(byte[] bytes) throws IOException {
		ByteBuffer buffer = ByteBuffer.wrap(bytes);
		long deadline = System.nanoTime() + TIMEOUT.toNanos();
		try (Selector selector = Selector.open()) {
			this.connection.writable().register(selector, SelectionKey.OP_WRITE);
			while (buffer.hasRemaining()) {
				if (this.connection.write(buffer) == 0) {
					select(selector, deadline);
				}
			}
		}
	}

	/**
	 * Closes the sending half, as {@code shutdown(SHUT_WR)} does.
	 */
	void endSending() throws IOException {
		if (this.connection.writable() instanceof SocketChannel socket) {
			socket.shutdownOutput();
		}
		else {
			this.connection.writable().close();
		}
	}

	/**
	 * The payload of the next frame.
	 */
	String receiveFrame() throws IOException {
		byte[] header = receive(5);
		if (header.length < 5) {
			throw new IOException("ended with " + HexFormat.of().formatHex(header));
		}
		int length = ByteBuffer.wrap(header).getInt(1);
		return new String(receive(length), StandardCharsets.UTF_8);
	}

	/**
	 * All until the end of the stream.
	 */
	public byte[] receiveAll() throws IOException {
		return receive(Integer.MAX_VALUE);
	}

	/**
	 * Reads until the end of the stream, be it a reset.
	 */
	void awaitEnd() throws IOException {
		try {
			receiveAll();
		}
		catch (SocketException ex) {
			// Whoever closes without having read what came resets the connection.
		}
	}

	/**
	 * So many bytes, or those until the end of the stream.
	 */
	public byte[] receive(int count) throws IOException {
		ByteArrayOutputStream received = new ByteArrayOutputStream();
		long deadline = System.nanoTime() + TIMEOUT.toNanos();
		try (Selector selector = Selector.open()) {
			this.connection.readable().register(selector, SelectionKey.OP_READ);
			while (received.size() < count) {
				int taken = Math.min(count - received.size(), this.read.remaining());
				received.write(this.read.array(), this.read.position(), taken);
				this.read.position(this.read.position() + taken);
				if (received.size() < count) {
					this.read.clear();
					int filled = read();
					this.read.flip();
					if (filled < 0) {
						break;
					}
					if (filled == 0) {
						select(selector, deadline);
					}
				}
			}
		}
		return received.toByteArray();
	}

	/**
	 * Reads once. A peer that has no room for the {@code close_notify} of TLS ends
	 * without.
	 */
	private int read() throws IOException {
		int before = this.read.position();
		try {
			return this.connection.read(this.read);
		}
		catch (EOFException ex) {
			int last = this.read.position() - before;
			return (last > 0) ? last : -1;
		}
	}

	private static void select(Selector selector, long deadline) throws IOException {
		long millis = (deadline - System.nanoTime()) / 1_000_000;
		if (millis <= 0) {
			throw new IOException("nothing for " + TIMEOUT);
		}
		selector.select(millis);
		selector.selectedKeys().clear();
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

	@Override
	public void close() {
		try {
			this.connection.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
