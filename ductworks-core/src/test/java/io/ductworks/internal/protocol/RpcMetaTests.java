package io.ductworks.internal.protocol;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

class RpcMetaTests {

	private static final List<String> OURS = List.of("traceparent", "tracestate", "baggage", "io.ductworks/timeout");

	@Test
	void metaWhenItSaysAllThenIsReadAndGone() throws IOException {
		Rpc rpc = withParams(
				"""
						{"customer":"ada","_meta":{"traceparent":"00-a","tracestate":"b=c","baggage":"d=\\u00e4","io.ductworks/timeout":1500}}""");

		assertThat(rpc.call().meta()).isEqualTo(new RpcMeta(new TraceContext("00-a", "b=c", "d=ä"), 1500));
		assertThat(tree(rpc)).hasToString("{\"customer\":\"ada\"}");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					{"_meta":{"baggage":"x"}}                                  | {}
					{"_meta":{}}                                               | {}
					{"_meta":{"baggage":"x"},"a":1}                            | {"a":1}
					{"a":1,"_meta":{"baggage":"x"}}                            | {"a":1}
					{"a":1 , "_meta" : { "baggage" : "x" } , "b":2}            | {"a":1,"b":2}
					{"_meta":{"progressToken":7,"baggage":"x"},"a":1}          | {"_meta":{"progressToken":7},"a":1}
					{"_meta":{"baggage":"x","progressToken":7}}                | {"_meta":{"progressToken":7}}
					{"_meta":{"p":7,"baggage":"x","tracestate":"","q":[","]}}  | {"_meta":{"p":7,"q":[","]}}
					{"_meta":{"baggage":"x","tracestate":""},"_meta":{},"a":1} | {"a":1}
					{"_meta":{"p":1},"_meta":{"baggage":"x","q":1}}            | {"_meta":{"q":1}}
					{"_meta":{"p":{"baggage":"y"}},"b":{"_meta":{"baggage":"z"}}} | {"_meta":{"p":{"baggage":"y"}},"b":{"_meta":{"baggage":"z"}}}
					{"_meta":["baggage"]}                                      | {"_meta":["baggage"]}
					{"_meta":null,"a":1}                                       | {"_meta":null,"a":1}
					{"_meta":"baggage"}                                        | {"_meta":"baggage"}
					{"\\u005fmeta":{"b\\u0061ggage":"x"},"a":","}              | {"a":","}
					{"_meta":{"baggage":"a\\",}"},"a":"}"}                     | {"a":"}"}
					[{"_meta":{"baggage":"x"}}]                                | [{"_meta":{"baggage":"x"}}]
					""")
	void paramsWhenMetaIsTakenOutThenTheRestStays(String params, String rest) throws IOException {
		assertThat(tree(withParams(params))).hasToString(rest);
	}

	@Test
	void metaWhenNotWantedThenIsPayload() {
		String json = "{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":{\"_meta\":{\"baggage\":\"x\"}}}";
		byte[] payload = json.getBytes(StandardCharsets.UTF_8);

		RpcMessage message = RpcReader.read(payload, false);

		assertThat(new Rpc(message, payload).call().meta()).isEqualTo(RpcMeta.NONE);
		assertThat(new String(payload, StandardCharsets.UTF_8)).isEqualTo(json);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			"traceparent":7
			"traceparent":null
			"tracestate":{"a":[1,{"b":2}]}
			"baggage":["x"]
			"io.ductworks/timeout":"7"
			"io.ductworks/timeout":1.5
			"io.ductworks/timeout":-7
			"io.ductworks/timeout":1e999999999
			"io.ductworks/timeout":NaN
			"io.ductworks/timeout":[7]
			"io.ductworks/timeout":null
			""")
	void metaWhenAValueIsOfTheWrongTypeThenIsIgnoredAndGone(String member) throws IOException {
		Rpc rpc = withParams("{\"a\":1,\"_meta\":{" + member + "}}");

		assertThat(rpc.call().meta()).isEqualTo(RpcMeta.NONE);
		assertThat(tree(rpc)).hasToString("{\"a\":1}");
	}

	@ParameterizedTest
	@CsvSource({ "0, 0", "1500.0, 1500", "2e3, 2000", "9223372036854775807, 9223372036854775807" })
	void timeoutWhenItIsIntegralThenIsRead(String written, long millis) {
		RpcMeta meta = withParams("{\"_meta\":{\"io.ductworks/timeout\":" + written + "}}").call().meta();

		assertThat(meta.timeoutMillis()).isEqualTo(millis);
	}

	@ParameterizedTest
	@ValueSource(strings = { "traceparent", "tracestate", "baggage" })
	void metaWhenAValueIsTooLongThenIsIgnoredAndGone(String name) throws IOException {
		String longest = "x".repeat(8 * 1024);
		Rpc kept = withParams("{\"_meta\":{\"" + name + "\":\"" + longest + "\"}}");
		Rpc ignored = withParams("{\"_meta\":{\"" + name + "\":\"" + longest + "x\"}}");

		assertThat(kept.call().meta().toString()).contains(longest);
		assertThat(ignored.call().meta()).isEqualTo(RpcMeta.NONE);
		assertThat(tree(ignored)).hasToString("{}");
	}

	@Test
	void metaWhenAValueIsNotUtf8ThenSoIsTheFrame() {
		byte[] payload = "{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":{\"_meta\":{\"baggage\":\"ä\"}}}"
			.getBytes(StandardCharsets.ISO_8859_1);

		assertThat(Rpc.read(payload).fault().text()).contains("not UTF-8");
	}

	@Test
	void metaWhenAKeyIsThereTwiceThenTheLastHolds() {
		assertThat(withParams("{\"_meta\":{\"baggage\":\"x\",\"baggage\":\"y\"}}").call().meta().context().baggage())
			.isEqualTo("y");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"_meta\":{\"baggage\":\"x\"}", "\"_meta\":{}", "\"_meta\":{\"baggage\":\"x\",\"p\":1}" })
	void metaWhenThereAreVeryManyThenTimeIsInProportion(String member) {
		String params = "{" + (member + "," + " ".repeat(20)).repeat(100_000) + member + " ".repeat(1_000_000) + "}";

		Rpc rpc = assertTimeoutPreemptively(Duration.ofSeconds(10), () -> withParams(params));

		assertThat(rpc.params()).doesNotContain("baggage");
	}

	@Test
	void paramsWhenTheyAreAnyThenWhatRemainsIsTheTreeWithoutOurKeys() throws IOException {
		for (long seed = 0; seed < 3_000; seed++) {
			Random random = new Random(seed);
			String params = params(random);
			JsonNode expected = without((ObjectNode) JsonMapper.shared().readTree(params));

			Rpc rpc = withParams(params);

			assertThat(tree(rpc)).as("seed %d: %s", seed, params).isEqualTo(expected);
		}
	}

	private static JsonNode without(ObjectNode params) {
		if (params.path("_meta") instanceof ObjectNode meta) {
			meta.remove(OURS);
			if (meta.isEmpty()) {
				params.remove("_meta");
			}
		}
		return params;
	}

	/** An object whose members, {@code _meta} among them, stand in any order. */
	private static String params(Random random) {
		List<String> members = new ArrayList<>();
		for (int i = random.nextInt(4); i > 0; i--) {
			members.add("\"m" + i + "\"" + blanks(random) + ":" + blanks(random) + value(random, 3));
		}
		List<String> meta = new ArrayList<>();
		for (String name : OURS) {
			if (random.nextBoolean()) {
				meta.add("\"" + name + "\"" + blanks(random) + ":" + blanks(random) + value(random, 2));
			}
		}
		for (int i = random.nextInt(3); i > 0; i--) {
			meta.add("\"o" + i + "\":" + value(random, 2));
		}
		members.add("\"_meta\"" + blanks(random) + ":"
				+ ((random.nextInt(20) > 0) ? object(random, meta) : value(random, 1)));
		return object(random, members);
	}

	private static String object(Random random, List<String> members) {
		Collections.shuffle(members, random);
		StringBuilder text = new StringBuilder("{").append(blanks(random));
		for (int i = 0; i < members.size(); i++) {
			text.append((i > 0) ? "," + blanks(random) : "").append(members.get(i)).append(blanks(random));
		}
		return text.append('}').toString();
	}

	private static String value(Random random, int depth) {
		String[] simple = { "1", "-2.5e3", "true", "null", "\"\"", "\"a,}\\\",\"", "\"_meta\"", "\"ä😀\"", "1500" };
		if (depth == 0 || random.nextInt(3) > 0) {
			return simple[random.nextInt(simple.length)];
		}
		String inner = value(random, depth - 1);
		return switch (random.nextInt(4)) {
			case 0 -> "[" + inner + blanks(random) + "," + inner + "]";
			case 1 -> "{\"baggage\":" + inner + "}";
			case 2 -> "{\"_meta\":{\"baggage\":" + inner + "}}";
			default -> random.nextBoolean() ? "[]" : "{ }";
		};
	}

	private static String blanks(Random random) {
		return (random.nextInt(3) > 0) ? "" : " \n\t\r".substring(random.nextInt(4));
	}

	private static Rpc withParams(String params) {
		return Rpc.read("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"m\",\"params\":" + params + "}");
	}

	private static JsonNode tree(Rpc rpc) throws IOException {
		Part params = rpc.call().params();
		assertThat(params).isNotNull();
		return Rpc.tree(rpc.payload(), params);
	}

}
