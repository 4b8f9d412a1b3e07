package io.ductworks.fuzz;

import java.io.IOException;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ductworks.codec.MessageCodec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * Any numbers, as any type: none becomes much larger than it is written, or takes long.
 * To look for more inputs:
 * {@code mvn -Pfuzz -pl ductworks-core -Dfuzz.target=JsonNumberFuzzTests test}
 */
@ExtendWith(FuzzFigures.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class JsonNumberFuzzTests {

	private static final MessageCodec CODEC = MessageCodec.json();

	private static final String ALPHABET = "0123456789-+.eE,";

	private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(1);

	/** Digits that a number may be written with, and those of the largest exponent. */
	private static final int MAX_DIGITS = 2100;

	private static final List<Type> TYPES = List.of(Object.class, JsonNode.class,
			new TypeReference<List<BigInteger>>() {
			}.getType(), new TypeReference<List<BigDecimal>>() {
			}.getType(), new TypeReference<List<Long>>() {
			}.getType(), new TypeReference<List<Double>>() {
			}.getType());

	@FuzzTest
	void i8NumbersWhenTheyAreAnyThenNoneTakesLongOrBecomesHuge(byte[] letters) {
		FuzzFigures.executed();
		StringBuilder text = new StringBuilder("[");
		for (byte letter : letters) {
			text.append(ALPHABET.charAt(letter & 15));
		}
		byte[] payload = text.append(']').toString().getBytes(StandardCharsets.US_ASCII);
		TYPES.forEach((type) -> assertSmall(decode(payload, type)));
	}

	private static void assertSmall(@Nullable Object numbers) {
		if (numbers instanceof List<?> list) {
			list.forEach((number) -> {
				if (number instanceof BigInteger integer) {
					assertThat(integer.bitLength()).isLessThan(MAX_DIGITS * 4);
				}
				if (number instanceof BigDecimal decimal) {
					assertThat(decimal.precision()).isLessThan(MAX_DIGITS);
				}
			});
		}
	}

	/**
	 * Decodes within a second. Other processes may hold it up, but not three times.
	 */
	private static @Nullable Object decode(byte[] payload, Type type) {
		for (int i = 0; i < 3; i++) {
			long started = System.nanoTime();
			Object numbers = decodeOnce(payload, type);
			if (System.nanoTime() - started < MAX_NANOS) {
				return numbers;
			}
		}
		return fail("to read %d bytes as %s takes more than a second", payload.length, type);
	}

	private static @Nullable Object decodeOnce(byte[] payload, Type type) {
		try {
			return CODEC.decode(payload, 0, payload.length, type);
		}
		catch (IOException | JacksonException ex) {
			assertThat(ex).message().isNotBlank();
			return null;
		}
	}

}
