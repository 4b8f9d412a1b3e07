package io.ductworks.trials;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import javax.net.ssl.SSLContext;

import io.ductworks.transport.DuctAddress;
import io.ductworks.trials.AnswerBook.Frame;
import io.ductworks.trials.AnswerBook.Sort;
import io.ductworks.trials.Mischief.Deed;
import org.jspecify.annotations.Nullable;

/**
 * A peer that speaks bytes, and answers each request with its own payload, but at random
 * does some {@link Mischief}. Behind the payload it writes which frame of which
 * connection it is, so that an {@link AnswerBook} can tell why an answer went wrong. It
 * draws from a seed; what comes of it depends on the threads all the same.
 */
final class RandomPeer implements AutoCloseable {

	/** For news, and for an answer that comes twice. */
	private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

	private static final long LONGEST_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(30);

	private static final int BUFFER_BYTES = 64 * 1024;

	private final Mischief mischief;

	private final AnswerBook book;

	private final long seed;

	private final AtomicInteger connections = new AtomicInteger();

	private final Set<Wire> wires = ConcurrentHashMap.newKeySet();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	/** Writes what comes later, if there is a later. */
	private final ScheduledExecutorService clock = new ScheduledThreadPoolExecutor(1, new DiscardPolicy());

	private final Wire.@Nullable Listener listener;

	private volatile boolean closed;

	private RandomPeer(Mischief mischief, AnswerBook book, long seed, Wire.@Nullable Listener listener) {
		this.mischief = mischief;
		this.book = book;
		this.seed = seed;
		this.listener = listener;
	}

	/**
	 * A peer to which children connect.
	 * @param address the socket file, or TCP at any free port
	 */
	static RandomPeer listening(DuctAddress address, @Nullable SSLContext tls, Mischief mischief, AnswerBook book,
			long seed) throws IOException {
		Wire.Listener listener = Wire.Listener.at(address, tls);
		RandomPeer peer = new RandomPeer(mischief, book, seed, listener);
		peer.threads.execute(() -> peer.whileOpen(() -> {
			Wire wire = listener.accept();
			peer.threads.execute(() -> peer.serve(wire));
		}));
		return peer;
	}

	/**
	 * A peer that connects to a parent so many times, and again when a connection has
	 * ended.
	 */
	static RandomPeer connecting(DuctAddress address, @Nullable SSLContext tls, int connections, Mischief mischief,
			AnswerBook book, long seed) {
		RandomPeer peer = new RandomPeer(mischief, book, seed, null);
		for (int i = 0; i < connections; i++) {
			peer.threads.execute(() -> peer.whileOpen(() -> peer.serve(Wire.connect(address, tls))));
		}
		return peer;
	}

	/**
	 * Where it listens.
	 */
	DuctAddress address() {
		if (this.listener == null) {
			throw new IllegalStateException("connects");
		}
		return this.listener.address();
	}

	private void whileOpen(Step step) {
		while (!this.closed) {
			try {
				step.run();
			}
			catch (IOException ex) {
				// Refused, or closed meanwhile.
				LockSupport.parkNanos(MOMENT_NANOS);
			}
		}
	}

	/** Something that may fail. */
	@FunctionalInterface
	private interface Step {

		void run() throws IOException;

	}

	private void serve(Wire wire) {
		this.wires.add(wire);
		try (wire) {
			if (!this.closed) {
				new Connection(wire, this.connections.incrementAndGet()).serve();
			}
		}
		catch (IOException ex) {
			// The duct has ended the connection.
		}
		finally {
			this.wires.remove(wire);
		}
	}

