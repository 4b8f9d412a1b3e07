package io.ductworks.internal.transport;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;

/**
 * A name inside this process that takes connections. A pipe with one byte for each
 * waiting connection makes it selectable like a socket.
 */
final class InprocListener implements ByteListener {

	private static final Map<String, InprocListener> LISTENERS = new ConcurrentHashMap<>();

	private final DuctAddress.Inproc address;

	private final int backlog;

	private final Pipe signal;

	private final Deque<PipeConnection> waiting = new ArrayDeque<>();

	private boolean closed;

	/** Where pipes come from. */
	interface Pipes {

		Pipe open() throws IOException;

	}

	private InprocListener(DuctAddress.Inproc address, int backlog) throws IOException {
		this.address = address;
		this.backlog = backlog;
		this.signal = Pipe.open();
	}

	static InprocListener bind(DuctAddress.Inproc address, int backlog) throws IOException {
		InprocListener listener = new InprocListener(address, backlog);
		try {
			listener.signal.source().configureBlocking(false);
			listener.signal.sink().configureBlocking(false);
			if (LISTENERS.putIfAbsent(address.name(), listener) != null) {
				throw new BindException("Address already in use: " + address);
			}
			return listener;
		}
		catch (IOException | RuntimeException | Error ex) {
			listener.close();
			throw ex;
		}
	}

	static ByteConnection connect(DuctAddress.Inproc address) throws IOException {
		return connect(address, Pipe::open);
	}

	static ByteConnection connect(DuctAddress.Inproc address, Pipes pipes) throws IOException {
		InprocListener listener = LISTENERS.get(address.name());
		if (listener == null) {
			throw new NobodyListensException("Connection refused: nobody listens at " + address, null);
		}
		return listener.enqueue(pipes);
	}

	private synchronized ByteConnection enqueue(Pipes pipes) throws IOException {
		if (this.closed || this.waiting.size() >= this.backlog) {
			throw new ConnectException("Connection refused: " + this.address
					+ (this.closed ? " was closed" : " has " + this.backlog + " connections waiting"));
		}
		Pipe there = pipes.open();
		Pipe back = null;
		PipeConnection far = null;
		try {
			back = pipes.open();
			PipeConnection near = new PipeConnection(back.source(), there.sink());
			far = new PipeConnection(there.source(), back.sink());
			this.waiting.add(far);
			this.signal.sink().write(ByteBuffer.allocate(1));
			return near;
		}
		catch (IOException | RuntimeException | Error ex) {
			this.waiting.remove(far);
			close(there);
			if (back != null) {
				close(back);
			}
			throw ex;
		}
	}

	private static void close(Pipe pipe) throws IOException {
		pipe.sink().close();
		pipe.source().close();
	}

	@Override
	public DuctAddress address() {
		return this.address;
	}

	@Override
	public SelectableChannel acceptable() {
		return this.signal.source();
	}

	@Override
	public int acceptOperation() {
		return SelectionKey.OP_READ;
	}

	@Override
	public boolean isInPlace() {
		return true;
	}

	@Override
	public synchronized @Nullable ByteConnection accept() throws IOException {
		PipeConnection accepted = this.waiting.poll();
		if (accepted != null) {
			this.signal.source().read(ByteBuffer.allocate(1));
		}
		return accepted;
	}

	@Override
	public synchronized void close() throws IOException {
		this.closed = true;
		LISTENERS.remove(this.address.name(), this);
		for (PipeConnection connection : this.waiting) {
			connection.close();
		}
		this.waiting.clear();
		close(this.signal);
	}

}
