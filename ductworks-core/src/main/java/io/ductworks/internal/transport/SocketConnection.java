package io.ductworks.internal.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.security.Principal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.jspecify.annotations.Nullable;

/**
 * A Unix domain or TCP socket.
 */
final class SocketConnection implements ByteConnection {

	/** The users that were connected so far, so that many connections share them. */
	private static final Map<UnixDomainPrincipal, UnixDomainPrincipal> KNOWN = new ConcurrentHashMap<>();

	/** In seconds: a peer whose host is gone is noticed within half a minute. */
	private static final int KEEPALIVE_IDLE = 15;

	private static final int KEEPALIVE_INTERVAL = 5;

	private static final int KEEPALIVE_PROBES = 3;

	private final SocketChannel channel;

	private final SocketAddress remoteAddress;

	private final @Nullable UnixDomainPrincipal credentials;

	private SocketConnection(SocketChannel channel) throws IOException {
		this.channel = channel;
		this.remoteAddress = channel.getRemoteAddress();
		channel.configureBlocking(false);
		if (this.remoteAddress instanceof InetSocketAddress) {
			channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
			channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
			setIfSupported(channel, ExtendedSocketOptions.TCP_KEEPIDLE, KEEPALIVE_IDLE);
			setIfSupported(channel, ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEPALIVE_INTERVAL);
			setIfSupported(channel, ExtendedSocketOptions.TCP_KEEPCOUNT, KEEPALIVE_PROBES);
			this.credentials = null;
		}
		else {
			this.credentials = credentials(channel);
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

	private static void setIfSupported(SocketChannel channel, SocketOption<Integer> option, int value)
			throws IOException {
		if (channel.supportedOptions().contains(option)) {
			channel.setOption(option, value);
		}
	}

	private static @Nullable UnixDomainPrincipal credentials(SocketChannel channel) {
		try {
			UnixDomainPrincipal peer = channel.getOption(ExtendedSocketOptions.SO_PEERCRED);
			UnixDomainPrincipal known = KNOWN.putIfAbsent(peer, peer);
			return (known != null) ? known : peer;
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
