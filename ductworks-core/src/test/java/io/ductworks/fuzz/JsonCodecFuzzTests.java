package io.ductworks.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ductworks.codec.MessageCodec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * Any bytes as the payload of a message in JSON. To look for more inputs:
 * {@code mvn -Pfuzz -pl ductworks-core -Dfuzz.target=JsonCodecFuzzTests test}
 */
@ExtendWith(FuzzFigures.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class JsonCodecFuzzTests {

	private static final MessageCodec CODEC = MessageCodec.json();

	private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(1);

	private static final Object REFUSED = new Object();

	private static final List<Type> TYPES = List.of(Object.class, String.class, long.class, Order.class,
			new TypeReference<List<Order>>() {
			}.getType(), new TypeReference<Map<String, List<Instant>>>() {
			}.getType());

	record Order(String itemName, int count, double price, BigDecimal exactPrice, BigInteger number, Instant due,
			LocalDate day, Duration within, Kind kind, @Nullable UUID id, Optional<String> note, byte[] image,
			Map<String, Long> byName, List<Order> parts) {
	}

	enum Kind {

		SMALL, LARGE

	}

	@BeforeAll
	static void loadClasses() {
		byte[] payload = "[{\"due\":1,\"within\":1,\"x\":[]}]".getBytes(StandardCharsets.UTF_8);
		TYPES.forEach((type) -> decodeOnce(payload, type));
	}

	@FuzzTest
	void w22PayloadsWhenAnyBytesThenAreReadOrRefusedInTime(byte[] payload) throws Exception {
		FuzzFigures.executed();
		TYPES.forEach((type) -> decode(payload, type));

		Object message = decode(payload, Object.class);
		if (message != REFUSED) {
			assertThat(isStrictUtf8(payload)).as("what was read is strict UTF-8").isTrue();
			assertThat(decode(encode(message), Object.class)).isEqualTo(message);
		}
	}

	/**
	 * Decodes within a second. Other processes may hold it up, but not three times.
	 */
	private static @Nullable Object decode(byte[] payload, Type type) {
		for (int i = 0; i < 3; i++) {
			long started = System.nanoTime();
			Object message = decodeOnce(payload, type);
			if (System.nanoTime() - started < MAX_NANOS) {
				return message;
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
			return REFUSED;
		}
	}

	private static byte[] encode(@Nullable Object message) throws IOException {
		ByteArrayOutputStream target = new ByteArrayOutputStream();
		CODEC.encode(message, target);
		return target.toByteArray();
	}

	private static boolean isStrictUtf8(byte[] bytes) {
		try {
			StandardCharsets.UTF_8.newDecoder()
				.onMalformedInput(CodingErrorAction.REPORT)
				.onUnmappableCharacter(CodingErrorAction.REPORT)
				.decode(ByteBuffer.wrap(bytes));
			return true;
		}
		catch (CharacterCodingException ex) {
			return false;
		}
	}

}
