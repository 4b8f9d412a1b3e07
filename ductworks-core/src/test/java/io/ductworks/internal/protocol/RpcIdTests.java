package io.ductworks.internal.protocol;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

class RpcIdTests {

	@ParameterizedTest
	@ValueSource(strings = { "7", "-7", "1.0", "1e0", "1E+2", "0.5", "1e999999999", "1e-999999999", "1e99999999999",
			"123456789012345678901234567890", "\"7\"", "\"\"", "\"a\\u00e4\\n\\/\"", "\"ä😀\"", "\"\\ud800\"" })
	void idWhenGivenBackThenHasTheBytesItCameWith(String json) {
		assertThat(Rpc.json(Rpc.id(json))).isEqualTo(json);
	}

	@ParameterizedTest
	@CsvSource({ "0, 0", "-0, 0", "7, 7", "1.0, 1", "1e0, 1", "10e-1, 1", "1.50e2, 150", "-7, -7", "0e999999999, 0",
			"9223372036854775807, 9223372036854775807", "9.223372036854775807e18, 9223372036854775807",
			"-9223372036854775808, -9223372036854775808", "9223372036854775808, -1",
			"999999999999999999, 999999999999999999", "1.5, -1", "1e19, -1", "1e999999999, -1", "1e-999999999, -1",
			"1e2147483648, -1", "1e99999999999, -1", "-1e999999999, -1", "10e2147483647, -1" })
	void numberWhenIdIsIntegralAndFitsThenIsItsValue(String json, long number) {
		RpcId id = assertTimeoutPreemptively(Duration.ofSeconds(5), () -> Rpc.id(json));

		assertThat(id.number()).isEqualTo(number);
	}

	@Test
	void numberWhenIdIsAStringThenIsNone() {
		assertThat(Rpc.id("\"7\"").number()).isEqualTo(-1);
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', textBlock = """
			1, 1.0
			1, 10e-1
			0, -0.0
			-1, -1.0
			1.5, 15e-1
			1e999999999, 10e999999998
			100000000000000000000, 1e20
			"a", "\\u0061"
			"/", "\\/"
			1e99999999999, 1e99999999999
			""")
	void idsWhenTheyMeanTheSameThenAreEqual(String one, String other) {
		assertThat(Rpc.id(one)).isEqualTo(Rpc.id(other)).hasSameHashCodeAs(Rpc.id(other));
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', textBlock = """
			1, "1"
			-1, "-1"
			1, 2
			1.5, 1.6
			1.5, "1.5"
			-1, 1.5
			"a", "A"
			"", " "
			1e99999999999, 1e99999999998
			1e99999999999, "1e99999999999"
			""")
	void idsWhenTheyMeanSomethingElseThenDiffer(String one, String other) {
		assertThat(Rpc.id(one)).isNotEqualTo(Rpc.id(other));
	}

	@Test
	void idWhenShownThenForgesNoLogLine() {
		assertThat(Rpc.id("\"a\u2028b\"")).hasToString("\"a b\"");
		assertThat(Rpc.id("\"" + "x".repeat(500) + "\"").toString()).hasSizeLessThan(210);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			{"id":7}                       | 7
			{ "id" : "x" }                 | "x"
			{"reason":{"id":1},"id":7}     | 7
			{"id":7,"_meta":[]}            | 7
			[7]                            | 7
			[ "x" ]                        | "x"
			""")
	void cancelWhenItNamesARequestThenHasItsId(String params, String id) {
		assertThat(Rpc.json(ofCancel(params))).isEqualTo(id);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "[]", "{\"id\":null}", "{\"id\":[7]}", "{\"id\":7,\"id\":7}", "[7,8]", "[[7]]",
			"[null]", "{\"ID\":7}", "{\"id\":7", "[7", "{\"id\":nope}", "", "7", "\"x\"" })
	void cancelWhenItNamesNoRequestThenNone(String params) {
		assertThat(ofCancel(params)).isNull();
	}

	@Test
	void cancelWhenItsIdIsTooLongThenNone() {
		assertThat(ofCancel("{\"id\":\"" + "x".repeat(1_000_000) + "\"}")).isNull();
		assertThat(ofCancel("[" + "1".repeat(1_000_000) + "]")).isNull();
	}

	private static @Nullable RpcId ofCancel(String params) {
		byte[] before = "{\"id\":1,\"params\":".getBytes(StandardCharsets.UTF_8);
		byte[] json = params.getBytes(StandardCharsets.UTF_8);
		byte[] payload = new byte[before.length + json.length + 1];
		System.arraycopy(before, 0, payload, 0, before.length);
		System.arraycopy(json, 0, payload, before.length, json.length);
		payload[payload.length - 1] = '}';
		return RpcId.ofCancel(payload, new Part(before.length, json.length));
	}

}
