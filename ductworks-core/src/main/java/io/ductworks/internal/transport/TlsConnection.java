package io.ductworks.internal.transport;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.security.Principal;

import org.jspecify.annotations.Nullable;

/**
 * TLS over another connection, after the handshake. Memory is held only while there is
 * something in it. One thread may read while another writes.
 */
final class TlsConnection implements ByteConnection {

	private final ByteConnection socket;

	private final TlsInput input;

	private final TlsOutput output;

	private final @Nullable Principal peer;

	TlsConnection(ByteConnection socket, TlsInput input, TlsOutput output, @Nullable Principal peer) {
		this.socket = socket;
		this.input = input;
		this.output = output;
		this.peer = peer;
	}

	@Override
	public int read(ByteBuffer target) throws IOException {
		return this.input.read(target);
	}

	@Override
	public int write(ByteBuffer source) throws IOException {
		return this.output.write(source);
	}

	@Override
	public boolean hasMoved() {
		return this.output.hasMoved();
	}

	@Override
	public boolean holdsBack() {
		return true;
	}

	@Override
	public boolean isEndKnown() {
		return this.input.isEndReceived();
	}

	@Override
	public boolean closeOutput() throws IOException {
		this.output.end();
		return this.socket.closeOutput();
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
		return this.peer;
	}

	@Override
	public @Nullable SocketAddress remoteAddress() {
		return this.socket.remoteAddress();
	}

	/**
	 * Tells the peer, if there is room for it, and closes the connection.
	 */
	@Override
	public void close() throws IOException {
		try {
			this.output.end();
		}
		catch (IOException ex) {
			// The peer is gone.
		}
		finally {
			this.socket.close();
		}
	}

}
