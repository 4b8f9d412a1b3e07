package io.ductworks.internal.transport;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.InvalidPathException;

import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;

/**
 * A listening Unix domain or TCP socket.
 */
final class SocketListener implements ByteListener {

	private final ServerSocketChannel channel;

	private final DuctAddress address;

	private final @Nullable SocketFile file;

	SocketListener(ServerSocketChannel channel, DuctAddress address, @Nullable SocketFile file) {
		this.channel = channel;
		this.address = address;
		this.file = file;
	}

	static SocketListener bind(DuctAddress.Unix address, int backlog, SocketFileMode mode) throws IOException {
		ExtendedOptions.requirePresent();
		ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
		SocketFile file = null;
		try {
			channel.configureBlocking(false);
			file = SocketFile.claim(address.path(), mode);
			channel.bind(UnixDomainSocketAddress.of(file.bindPath().toString()), backlog);
			file.publish();
			LeftDirectories.removeBeside(address.path());
			return new SocketListener(channel, address, file);
		}
		catch (IOException | RuntimeException | Error ex) {
			channel.close();
			if (file != null) {
				file.giveUp(ex);
			}
			throw ex;
		}
	}

	static SocketListener bind(DuctAddress.Tcp address, int backlog, boolean loopbackOnly) throws IOException {
		return bind(address, backlog, loopbackOnly, InetAddress::getAllByName);
	}

	static SocketListener bind(DuctAddress.Tcp address, int backlog, boolean loopbackOnly, Hosts.Lookup hosts)
			throws IOException {
		// Once: another look-up could give another address than the one that was judged.
		InetAddress host = Hosts.toBind(address.host(), hosts);
		if (loopbackOnly && !host.isLoopbackAddress()) {
			throw new BindException("other machines would reach it there without TLS; set ssl (ssl.bundle), or "
					+ "allow-plaintext: true if everybody on that network is trusted");
		}
		ServerSocketChannel channel = ServerSocketChannel.open();
		try {
			channel.bind(new InetSocketAddress(host, address.port()), backlog);
			channel.configureBlocking(false);
			int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
			return new SocketListener(channel, new DuctAddress.Tcp(address.host(), port), null);
		}
		catch (IOException | RuntimeException | Error ex) {
			channel.close();
			throw ex;
		}
	}

	@Override
	public DuctAddress address() {
		return this.address;
	}

	@Override
	public SelectableChannel acceptable() {
		return this.channel;
	}

	@Override
	public int acceptOperation() {
		return SelectionKey.OP_ACCEPT;
	}

	@Override
	public boolean isInPlace() {
		return this.file == null || this.file.isInPlace();
	}

	@Override
	public @Nullable ByteConnection accept() throws IOException {
		SocketChannel accepted;
		try {
			accepted = this.channel.accept();
		}
		catch (InvalidPathException ex) {
			// The child's socket has a path that this system's encoding has no words for.
			throw new ChildLostException(ex);
		}
		try {
			return (accepted != null) ? SocketConnection.of(accepted) : null;
		}
		catch (IOException ex) {
			throw new ChildLostException(ex);
		}
	}

	@Override
	public void close() throws IOException {
		// The file goes first: a child that finds none retries, one that finds a file
		// without a listener would see a refusal.
		try {
			if (this.file != null) {
				this.file.remove();
			}
		}
		finally {
			this.channel.close();
		}
	}

}
