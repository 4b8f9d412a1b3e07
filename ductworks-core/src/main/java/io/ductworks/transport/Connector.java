package io.ductworks.transport;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * Makes connections, one attempt at a time. One thread connects; {@link #close()} may be
 * called by any other and ends a running attempt at once.
 */
public final class Connector implements Closeable {

	private final Selector selector;

	/**
	 * Creates a connector.
	 * @throws IOException if the operating system has no selector left
	 */
	public Connector() throws IOException {
		this.selector = Selector.open();
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
		for (InetAddress host : InetAddress.getAllByName(tcp.host())) {
			try {
				return connectTcp(new InetSocketAddress(host, tcp.port()), timeout);
			}
			catch (ClosedChannelException ex) {
				throw ex;
			}
			catch (IOException ex) {
				if (failure != null) {
					ex.addSuppressed(failure);
				}
				failure = ex;
			}
		}
		throw (failure != null) ? failure : new ConnectException(tcp.host() + " has no address");
	}

	private static ByteConnection connectUnix(DuctAddress.Unix address) throws IOException {
		SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
		try {
			// A blocking connect would hang without limit while the backlog is full.
			channel.configureBlocking(false);
			channel.connect(UnixDomainSocketAddress.of(address.path()));
		}
		catch (IOException | RuntimeException ex) {
			channel.close();
			throw ex;
		}
		return connectionOf(channel);
	}

	private ByteConnection connectTcp(InetSocketAddress address, Duration timeout) throws IOException {
		SocketChannel channel = SocketChannel.open();
		try {
			channel.configureBlocking(false);
			if (!channel.connect(address)) {
				await(channel, address, timeout);
			}
		}
		catch (IOException | RuntimeException ex) {
			channel.close();
			deregister();
			throw ex;
		}
		deregister();
		return connectionOf(channel);
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
	 * Lets go of the channel: until the selector has run it would hold it open.
	 */
	private void deregister() throws IOException {
		try {
			this.selector.selectNow();
		}
		catch (ClosedSelectorException ex) {
			// Closing the selector lets go of it as well.
		}
	}

	static ByteConnection connectionOf(SocketChannel channel) throws IOException {
		try {
			return new SocketConnection(channel);
		}
		catch (IOException | RuntimeException ex) {
			channel.close();
			throw ex;
		}
	}

	@Override
	public void close() throws IOException {
		this.selector.close();
	}

}
