package io.ductworks.internal.frame;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Frames that go out together: either many that were copied one after the other, with the
 * index at which each ends, or one alone whose payload is lent. Not thread-safe.
 */
final class Batch {

	/** A larger array is given back as soon as it is written. */
	private static final int KEPT_BYTES = 256 * 1024;

	/** How much of a payload that is lent is copied, to go out with the header. */
	private static final int HEAD_BYTES = 8 * 1024;

	private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

	private static final int[] NO_ENDS = {};

	private ByteBuffer copied = NOTHING;

	private int copiedLength;

	private ByteBuffer lent = NOTHING;

	private int lentEnd;

	private int[] frameEnds = NO_ENDS;

	private int frames;

	void append(byte[] payload, int offset, int length) {
		begin(length, payload, offset, length);
		end(this.copiedLength);
	}

	/**
	 * Takes a frame without copying its payload; the batch is empty.
	 */
	void lend(byte[] payload, int length) {
		int head = Math.min(length, HEAD_BYTES);
		begin(length, payload, 0, head);
		this.lent = ByteBuffer.wrap(payload).position(head);
		this.lentEnd = length;
		end(this.copiedLength + length);
	}

	private void begin(int length, byte[] payload, int offset, int copied) {
		int header = this.copiedLength;
		int needed = header + FrameReader.HEADER_BYTES + copied;
		if (needed > this.copied.capacity()) {
			int size = Math.max(needed, Math.max(512, this.copied.capacity() * 2));
			this.copied = ByteBuffer.wrap(Arrays.copyOf(this.copied.array(), size));
		}
		this.copied.put(header, FrameReader.MAGIC).putInt(header + 1, length);
		System.arraycopy(payload, offset, this.copied.array(), header + FrameReader.HEADER_BYTES, copied);
		this.copiedLength = needed;
	}

	private void end(int end) {
		if (this.frames == this.frameEnds.length) {
			this.frameEnds = Arrays.copyOf(this.frameEnds, Math.max(8, this.frames * 2));
		}
		this.frameEnds[this.frames++] = end;
	}

	boolean hasLent() {
		return this.lent != NOTHING;
	}

	boolean isLent(byte[] payload) {
		return hasLent() && this.lent.array() == payload;
	}

	/**
	 * Copies a payload that was lent, so that its owner has it back.
	 */
	void giveBack(byte[] payload) {
		if (isLent(payload)) {
			this.lent = ByteBuffer.wrap(Arrays.copyOf(payload, this.lentEnd)).position(this.lent.position());
		}
	}

	/**
	 * What to write next.
	 */
	ByteBuffer window(int size) {
		boolean lending = this.copied.position() == this.copiedLength;
		ByteBuffer part = lending ? this.lent : this.copied;
		int end = lending ? this.lentEnd : this.copiedLength;
		return part.limit(Math.min(end, part.position() + size));
	}

	boolean isWritten() {
		return this.copied.position() == this.copiedLength && this.lent.position() == this.lentEnd;
	}

	int unwrittenFrames() {
		return this.frames - framesUntil(written() + 1);
	}

	/**
	 * How many frames not a byte is written of.
	 */
	int untouchedFrames() {
		int whole = framesUntil(written() + 1);
		int begin = (whole > 0) ? this.frameEnds[whole - 1] : 0;
		return this.frames - whole - ((this.copied.position() > begin) ? 1 : 0);
	}

	private int written() {
		return this.copied.position() + this.lent.position();
	}

	/**
	 * How many frames end before a position.
	 */
	private int framesUntil(int position) {
		int index = Arrays.binarySearch(this.frameEnds, 0, this.frames, position);
		return (index >= 0) ? index : -(index + 1);
	}

	void clear() {
		this.copied = (this.copied.capacity() > KEPT_BYTES) ? NOTHING : this.copied.clear();
		this.copiedLength = 0;
		this.lent = NOTHING;
		this.lentEnd = 0;
		this.frames = 0;
	}

}
