package io.ductworks.internal.protocol;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

import io.ductworks.internal.protocol.RpcMessage.Answer;
import io.ductworks.internal.protocol.RpcMessage.Call;
import io.ductworks.internal.protocol.RpcMessage.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

class RpcReaderTests {

	private static final String CALL = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"m\"";

	@Test
	void requestWhenReadThenHasIdMethodAndParams() {
		Rpc rpc = Rpc
			.readQuoted("{'jsonrpc':'2.0','id':7,'method':'order.place','params':{'customer':'ada','items':[]}}");

		assertThat(rpc.call().method()).isEqualTo("order.place");
		assertThat(rpc.call().id()).hasToString("7");
		assertThat(rpc.params()).isEqualTo("{\"customer\":\"ada\",\"items\":[]}");
		assertThat(rpc.call().meta()).isEqualTo(RpcMeta.NONE);
	}

	@Test
	void requestWhenMembersAreInAnyOrderWithBlanksThenReadTheSame() {
		Rpc rpc = Rpc.readQuoted(
				" \n{ 'params' : [ 1 , {'id':8} ] ,\t'method' : 'a\\u0062' , 'id' : 'x' , 'jsonrpc' : '2\\u002e0' }\r\n ");

		assertThat(rpc.call().method()).isEqualTo("ab");
		assertThat(Rpc.json(rpc.call().id())).isEqualTo("\"x\"");
		assertThat(rpc.params()).isEqualTo("[ 1 , {\"id\":8} ]");
	}

	@Test
	void notificationWhenReadThenHasNoId() {
		Rpc rpc = Rpc.readQuoted("{'jsonrpc':'2.0','method':'price.changed','params':{'sku':'nail','price':NaN}}");

		assertThat(rpc.call().id()).isNull();
		assertThat(rpc.params()).isEqualTo("{\"sku\":\"nail\",\"price\":NaN}");
	}

	@Test
	void callWhenItHasMembersOfOthersThenIgnoresThem() {
		Call call = Rpc.readQuoted("{'jsonrpc':'2.0','x':{'method':'no','id':1},'method':'m','y':[[]],'z':null}")
			.call();

		assertThat(call.method()).isEqualTo("m");
		assertThat(call.id()).isNull();
	}

