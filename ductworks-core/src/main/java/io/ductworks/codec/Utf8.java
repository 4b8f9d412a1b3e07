package io.ductworks.codec;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Strict UTF-8 as of RFC 3629. JSON parsers are lenient: they guess UTF-16 and UTF-32
 * from zero bytes, skip a byte order mark and accept overlong forms; all of these are
 * refused here. A zero byte never stands in JSON, so refusing it ends the guessing.
 */
final class Utf8 {

	private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

	private static final long HIGH_BITS = 0x8080808080808080L;

	private static final long LOW_BITS = 0x0101010101010101L;

	private Utf8() {
	}

	static void check(byte[] bytes, int offset, int length) throws IOException {
		int end = offset + length;
		if (length >= 3 && bytes[offset] == (byte) 0xEF && bytes[offset + 1] == (byte) 0xBB
				&& bytes[offset + 2] == (byte) 0xBF) {
			throw new IOException("payload begins with a byte order mark; JSON goes without");
		}
		int index = offset;
		while (index < end) {
			index = skipAscii(bytes, index, end);
			if (index < end) {
				int size = sequenceLength(bytes, index, end);
				if (size == 0) {
					throw new IOException("byte 0x%02x at index %d of %d is not UTF-8".formatted(bytes[index] & 0xFF,
							index - offset, length));
				}
				index += size;
			}
		}
	}

	/**
	 * Skips ASCII but for zero, eight bytes at a time.
	 */
	private static int skipAscii(byte[] bytes, int index, int end) {
		int i = index;
		while (i <= end - Long.BYTES) {
			long word = (long) LONGS.get(bytes, i);
			if (((word | (word - LOW_BITS)) & HIGH_BITS) != 0) {
				break;
			}
			i += Long.BYTES;
		}
		while (i < end && bytes[i] > 0) {
			i++;
		}
		return i;
	}

	/**
	 * The length of the multi-byte sequence at an index, 0 if it is none.
	 */
	private static int sequenceLength(byte[] bytes, int index, int end) {
		int lead = bytes[index] & 0xFF;
		if (lead >= 0xC2 && lead <= 0xDF) {
			return isContinued(bytes, index, end, 2, 0x80, 0xBF) ? 2 : 0;
		}
		if (lead >= 0xE0 && lead <= 0xEF) {
			int from = (lead == 0xE0) ? 0xA0 : 0x80;
			int to = (lead == 0xED) ? 0x9F : 0xBF;
			return isContinued(bytes, index, end, 3, from, to) ? 3 : 0;
		}
		if (lead >= 0xF0 && lead <= 0xF4) {
			int from = (lead == 0xF0) ? 0x90 : 0x80;
			int to = (lead == 0xF4) ? 0x8F : 0xBF;
			return isContinued(bytes, index, end, 4, from, to) ? 4 : 0;
		}
		return 0;
	}

	private static boolean isContinued(byte[] bytes, int index, int end, int size, int from, int to) {
		if (end - index < size) {
			return false;
		}
		int second = bytes[index + 1] & 0xFF;
		if (second < from || second > to) {
			return false;
		}
		for (int i = index + 2; i < index + size; i++) {
			if ((bytes[i] & 0xC0) != 0x80) {
				return false;
			}
		}
		return true;
	}

}
