package io.ductworks.message;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Takes one encoded message, and fails as soon as it exceeds the limit: what a codec
 * writes may have no end. Not thread-safe.
 */
final class PayloadBuffer extends OutputStream {

	private static final int KEPT_BYTES = 64 * 1024;

	private final int limit;

	private byte[] array = new byte[512];

	private int size;

	/** How much was to be written in all; more than {@link #size} beyond the limit. */
	private long total;

	PayloadBuffer(int limit) {
		this.limit = limit;
	}

	@Override
	public void write(int b) throws IOException {
		ensureRoom(1);
		this.array[this.size++] = (byte) b;
	}

	@Override
	public void write(byte[] b, int off, int len) throws IOException {
		ensureRoom(len);
		System.arraycopy(b, off, this.array, this.size, len);
		this.size += len;
	}

	private void ensureRoom(int length) throws IOException {
		this.total += length;
		if (this.total > this.limit) {
			throw new IOException("more than " + this.limit + " bytes");
		}
		int needed = this.size + length;
		if (needed > this.array.length) {
			int doubled = (int) Math.min(this.array.length * 2L, this.limit);
			this.array = Arrays.copyOf(this.array, Math.max(needed, doubled));
		}
	}

	/**
	 * Whether the message is larger than the limit.
	 */
	boolean isExceeded() {
		return this.total > this.limit;
	}

	/**
	 * The length of the message, as far as it is known.
	 */
	long total() {
		return this.total;
	}

	/**
	 * How much more it may take.
	 */
	int room() {
		return this.limit - this.size;
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
	 * Writes bytes that are all of them.
	 */
	void append(byte[] bytes) throws IOException {
		write(bytes, 0, bytes.length);
	}

	/**
	 * Writes a byte between those that were written.
	 */
	void insert(int index, char added) throws IOException {
		ensureRoom(1);
		System.arraycopy(this.array, index, this.array, index + 1, this.size - index);
		this.array[index] = (byte) added;
		this.size++;
	}

	/**
	 * Whether bytes were written in a row.
	 * @param from where to begin to look
	 */
	boolean contains(byte[] bytes, int from) {
		for (int i = from; i <= this.size - bytes.length; i++) {
			if (this.array[i] == bytes[0] && Arrays.equals(this.array, i, i + bytes.length, bytes, 0, bytes.length)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Takes back what was written from a place on.
	 */
	void cut(int size) {
		this.total -= this.size - size;
		this.size = size;
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
