package io.ductworks.internal.protocol;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * JSON as bytes: parsers that know where they are, and small looks at single values that
 * a parser has found.
 */
final class JsonBytes {

	/** What the codec reads, in an envelope. */
	private static final int MAX_NESTING_DEPTH = 501;

	/** Digits before the point of what fits a long. */
	private static final int MAX_LONG_DIGITS = 19;

	/**
	 * Skipping a value takes no memory, so its length and tokens are left to the codec.
	 */
	private static final JsonFactory PARSERS = JsonFactory.builder()
		.enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
		.disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
		.streamReadConstraints(StreamReadConstraints.builder()
			.maxNestingDepth(MAX_NESTING_DEPTH)
			.maxNumberLength(Integer.MAX_VALUE)
			.build())
		.build();

	private JsonBytes() {
	}

	static JsonParser parser(byte[] bytes) {
		return PARSERS.createParser(ObjectReadContext.empty(), bytes);
	}

	/**
	 * What a parser found wrong, without anything that the peer wrote.
	 */
	static String flaw(JacksonException ex) {
		// That of a limit speaks of numbers and limits only.
		return (ex instanceof StreamConstraintsException) ? ex.getOriginalMessage()
				: "not JSON at byte " + ex.getLocation().getByteOffset();
	}

	/**
	 * Where the current token begins.
	 */
	static int tokenStart(JsonParser parser) {
		return (int) parser.currentTokenLocation().getByteOffset();
	}

	/**
	 * Where the parser has got to: behind the current token, unless that is a string.
	 */
	static int position(JsonParser parser) {
		return (int) parser.currentLocation().getByteOffset();
	}

	/**
	 * The index behind the closing quote of a string that begins at an index, or the end
	 * of the bytes. Whether it is well formed is for the parser to say.
	 */
	static int stringEnd(byte[] bytes, int start) {
		int i = start + 1;
		while (i < bytes.length && bytes[i] != '"') {
			i += (bytes[i] == '\\') ? 2 : 1;
		}
		return Math.min(i + 1, bytes.length);
	}

	/**
	 * Overwrites a member of an object, and the one comma that goes with it, with blanks.
	 */
	static void takeOut(byte[] bytes, int start, int end) {
		Arrays.fill(bytes, start, end, (byte) ' ');
		int i = end;
		while (isBlank(bytes[i])) {
			i++;
		}
		if (bytes[i] != ',') {
			i = start - 1;
			while (isBlank(bytes[i])) {
				i--;
			}
		}
		if (bytes[i] == ',') {
			bytes[i] = ' ';
		}
	}

	static boolean isBlank(byte b) {
		return b == ' ' || b == '\n' || b == '\r' || b == '\t';
	}

	/**
	 * The value of a number if it is an integral one that fits, else -1.
	 */
	static long integer(byte[] bytes, int offset, int length) {
		if (length < MAX_LONG_DIGITS) {
			long value = 0;
			int i = offset;
			while (i < offset + length && bytes[i] >= '0' && bytes[i] <= '9') {
				value = value * 10 + bytes[i] - '0';
				i++;
			}
			if (i == offset + length) {
				return value;
			}
		}
		return integer(decimal(bytes, offset, length));
	}

	/** Does not write out the digits of a huge exponent. */
	private static long integer(@Nullable BigDecimal value) {
		if (value == null || value.scale() > 0 || (long) value.precision() - value.scale() > MAX_LONG_DIGITS) {
			return -1;
		}
		try {
			return value.longValueExact();
		}
		catch (ArithmeticException ex) {
			return -1;
		}
	}

	/**
	 * The value of a number in its one form, or {@code null} if its exponent is too large
	 * or it is none, such as {@code NaN}.
	 */
	static @Nullable BigDecimal decimal(byte[] bytes, int offset, int length) {
		try {
			return new BigDecimal(new String(bytes, offset, length, StandardCharsets.US_ASCII)).stripTrailingZeros();
		}
		catch (ArithmeticException | NumberFormatException ex) {
			return null;
		}
	}

}
