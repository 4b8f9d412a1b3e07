package io.ductworks.message;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.security.Principal;

import io.ductworks.internal.transport.ByteConnection;
import org.jspecify.annotations.Nullable;

/**
 * A connection that does what another one does, apart from what a test changes.
 */
abstract class ForwardingConnection implements ByteConnection {

	private final ByteConnection channel;

	ForwardingConnection(ByteConnection channel) {
		this.channel = channel;
	}

	@Override
	public int read(ByteBuffer target) throws IOException {
		return this.channel.read(target);
	}

	@Override
	public int write(ByteBuffer source) throws IOException {
		return this.channel.write(source);
	}

	@Override
	public SelectableChannel readable() {
		return this.channel.readable();
	}

	@Override
	public SelectableChannel writable() {
		return this.channel.writable();
	}

	@Override
	public @Nullable Principal peer() {
		return this.channel.peer();
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

}
