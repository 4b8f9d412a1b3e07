package io.ductworks.benchmarks.raw;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Gathers the frames of many senders in one of two buffers while a thread writes the
 * other.
 */
final class Gathering {

	private static final int SIZE = 64 * 1024;

	private final FrameChannel channel;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition filled = this.lock.newCondition();

	private final Condition emptied = this.lock.newCondition();

	private ByteBuffer filling = ByteBuffer.allocateDirect(SIZE);

	private ByteBuffer writing = ByteBuffer.allocateDirect(SIZE);

	private @Nullable IOException failure;

	Gathering(FrameChannel channel) {
		this.channel = channel;
		Thread writer = new Thread(this::write, "writer");
		writer.setDaemon(true);
		writer.start();
	}

	void send(byte[] payload) throws IOException {
		this.lock.lock();
		try {
			while (this.filling.remaining() < FrameChannel.HEADER + payload.length && this.failure == null) {
				this.emptied.await();
			}
			if (this.failure != null) {
				throw this.failure;
			}
			if (this.filling.position() == 0) {
				this.filled.signal();
			}
			this.filling.put(FrameChannel.MAGIC).putInt(payload.length).put(payload);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new InterruptedIOException();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void write() {
		try {
			while (true) {
				this.channel.writeAll(swap());
			}
		}
		catch (IOException ex) {
			this.lock.lock();
			this.failure = ex;
			this.emptied.signalAll();
			this.lock.unlock();
		}
	}

	private ByteBuffer swap() {
		this.lock.lock();
		try {
			while (this.filling.position() == 0) {
				this.filled.awaitUninterruptibly();
			}
			ByteBuffer full = this.filling;
			this.filling = this.writing.clear();
			this.writing = full;
			this.emptied.signalAll();
			return full.flip();
		}
		finally {
			this.lock.unlock();
		}
	}

}
