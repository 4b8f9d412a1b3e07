package io.ductworks.fuzz;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ductworks.RemoteHandlerException;
import io.ductworks.internal.protocol.Part;
import io.ductworks.internal.protocol.RpcErrors;
import io.ductworks.internal.protocol.RpcId;
import io.ductworks.internal.protocol.RpcMessage;
import io.ductworks.internal.protocol.RpcMessage.Answer;
import io.ductworks.internal.protocol.RpcMessage.Call;
import io.ductworks.internal.protocol.RpcMessage.Fault;
import io.ductworks.internal.protocol.RpcMeta;
import io.ductworks.internal.protocol.RpcReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * Any bytes as a message of JSON-RPC, and as the parameters of one. To look for more
 * inputs: {@code mvn -Pfuzz -pl ductworks-core -Dfuzz.target=RpcReaderFuzzTests test}
 */
@ExtendWith(FuzzFigures.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class RpcReaderFuzzTests {

	private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(1);

	private static final Set<String> TAKEN_OUT = Set.of("traceparent", "tracestate", "baggage", "io.ductworks/timeout");

	private static final JsonFactory PARSERS = JsonFactory.builder()
		.enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
		.streamReadConstraints(
				StreamReadConstraints.builder().maxNestingDepth(501).maxNumberLength(Integer.MAX_VALUE).build())
		.build();

	@FuzzTest
	void w22EnvelopesWhenAnyBytesThenAreReadOrAreFaultsInTime(byte[] bytes) throws Exception {
		FuzzFigures.executed();
		check(bytes);
		check(concat("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"m\",\"params\":", bytes, "}"));
		check(concat("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":", bytes, "}"));
	}

	private static void check(byte[] payload) throws CharacterCodingException {
		byte[] withoutMeta = payload.clone();
		RpcMessage plain = read(payload, false);
		RpcMessage message = read(withoutMeta, true);
		if (message instanceof Call call) {
			checkCall(payload, (Call) plain, withoutMeta, call);
		}
		else {
			assertThat(message).isEqualTo(plain);
		}
		if (message instanceof Answer answer) {
			checkAnswer(payload, answer);
		}
		if (message instanceof Fault fault) {
			checkId(fault.id());
			assertThat(fault.code()).isIn(-32700, -32600);
			assertThat(fault.text()).isNotBlank().doesNotContainPattern("\\p{Cntrl}");
		}
	}

	private static void checkCall(byte[] payload, Call plain, byte[] withoutMeta, Call call)
			throws CharacterCodingException {
		StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload));
		assertThat(plain.meta()).isEqualTo(RpcMeta.NONE);
		assertThat(call.meta().timeoutMillis()).isGreaterThanOrEqualTo(-1);
		assertThat(call.id()).isEqualTo(plain.id());
		assertThat(call.method()).isEqualTo(plain.method());
		assertThat(call.params()).isEqualTo(plain.params());
		checkId(call.id());
		value(payload, new Part(0, payload.length));
		Part params = call.params();
		if (params == null) {
			assertThat(withoutMeta).isEqualTo(payload);
			return;
		}
		assertThat(value(withoutMeta, params)).isEqualTo(withoutOurs(value(payload, params)));
		checkId(RpcId.ofCancel(payload, params));
	}

	private static void checkAnswer(byte[] payload, Answer answer) {
		checkId(answer.id());
		if (answer.flaw() != null) {
			assertThat(answer.flaw()).isNotBlank().doesNotContainPattern("\\p{Cntrl}");
			assertThat(answer.result()).isEqualTo(new Part(0, 0));
			assertThat(answer.error()).isNull();
			return;
		}
		assertThat(answer.result() != null || answer.error() != null).isTrue();
		for (Part part : new Part[] { answer.result(), answer.error() }) {
			if (part != null) {
				value(payload, part);
				RemoteHandlerException failure = RpcErrors.read("Duct 'fuzzed'", payload, part);
				assertThat(failure.status()).isBetween(400, 599);
				assertThat(failure.getMessage()).startsWith("Duct 'fuzzed': ").doesNotContainPattern("\\p{Cntrl}");
			}
		}
	}

	private static void checkId(@Nullable RpcId id) {
		if (id != null) {
			assertThat(id.json()).hasSizeLessThanOrEqualTo(1024);
			assertThat(value(id.json(), new Part(0, id.json().length))).isInstanceOf(String.class);
			assertThat(id.toString()).isNotEmpty();
		}
	}

	/**
	 * Reads within a second. Other processes may hold it up, but not three times.
	 */
	private static RpcMessage read(byte[] payload, boolean meta) {
		for (int i = 0; i < 3; i++) {
			byte[] own = payload.clone();
			long started = System.nanoTime();
			RpcMessage message = RpcReader.read(own, meta);
			if (System.nanoTime() - started < MAX_NANOS) {
				System.arraycopy(own, 0, payload, 0, own.length);
				return message;
			}
		}
		return fail("to read %d bytes takes more than a second", payload.length);
	}

	/**
	 * The one value that stands in a part: objects as lists of members, so that names may
	 * be there twice, and all else as it is written.
	 */
	private static Object value(byte[] payload, Part part) {
		try (JsonParser parser = PARSERS.createParser(ObjectReadContext.empty(), payload, part.offset(),
				part.length())) {
			Object value = value(parser, parser.nextToken());
			assertThat(parser.nextToken()).isNull();
			assertThat(payload[part.offset()]).as("part without blanks, or a whole payload")
				.matches((first) -> first > ' ' || part.length() == payload.length);
			return value;
		}
	}

	private static Object value(JsonParser parser, JsonToken token) {
		List<Object> values = new ArrayList<>();
		switch (token) {
			case START_OBJECT -> {
				while (parser.nextToken() != JsonToken.END_OBJECT) {
					String name = parser.currentName();
					values.add(Map.entry(name, value(parser, parser.nextToken())));
				}
				return new Members(values);
			}
			case START_ARRAY -> {
				for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
					values.add(value(parser, next));
				}
				return values;
			}
			default -> {
				return token + parser.getString();
			}
		}
	}

	private static Object withoutOurs(Object params) {
		if (!(params instanceof Members members)) {
			return params;
		}
		List<Object> kept = new ArrayList<>();
		for (Object member : members.values()) {
			Map.Entry<?, ?> entry = (Map.Entry<?, ?>) member;
			if (!entry.getKey().equals("_meta") || !(entry.getValue() instanceof Members meta)) {
				kept.add(member);
				continue;
			}
			List<Object> staying = meta.values()
				.stream()
				.filter((value) -> !TAKEN_OUT.contains(((Map.Entry<?, ?>) value).getKey()))
				.toList();
			if (!staying.isEmpty()) {
				kept.add(Map.entry("_meta", new Members(staying)));
			}
		}
		return new Members(kept);
	}

	private record Members(List<Object> values) {

	}

	private static byte[] concat(String before, byte[] bytes, String after) {
		ByteBuffer whole = ByteBuffer.allocate(before.length() + bytes.length + after.length());
		return whole.put(before.getBytes(StandardCharsets.US_ASCII))
			.put(bytes)
			.put(after.getBytes(StandardCharsets.US_ASCII))
			.array();
	}

}
