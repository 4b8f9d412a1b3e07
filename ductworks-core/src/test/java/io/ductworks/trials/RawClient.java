package io.ductworks.trials;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

import io.ductworks.transport.DuctAddress;

/**
 * A client that speaks bytes over a blocking socket.
 */
final class RawClient implements AutoCloseable {

	private final SocketChannel channel;

	RawClient(DuctAddress address) throws IOException {
		this.channel = SocketChannel.open(socketAddress(address));
	}

	private static SocketAddress socketAddress(DuctAddress address) {
		if (address instanceof DuctAddress.Unix unix) {
			return UnixDomainSocketAddress.of(unix.path());
		}
		DuctAddress.Tcp tcp = (DuctAddress.Tcp) address;
		return new InetSocketAddress(tcp.host(), tcp.port());
	}

	void send(byte... bytes) throws IOException {
		ByteBuffer buffer = ByteBuffer.wrap(bytes);
		while (buffer.hasRemaining()) {
			this.channel.write(buffer);
		}
	}

	/**
	 * Reads so many bytes.
	 */
	byte[] read(int count) throws IOException {
		ByteBuffer buffer = ByteBuffer.allocate(count);
		while (buffer.hasRemaining()) {
			if (this.channel.read(buffer) < 0) {
				throw new EOFException("the end after " + buffer.position() + " of " + count + " bytes");
			}
		}
		return buffer.array();
	}

	/**
	 * Reads until the end, which may be a reset.
	 */
	void awaitEnd() {
		try {
			ByteBuffer buffer = ByteBuffer.allocate(4096);
			while (this.channel.read(buffer) >= 0) {
				buffer.clear();
			}
		}
		catch (IOException ex) {
			// Ended as well.
		}
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

}
