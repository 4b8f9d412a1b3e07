package io.ductworks.internal.frame;

import java.nio.ByteBuffer;

/**
 * A frame that is written by itself, where there is no connection to queue it.
 */
public final class LoneFrame {

	private LoneFrame() {
	}

	/**
	 * Puts a header before a payload.
	 * @param payload the payload
	 * @return the whole frame, to be written
	 */
	public static ByteBuffer of(byte[] payload) {
		return ByteBuffer.allocate(FrameReader.HEADER_BYTES + payload.length)
			.put(FrameReader.MAGIC)
			.putInt(payload.length)
			.put(payload)
			.flip();
	}

}
