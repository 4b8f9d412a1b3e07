package io.ductworks.codec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ductworks.fuzz.FuzzFigures;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Any bytes as UTF-8, for us and for the JDK. To look for more inputs:
 * {@code mvn -Pfuzz -pl ductworks-core -Dfuzz.target=Utf8FuzzTests test}
 */
@ExtendWith(FuzzFigures.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class Utf8FuzzTests {

	/** Of bytes that are no UTF-8, on either side. */
	private static final int MARGIN = 9;

	@FuzzTest
	void w10CheckWhenBytesAreAnyThenFindsTheFaultThatTheJdkFinds(byte[] bytes) {
		FuzzFigures.executed();
		String expected = expectedFault(bytes);

		assertThat(fault(bytes, 0, bytes.length)).isEqualTo(expected);
		for (int offset = 1; offset <= MARGIN; offset += 4) {
			byte[] array = new byte[bytes.length + 2 * MARGIN];
			Arrays.fill(array, (byte) 0xBF);
			System.arraycopy(bytes, 0, array, offset, bytes.length);

			assertThat(fault(array, offset, bytes.length)).as("behind %d bytes", offset).isEqualTo(expected);
		}
	}

	private static @Nullable String fault(byte[] bytes, int offset, int length) {
		try {
			Utf8.check(bytes, offset, length);
			return null;
		}
		catch (IOException ex) {
			return ex.getMessage();
		}
	}

	/**
	 * A mark at the beginning and zero bytes are refused beside what the JDK refuses.
	 */
	private static @Nullable String expectedFault(byte[] bytes) {
		ByteBuffer source = ByteBuffer.wrap(bytes);
		CharBuffer text = CharBuffer.allocate(bytes.length);
		StandardCharsets.UTF_8.newDecoder()
			.onMalformedInput(CodingErrorAction.REPORT)
			.onUnmappableCharacter(CodingErrorAction.REPORT)
			.decode(source, text, true);
		text.flip();
		if (!text.isEmpty() && text.charAt(0) == '\ufeff') {
			return "payload begins with a byte order mark; JSON goes without";
		}
		int index = 0;
		while (index < source.position() && bytes[index] != 0) {
			index++;
		}
		return (index < bytes.length)
				? "byte 0x%02x at index %d of %d is not UTF-8".formatted(bytes[index] & 0xFF, index, bytes.length)
				: null;
	}

}
