package io.ductworks.internal.protocol;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.ductworks.DuctProblemException;
import io.ductworks.RemoteHandlerException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class RpcErrorsTests {

	private static final int PLENTY = 1_000_000;

	@ParameterizedTest
	@CsvSource({ "404, -32601", "400, -32602", "503, -32000", "504, -32001", "500, -32603", "409, -32603",
			"499, -32603", "599, -32603" })
	void problemWhenWrittenThenHasTheCodeOfItsStatusAndAllOfItself(int status, int code) {
		DuctProblemException problem = new DuctProblemException(status, "Sold out", "no nails", Map.of("sku", "nail"));

		assertThat(text(RpcErrors.encode(problem, PLENTY)))
			.isEqualTo("{\"code\":" + code + ",\"message\":\"Sold out\",\"data\":{\"status\":" + status
					+ ",\"title\":\"Sold out\",\"detail\":\"no nails\",\"sku\":\"nail\"}}");
	}

	@Test
	void problemWhenReadBackThenIsTheSame() {
		Map<String, Object> properties = Map.of("a", 1, "b", List.of("x"), "c", Map.of("d", true));
		DuctProblemException problem = new DuctProblemException(409, "Sold out", "no näils 😀", properties);

		RemoteHandlerException read = read(text(RpcErrors.encode(problem, PLENTY)));

		assertThat(read.status()).isEqualTo(409);
		assertThat(read.title()).isEqualTo("Sold out");
		assertThat(read.detail()).isEqualTo("no näils 😀");
		assertThat(read.properties()).isEqualTo(properties);
		assertThat(read.code()).isEqualTo(-32603);
		assertThat(read)
			.hasMessage("Duct 'x': the other side answered with error -32603, status 409: Sold out: no näils 😀");
	}

	@Test
	void problemWhenUnavailableThenIsRefusedOnTheOtherSide() {
		RemoteHandlerException read = read(
				text(RpcErrors.encode(DuctProblemException.unavailable("stopping"), PLENTY)));

		assertThat(read.isRefused()).isTrue();
		assertThat(read.code()).isEqualTo(-32000);
	}

	@Test
	void problemWhenTooLongThenIsCutUntilItFits() {
		DuctProblemException problem = new DuctProblemException(409, "t".repeat(1000), "d", Map.of("p", "q"));
		int whole = RpcErrors.encode(problem, PLENTY).length;

		assertThat(RpcErrors.encode(problem, whole)).hasSize(whole);
		for (int maxLength = 0; maxLength < whole; maxLength += 20) {
			byte[] error = RpcErrors.encode(problem, maxLength);
			assertThat(error.length).isLessThanOrEqualTo(Math.max(maxLength, 30));
			assertThat(read(text(error)).code()).isEqualTo(-32603);
		}
		RemoteHandlerException cut = read(text(RpcErrors.encode(problem, whole - 1)));
		assertThat(cut.title()).isEqualTo("t".repeat(200) + "…");
		assertThat(cut.status()).isEqualTo(409);
		assertThat(cut.detail()).isNull();
		assertThat(cut.properties()).isEmpty();
	}

	@Test
	void problemWhenItsPropertiesCannotBeWrittenThenGoesWithoutThem() {
		Map<String, Object> endless = new HashMap<>();
		endless.put("self", endless);
		Object failing = new Object() {

			@SuppressWarnings("unused")
			public String getName() {
				throw new IllegalStateException("no name");
			}

		};
		for (Map<String, ?> properties : List.of(endless, Map.of("a", failing))) {
			RemoteHandlerException read = read(
					text(RpcErrors.encode(new DuctProblemException(409, "Sold out", "no nails", properties), PLENTY)));
			assertThat(read.title()).isEqualTo("Sold out");
			assertThat(read.detail()).isEqualTo("no nails");
			assertThat(read.properties()).isEmpty();
		}
	}

	@Test
	void problemWhenItsTextsHoldHalfPairsThenIsWrittenAllTheSame() {
		DuctProblemException problem = new DuctProblemException(409, "a\ud800", "\udc00b");

		RemoteHandlerException read = read(text(RpcErrors.encode(problem, PLENTY)));

		assertThat(read.title()).isEqualTo("a\ud800");
		assertThat(read.detail()).isEqualTo("\udc00b");
		DuctProblemException longOne = new DuctProblemException(409, "t" + "😀".repeat(200));
		assertThat(read(text(RpcErrors.encode(longOne, 1500))).title()).startsWith("t😀").hasSize(201).endsWith("…");
	}

	@Test
	void errorWhenWrittenWithoutDataThenHasCodeAndMessage() {
		assertThat(text(RpcErrors.encode(RpcErrors.CANCELLED, "Cancelled")))
			.isEqualTo("{\"code\":-32800,\"message\":\"Cancelled\"}");
		assertThat(RpcErrors.encode(-32700, "x".repeat(10_000))).hasSizeLessThan(250);
	}

	@ParameterizedTest
	@CsvSource({ "-32700, 400", "-32600, 400", "-32601, 404", "-32602, 400", "-32603, 500", "-32000, 503",
			"-32001, 504", "-32800, 499", "-32099, 500", "1, 500", "0, 500" })
	void errorWhenOfAnotherProgramThenHasTheStatusOfItsCode(int code, int status) {
		RemoteHandlerException read = read("{\"code\":" + code + ",\"message\":\"Method not found\"}");

		assertThat(read.code()).isEqualTo(code);
		assertThat(read.status()).isEqualTo(status);
		assertThat(read.title()).isEqualTo("Method not found");
		assertThat(read.detail()).isNull();
		assertThat(read.properties()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			"as it is"                  | as it is
			["a", 1]                    | ["a",1]
			{"key": "sku", "status": 1} | {"key":"sku","status":1}
			{}                          | {}
			5                           | 5
			NaN                         | "NaN"
			false                       | false
			""")
	void dataWhenItIsNoProblemThenIsTheDetail(String data, String detail) {
		RemoteHandlerException read = read("{\"code\":-32000,\"message\":\"Busy\",\"data\":" + data + "}");

		assertThat(read.title()).isEqualTo("Busy");
		assertThat(read.detail()).isEqualTo(detail);
		assertThat(read.status()).isEqualTo(503);
	}

	@Test
	void dataWhenItIsNullThenThereIsNoDetail() {
		assertThat(read("{\"code\":1,\"message\":\"m\",\"data\":null}").detail()).isNull();
	}

	@Test
	void dataWhenItIsLongJsonThenIsCutBetweenCharacters() {
		String detail = read("{\"code\":1,\"data\":[\"" + "😀".repeat(1000) + "\"]}").detail();

		assertThat(detail).startsWith("[\"😀").endsWith("😀…").hasSizeLessThan(1002);
		assertThat(read("{\"code\":1,\"data\":[\"x" + "😀".repeat(1000) + "\"]}").detail()).endsWith("😀…");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			{"status":409}                    | 409 | m
			{"status":409,"title":"t"}        | 409 | t
			{"title":"t"}                     | 404 | t
			{"status":200,"title":"t"}        | 404 | t
			{"status":600,"title":"t"}        | 404 | t
			{"status":-1,"title":"t"}         | 404 | t
			{"status":1e99,"title":"t"}       | 404 | t
			{"status":[409],"title":"t"}      | 404 | t
			{"status":409,"title":7}          | 409 | m
			""")
	void problemWhenItsStatusIsBadThenHasThatOfTheCode(String data, int status, String title) {
		RemoteHandlerException read = read("{\"code\":-32601,\"message\":\"m\",\"data\":" + data + "}");

		assertThat(read.status()).isEqualTo(status);
		assertThat(read.title()).isEqualTo(title);
		assertThat(read.detail()).isNull();
		assertThat(read.code()).isEqualTo(-32601);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{\"code\":\"-32601\",\"message\":5}", "{\"code\":1.5}", "{\"code\":1e999999999}",
			"{\"code\":99999999999}", "{\"code\":null}", "\"boom\"", "[1,2]", "5", "null", "NaN", "", "{\"code\":",
			"[" })
	void errorWhenItIsOddThenHasCodeZeroAndStatus500(String error) {
		RemoteHandlerException read = read(error);

		assertThat(read.code()).isZero();
		assertThat(read.status()).isEqualTo(500);
		assertThat(read.title()).isNull();
	}

	@Test
	void errorWhenItIsNoObjectThenIsTheDetail() {
		assertThat(read("\"boom\"").detail()).isEqualTo("boom");
		assertThat(read("[1, 2]").detail()).isEqualTo("[1,2]");
		assertThat(read("null").detail()).isNull();
	}

	@Test
	void textsWhenOfPeersThenForgeNoLogLine() {
		RemoteHandlerException read = read(
				"{\"code\":1,\"message\":\"a\\nb\",\"data\":\"c\\r\\u2028" + "d".repeat(500) + "\"}");

		assertThat(read.getMessage()).contains(": a b: c  d").doesNotContainPattern("\\p{Cntrl}").hasSizeLessThan(300);
		assertThat(read.title()).isEqualTo("a\nb");
	}

	@Test
	void errorWhenInsideAPayloadThenIsReadFromItsPlace() {
		Rpc rpc = Rpc.read("{\"id\":1,\"error\": {\"code\":-32601,\"message\":\"m\"} ,\"x\":[}");

		assertThat(rpc.answer().flaw()).isNotNull();
		Rpc whole = Rpc.read("{\"id\":1,\"error\": {\"code\":-32601,\"message\":\"m\"} ,\"x\":[]}");
		Part error = whole.answer().error();
		assertThat(error).isNotNull();
		assertThat(RpcErrors.read("Duct 'x'", whole.payload(), error).code()).isEqualTo(-32601);
	}

	@Test
	void exceptionWhenOfAProtocolWithoutCodesThenCodeIsZero() {
		assertThat(new RemoteHandlerException("m", 500, null, null, Map.of()).code()).isZero();
	}

	private static RemoteHandlerException read(String error) {
		byte[] payload = error.getBytes(StandardCharsets.UTF_8);
		return RpcErrors.read("Duct 'x'", payload, new Part(0, payload.length));
	}

	private static String text(byte[] json) {
		JsonNode tree = JsonMapper.shared().readTree(json);
		assertThat(tree.isObject()).isTrue();
		return new String(json, StandardCharsets.UTF_8);
	}

}
