package io.ductworks.internal.protocol;

import java.util.stream.Stream;

import io.ductworks.internal.protocol.RpcMessage.Answer;
import io.ductworks.internal.protocol.RpcMessage.Call;
import io.ductworks.internal.protocol.RpcMessage.Fault;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The examples of section 7 of the specification of JSON-RPC 2.0, as far as they are
 * read. Batches, which it allows servers to take, are refused.
 */
class RpcSpecificationTests {

	/** What is read, as {@code kind id method params} and the like. */
	record Example(String payload, String read) {

		@Override
		public String toString() {
			return this.payload;
		}

	}

	static Stream<Example> examples() {
		return Stream.of(
				// rpc call with positional parameters
				example("{\"jsonrpc\": \"2.0\", \"method\": \"subtract\", \"params\": [42, 23], \"id\": 1}",
						"call 1 subtract [42, 23]"),
				example("{\"jsonrpc\": \"2.0\", \"result\": 19, \"id\": 1}", "answer 1 result 19"),
				example("{\"jsonrpc\": \"2.0\", \"method\": \"subtract\", \"params\": [23, 42], \"id\": 2}",
						"call 2 subtract [23, 42]"),
				example("{\"jsonrpc\": \"2.0\", \"result\": -19, \"id\": 2}", "answer 2 result -19"),
				// rpc call with named parameters
				example("{\"jsonrpc\": \"2.0\", \"method\": \"subtract\", \"params\": {\"subtrahend\": 23, \"minuend\": 42}, \"id\": 3}",
						"call 3 subtract {\"subtrahend\": 23, \"minuend\": 42}"),
				example("{\"jsonrpc\": \"2.0\", \"result\": 19, \"id\": 3}", "answer 3 result 19"),
				example("{\"jsonrpc\": \"2.0\", \"method\": \"subtract\", \"params\": {\"minuend\": 42, \"subtrahend\": 23}, \"id\": 4}",
						"call 4 subtract {\"minuend\": 42, \"subtrahend\": 23}"),
				// a Notification
				example("{\"jsonrpc\": \"2.0\", \"method\": \"update\", \"params\": [1,2,3,4,5]}",
						"call null update [1,2,3,4,5]"),
				example("{\"jsonrpc\": \"2.0\", \"method\": \"foobar\"}", "call null foobar null"),
				// rpc call of non-existent method
				example("{\"jsonrpc\": \"2.0\", \"method\": \"foobar\", \"id\": \"1\"}", "call \"1\" foobar null"),
				example("{\"jsonrpc\": \"2.0\", \"error\": {\"code\": -32601, \"message\": \"Method not found\"}, \"id\": \"1\"}",
						"answer \"1\" error {\"code\": -32601, \"message\": \"Method not found\"}"),
				// rpc call with invalid JSON
				example("{\"jsonrpc\": \"2.0\", \"method\": \"foobar, \"params\": \"bar\", \"baz]",
						"fault -32700 null"),
				example("{\"jsonrpc\": \"2.0\", \"error\": {\"code\": -32700, \"message\": \"Parse error\"}, \"id\": null}",
						"answer null error {\"code\": -32700, \"message\": \"Parse error\"}"),
				// rpc call with invalid Request object
				example("{\"jsonrpc\": \"2.0\", \"method\": 1, \"params\": \"bar\"}", "fault -32600 null"),
				example("{\"jsonrpc\": \"2.0\", \"error\": {\"code\": -32600, \"message\": \"Invalid Request\"}, \"id\": null}",
						"answer null error {\"code\": -32600, \"message\": \"Invalid Request\"}"),
				// rpc call Batch, invalid JSON
				example("""
						[
						  {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
						  {"jsonrpc": "2.0", "method"
						]""", "fault -32700 null"),
				// rpc call with an empty Array
				example("[]", "fault -32600 null"),
				// rpc call with an invalid Batch (but not empty)
				example("[1]", "fault -32600 null"),
				// rpc call with invalid Batch
				example("[1,2,3]", "fault -32600 null"),
				// rpc call Batch
				example("""
						[
						    {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
						    {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]},
						    {"jsonrpc": "2.0", "method": "subtract", "params": [42,23], "id": "2"},
						    {"foo": "boo"},
						    {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},
						    {"jsonrpc": "2.0", "method": "get_data", "id": "9"}
						]""", "fault -32600 null"),
				// rpc call Batch (all notifications)
				example("""
						[
						    {"jsonrpc": "2.0", "method": "notify_sum", "params": [1,2,4]},
						    {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}
						]""", "fault -32600 null"),
				// The members of the batches alone
				example("{\"foo\": \"boo\"}", "fault -32600 null"),
				example("{\"jsonrpc\": \"2.0\", \"method\": \"get_data\", \"id\": \"9\"}", "call \"9\" get_data null"),
				example("{\"jsonrpc\": \"2.0\", \"result\": [\"hello\", 5], \"id\": \"9\"}",
						"answer \"9\" result [\"hello\", 5]"));
	}

	private static Example example(String payload, String read) {
		return new Example(payload, read);
	}

	@ParameterizedTest
	@MethodSource("examples")
	void exampleWhenReadThenIsWhatTheSpecificationSays(Example example) {
		Rpc rpc = Rpc.read(example.payload());

		assertThat(shown(rpc)).isEqualTo(example.read());
	}

	private static String shown(Rpc rpc) {
		if (rpc.message() instanceof Call call) {
			return "call " + Rpc.json(call.id()) + ' ' + call.method() + ' ' + rpc.params();
		}
		if (rpc.message() instanceof Answer answer) {
			return "answer " + Rpc.json(answer.id())
					+ ((answer.error() != null) ? " error " + rpc.error() : " result " + rpc.result());
		}
		Fault fault = rpc.fault();
		return "fault " + fault.code() + ' ' + Rpc.json(fault.id());
	}

}
