package io.ductworks.codec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class Utf8Tests {

	/** Every byte at which a rule of RFC 3629 begins or ends. */
	private static final int[] EDGES = { 0x01, 0x22, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBB, 0xBF, 0xC0, 0xC1, 0xC2,
			0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF8, 0xFC, 0xFE, 0xFF };

	private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder()
		.onMalformedInput(CodingErrorAction.REPORT)
		.onUnmappableCharacter(CodingErrorAction.REPORT);

	@ParameterizedTest
	@ValueSource(strings = { "", "a", "plain ASCII of more than eight bytes", "ä", "Grüße aus Köln", "日本語", "👍",
			"\u007f", "\u0080", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uffff", "\ud800\udc00", "\udbff\udfff",
			"a👍b日cäd" })
	void checkWhenTextIsUtf8ThenAcceptsIt(String text) {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

		assertThatCode(() -> Utf8.check(bytes, 0, bytes.length)).doesNotThrowAnyException();
	}

	@ParameterizedTest
	@CsvSource({ "c080, c0, 0", "22c08022, c0, 1", "c1bf, c1, 0", "e08080, e0, 0", "e09fbf, e0, 0", "f08080af, f0, 0",
			"f08fbfbf, f0, 0", "eda080, ed, 0", "edbfbf, ed, 0", "eda0bdedb1a0, ed, 0", "f4908080, f4, 0",
			"f5808080, f5, 0", "f888808080, f8, 0", "fe, fe, 0", "ff, ff, 0", "80, 80, 0", "6161bf, bf, 2", "c2, c2, 0",
			"e282, e2, 0", "f09f91, f0, 0", "c222, c2, 0", "e28222, e2, 0", "f09f9122, f0, 0", "00, 00, 0",
			"6162630064, 00, 3", "61626364656667686970c0, c0, 10" })
	void checkWhenBytesAreNotUtf8ThenSaysWhichAndWhere(String hex, String culprit, int index) {
		byte[] bytes = HexFormat.of().parseHex(hex);

		assertThatExceptionOfType(IOException.class).isThrownBy(() -> Utf8.check(bytes, 0, bytes.length))
			.withMessage("byte 0x%s at index %d of %d is not UTF-8", culprit, index, bytes.length);
	}

	@Test
	void checkWhenTextBeginsWithAByteOrderMarkThenRefusesIt() {
		byte[] bytes = HexFormat.of().parseHex("efbbbf2261 22".replace(" ", ""));

		assertThatExceptionOfType(IOException.class).isThrownBy(() -> Utf8.check(bytes, 0, bytes.length))
			.withMessageContaining("byte order mark");
	}

	@Test
	void checkWhenTextIsPartOfAnArrayThenLooksAtThatPartOnly() throws Exception {
		byte[] array = HexFormat.of().parseHex("ffff61c3a461ffff");
		Utf8.check(array, 2, 4);

		assertThatExceptionOfType(IOException.class).isThrownBy(() -> Utf8.check(array, 2, 2))
			.withMessage("byte 0xc3 at index 1 of 2 is not UTF-8");
	}

	@Test
	void checkWhenBadByteStandsAnywhereInLongTextThenFindsIt() {
		for (int length = 1; length < 40; length++) {
			for (int index = 0; index < length; index++) {
				for (int bad : new int[] { 0x00, 0x80, 0xFF }) {
					byte[] bytes = new byte[length];
					Arrays.fill(bytes, (byte) 'a');
					bytes[index] = (byte) bad;

					assertThat(isAccepted(bytes)).as("0x%02x at %d of %d", bad, index, length).isFalse();
				}
			}
		}
	}

	// Differential: W10

	@Test
	void checkWhenBytesAreEdgesOfTheRulesThenAgreesWithTheJdk() {
		for (int first : EDGES) {
			assertSame(first);
			for (int second : EDGES) {
				assertSame(first, second);
				for (int third : EDGES) {
					assertSame(first, second, third);
					if (first >= 0xF0) {
						assertSame(first, second, third, 0x80);
						assertSame(first, second, third, 0xBF);
						assertSame(first, second, third, 0xC0);
					}
				}
			}
		}
	}

	@Test
	void checkWhenBytesAreRandomThenAgreesWithTheJdk() {
		Random random = new Random(20_240_611);
		int accepted = 0;
		for (int round = 0; round < 30_000; round++) {
			byte[] bytes = randomText(random);
			if (random.nextInt(3) > 0) {
				bytes[random.nextInt(bytes.length)] = (byte) EDGES[random.nextInt(EDGES.length)];
			}
			accepted += assertSame(bytes) ? 1 : 0;
		}
		assertThat(accepted).as("both outcomes occur").isBetween(7_500, 22_500);
	}

	private static byte[] randomText(Random random) {
		StringBuilder text = new StringBuilder();
		int length = 1 + random.nextInt(24);
		for (int i = 0; i < length; i++) {
			int codePoint = switch (random.nextInt(6)) {
				case 0 -> 0x80 + random.nextInt(0x780);
				case 1 -> 0x800 + random.nextInt(0xD000);
				case 2 -> 0x10000 + random.nextInt(0x100000);
				default -> 1 + random.nextInt(0x7F);
			};
			text.appendCodePoint(codePoint);
		}
		return text.toString().getBytes(StandardCharsets.UTF_8);
	}

	private void assertSame(int... values) {
		byte[] bytes = new byte[values.length];
		for (int i = 0; i < values.length; i++) {
			bytes[i] = (byte) values[i];
		}
		assertSame(bytes);
	}

	private boolean assertSame(byte[] bytes) {
		boolean expected = isUtf8ForJdk(bytes) && !hasZero(bytes) && !beginsWithMark(bytes);
		if (isAccepted(bytes) != expected) {
			throw new AssertionError(
					HexFormat.ofDelimiter(" ").formatHex(bytes) + (expected ? " was refused" : " was accepted"));
		}
		return expected;
	}

	private boolean isUtf8ForJdk(byte[] bytes) {
		try {
			this.decoder.decode(ByteBuffer.wrap(bytes));
			return true;
		}
		catch (CharacterCodingException ex) {
			return false;
		}
	}

	private static boolean hasZero(byte[] bytes) {
		for (byte each : bytes) {
			if (each == 0) {
				return true;
			}
		}
		return false;
	}

	private static boolean beginsWithMark(byte[] bytes) {
		return bytes.length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF;
	}

	private static boolean isAccepted(byte[] bytes) {
		try {
			Utf8.check(bytes, 0, bytes.length);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