	@Override
	public void close() {
		this.closed = true;
		this.clock.shutdownNow();
		this.threads.shutdown();
		try {
			if (this.listener != null) {
				this.listener.close();
			}
			for (Wire wire : this.wires) {
				wire.close();
			}
			if (!this.threads.awaitTermination(10, TimeUnit.SECONDS)) {
				throw new IllegalStateException("threads of the peer are left");
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * One connection. Its own thread reads, and writes most; the clock writes the rest.
	 */
	private final class Connection {

		private final Wire wire;

		private final int number;

		private final Random random;

		private final ByteBuffer read = ByteBuffer.allocate(BUFFER_BYTES).flip();

		private int taken;

		private int written;

		Connection(Wire wire, int number) {
			this.wire = wire;
			this.number = number;
			this.random = new Random(31 * RandomPeer.this.seed + number);
		}

		void serve() throws IOException {
			for (String request = take(); request != null; request = take()) {
				answer(request, RandomPeer.this.mischief.next(this.random));
			}
		}

		private void answer(String request, Deed deed) throws IOException {
			Part answer = new Part(request, Sort.ANSWER);
			Part again = new Part(request, Sort.SURPLUS);
			Part news = new Part("news", Sort.SURPLUS);
			if (deed == Deed.SWAP && !hasNext()) {
				deed = Deed.ANSWER;
			}
			RandomPeer.this.mischief.did(deed);
			switch (deed) {
				case ANSWER -> write(answer);
				case OMIT -> omit();
				case DOUBLE -> write(answer, again);
				case DOUBLE_LATER -> {
					write(answer);
					writeLater(again);
				}
				case DELAY -> {
					pause(LONGEST_DELAY_NANOS);
					write(answer);
				}
				case NEWS_BEHIND -> write(answer, news);
				case NEWS_BEFORE -> write(news, answer);
				case NEWS_MEANWHILE -> {
					write(news);
					pause(MOMENT_NANOS);
					write(answer);
				}
				case NEWS_LATER -> {
					write(answer);
					writeLater(news);
				}
				case SWAP -> write(new Part(String.valueOf(take()), Sort.SWAPPED), new Part(request, Sort.SWAPPED));
			}
		}

		private void pause(long longestNanos) {
			LockSupport.parkNanos(this.random.nextLong(longestNanos));
		}

		private synchronized void omit() {
			RandomPeer.this.book.omitted(this.number, this.written + 1);
		}

		private void writeLater(Part part) {
			RandomPeer.this.clock.schedule(() -> {
				try {
					write(part);
				}
				catch (IOException ex) {
					// The duct has ended the connection.
				}
			}, this.random.nextLong(MOMENT_NANOS), TimeUnit.NANOSECONDS);
		}

		private synchronized void write(Part... parts) throws IOException {
			ByteArrayOutputStream bytes = new ByteArrayOutputStream();
			for (Part part : parts) {
				this.written++;
				if (part.sort() == Sort.SURPLUS) {
					RandomPeer.this.book.surplus(this.number, this.written);
				}
				bytes.writeBytes(frame(new Frame(part.payload(), this.number, this.written, part.sort()).toString()));
			}
			this.wire.write(bytes.toByteArray());
		}

		private static byte[] frame(String payload) {
			byte[] bytes = payload.getBytes(StandardCharsets.US_ASCII);
			return ByteBuffer.allocate(5 + bytes.length).put((byte) 0x54).putInt(bytes.length).put(bytes).array();
		}

		/**
		 * The payload of the next request, or {@code null} at the end.
		 */
		private @Nullable String take() throws IOException {
			while (!hasNext()) {
				this.read.compact();
				int count = this.wire.read(this.read);
				this.read.flip();
				if (count < 0) {
					return null;
				}
			}
			byte[] payload = new byte[this.read.getInt(this.read.position() + 1)];
			this.read.position(this.read.position() + 5).get(payload);
			String request = new String(payload, StandardCharsets.US_ASCII);
			RandomPeer.this.book.taken(request, this.number, ++this.taken);
			return request;
		}

		private boolean hasNext() {
			return this.read.remaining() >= 5
					&& this.read.remaining() >= 5 + this.read.getInt(this.read.position() + 1);
		}

		/**
		 * A frame that has no number yet.
		 */
		private record Part(String payload, Sort sort) {
		}

	}

}
