package io.ductworks.internal.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.security.Principal;

import io.ductworks.internal.transport.ExtendedOptions.Credentials;
import org.jspecify.annotations.Nullable;

/**
 * A Unix domain or TCP socket.
 */
final class SocketConnection implements ByteConnection {

	private final SocketChannel channel;

	private final SocketAddress remoteAddress;

	private final @Nullable Credentials credentials;

	private SocketConnection(SocketChannel channel) throws IOException {
		this.channel = channel;
		this.remoteAddress = channel.getRemoteAddress();
		channel.configureBlocking(false);
		if (this.remoteAddress instanceof InetSocketAddress) {
			channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
			channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
			ExtendedOptions.setKeepAlive(channel);
			this.credentials = null;
		}
		else {
			ExtendedOptions.requirePresent();
			this.credentials = ExtendedOptions.credentials(channel);
		}
	}

	/**
	 * Takes over a channel that is connected; closes it if that fails.
	 */
	static SocketConnection of(SocketChannel channel) throws IOException {
		try {
			return new SocketConnection(channel);
		}
		catch (IOException | RuntimeException | Error ex) {
			try {
				channel.close();
			}
			catch (IOException closing) {
				ex.addSuppressed(closing);
			}
			throw ex;
		}
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
	public boolean closeOutput() throws IOException {
		if (this.remoteAddress instanceof InetSocketAddress) {
			this.channel.shutdownOutput();
			return true;
		}
		return false;
	}

	@Override
	public SelectableChannel readable() {
		return this.channel;
	}

	@Override
	public SelectableChannel writable() {
		return this.channel;
	}

	@Override
	public @Nullable Principal peer() {
		return (this.credentials != null) ? this.credentials.user() : null;
	}

	@Override
	public @Nullable Principal peerGroup() {
		return (this.credentials != null) ? this.credentials.group() : null;
	}

	@Override
	public SocketAddress remoteAddress() {
		return this.remoteAddress;
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

}
