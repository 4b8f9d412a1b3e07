package io.ductworks.internal.transport;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.security.Principal;

import org.jspecify.annotations.Nullable;

/**
 * A connection over another one that takes only so many bytes.
 */
final class NarrowConnection implements ByteConnection {

	private final ByteConnection socket;

	private int room = Integer.MAX_VALUE;

	NarrowConnection(ByteConnection socket) {
		this.socket = socket;
	}

	/**
	 * Has room for so many bytes from now on.
	 */
	void roomFor(int bytes) {
		this.room = bytes;
	}

	@Override
	public int read(ByteBuffer target) throws IOException {
		return this.socket.read(target);
	}

	@Override
	public int write(ByteBuffer source) throws IOException {
		int count = this.socket.write(source.slice().limit(Math.min(this.room, source.remaining())));
		this.room -= count;
		source.position(source.position() + count);
		return count;
	}

	@Override
	public SelectableChannel readable() {
		return this.socket.readable();
	}

	@Override
	public SelectableChannel writable() {
		return this.socket.writable();
	}

	@Override
	public @Nullable Principal peer() {
		return this.socket.peer();
	}

	@Override
	public @Nullable SocketAddress remoteAddress() {
		return this.socket.remoteAddress();
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
