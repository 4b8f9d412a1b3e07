package io.ductworks.message;

import java.io.OutputStream;

import org.jspecify.annotations.Nullable;

/**
 * Takes one encoded message. What exceeds the limit is counted and not kept. A message
 * that is its own payload is not copied, since it does not change while it is being sent.
 * Not thread-safe.
 */
final class PayloadBuffer extends OutputStream {

	private static final int KEPT_BYTES = 64 * 1024;

	private static final int FIRST_BYTES = 512;

	private static final byte[] NOTHING = {};

	private final int limit;

	private byte[] own = NOTHING;

	private byte[] array = NOTHING;

	private int size;

	private long total;

	private @Nullable Object message;

	PayloadBuffer(int limit) {
		this.limit = limit;
	}

	/**
	 * Says which message comes.
	 */
	void begin(@Nullable Object message) {
		this.message = message;
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
		if (this.total > this.limit) {
			return;
		}
		if (b == this.message && off == 0 && this.size == 0) {
			this.array = b;
		}
		else {
			ensureRoom(len);
			System.arraycopy(b, off, this.array, this.size, len);
		}
		this.size += len;
	}

	private void ensureRoom(int length) {
		int needed = this.size + length;
		if (needed < 0) {
			throw new OutOfMemoryError("a message of over 2 GiB");
		}
		if (needed > this.own.length) {
			long doubled = Math.min(Math.max(this.own.length * 2L, FIRST_BYTES), Integer.MAX_VALUE - 8);
			this.own = new byte[Math.max(needed, (int) doubled)];
		}
		if (this.array != this.own) {
			System.arraycopy(this.array, 0, this.own, 0, this.size);
			this.array = this.own;
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
		this.array = this.own;
		this.message = null;
		this.size = 0;
		this.total = 0;
		return this.own.length <= KEPT_BYTES;
	}

}