	@Test
	void callWhenItsResultAndErrorAreNullThenIsACallAllTheSame() {
		assertThat(Rpc.read(CALL + ",\"result\":null,\"error\":null}").call().method()).isEqualTo("m");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			null                                                    | no object
			"x"                                                     | no object
			7                                                       | no object
			[{"jsonrpc":"2.0","method":"m"}]                        | batch
			{"jsonrpc":"1.0","method":"m"}                          | 'jsonrpc'
			{"jsonrpc":2.0,"method":"m"}                            | 'jsonrpc'
			{"jsonrpc":["2.0"],"method":"m"}                        | 'jsonrpc'
			{"method":"m"}                                          | 'jsonrpc'
			{}                                                      | 'jsonrpc'
			{"jsonrpc":"2.0"}                                       | 'method'
			{"jsonrpc":"2.0","method":null}                         | 'method'
			{"jsonrpc":"2.0","method":{"a":1}}                      | 'method'
			{"jsonrpc":"2.0","method":"m","id":null}                | 'id'
			{"jsonrpc":"2.0","method":"m","id":true}                | 'id'
			{"jsonrpc":"2.0","method":"m","id":[1]}                 | 'id'
			{"jsonrpc":"2.0","method":"m","id":{"a":1}}             | 'id'
			{"jsonrpc":"2.0","method":"m","id":NaN}                 | 'id'
			{"jsonrpc":"2.0","method":"m","id":-Infinity}           | 'id'
			{"jsonrpc":"2.0","method":"m","params":null}            | 'params'
			{"jsonrpc":"2.0","method":"m","params":5}               | 'params'
			{"jsonrpc":"2.0","method":"m","params":"x"}             | 'params'
			{"jsonrpc":"2.0","method":"m","result":1}               | a method, and a result
			{"jsonrpc":"2.0","method":"m","error":{}}               | a method, and a result
			{"jsonrpc":"2.0","jsonrpc":"2.0","method":"m"}          | 'jsonrpc' is there twice
			{"jsonrpc":"2.0","method":"m","method":"m"}             | 'method' is there twice
			{"jsonrpc":"2.0","method":"m","params":[],"params":[]}  | 'params' is there twice
			{"jsonrpc":"2.0","method":"m","id":1,"id":1}            | 'id' is there twice
			{"jsonrpc":"2.0","method":"m","id":1,"\\u0069d":2}      | 'id' is there twice
			{"jsonrpc":"2.0","method":"m"} {}                       | more stands behind
			{"jsonrpc":"2.0","method":"m"}]                         | more stands behind
			""")
	void frameWhenItIsNoJsonRpcThenFaultSaysWhatIsWrong(String payload, String text) {
		Fault fault = Rpc.read(payload).fault();

		assertThat(fault.code()).isEqualTo(-32600);
		assertThat(fault.text()).contains(text);
		assertThat(fault.id()).isNull();
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "", " \n", "hello", "{", "{'jsonrpc':'2.0','method':'m',}", "{'jsonrpc':'2.0' 'method':'m'}",
					"{'jsonrpc':'2.0','method':'m\\x'}", "{'jsonrpc':'2.0','method':'m','id':01}",
					"{'jsonrpc':'2.0','method':'m','params':[1}", "{'jsonrpc':'2.0','method':'m','params':[nul]}",
					"{/**/'jsonrpc':'2.0','method':'m'}", "\uFEFF{'jsonrpc':'2.0','method':'m'}",
					"{'jsonrpc':'2.0','method':'m\n'}", "{'jsonrpc':'2.0','method':'m'}\u0000{" })
	void frameWhenItIsNotJsonThenFaultSaysWhere(String payload) {
		Rpc rpc = Rpc.readQuoted(payload);

		// What stands behind the end is not looked at.
		int code = payload.contains("}\u0000") ? -32600 : -32700;
		assertThat(rpc.fault().code()).isEqualTo(code);
		assertThat(rpc.fault().text()).isNotBlank().doesNotContain("hello");
	}

	@Test
	void faultWhenTheIdIsKnownThenHasIt() {
		assertThat(Rpc.read("{\"id\":7,\"method\":\"m\"}").fault().id()).hasToString("7");
		assertThat(Rpc.read(CALL + ",\"params\":5}").fault().id()).hasToString("7");
		assertThat(Rpc.read(CALL + ",\"params\":{]}").fault().id()).hasToString("7");
		assertThat(Rpc.read(CALL + "} {}").fault().id()).hasToString("7");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"a\\x\"", "\"a", "\"a\n\"", "7-8", "-", "1e" })
	void faultWhenTheIdIsBrokenThenDoesNotGiveItBack(String id) {
		Fault fault = Rpc.read("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"id\":" + id + "}").fault();

		assertThat(fault.code()).isEqualTo(-32700);
		assertThat(Rpc.json(fault.id())).isIn(null, "7");
	}

	@Test
	void idWhenItIsLongerThanAKibibyteThenFaultWithoutIt() {
		String longest = "\"" + "x".repeat(RpcId.MAX_BYTES - 2) + "\"";

		assertThat(Rpc.json(Rpc.id(longest))).isEqualTo(longest);
		for (String id : new String[] { "\"" + "x".repeat(RpcId.MAX_BYTES - 1) + "\"", "1".repeat(RpcId.MAX_BYTES + 1),
				"\"" + "x".repeat(1_000_000) + "\"", "1".repeat(1_000_000), "\"" + "\\\"".repeat(500_000) + "\"" }) {
			Fault fault = Rpc.read("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"id\":" + id + "}").fault();
			assertThat(fault.code()).isEqualTo(-32600);
			assertThat(fault.text()).contains("1024");
			assertThat(fault.id()).isNull();
		}
	}

	@Test
	void unknownMembersWhenTooManyThenFault() {
		String members = ",\"x\":[1]".repeat(64);

		assertThat(Rpc.read(CALL + members + "}").call().method()).isEqualTo("m");
		assertThat(Rpc.read(CALL + members + ",\"y\":1}").fault().text()).contains("65 members").contains("64");
	}

	@Test
	void depthWhenTheCodecReadsTheParamsThenSoDoesTheReader() {
		String deepest = "[".repeat(500) + "]".repeat(500);
		String tooDeep = "[".repeat(502) + "]".repeat(502);

		assertThat(Rpc.read(CALL + ",\"params\":" + deepest + "}").params()).isEqualTo(deepest);
		Fault fault = Rpc.read(CALL + ",\"params\":" + tooDeep + "}").fault();
		assertThat(fault.code()).isEqualTo(-32700);
		assertThat(fault.text()).contains("depth (502)").contains("(501");
		assertThat(fault.id()).hasToString("7");
	}

	@ParameterizedTest
	@ValueSource(strings = { "[", "{\"a\":", "{\"_meta\":", "{\"_meta\":{\"traceparent\":" })
	void paramsWhenNestedAHundredThousandDeepThenFaultAtOnce(String level) {
		byte[] payload = (CALL + ",\"params\":" + level.repeat(100_000)).getBytes(StandardCharsets.UTF_8);

		Rpc rpc = assertTimeoutPreemptively(Duration.ofSeconds(5), () -> Rpc.read(payload));

		assertThat(rpc.fault().code()).isEqualTo(-32700);
	}

	@Test
	void paramsWhenLongerThanACodecReadsThenAreLeftToIt() {
		String numbers = "[" + "9".repeat(5000) + ",1".repeat(300_000) + "]";

		assertThat(Rpc.read(CALL + ",\"params\":" + numbers + "}").params()).isEqualTo(numbers);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0xFF, 0xC0, 0xC1, 0x80, 0xF5, 0xE2 })
	void frameWhenItIsNotUtf8ThenFaultSaysWhere(int bad) {
		byte[] payload = (CALL + ",\"params\":[\"ä??\"]}").getBytes(StandardCharsets.UTF_8);
		int index = new String(payload, StandardCharsets.ISO_8859_1).indexOf('?');
		payload[index] = (byte) bad;

		Fault fault = Rpc.read(payload).fault();

		assertThat(fault.code()).isEqualTo(-32700);
		assertThat(fault.text()).contains("not UTF-8 at byte " + index);
		assertThat(fault.id()).hasToString("7");
	}

	@Test
	void frameWhenItHoldsSurrogatesOrOverlongFormsThenIsNotUtf8() {
		for (byte[] bad : new byte[][] { { (byte) 0xED, (byte) 0xA0, (byte) 0x80 }, { (byte) 0xC1, (byte) 0xA1 },
				{ (byte) 0xE0, (byte) 0x80, (byte) 0xA1 }, { (byte) 0xF0, (byte) 0x80, (byte) 0x80, (byte) 0xA1 } }) {
			String letters = "?".repeat(bad.length);
			byte[] payload = ("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"id\":\"" + letters + "\"}")
				.getBytes(StandardCharsets.UTF_8);
			System.arraycopy(bad, 0, payload, payload.length - 2 - bad.length, bad.length);

			Fault fault = Rpc.read(payload).fault();

			assertThat(fault.text()).contains("not UTF-8");
			assertThat(fault.id()).as("an id that would be given back").isNull();
		}
	}

	@Test
	void frameWhenItIsUtf16ThenFault() {
		assertThat(Rpc.read((CALL + "}").getBytes(StandardCharsets.UTF_16LE)).fault().code()).isEqualTo(-32700);
		assertThat(Rpc.read((CALL + "}").getBytes(StandardCharsets.UTF_16)).fault().code()).isEqualTo(-32700);
	}

	@Test
	void frameWhenLongAndNotAsciiThenIsReadWhole() {
		String text = "[\"" + "aäあ😀".repeat(5000) + "\"]";

		assertThat(Rpc.read(CALL + ",\"params\":" + text + "}").params()).isEqualTo(text);
	}

	@Test
	void callWhenTruncatedAtAnyByteThenFault() {
		byte[] whole = (CALL
				+ ",\"params\":{\"ä\":\"\\u00e4\",\"_meta\":{\"traceparent\":\"00-x\",\"a\":[1.5e1,true]}},\"x\":null}")
			.getBytes(StandardCharsets.UTF_8);

		for (int length = 0; length < whole.length; length++) {
			Fault fault = Rpc.read(Arrays.copyOf(whole, length)).fault();
			assertThat(fault.code()).isEqualTo(-32700);
			assertThat(Rpc.json(fault.id())).isIn(null, "7");
		}
	}

	@Test
	void answerWhenTruncatedAtAnyByteThenFaultOnlyBeforeItIsSeenToBeOne() {
		byte[] whole = "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"ä\":[\"\\u00e4\"]},\"error\":null,\"x\":null}"
			.getBytes(StandardCharsets.UTF_8);
		int seen = new String(whole, StandardCharsets.ISO_8859_1).indexOf("result\"") + "result\"".length();

		for (int length = 0; length < whole.length; length++) {
			Rpc rpc = Rpc.read(Arrays.copyOf(whole, length));
			if (length < seen) {
				assertThat(rpc.fault().code()).isEqualTo(-32700);
			}
			else {
				assertThat(rpc.answer().flaw()).isNotBlank();
				assertThat(rpc.answer().id()).hasToString("7");
			}
		}
	}

	@Test
	void resultWhenReadThenIsFoundWhateverItsType() {
		for (String value : new String[] { "{\"a\":1}", "[1,[2]]", "\"a\\\"b\\\\\"", "\"\"", "7", "-1.5e3", "true",
				"false", "null", "NaN", "-Infinity", "\"ä😀\"" }) {
			for (String payload : new String[] { "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":%s}",
					"{ \"result\" : %s , \"id\":7}", "{\"result\":%s\n,\"error\":null,\"id\":7}",
					"{\"error\":null,\"id\":7,\"result\":%s }", "{\"method\":null,\"id\":7,\"result\":%s}" }) {
				Rpc rpc = Rpc.read(payload.formatted(value));
				assertThat(rpc.answer().id()).hasToString("7");
				assertThat(rpc.result()).isEqualTo(value);
				assertThat(rpc.answer().error()).isNull();
				assertThat(rpc.answer().flaw()).isNull();
			}
		}
	}

	@Test
	void errorWhenReadThenIsFoundWhateverItsType() {
		for (String value : new String[] { "{\"code\":-32601,\"message\":\"?\"}", "\"boom\"", "[]", "5" }) {
			for (String payload : new String[] { "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":%s}",
					"{\"error\":%s,\"result\":null,\"id\":7}", "{\"result\":null,\"error\":%s ,\"id\":7}" }) {
				Rpc rpc = Rpc.read(payload.formatted(value));
				assertThat(rpc.answer().id()).hasToString("7");
				assertThat(rpc.error()).isEqualTo(value);
				assertThat(rpc.answer().result()).isNull();
				assertThat(rpc.answer().flaw()).isNull();
			}
		}
	}

	@Test
	void answerWhenResultAndErrorAreBothNullThenIsTheResultNull() {
		Rpc rpc = Rpc.readQuoted("{'result':null,'error':null,'id':7}");

		assertThat(rpc.result()).isEqualTo("null");
		assertThat(rpc.answer().error()).isNull();
	}

	@Test
	void answerWhenTheErrorIsNullAndThereIsNoResultThenHasThatError() {
		Rpc rpc = Rpc.readQuoted("{'jsonrpc':'2.0','error':null,'id':7}");

		assertThat(rpc.error()).isEqualTo("null");
		assertThat(rpc.answer().result()).isNull();
	}

	@Test
	void answerWhenItHasAResultAndAnErrorThenHasBoth() {
		Rpc rpc = Rpc.readQuoted("{'jsonrpc':'2.0','id':7,'result':1,'error':{'code':1}}");

		assertThat(rpc.result()).isEqualTo("1");
		assertThat(rpc.error()).isEqualTo("{\"code\":1}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{'result':1}", "{'result':1,'id':null}", "{'result':1,'id':[7]}",
			"{'result':1,'id':true}", "{'jsonrpc':'1.0','error':{},'id':{}}",
			"{'jsonrpc':7,'error':{},'params':5,'method':6}", "{'result':1,'id':7,'id':7}" })
	void answerWhenItsIdIsOddThenIsAnAnswerWithoutOne(String payload) {
		assertThat(Rpc.readQuoted(payload).answer().id()).isNull();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			{"id":7,"result":1,"result":2}         | 'result' is there twice
			{"id":7,"error":{},"result":1,"error":{}} | 'error' is there twice
			{"jsonrpc":"2.0","id":7,"result":[1}   | not JSON at byte
			{"jsonrpc":"2.0","id":7,"result":nope} | not JSON at byte
			{"jsonrpc":"2.0","id":7,"result":1     | not JSON at byte
			{"jsonrpc":"2.0","id":7,"error":"\\x"} | not JSON at byte
			{"id":7,"result":1} {"id":7,"result":2} | more stands behind
			{"id":7,"result":1}}                   | more stands behind
			""")
	void answerWhenItIsFlawedThenSaysSoAndHasNothingToDecode(String payload, String flaw) {
		Answer answer = Rpc.read(payload).answer();

		assertThat(answer.id()).hasToString("7");
		assertThat(answer.flaw()).contains(flaw);
		assertThat(answer.result()).isEqualTo(new Part(0, 0));
		assertThat(answer.error()).isNull();
	}

	@Test
	void answerWhenItIsNotUtf8OrTooDeepThenIsFlawed() {
		byte[] latin = "{\"id\":7,\"result\":\"ä\"}".getBytes(StandardCharsets.ISO_8859_1);

		assertThat(Rpc.read(latin).answer().flaw()).contains("not UTF-8 at byte 18");
		Answer deep = Rpc.read("{\"id\":7,\"result\":" + "[".repeat(100_000)).answer();
		assertThat(deep.flaw()).contains("depth (502)");
		assertThat(deep.id()).hasToString("7");
	}

	@Test
	void answerWhenItHasManyMembersOfOthersThenIsAnAnswer() {
		assertThat(Rpc.read("{\"id\":7,\"result\":1" + ",\"x\":1".repeat(1000) + "}").result()).isEqualTo("1");
	}

	@Test
	void frameWhenOneByteOfItIsAnotherThenNothingIsThrown() {
		byte[] whole = (CALL
				+ ",\"params\":{\"a\":[1.5,\"\\n\"],\"_meta\":{\"traceparent\":\"x\",\"io.ductworks/timeout\":5}},\"result\":null}")
			.getBytes(StandardCharsets.UTF_8);

		assertThatCode(() -> {
			for (int i = 0; i < whole.length; i++) {
				for (int b = 0; b < 256; b += 5) {
					byte[] payload = whole.clone();
					payload[i] = (byte) b;
					RpcReader.read(payload, true);
				}
			}
		}).doesNotThrowAnyException();
	}

}
