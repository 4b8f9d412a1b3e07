package io.ductworks.message;

import java.io.OutputStream;
import java.util.Arrays;

/**
 * Takes one encoded message. What exceeds the limit is counted and not kept. Not
 * thread-safe.
 */
final class PayloadBuffer extends OutputStream {

	private static final int KEPT_BYTES = 64 * 1024;

	private final int limit;

	private byte[] array = new byte[512];

	private int size;

	private long total;

	PayloadBuffer(int limit) {
		this.limit = limit;
	}

	@Override
	public void write(int b) {
		this.total++;
		if (this.total <= this.limit) {
			ensureRoom(1);
			this.array[this.size++] = (byte) b;
		}
	}

	@Override
	public void write(byte[] b, int off, int len) {
		this.total += len;
		if (this.total <= this.limit) {
			ensureRoom(len);
			System.arraycopy(b, off, this.array, this.size, len);
			this.size += len;
		}
	}

	private void ensureRoom(int length) {
		int needed = this.size + length;
		if (needed > this.array.length) {
			int doubled = (int) Math.min(this.array.length * 2L, this.limit);
			this.array = Arrays.copyOf(this.array, Math.max(needed, doubled));
		}
	}

	/**
	 * The length of the whole message, kept or not.
	 */
	long total() {
		return this.total;
	}

	/**
	 * Holds the payload, from its first byte on.
	 */
	byte[] array() {
		return this.array;
	}

	int size() {
		return this.size;
	}

	/**
	 * Empties the buffer for the next message.
	 * @return whether it is small enough to be kept
	 */
	boolean recycle() {
		this.size = 0;
		this.total = 0;
		return this.array.length <= KEPT_BYTES;
	}

}
