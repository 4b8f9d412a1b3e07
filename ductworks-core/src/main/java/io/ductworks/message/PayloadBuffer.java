package io.ductworks.message;

import java.io.ByteArrayOutputStream;

/**
 * Takes one encoded message. What exceeds the limit is counted and not kept.
 */
final class PayloadBuffer extends ByteArrayOutputStream {

	private static final int KEPT_BYTES = 64 * 1024;

	private final int limit;

	private long total;

	PayloadBuffer(int limit) {
		super(512);
		this.limit = limit;
	}

	@Override
	public synchronized void write(int b) {
		this.total++;
		if (this.total <= this.limit) {
			super.write(b);
		}
	}

	@Override
	public synchronized void write(byte[] b, int off, int len) {
		this.total += len;
		if (this.total <= this.limit) {
			super.write(b, off, len);
		}
	}

	/**
	 * The length of the whole message, kept or not.
	 */
	long total() {
		return this.total;
	}

	byte[] array() {
		return this.buf;
	}

	/**
	 * Empties the buffer for the next message.
	 * @return whether it is small enough to be kept
	 */
	boolean recycle() {
		reset();
		this.total = 0;
		return this.buf.length <= KEPT_BYTES;
	}

}
