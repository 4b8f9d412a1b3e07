package io.ductworks.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The other side of a duct, in the hands of a test: it does what it is told, be it wrong.
 * <p>
 * Step by step on the thread of the test, as a child or as a parent; what a peer itself
 * is told is about its first connection, which it waits for:
 *
 * <pre class="code">
 * try (DuctPeer peer = DuctPeer.connect("unix:/tmp/x/orders.sock")) {
 * 	peer.send("{\"sku\":\"nail\"}");
 * 	assertThat(peer.receive()).isEqualTo("{\"pieces\":3}");
 * }
 * </pre>
 *
 * Or by a script, which runs on a thread of its own for each connection, for an
 * application that asks:
 *
 * <pre class="code">
 * try (DuctPeer peer = DuctPeer.listen((connection) -&gt; {
 * 	connection.expect("{\"customer\":\"ada\"}");
 * 	connection.reply("{\"number\":\"P-1\"}");
 * })) {
 * 	// the application connects to peer.address(), and asks
 * 	peer.verify();
 * }
 * </pre>
 *
 * With {@link #rpc()} it speaks JSON-RPC 2.0, step by step or by a script.
 * <p>
 * An address is {@code unix:/path} or {@code tcp://host:port}. Safe for use by several
 * threads.
 */
public final class DuctPeer extends PeerConnection {

	private static final Duration LONGEST_STOP = Duration.ofSeconds(10);

	private final Connections connections;

	private final String address;

	private final @Nullable Scripts scripts;

	private final @Nullable ListeningSocket listening;

	private final @Nullable Thread acceptor;

	/** Why it accepts no more. */
	private volatile @Nullable IOException failure;

	private boolean closed;

	private DuctPeer(Connections connections, String address, @Nullable PeerScript script,
			@Nullable ListeningSocket listening) {
		super(() -> connections.get(1));
		this.connections = connections;
		this.address = address;
		this.scripts = (script != null) ? new Scripts(script, address) : null;
		this.listening = listening;
		this.acceptor = (listening != null) ? new Thread(() -> accept(listening), "duct-peer-accept") : null;
		if (this.acceptor != null) {
			this.acceptor.setDaemon(true);
			this.acceptor.start();
		}
	}

	/**
	 * Connects as a child, once.
	 * @param address where a parent listens
	 * @return the peer, for use step by step
	 * @throws UncheckedIOException if nobody listens there, or not in time
	 */
	public static DuctPeer connect(String address) {
		return connect(PeerAddress.parse(address), null);
	}

	/**
	 * Connects as a child, once, and runs a script.
	 * @param address where a parent listens
	 * @param script what to do there
	 * @return the peer
	 * @throws UncheckedIOException if nobody listens there, or not in time
	 */
	public static DuctPeer connect(String address, PeerScript script) {
		return connect(PeerAddress.parse(address), script);
	}

	private static DuctPeer connect(PeerAddress address, @Nullable PeerScript script) {
		Connections connections = new Connections();
		SocketTransport transport;
		try {
			transport = SocketTransport.connect(address, connections.timeout());
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The peer cannot connect to " + address + ": " + ex.getMessage(), ex);
		}
		return over(transport, connections, address.text(), script);
	}

	/**
	 * Makes a peer of a connection that there is.
	 * @param transport what carries its bytes; the peer closes it
	 * @return the peer, for use step by step
	 */
	public static DuctPeer over(PeerTransport transport) {
		return over(transport, new Connections(), transport.toString(), null);
	}

	private static DuctPeer over(PeerTransport transport, Connections connections, String address,
			@Nullable PeerScript script) {
		DuctPeer peer = new DuctPeer(connections, address, script, null);
		peer.take(transport);
		return peer;
	}

	/**
	 * Listens as a parent at a fresh private address.
	 * @return the peer, for use step by step
	 * @throws UncheckedIOException if it cannot
	 */
	public static DuctPeer listen() {
		return listen(ListeningSocket.fresh(), null);
	}

	/**
	 * Listens as a parent at a fresh private address.
	 * @param script what to do on each connection
	 * @return the peer
	 * @throws UncheckedIOException if it cannot
	 */
	public static DuctPeer listen(PeerScript script) {
		return listen(ListeningSocket.fresh(), script);
	}

	/**
	 * Listens as a parent.
	 * @param address where; port 0 is any free one, see {@link #address()}
	 * @return the peer, for use step by step
	 * @throws UncheckedIOException if it cannot
	 */
	public static DuctPeer listen(String address) {
		return listen(ListeningSocket.at(PeerAddress.parse(address)), null);
	}

	/**
	 * Listens as a parent.
	 * @param address where; port 0 is any free one, see {@link #address()}
	 * @param script what to do on each connection
	 * @return the peer
	 * @throws UncheckedIOException if it cannot
	 */
	public static DuctPeer listen(String address, PeerScript script) {
		return listen(ListeningSocket.at(PeerAddress.parse(address)), script);
	}

	private static DuctPeer listen(ListeningSocket listening, @Nullable PeerScript script) {
		return new DuctPeer(new Connections(), listening.address().text(), script, listening);
	}

	/**
	 * The bytes of a message, for {@link #sendRaw(byte...)}.
	 * @param payload its payload
	 * @return header and payload
	 */
	public static byte[] frame(String payload) {
		return FrameChannel.frame(payload.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Where the peer listens, or what it has connected to.
	 * @return the address as text, with the port that the operating system has chosen
	 */
	public String address() {
		return this.address;
	}

	/**
	 * Sets how long calls wait, for all connections that there are and that come.
	 * @param timeout the longest time, 10 s unless set
	 * @return this peer
	 */
	@Override
	public DuctPeer withTimeout(Duration timeout) {
		this.connections.timeout(timeout);
		return this;
	}

	/**
	 * One of the connections that other sides have made. Waits until it has come.
	 * @param number which one, from 1
	 * @return the connection
	 * @throws AssertionError if it does not come in time
	 */
	public PeerConnection connection(int number) {
		Exchange exchange = this.connections.get(number);
		return new PeerConnection(() -> exchange);
	}

	/**
	 * Waits until a script stands still in {@link PeerConnection#hold()}.
	 * @throws AssertionError if none does in time
	 */
	public void awaitHold() {
		Deadline deadline = Deadline.in(this.connections.timeout());
		try {
			if (!this.connections.holds().awaitHeld(deadline)) {
				throw new AssertionError("No script at " + this.address + " holds " + deadline);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for a script to hold", ex);
		}
	}

	/**
	 * Lets one script go on that stands still in {@link PeerConnection#hold()}, or the
	 * next that comes there.
	 */
	public void release() {
		this.connections.holds().release();
	}

	/**
	 * Waits until at least one connection has come and all scripts have ended.
	 * @throws AssertionError if a script has failed, which says on which connection in
	 * which step, or one has not ended in time
	 */
	public void verify() {
		verify(1);
	}

	/**
	 * Waits until so many connections have come and all scripts have ended.
	 * @param connections how many connections at least
	 * @throws AssertionError if a script has failed, which says on which connection in
	 * which step, or one has not ended in time
	 */
	public void verify(int connections) {
		if (this.scripts == null) {
			throw new IllegalStateException("The peer at " + this.address + " has no script to verify");
		}
		this.scripts.verify(connections, Deadline.in(this.connections.timeout()));
	}

	private void accept(ListeningSocket socket) {
		try {
			while (true) {
				take(socket.accept());
			}
		}
		catch (ClosedChannelException ex) {
			// The peer is closed.
		}
		catch (IOException ex) {
			this.failure = ex;
		}
	}

	private void take(PeerTransport transport) {
		Exchange exchange = this.connections.add(transport);
		if (this.scripts != null) {
			this.scripts.start(exchange);
		}
	}

	/**
	 * Ends scripts, connections and threads, and removes the socket file. Scripts that
	 * have not ended are cut off, which is no failure. Does nothing the second time.
	 * @throws AssertionError if a script had failed before and {@link #verify()} has not
	 * said so
	 * @throws IllegalStateException if a script does not end within 10 s, though its
	 * thread was interrupted
	 */
	@Override
	public void close() {
		synchronized (this) {
			if (this.closed) {
				return;
			}
			this.closed = true;
		}
		if (this.scripts != null) {
			this.scripts.stop();
		}
		try {
			closeSockets();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The peer at " + this.address + " cannot be closed: " + ex.getMessage(), ex);
		}
		joinThreads();
		if (this.scripts != null) {
			this.scripts.rethrow();
		}
		if (this.failure != null) {
			throw new UncheckedIOException(
					"The peer at " + this.address + " has accepted no more: " + this.failure.getMessage(),
					this.failure);
		}
	}

	private void closeSockets() throws IOException {
		try {
			this.connections.close();
		}
		finally {
			if (this.listening != null) {
				this.listening.close();
			}
		}
	}

	private void joinThreads() {
		List<Thread> threads = new ArrayList<>((this.scripts != null) ? this.scripts.threads() : List.of());
		if (this.acceptor != null) {
			threads.add(this.acceptor);
		}
		threads.remove(Thread.currentThread());
		Deadline deadline = Deadline.in(LONGEST_STOP);
		boolean interrupted = false;
		for (Thread thread : threads) {
			while (thread.isAlive()) {
				long millis = deadline.millisLeft();
				if (millis == 0) {
					throw new IllegalStateException("The thread " + thread.getName() + " of the peer at " + this.address
							+ " has not ended " + deadline);
				}
				try {
					thread.join(millis);
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

}
