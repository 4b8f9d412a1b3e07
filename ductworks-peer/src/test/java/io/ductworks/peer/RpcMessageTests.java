package io.ductworks.peer;

import java.net.ProtocolException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RpcMessageTests {

	@Test
	void membersWhenTheyStandInAnyOrderThenAreFoundAsTheyCame() throws Exception {
		RpcMessage message = RpcMessage.parse("""
				{ "params" : { "a" : [ 1.50, "}\\"", { } ], "method": "inner" },
				  "other" : [ [ ], true, -1e+3, NaN, -Infinity, null ] ,
				  "method":"order.pl\\u0061ce\\n", "id":"\\u00e4" , "jsonrpc" : "2.0" }
				""");

		assertThat(message).isEqualTo(new RpcMessage.Call("order.place\n", "\"\\u00e4\"",
				"{ \"a\" : [ 1.50, \"}\\\"\", { } ], \"method\": \"inner\" }"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			{"jsonrpc":"2.0","id":1,"method":"a"}              | request a with id 1
			{"jsonrpc":"2.0","id":null,"method":"a"}           | request a with id null
			{"jsonrpc":"2.0","method":"a","params":[]}         | notification a
			{"jsonrpc":"2.0","id":1.5,"result":null}           | result for 1.5
			{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":""}} | error for null
			{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"x"}} | cancel of "x"
			{"jsonrpc":"2.0","id":1,"method":"$/cancelRequest"} | request $/cancelRequest with id 1
			""")
	void textWhenItIsJsonRpcThenIsOneOfFourKinds(String text, String name) throws Exception {
		assertThat(RpcMessage.parse(text).name()).isEqualTo(name);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					{"id":1,"method":"a"}                                   | jsonrpc is not "2.0"
					{"jsonrpc":2.0,"id":1,"method":"a"}                     | jsonrpc is not "2.0"
					{"jsonrpc":"2.0","id":1}                                | it has no method, no result and no error
					{"jsonrpc":"2.0","result":1}                            | it has no id
					{"jsonrpc":"2.0","id":[1],"result":1}                   | id is neither a string nor a number
					{"jsonrpc":"2.0","id":1,"id":2,"result":1}              | it has the member id twice
					{"jsonrpc":"2.0","id":1,"method":7}                     | method is no string
					{"jsonrpc":"2.0","id":1,"method":"a","params":1}        | params are neither an object nor an array
					{"jsonrpc":"2.0","id":1,"method":"a","result":1}        | it has a method, and a result or an error
					{"jsonrpc":"2.0","id":1,"result":1,"error":{}}          | it has a result and an error
					{"jsonrpc":"2.0","id":1,"error":{"message":"a"}}        | it has no code of the error
					{"jsonrpc":"2.0","id":1,"error":{"code":1.5,"message":"a"}} | code of the error is no integer of at most 9 digits
					{"jsonrpc":"2.0","id":1,"error":{"code":1}}             | it has no message of the error
					{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":2}} | message of the error is no string
					{"jsonrpc":"2.0","method":"$/cancelRequest"}            | it has no params of what is to be cancelled
					{"jsonrpc":"2.0","method":"$/cancelRequest","params":{}} | it has no id of what is to be cancelled
					""")
	void textWhenItIsNoJsonRpcThenSaysWhy(String text, String reason) {
		assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> RpcMessage.parse(text))
			.withMessage("got what is no JSON-RPC 2.0, since " + reason + ": " + text);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "7", "[]", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\":1]", "{\"a\":[1,]}",
			"{\"a\":[1}", "{\"a\":01}", "{\"a\":1.}", "{\"a\":+1}", "{\"a\":nul}", "{\"a\":truer}", "{\"a\":\"}",
			"{\"a\":\"\n\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12g4\"}", "{\"a\":\"\\u12", "{\"a\":1} 2", "{a:1}" })
	void textWhenItIsNoObjectOfJsonThenIsRefused(String text) {
		assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> RpcMessage.parse(text))
			.withMessageMatching("(?s).*since it (has an unexpected . at \\d+|ends too early): .*");
	}

	@Test
	void idsWhenTheyAreComparedThenEscapesDoNotCountAndQuotationMarksDo() {
		assertThat(RpcMessage.sameId("\"\\u00e4\\/\"", "\"ä/\"")).isTrue();
		assertThat(RpcMessage.sameId("7", "7")).isTrue();
		assertThat(RpcMessage.sameId("7", "\"7\"")).isFalse();
		assertThat(RpcMessage.sameId("7", "8")).isFalse();
	}

}
