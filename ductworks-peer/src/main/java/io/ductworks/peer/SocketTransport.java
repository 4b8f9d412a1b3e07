package io.ductworks.peer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A socket of the JDK. It waits with selectors, since a blocking socket in the file
 * system knows no time-out.
 */
final class SocketTransport implements PeerTransport {

	private final SocketChannel channel;

	private final Set<Selector> waiting = ConcurrentHashMap.newKeySet();

	SocketTransport(SocketChannel channel) throws IOException {
		this.channel = channel;
		channel.configureBlocking(false);
		if (channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
			channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
		}
	}

	static SocketTransport connect(PeerAddress address, Duration atMost) throws IOException {
		SocketChannel channel = (address.socket() instanceof UnixDomainSocketAddress)
				? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
		try {
			SocketTransport transport = new SocketTransport(channel);
			Deadline deadline = Deadline.in(atMost);
			if (!channel.connect(address.socket())) {
				while (!channel.finishConnect()) {
					if (!transport.await(SelectionKey.OP_CONNECT, deadline)) {
						throw new SocketTimeoutException("no answer " + deadline);
					}
				}
			}
			return transport;
		}
		catch (IOException | RuntimeException ex) {
			channel.close();
			throw ex;
		}
	}

	@Override
	public int read(ByteBuffer into, Duration atMost) throws IOException {
		Deadline deadline = Deadline.in(atMost);
		int count = this.channel.read(into);
		while (count == 0 && await(SelectionKey.OP_READ, deadline)) {
			count = this.channel.read(into);
		}
		return count;
	}

	@Override
	public int write(ByteBuffer from, Duration atMost) throws IOException {
		Deadline deadline = Deadline.in(atMost);
		int count = this.channel.write(from);
		while (count == 0 && await(SelectionKey.OP_WRITE, deadline)) {
			count = this.channel.write(from);
		}
		return count;
	}

	/**
	 * Waits until the channel is ready.
	 * @return false if the time is over
	 */
	private boolean await(int operation, Deadline deadline) throws IOException {
		try (Selector selector = Selector.open()) {
			this.waiting.add(selector);
			try {
				this.channel.register(selector, operation);
				return select(selector, deadline);
			}
			finally {
				this.waiting.remove(selector);
			}
		}
	}

	private boolean select(Selector selector, Deadline deadline) throws IOException {
		while (true) {
			if (!this.channel.isOpen()) {
				throw new ClosedChannelException();
			}
			if (Thread.currentThread().isInterrupted()) {
				throw new InterruptedIOException("interrupted");
			}
			long millis = deadline.millisLeft();
			if (millis == 0) {
				return false;
			}
			if (selector.select(millis) > 0) {
				return true;
			}
		}
	}

	@Override
	public void closeOutput() throws IOException {
		this.channel.shutdownOutput();
	}

	@Override
	public void reset() throws IOException {
		if (this.channel.isOpen() && this.channel.supportedOptions().contains(StandardSocketOptions.SO_LINGER)) {
			this.channel.setOption(StandardSocketOptions.SO_LINGER, 0);
		}
		close();
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
		this.waiting.forEach(Selector::wakeup);
	}

}
