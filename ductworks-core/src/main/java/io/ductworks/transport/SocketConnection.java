package io.ductworks.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.security.Principal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * A Unix domain or TCP socket.
 */
final class SocketConnection implements ByteConnection {

	/** The users that were ever connected, so that many connections share them. */
	private static final Map<Principal, Principal> USERS = new ConcurrentHashMap<>();

	private final SocketChannel channel;

	private final @Nullable Principal peer;

	SocketConnection(SocketChannel channel) throws IOException {
		this.channel = channel;
		channel.configureBlocking(false);
		if (channel.getRemoteAddress() instanceof InetSocketAddress) {
			channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
			channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
			this.peer = null;
		}
		else {
			this.peer = credentials(channel);
		}
	}

	private static @Nullable Principal credentials(SocketChannel channel) {
		try {
			Principal user = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
			Principal known = USERS.putIfAbsent(user, user);
			return (known != null) ? known : user;
		}
		catch (IOException | UnsupportedOperationException ex) {
			return null;
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
	public SelectableChannel readable() {
		return this.channel;
	}

	@Override
	public SelectableChannel writable() {
		return this.channel;
	}

	@Override
	public @Nullable Principal peer() {
		return this.peer;
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

}
