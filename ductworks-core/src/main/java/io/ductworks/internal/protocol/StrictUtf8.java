package io.ductworks.internal.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Looks for bytes that are not UTF-8. A JSON parser does not see all of them: it takes
 * overlong forms and surrogates.
 */
final class StrictUtf8 {

	private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

	private static final long HIGH_BITS = 0x8080808080808080L;

	private static final int CHUNK = 1024;

	private StrictUtf8() {
	}

	/**
	 * The index of the first byte that is not UTF-8, or -1.
	 */
	static int firstBad(byte[] bytes, int offset, int length) {
		int end = offset + length;
		int index = offset;
		while (index <= end - Long.BYTES && ((long) LONGS.get(bytes, index) & HIGH_BITS) == 0) {
			index += Long.BYTES;
		}
		while (index < end && bytes[index] >= 0) {
			index++;
		}
		return (index == end) ? -1 : decode(bytes, index, end);
	}

	private static int decode(byte[] bytes, int from, int end) {
		CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
		ByteBuffer source = ByteBuffer.wrap(bytes, from, end - from);
		CharBuffer target = CharBuffer.allocate(Math.min(end - from, CHUNK));
		while (true) {
			CoderResult result = decoder.decode(source, target.clear(), true);
			if (result.isError()) {
				return source.position();
			}
			if (result.isUnderflow()) {
				return -1;
			}
		}
	}

}
