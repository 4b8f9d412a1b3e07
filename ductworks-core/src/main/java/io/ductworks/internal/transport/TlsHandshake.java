package io.ductworks.internal.transport;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.function.Supplier;

import javax.net.ssl.SSLEngine;

import io.ductworks.transport.DuctAddress;

/**
 * A handshake of TLS, which waits for the peer on the calling thread. {@link #close()}
 * may be called by any other thread and ends it at once.
 */
public final class TlsHandshake implements Closeable {

	private final ByteConnection socket;

	private final Supplier<SSLEngine> engine;

	private final Selector selector;

	private TlsHandshake(ByteConnection socket, Supplier<SSLEngine> engine) throws IOException {
		this.socket = socket;
		this.engine = engine;
		this.selector = Selector.open();
	}

	/**
	 * Prepares the handshake of a parent with a child that has connected.
	 * @param socket the connection, in use by nobody else
	 * @param tls how TLS is spoken
	 * @return the handshake, not yet begun
	 * @throws IOException if the operating system has no selector left
	 */
	public static TlsHandshake ofParent(ByteConnection socket, TlsOptions tls) throws IOException {
		return new TlsHandshake(socket, tls::parentEngine);
	}

	/**
	 * Prepares the handshake of a child with the parent that it has connected to.
	 */
	static TlsHandshake ofChild(ByteConnection socket, TlsOptions tls, DuctAddress.Tcp address) throws IOException {
		return new TlsHandshake(socket, () -> tls.childEngine(address));
	}

	/**
	 * Runs to the end.
	 * @param timeout how long all of it may take
	 * @return the connection that TLS protects
	 * @throws SocketTimeoutException if it took longer
	 * @throws IOException if it failed, or was closed; the socket stays open
	 */
	public ByteConnection run(Duration timeout) throws IOException {
		long deadline = System.nanoTime() + timeout.toNanos();
		try {
			TlsNegotiation negotiation = new TlsNegotiation(this.socket, this.engine.get());
			TlsNegotiation.Need need = negotiation.goOn();
			while (need != TlsNegotiation.Need.NOTHING) {
				await((need == TlsNegotiation.Need.READABLE) ? SelectionKey.OP_READ : SelectionKey.OP_WRITE, deadline,
						timeout);
				need = negotiation.goOn();
			}
			return negotiation.connection();
		}
		catch (ClosedSelectorException ex) {
			throw new ClosedChannelException();
		}
		finally {
			close();
		}
	}

	private void await(int operation, long deadline, Duration timeout) throws IOException {
		long millis = (deadline - System.nanoTime() + 999_999) / 1_000_000;
		if (millis <= 0) {
			throw new SocketTimeoutException(
					"the TLS handshake did not end within " + timeout.toMillis() + " ms; does the peer speak TLS?");
		}
		this.socket.readable().register(this.selector, operation);
		this.selector.select(millis);
		this.selector.selectedKeys().clear();
		if (Thread.currentThread().isInterrupted()) {
			throw new InterruptedIOException("interrupted during the TLS handshake");
		}
	}

	@Override
	public void close() throws IOException {
		this.selector.close();
	}

}
