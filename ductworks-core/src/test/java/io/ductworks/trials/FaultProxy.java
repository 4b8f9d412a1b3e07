package io.ductworks.trials;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.ductworks.transport.DuctAddress;

/**
 * Stands between children and their parent and does harm to what they send each other.
 * Over TCP, or over Unix domain sockets beside that of the parent.
 */
final class FaultProxy implements AutoCloseable {

	private static final int READ_BYTES = 64 * 1024;

	private final ServerSocketChannel server;

	private final DuctAddress address;

	private final SocketAddress parent;

	private final Toxic toParent;

	private final Toxic toChild;

	private final Set<SocketChannel> channels = ConcurrentHashMap.newKeySet();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	/** Writes what was delayed. */
	private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

	/**
	 * Opens a proxy.
	 * @param parent where the parent listens
	 * @param toParent what happens to what children send
	 * @param toChild what happens to what the parent sends
	 */
	FaultProxy(DuctAddress parent, Toxic toParent, Toxic toChild) throws IOException {
		this.toParent = toParent;
		this.toChild = toChild;
		if (parent instanceof DuctAddress.Unix unix) {
			this.parent = UnixDomainSocketAddress.of(unix.path());
			DuctAddress.Unix beside = new DuctAddress.Unix(unix.path().resolveSibling("proxy.sock"));
			Files.deleteIfExists(beside.path());
			this.address = beside;
			this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
				.bind(UnixDomainSocketAddress.of(beside.path()));
		}
		else {
			DuctAddress.Tcp tcp = (DuctAddress.Tcp) parent;
			this.parent = new InetSocketAddress(tcp.host(), tcp.port());
			this.server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
			int port = ((InetSocketAddress) this.server.getLocalAddress()).getPort();
			this.address = new DuctAddress.Tcp("127.0.0.1", port);
		}
		this.threads.execute(this::accept);
	}

	/**
	 * Where children connect.
	 */
	DuctAddress address() {
		return this.address;
	}

	private void accept() {
		try {
			while (true) {
				SocketChannel child = opened(this.server.accept());
				SocketChannel parent = opened(SocketChannel.open(this.parent));
				this.threads.execute(new Link(child, parent, this.toParent));
				this.threads.execute(new Link(parent, child, this.toChild));
			}
		}
		catch (IOException ex) {
			// Closed.
		}
	}

	private SocketChannel opened(SocketChannel channel) throws IOException {
		this.channels.add(channel);
		if (isTcp(channel)) {
			channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
		}
		return channel;
	}

	private static boolean isTcp(SocketChannel channel) {
		return channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY);
	}

	@Override
	public void close() throws IOException {
		this.threads.shutdownNow();
		this.clock.shutdownNow();
		this.server.close();
		for (SocketChannel channel : this.channels) {
			channel.close();
		}
		if (this.address instanceof DuctAddress.Unix unix) {
			Files.deleteIfExists(unix.path());
		}
	}

	/**
	 * One direction of one connection.
	 */
	private final class Link implements Runnable, Toxic.Way {

		private final SocketChannel source;

		private final SocketChannel sink;

		private final Toxic toxic;

		private volatile long written;

		/** What is to be done later, in the order of the calls. */
		private final Queue<Action> delayed = new ConcurrentLinkedQueue<>();

		private long due = System.nanoTime();

		Link(SocketChannel source, SocketChannel sink, Toxic toxic) {
			this.source = source;
			this.sink = sink;
			this.toxic = toxic;
		}

		@Override
		public void run() {
			ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
			try {
				while (this.source.read(buffer.clear()) >= 0) {
					byte[] bytes = new byte[buffer.flip().remaining()];
					buffer.get(bytes);
					this.toxic.pass(bytes, this);
				}
				later(this.sink::shutdownOutput, Duration.ZERO);
			}
			catch (IOException ex) {
				later(this::close, Duration.ZERO);
			}
		}

		@Override
		public long written() {
			return this.written;
		}

		@Override
		public void write(byte[] bytes) throws IOException {
			ByteBuffer buffer = ByteBuffer.wrap(bytes);
			while (buffer.hasRemaining()) {
				this.sink.write(buffer);
			}
			this.written += bytes.length;
		}

		@Override
		public void write(byte[] bytes, Duration delay) {
			later(() -> write(bytes), delay);
		}

		/**
		 * Does something on the clock's thread, in the order of the calls.
		 */
		private void later(Action action, Duration delay) {
			long now = System.nanoTime();
			long asked = now + delay.toNanos();
			this.due = (asked - this.due > 0) ? asked : this.due;
			this.delayed.add(action);
			if (!FaultProxy.this.clock.isShutdown()) {
				FaultProxy.this.clock.schedule(this::doNext, this.due - now, TimeUnit.NANOSECONDS);
			}
		}

		private void doNext() {
			try {
				this.delayed.remove().run();
			}
			catch (IOException ex) {
				// The connection has ended meanwhile.
			}
		}

		@Override
		public void close() throws IOException {
			this.source.close();
			this.sink.close();
		}

		@Override
		public void reset() throws IOException {
			if (isTcp(this.sink)) {
				// Nothing is sent any more but a reset.
				this.source.setOption(StandardSocketOptions.SO_LINGER, 0);
				this.sink.setOption(StandardSocketOptions.SO_LINGER, 0);
			}
			close();
		}

	}

	/** Something that may fail where nobody minds. */
	@FunctionalInterface
	private interface Action {

		void run() throws IOException;

	}

}
