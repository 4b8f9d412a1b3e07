package io.ductworks.internal.frame;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.security.Principal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.IntUnaryOperator;

import io.ductworks.internal.transport.ByteConnection;

/**
 * A connection that gives the bytes it was made with, and takes as many as a test wants.
 */
public final class FakeConnection implements ByteConnection {

	private final Deque<ByteBuffer> chunks = new ArrayDeque<>();

	private final int maxRead;

	private final ByteArrayOutputStream written = new ByteArrayOutputStream();

	private IntUnaryOperator room = (wanted) -> wanted;

	private boolean broken;

	private volatile boolean closed;

	private boolean moving;

	private int writes;

	private FakeConnection(int maxRead) {
		this.maxRead = maxRead;
	}

	/**
	 * Gives each chunk by reads of its own, then the end of the stream.
	 */
	static FakeConnection of(byte[]... chunks) {
		FakeConnection connection = new FakeConnection(Integer.MAX_VALUE);
		for (byte[] chunk : chunks) {
			connection.arrive(chunk);
		}
		return connection;
	}

	/**
	 * Gives at most so many bytes at a time.
	 */
	static FakeConnection slow(byte[] bytes, int maxRead) {
		FakeConnection connection = new FakeConnection(maxRead);
		connection.arrive(bytes);
		return connection;
	}

	/**
	 * Cuts bytes at the given indexes.
	 */
	public static FakeConnection cut(byte[] bytes, int... cuts) {
		FakeConnection connection = new FakeConnection(Integer.MAX_VALUE);
		int from = 0;
		for (int cut : cuts) {
			connection.arrive(Arrays.copyOfRange(bytes, from, cut));
			from = cut;
		}
		connection.arrive(Arrays.copyOfRange(bytes, from, bytes.length));
		return connection;
	}

	void arrive(byte[] bytes) {
		if (bytes.length > 0) {
			this.chunks.add(ByteBuffer.wrap(bytes));
		}
	}

	/**
	 * Decides for each write how many bytes find room, given how many there are.
	 */
	void room(IntUnaryOperator room) {
		this.room = room;
	}

	/**
	 * Has room for so many bytes from now on.
	 */
	void roomFor(int bytes) {
		int[] left = { bytes };
		room((wanted) -> {
			int count = Math.min(wanted, left[0]);
			left[0] -= count;
			return count;
		});
	}

	/**
	 * Fails from the moment on at which there is no room.
	 */
	void breakWhenFull() {
		this.broken = true;
	}

	/**
	 * Says whether writes that take nothing move bytes that were taken before.
	 */
	void moving(boolean moving) {
		this.moving = moving;
	}

	byte[] written() {
		return this.written.toByteArray();
	}

	int writes() {
		return this.writes;
	}

	@Override
	public int read(ByteBuffer target) {
		ByteBuffer chunk = this.chunks.peek();
		if (chunk == null) {
			return -1;
		}
		int count = Math.min(this.maxRead, Math.min(chunk.remaining(), target.remaining()));
		for (int i = 0; i < count; i++) {
			target.put(chunk.get());
		}
		if (!chunk.hasRemaining()) {
			this.chunks.remove();
		}
		return count;
	}

	@Override
	public int write(ByteBuffer source) throws IOException {
		this.writes++;
		if (this.closed) {
			throw new ClosedChannelException();
		}
		int count = this.room.applyAsInt(source.remaining());
		if (count == 0 && this.broken) {
			throw new IOException("Broken pipe");
		}
		byte[] taken = new byte[count];
		source.get(taken);
		this.written.writeBytes(taken);
		return count;
	}

	@Override
	public boolean hasMoved() {
		return this.moving;
	}

	@Override
	public SelectableChannel readable() {
		throw new UnsupportedOperationException();
	}

	@Override
	public SelectableChannel writable() {
		throw new UnsupportedOperationException();
	}

	@Override
	public Principal peer() {
		return null;
	}

	@Override
	public void close() {
		this.closed = true;
	}

	// Frames for tests of both directions

	static byte[] frame(byte[] payload) {
		return ByteBuffer.allocate(5 + payload.length).put((byte) 'T').putInt(payload.length).put(payload).array();
	}

	static byte[] concat(byte[]... parts) {
		return concat(List.of(parts));
	}

	static byte[] concat(List<byte[]> parts) {
		ByteArrayOutputStream all = new ByteArrayOutputStream();
		parts.forEach(all::writeBytes);
		return all.toByteArray();
	}

	/**
	 * A payload whose bytes tell where they belong.
	 */
	static byte[] payload(int length) {
		byte[] payload = new byte[length];
		for (int i = 0; i < length; i++) {
			payload[i] = (byte) (i * 31 + length + (i >> 8));
		}
		return payload;
	}

	/**
	 * Reads to the end of the stream and gives the payloads.
	 */
	static List<byte[]> readAll(FrameReader reader, ByteConnection connection)
			throws IOException, MalformedFrameException {
		List<byte[]> payloads = new ArrayList<>();
		while (reader.fill(connection) >= 0) {
			while (reader.next()) {
				payloads.add(Arrays.copyOfRange(reader.array(), reader.offset(), reader.offset() + reader.length()));
				reader.consume();
			}
		}
		return payloads;
	}

}
