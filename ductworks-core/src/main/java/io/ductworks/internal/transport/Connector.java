package io.ductworks.internal.transport;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;

import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections, one attempt at a time. One thread connects; {@link #close()} may be
 * called by any other and ends a running attempt at once, unless it is looking up a host
 * name.
 */
public final class Connector implements Closeable {

	private final Selector selector;

	private volatile @Nullable TlsHandshake handshake;

	/**
	 * Creates a connector.
	 * @throws IOException if the operating system has no selector left
	 */
	public Connector() throws IOException {
		this.selector = Selector.open();
	}

	/**
	 * Tries once to connect, with TLS if the address is of TCP.
	 * @param address where the parent listens
	 * @param timeout how long a TCP handshake may take, for each resolved address, and
	 * then that of TLS
	 * @param tls how TLS is spoken
	 * @return the connection
	 * @throws IOException as for {@link #connect(DuctAddress, Duration)}, or if the
	 * parent's certificate is not accepted
	 */
	public ByteConnection connect(DuctAddress address, Duration timeout, TlsOptions tls) throws IOException {
		ByteConnection socket = connect(address, timeout);
		if (!(address instanceof DuctAddress.Tcp tcp)) {
			return socket;
		}
		try (TlsHandshake handshake = TlsHandshake.ofChild(socket, tls, tcp)) {
			this.handshake = handshake;
			if (!this.selector.isOpen()) {
				throw new ClosedChannelException();
			}
			return handshake.run(timeout);
		}
		catch (IOException | RuntimeException | Error ex) {
			socket.close();
			throw ex;
		}
		finally {
			this.handshake = null;
		}
	}

	/**
	 * Tries once to connect. A host name is resolved anew, and each of its addresses is
	 * tried in turn.
	 * @param address where the parent listens
	 * @param timeout how long a TCP handshake may take, for each resolved address
	 * @return the connection
	 * @throws IOException if nobody listens there, or not in time, or this connector was
	 * closed
	 */
	public ByteConnection connect(DuctAddress address, Duration timeout) throws IOException {
		if (!this.selector.isOpen()) {
			throw new ClosedChannelException();
		}
		if (address instanceof DuctAddress.Inproc inproc) {
			return InprocListener.connect(inproc);
		}
		if (address instanceof DuctAddress.Unix unix) {
			return connectUnix(unix);
		}
		DuctAddress.Tcp tcp = (DuctAddress.Tcp) address;
		IOException failure = null;
		for (InetAddress host : Hosts.toConnect(tcp.host(), InetAddress::getAllByName)) {
			InetSocketAddress socket = new InetSocketAddress(host, tcp.port());
			try {
				return connectTcp(socket, timeout);
			}
			catch (ClosedChannelException ex) {
				throw ex;
			}
			catch (IOException ex) {
				IOException explained = explained(ex, socket);
				if (failure != null) {
					explained.addSuppressed(failure);
				}
				failure = explained;
			}
		}
		throw (failure != null) ? failure : new ConnectException(tcp.host() + " has no address");
	}

	private static ByteConnection connectUnix(DuctAddress.Unix address) throws IOException {
		ExtendedOptions.requirePresent();
		SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
		try {
			// A blocking connect would hang without limit while the backlog is full.
			channel.configureBlocking(false);
			channel.connect(UnixDomainSocketAddress.of(address.path()));
		}
		catch (SocketException ex) {
			channel.close();
			throw explained(ex, address.path());
		}
		catch (IOException | RuntimeException | Error ex) {
			channel.close();
			throw ex;
		}
		return SocketConnection.of(channel);
	}

	/**
	 * Says what the system leaves out: it reports "Permission denied" as a failure to
	 * bind, "Connection refused" for what is no socket at all, and "Resource temporarily
	 * unavailable" for a full backlog.
	 */
	private static IOException explained(SocketException ex, Path path) throws IOException {
		String message = String.valueOf(ex.getMessage());
		if (message.contains("temporarily unavailable")) {
			return explained("Too many wait already: the backlog of " + path
					+ " is full; its parent accepts no faster, or has stopped accepting", ex);
		}
		if (message.contains("No such file")) {
			return new NobodyListensException(message + ": nobody listens at " + path, ex);
		}
		boolean denied = message.contains("Permission denied");
		if (!denied && !message.contains("Connection refused")) {
			return ex;
		}
		UnixFile file = UnixFile.ifVisible(path);
		if (denied) {
			String what = (file != null)
					? path + " (mode " + file.permissions() + ", owner " + file.owner().getName() + ")"
					: path + ", whose directory may not be entered";
			return explained("Permission denied: " + LocalUser.name() + ", may not connect to " + what, ex);
		}
		return (file != null && !file.isSocket())
				? explained("Connection refused: " + path + " is " + file.type() + ", no socket", ex)
				: new NobodyListensException("Connection refused: nobody listens at " + path, ex);
	}

	private static IOException explained(IOException ex, InetSocketAddress address) {
		return (ex instanceof ConnectException refused && "Connection refused".equals(ex.getMessage()))
				? new NobodyListensException("Connection refused: nobody listens at " + address, refused) : ex;
	}

	private static ConnectException explained(String message, SocketException cause) {
		ConnectException explained = new ConnectException(message);
		explained.initCause(cause);
		return explained;
	}

	private ByteConnection connectTcp(InetSocketAddress address, Duration timeout) throws IOException {
		SocketChannel channel = SocketChannel.open();
		try {
			channel.configureBlocking(false);
			if (!channel.connect(address)) {
				await(channel, address, timeout);
			}
			deregister();
		}
		catch (IOException | RuntimeException | Error ex) {
			channel.close();
			deregister();
			throw ex;
		}
		return SocketConnection.of(channel);
	}

	private void await(SocketChannel channel, InetSocketAddress address, Duration timeout) throws IOException {
		SelectionKey key = register(channel);
		long deadline = System.nanoTime() + timeout.toNanos();
		while (!channel.finishConnect()) {
			long millis = (deadline - System.nanoTime() + 999_999) / 1_000_000;
			if (millis <= 0) {
				throw new SocketTimeoutException("no answer from " + address + " within " + timeout.toMillis() + " ms");
			}
			select(millis);
			if (Thread.currentThread().isInterrupted()) {
				throw new InterruptedIOException("interrupted while connecting to " + address);
			}
		}
		key.cancel();
	}

	private void select(long millis) throws IOException {
		try {
			this.selector.select(millis);
		}
		catch (ClosedSelectorException ex) {
			throw new ClosedChannelException();
		}
		if (!this.selector.isOpen()) {
			throw new ClosedChannelException();
		}
	}

	private SelectionKey register(SocketChannel channel) throws IOException {
		try {
			return channel.register(this.selector, SelectionKey.OP_CONNECT);
		}
		catch (ClosedSelectorException ex) {
			throw new ClosedChannelException();
		}
	}

	/**
	 * Removes the channel from the selector, which would hold it open until it has run.
	 */
	private void deregister() throws IOException {
		try {
			this.selector.selectNow();
		}
		catch (ClosedSelectorException ex) {
			// A closed selector holds no channel.
		}
	}

	@Override
	public void close() throws IOException {
		this.selector.close();
		TlsHandshake handshake = this.handshake;
		if (handshake != null) {
			handshake.close();
		}
	}

}
