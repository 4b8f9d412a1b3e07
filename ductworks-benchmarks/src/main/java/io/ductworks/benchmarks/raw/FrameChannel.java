package io.ductworks.benchmarks.raw;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

import org.jspecify.annotations.Nullable;

/**
 * Frames over a channel: one thread reads, one writes.
 */
final class FrameChannel implements AutoCloseable {

	static final int HEADER = 5;

	static final byte MAGIC = 0x54;

	private static final int READ_SIZE = 256 * 1024;

	private static final int WRITE_SIZE = 64 * 1024;

	private static final long SPIN_NANOS = 50_000;

	private final SocketChannel channel;

	private final @Nullable Selector selector;

	private final ByteBuffer in = ByteBuffer.allocateDirect(READ_SIZE).limit(0);

	private final ByteBuffer out = ByteBuffer.allocateDirect(WRITE_SIZE);

	FrameChannel(SocketChannel channel, boolean spin) throws IOException {
		this.channel = channel;
		if (spin) {
			this.selector = Selector.open();
			channel.configureBlocking(false);
			channel.register(this.selector, SelectionKey.OP_READ);
		}
		else {
			this.selector = null;
		}
	}

	/**
	 * Reads the next payload.
	 * @return the payload, or {@code null} at the end of the stream
	 */
	byte @Nullable [] read() throws IOException {
		while (this.in.remaining() < HEADER) {
			if (!fill()) {
				return null;
			}
		}
		if (this.in.get() != MAGIC) {
			throw new IOException("No frame");
		}
		byte[] payload = new byte[this.in.getInt()];
		int have = 0;
		while (true) {
			int length = Math.min(this.in.remaining(), payload.length - have);
			this.in.get(payload, have, length);
			have += length;
			if (have == payload.length) {
				return payload;
			}
			if (!fill()) {
				return null;
			}
		}
	}

	private boolean fill() throws IOException {
		this.in.compact();
		try {
			int got = (this.selector != null) ? readSpinning(this.selector) : this.channel.read(this.in);
			return got >= 0;
		}
		finally {
			this.in.flip();
		}
	}

	private int readSpinning(Selector selector) throws IOException {
		while (true) {
			long start = System.nanoTime();
			do {
				int got = this.channel.read(this.in);
				if (got != 0) {
					return got;
				}
			}
			while (System.nanoTime() - start < SPIN_NANOS);
			selector.select();
			selector.selectedKeys().clear();
		}
	}

	void write(byte[] payload) throws IOException {
		this.out.clear();
		this.out.put(MAGIC).putInt(payload.length);
		if (payload.length <= this.out.remaining()) {
			writeAll(this.out.put(payload).flip());
			return;
		}
		ByteBuffer[] parts = { this.out.flip(), ByteBuffer.wrap(payload) };
		while (parts[1].hasRemaining()) {
			this.channel.write(parts);
		}
	}

	void writeAll(ByteBuffer buffer) throws IOException {
		while (buffer.hasRemaining()) {
			this.channel.write(buffer);
		}
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
		if (this.selector != null) {
			this.selector.close();
		}
	}

}
