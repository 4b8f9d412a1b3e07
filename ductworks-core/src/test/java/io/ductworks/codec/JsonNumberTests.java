package io.ductworks.codec;

import java.io.IOException;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Year;
import java.util.Date;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a number of JSON may become: no type takes more time or memory than its text.
 */
class JsonNumberTests {

	private final MessageCodec codec = MessageCodec.json();

	private Object decode(String json, Type type) throws IOException {
		byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
		return this.codec.decode(bytes, 0, bytes.length, type);
	}

	/**
	 * Each of them takes eight bytes, and as an integer a hundred thousand digits.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "1e99999", "1e1001", "1e-99999", "-1.5e+50000" })
	void i8DecodeWhenNumberWouldBecomeAHugeIntegerThenRefusesIt(String number) {
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> decode(number, BigInteger.class))
			.withMessageContaining("exponent");
	}

	@Test
	void i8DecodeWhenIntegerIsWithinTheLimitThenReadsIt() throws Exception {
		assertThat(decode("1e1000", BigInteger.class)).isEqualTo(BigInteger.TEN.pow(1000));
		assertThat(decode("1e99999", BigDecimal.class)).isEqualTo(new BigDecimal("1e99999"));
	}

	@Test
	void i8DecodeWhenThereAreManyHugeIntegersThenRefusesTheFirst() {
		String numbers = "[" + "1e99999,".repeat(100_000) + "0]";
		long begun = System.nanoTime();
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> decode(numbers, BigInteger[].class));
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
	}

	static Stream<Type> whatNumbersBecome() {
		return Stream.of(long.class, Long.class, int.class, short.class, byte.class, char.class, AtomicLong.class,
				AtomicInteger.class, OptionalLong.class, Number.class, Object.class, JsonNode.class, double.class,
				BigDecimal.class, BigInteger.class, Duration.class, Instant.class, Year.class, LocalDate.class,
				Date.class, UUID.class, String.class, boolean.class, DayOfWeek.class);
	}

	@ParameterizedTest
	@MethodSource("whatNumbersBecome")
	void i8DecodeWhenExponentIsHugeThenNoTypeTakesLong(Type type) {
		long begun = System.nanoTime();
		for (String number : List.of("1e99999", "-1e99999", "1e-99999", "1e999999999", "1.5e-999999999")) {
			try {
				decode(number, type);
			}
			catch (IOException ex) {
				assertThat(ex).hasMessageNotContaining("9".repeat(1000));
			}
		}
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
	}

}
