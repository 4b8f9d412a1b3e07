package io.ductworks.peer;

import java.net.ProtocolException;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A message of JSON-RPC 2.0 that has come. What it has of JSON is text.
 */
sealed interface RpcMessage {

	/** The method of the notification that cancels a request. */
	String CANCEL = "$/cancelRequest";

	/**
	 * Takes a payload apart.
	 * @throws ProtocolException if it is none of JSON-RPC 2.0, which says why
	 */
	static RpcMessage parse(String text) throws ProtocolException {
		try {
			return of(JsonReader.members(text));
		}
		catch (IllegalArgumentException ex) {
			throw new ProtocolException(
					"got what is no JSON-RPC 2.0, since " + ex.getMessage() + ": " + PeerConnection.shown(text));
		}
	}

	private static RpcMessage of(Map<String, String> members) {
		check("\"2.0\"".equals(members.get("jsonrpc")), "jsonrpc is not \"2.0\"");
		String id = members.get("id");
		check(id == null || id.equals("null") || "\"-0123456789".indexOf(id.charAt(0)) >= 0,
				"id is neither a string nor a number");
		String method = members.get("method");
		String result = members.get("result");
		String error = members.get("error");
		check(method != null || result != null || error != null, "it has no method, no result and no error");
		if (method == null) {
			check(result == null || error == null, "it has a result and an error");
			return new Answer(required(id, "id"), result, (error != null) ? error(error) : null);
		}
		check(method.startsWith("\""), "method is no string");
		check(result == null && error == null, "it has a method, and a result or an error");
		String params = members.get("params");
		check(params == null || params.startsWith("{") || params.startsWith("["),
				"params are neither an object nor an array");
		String name = JsonReader.string(method);
		return (name.equals(CANCEL) && id == null) ? cancel(params) : new Call(name, id, params);
	}

	private static RpcError error(String text) {
		Map<String, String> members = JsonReader.members(text);
		String code = required(members.get("code"), "code of the error");
		check(code.matches("-?[0-9]{1,9}"), "code of the error is no integer of at most 9 digits");
		String message = required(members.get("message"), "message of the error");
		check(message.startsWith("\""), "message of the error is no string");
		return new RpcError(Integer.parseInt(code), JsonReader.string(message), members.get("data"));
	}

	private static Cancel cancel(@Nullable String params) {
		String object = required(params, "params of what is to be cancelled");
		return new Cancel(required(JsonReader.members(object).get("id"), "id of what is to be cancelled"));
	}

	private static String required(@Nullable String value, String what) {
		if (value == null) {
			throw new IllegalArgumentException("it has no " + what);
		}
		return value;
	}

	private static void check(boolean holds, String otherwise) {
		if (!holds) {
			throw new IllegalArgumentException(otherwise);
		}
	}

	/**
	 * Whether two ids are the same one, however their strings are escaped. A string is
	 * never the same as a number.
	 */
	static boolean sameId(String one, String other) {
		return one.equals(other) || one.startsWith("\"") && other.startsWith("\"")
				&& JsonReader.string(one).equals(JsonReader.string(other));
	}

	/**
	 * What it is, in a few words.
	 */
	String name();

	/**
	 * A request, or a notification, which has no id.
	 */
	record Call(String method, @Nullable String id, @Nullable String params) implements RpcMessage {

		@Override
		public String name() {
			return (this.id != null) ? "request " + this.method + " with id " + this.id : "notification " + this.method;
		}

		@Override
		public String toString() {
			return name() + ", "
					+ ((this.params != null) ? "params " + PeerConnection.shown(this.params) : "no params");
		}

	}

	/**
	 * A result or an error.
	 */
	record Answer(String id, @Nullable String result, @Nullable RpcError error) implements RpcMessage {

		@Override
		public String name() {
			return ((this.error != null) ? "error for " : "result for ") + this.id;
		}

		@Override
		public String toString() {
			return (this.error != null) ? this.error.toString()
					: "result " + PeerConnection.shown(String.valueOf(this.result));
		}

	}

	/**
	 * The wish that a request be cancelled.
	 */
	record Cancel(String id) implements RpcMessage {

		@Override
		public String name() {
			return "cancel of " + this.id;
		}

	}

}
