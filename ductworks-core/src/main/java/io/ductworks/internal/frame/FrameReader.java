package io.ductworks.internal.frame;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

import io.ductworks.CloseReason;
import io.ductworks.internal.transport.ByteConnection;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into frames. One {@link #fill} takes whatever the connection
 * has, {@link #next()} then finds one frame after the other in it; a frame that is not
 * whole yet stays where it is until more bytes come. Memory grows with the bytes that
 * arrived, never with the length that was announced. Not thread-safe: its user holds a
 * lock or is the only reader.
 */
public final class FrameReader {

	/** Bytes before the payload: the magic byte and the length. */
	public static final int HEADER_BYTES = 5;

	/** First byte of every frame. */
	static final byte MAGIC = 0x54;

	/** How many bytes are read ahead at most, unless the end is looked for. */
	static final int MAX_BUFFER_BYTES = 64 * 1024;

	/** How many bytes are read ahead at most to find an end behind them. */
	static final int MAX_FAR_AHEAD_BYTES = 4 * 1024 * 1024;

	private static final int INITIAL_BUFFER_BYTES = 4 * 1024;

	/** The JDK copies heap buffers through native memory of the size of one read. */
	private static final int MAX_READ_BYTES = 256 * 1024;

	/** How many times larger than what has arrived a buffer may be. */
	private static final int GROWTH = 4;

	/** Memory for a larger payload is not kept for the next: no cache would hold it. */
	private static final int MAX_GATHERED_BYTES = 4 * 1024 * 1024;

	private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

	private final int maxFrameSize;

	private final FrameMemory.Share memory;

	private ByteBuffer buffer = NOTHING;

	private int maxBufferBytes = MAX_BUFFER_BYTES;

	/** Index of the first byte not yet taken; the bytes end at the position. */
	private int start;

	/**
	 * Gathers payloads that are too large for the buffer; kept for the next, since fresh
	 * memory costs more than to copy from memory that is still in the processor's cache.
	 */
	private ByteBuffer gathered = NOTHING;

	/** The payload of a frame that is too large for the buffer, else {@code null}. */
	private @Nullable ByteBuffer large;

	private int largeLength;

	private boolean drained;

	/** Whether the last read left no room in the buffer. */
	private boolean filled;

	/** The length of the frame that was found and not yet taken, else -1. */
	private int payloadLength = -1;

	/**
	 * Creates a reader at the beginning of a stream.
	 * @param maxFrameSize the longest payload that is accepted, in bytes
	 */
	public FrameReader(int maxFrameSize) {
		this(maxFrameSize, FrameMemory.OF_PROCESS);
	}

	FrameReader(int maxFrameSize, FrameMemory memory) {
		this.maxFrameSize = maxFrameSize;
		this.memory = memory.share();
	}

	/**
	 * Reads once, as much as there is and fits. Does not wait for bytes.
	 * @param connection where the bytes come from
	 * @return the number of bytes, 0 if there are none now, -1 at the end of the stream
	 * @throws MalformedFrameException if there is no memory for the frame that has begun
	 * @throws IOException if the connection broke
	 */
	public int fill(ByteConnection connection) throws IOException {
		ByteBuffer large = (isGathering() || !isReadingFarAhead()) ? this.large : null;
		ByteBuffer target = (large != null) ? roomForLarge(large) : room();
		int end = (large != null) ? Math.min(target.capacity(), this.largeLength) : target.capacity();
		target.limit(Math.min(end, target.position() + MAX_READ_BYTES));
		int room = target.remaining();
		int count = connection.read(target);
		this.filled = large == null && count == room;
		this.drained = count < room && !connection.isEndKnown();
		return count;
	}

	/**
	 * Whether the last {@link #fill} took all that there was.
	 * @return whether reading again at once would find nothing, most likely
	 */
	public boolean isDrained() {
		return this.drained;
	}

	private ByteBuffer roomForLarge(ByteBuffer large) throws MalformedFrameException {
		if (large.position() == large.capacity() && large.position() < this.largeLength) {
			int size = (int) Math.min(this.largeLength, (long) large.capacity() * GROWTH);
			requireMemory(size, this.largeLength);
			large = ByteBuffer.allocate(size).put(large.flip());
			this.large = large;
			this.gathered = large;
		}
		return large;
	}

	/**
	 * Whether a payload that is too large for the buffer is not whole yet.
	 */
	private boolean isGathering() {
		return this.large != null && this.large.position() < this.largeLength;
	}

	private boolean isReadingFarAhead() {
		return this.maxBufferBytes > MAX_BUFFER_BYTES;
	}

	/**
	 * Reads further ahead from now on, up to 4 MiB or as far as the memory for frames
	 * allows, until all of it was taken.
	 */
	public void readFarAhead() {
		this.maxBufferBytes = MAX_FAR_AHEAD_BYTES;
	}

	/**
	 * The buffer with room behind the bytes that are not yet taken, if there is any. It
	 * is enlarged after a read that filled it, since there is likely to be more. The
	 * bytes move to the front once half of the buffer lies before them, or no room behind
	 * them.
	 */
	private ByteBuffer room() {
		ByteBuffer buffer = this.buffer;
		int kept = buffer.position() - this.start;
		ByteBuffer target = buffer;
		int larger = Math.min(this.maxBufferBytes, Math.max(INITIAL_BUFFER_BYTES, buffer.capacity() * GROWTH));
		if (buffer.capacity() < larger && (this.filled || kept == buffer.capacity()) && mayBuffer(larger)) {
			target = ByteBuffer.allocate(larger);
		}
		else if (kept > 0 && this.start < buffer.capacity() / 2 && buffer.position() < buffer.capacity()) {
			return buffer;
		}
		System.arraycopy(buffer.array(), this.start, target.array(), 0, kept);
		target.clear().position(kept);
		this.buffer = target;
		this.start = 0;
		return target;
	}

	private boolean mayBuffer(int bytes) {
		if (bytes <= MAX_BUFFER_BYTES) {
			return true;
		}
		boolean granted = this.memory.hold(bytes + this.gathered.capacity());
		if (!granted) {
			this.maxBufferBytes = Math.max(MAX_BUFFER_BYTES, this.buffer.capacity());
		}
		return granted;
	}

	/**
	 * Whether {@link #fill} would find room: false only while a full buffer of frames, or
	 * one frame that is larger, waits to be taken.
	 * @return whether there is room
	 */
	public boolean hasRoom() {
		if (this.large != null && !isReadingFarAhead()) {
			return isGathering();
		}
		return isGathering() || this.buffer.position() - this.start < this.maxBufferBytes;
	}

	/**
	 * Whether a whole frame is there. If so {@link #array()} and its siblings give its
	 * payload, until {@link #consume()} takes it; {@link #fill} may move it.
	 * @return whether there is a whole frame
	 * @throws MalformedFrameException if what comes next is no frame, or too long
	 */
	public boolean next() throws MalformedFrameException {
		if (this.payloadLength >= 0) {
			return true;
		}
		ByteBuffer large = this.large;
		if (large != null) {
			if (large.position() < this.largeLength) {
				return false;
			}
			this.payloadLength = this.largeLength;
			return true;
		}
		int available = this.buffer.position() - this.start;
		if (available == 0) {
			return false;
		}
		byte[] bytes = this.buffer.array();
		if (bytes[this.start] != MAGIC) {
			throw new MalformedFrameException(CloseReason.BAD_MAGIC,
					ForeignBytes.describe(bytes, this.start, available));
		}
		if (available < HEADER_BYTES) {
			return false;
		}
		long length = Integer.toUnsignedLong(this.buffer.getInt(this.start + 1));
		if (length > this.maxFrameSize) {
			throw new MalformedFrameException(CloseReason.FRAME_TOO_LARGE,
					"the peer announced a frame of " + length + " bytes, the limit is " + this.maxFrameSize
							+ "; raise max-frame-size on this side if it is right");
		}
		if (available - HEADER_BYTES >= length) {
			this.payloadLength = (int) length;
			return true;
		}
		if (length > MAX_BUFFER_BYTES - HEADER_BYTES) {
			startLarge((int) length, available - HEADER_BYTES);
		}
		return false;
	}

	private void startLarge(int length, int available) throws MalformedFrameException {
		int size = (int) Math.min(length, Math.max(INITIAL_BUFFER_BYTES, (long) available * GROWTH));
		if (this.gathered.capacity() < size) {
			requireMemory(size, length);
			this.gathered = ByteBuffer.allocate(size);
		}
		this.large = this.gathered.clear().put(this.buffer.array(), this.start + HEADER_BYTES, available);
		this.largeLength = length;
		this.buffer.position(0);
		this.start = 0;
	}

	private void requireMemory(int size, int length) throws MalformedFrameException {
		if (!this.memory.hold(size + bufferHeld())) {
			throw new MalformedFrameException(CloseReason.OUT_OF_MEMORY,
					"the peer announced a frame of " + length + " bytes, " + size + " more are needed to go on, and "
							+ this.memory
							+ "; use smaller messages, fewer connections, a lower max-frame-size or a larger heap");
		}
	}

	/**
	 * How much of the memory for frames the buffer holds.
	 */
	private int bufferHeld() {
		return (this.buffer.capacity() > MAX_BUFFER_BYTES) ? this.buffer.capacity() : 0;
	}

	/**
	 * How many bytes there are of a frame that is not whole; of meaning only after
	 * {@link #next()} has found no whole one.
	 * @return the number of bytes, its header included
	 */
	public int unfinishedBytes() {
		ByteBuffer large = this.large;
		return (large != null) ? HEADER_BYTES + large.position() : this.buffer.position() - this.start;
	}

	/**
	 * How much is there of the last frame, if that is not whole.
	 * @return such as {@code 3 of 5 header bytes}, or {@code null} if the bytes end where
	 * a frame ends
	 */
	public @Nullable String unfinished() {
		ByteBuffer large = this.large;
		if (large != null && isGathering()) {
			return large.position() + " of " + this.largeLength + " payload bytes";
		}
		int end = this.buffer.position();
		long index = this.start;
		long next = index;
		while (next + HEADER_BYTES <= end) {
			index = next;
			next = index + HEADER_BYTES + Integer.toUnsignedLong(this.buffer.getInt((int) index + 1));
		}
		if (next == end) {
			return null;
		}
		return (next < end) ? (end - next) + " of " + HEADER_BYTES + " header bytes"
				: (end - index - HEADER_BYTES) + " of " + (next - index - HEADER_BYTES) + " payload bytes";
	}

	/**
	 * The array that holds the payload.
	 * @return the array, valid until the next {@link #fill} or {@link #consume()}
	 */
	public byte[] array() {
		ByteBuffer large = this.large;
		return ((large != null) ? large : this.buffer).array();
	}

	/**
	 * Where the payload begins in {@link #array()}.
	 * @return the index of its first byte, valid as long as the array
	 */
	public int offset() {
		return (this.large != null) ? 0 : this.start + HEADER_BYTES;
	}

	/**
	 * The length of the payload.
	 * @return the number of bytes, -1 if {@link #next()} has found none
	 */
	public int length() {
		return this.payloadLength;
	}

	/**
	 * Takes the frame and gives its payload in an array of its own, without copying it if
	 * it is larger than 4 MiB.
	 * @return the payload
	 */
	public byte[] take() {
		byte[] payload = array();
		if (this.large == null || this.largeLength <= MAX_GATHERED_BYTES) {
			payload = Arrays.copyOfRange(payload, offset(), offset() + this.payloadLength);
		}
		consume();
		return payload;
	}

	/**
	 * Takes the frame, so that {@link #next()} looks for the one after it.
	 */
	public void consume() {
		if (this.large != null) {
			this.large = null;
			if (this.largeLength > MAX_GATHERED_BYTES || this.memory.isScarce()) {
				this.gathered = NOTHING;
				this.memory.hold(bufferHeld());
			}
		}
		else {
			this.start += HEADER_BYTES + this.payloadLength;
			if (isReadingFarAhead() && this.start == this.buffer.position()) {
				// The end is not looked for any more.
				this.buffer = NOTHING;
				this.start = 0;
				this.maxBufferBytes = MAX_BUFFER_BYTES;
				this.memory.hold(this.gathered.capacity());
			}
		}
		this.payloadLength = -1;
	}

	/**
	 * Gives back the memory, if no bytes wait in it.
	 */
	public void release() {
		if (this.large == null && this.start == this.buffer.position()) {
			this.buffer = NOTHING;
			this.gathered = NOTHING;
			this.start = 0;
			this.maxBufferBytes = MAX_BUFFER_BYTES;
			this.memory.hold(0);
		}
	}

	/**
	 * Notes that the connection has ended: what the reader still holds is not counted any
	 * more, and it takes no more memory for large frames. For any thread.
	 */
	public void ended() {
		this.memory.close();
	}

}
