package io.ductworks.fuzz;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import io.ductworks.CloseReason;
import org.jspecify.annotations.Nullable;

/**
 * What a whole stream of frames means, to be compared with what was read of it.
 *
 * @param payloads the payloads of the whole frames
 * @param fault why the stream cannot be read any further, or {@code null} if it can
 * @param unfinished how much there is of the last frame, or {@code null} if that is whole
 */
record ParsedStream(List<ByteBuffer> payloads, @Nullable CloseReason fault, @Nullable String unfinished) {

	/**
	 * Parses a stream as simply as it can be done.
	 */
	static ParsedStream parse(byte[] stream, int maxFrameSize) {
		List<ByteBuffer> payloads = new ArrayList<>();
		int start = 0;
		while (start < stream.length) {
			if (stream[start] != 'T') {
				return new ParsedStream(payloads, CloseReason.BAD_MAGIC, null);
			}
			int payload = start + 5;
			if (payload > stream.length) {
				return new ParsedStream(payloads, null, (stream.length - start) + " of 5 header bytes");
			}
			long length = 0;
			for (int i = start + 1; i < payload; i++) {
				length = 256 * length + (stream[i] & 0xFF);
			}
			if (length > maxFrameSize) {
				return new ParsedStream(payloads, CloseReason.FRAME_TOO_LARGE, null);
			}
			if (payload + length > stream.length) {
				return new ParsedStream(payloads, null, (stream.length - payload) + " of " + length + " payload bytes");
			}
			payloads.add(ByteBuffer.wrap(stream, payload, (int) length));
			start = payload + (int) length;
		}
		return new ParsedStream(payloads, null, null);
	}

}
