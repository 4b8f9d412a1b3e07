package io.ductworks.peer;

import org.jspecify.annotations.Nullable;

/**
 * A request or a notification that the other side has sent, and the means to answer it:
 * at any time, in any order, more than once, with another id. Nothing is answered by
 * itself.
 * <p>
 * Sending an answer blocks and fails as {@link PeerConnection#send(String)} does. Safe
 * for use by several threads.
 */
public final class RpcCall {

	private final PeerConnection connection;

	private final RpcMessage.Call call;

	RpcCall(PeerConnection connection, RpcMessage.Call call) {
		this.connection = connection;
		this.call = call;
	}

	/**
	 * The method that is called.
	 * @return its name
	 */
	public String method() {
		return this.call.method();
	}

	/**
	 * The id of a request.
	 * @return JSON text as it came, such as {@code 7} or {@code "7"} with its quotation
	 * marks, or {@code null} for a notification
	 */
	public @Nullable String id() {
		return this.call.id();
	}

	/**
	 * What the method is called with.
	 * @return JSON text as it came, an object or an array, or {@code null} if there is
	 * none
	 */
	public @Nullable String params() {
		return this.call.params();
	}

	/**
	 * The same call with another id, to be answered with that: a wrong one, or one for a
	 * notification.
	 * @param id JSON text, which is written as it is
	 * @return another call
	 */
	public RpcCall withId(String id) {
		return new RpcCall(this.connection, new RpcMessage.Call(method(), id, params()));
	}

	/**
	 * Answers with a result.
	 * @param json JSON text, which is written as it is
	 * @throws IllegalStateException if this is a notification
	 */
	public void result(String json) {
		answer("result", json);
	}

	/**
	 * Answers with an error.
	 * @param code the number that says what kind of error it is, such as -32602
	 * @param message what is wrong, in a few words
	 * @throws IllegalStateException if this is a notification
	 */
	public void error(int code, String message) {
		error(code, message, null);
	}

	/**
	 * Answers with an error.
	 * @param code the number that says what kind of error it is, such as -32602
	 * @param message what is wrong, in a few words
	 * @param data more about it: JSON text, which is written as it is, or {@code null}
	 * for none
	 * @throws IllegalStateException if this is a notification
	 */
	public void error(int code, String message, @Nullable String data) {
		answer("error", "{\"code\":" + code + ",\"message\":" + JsonText.quote(message)
				+ ((data != null) ? ",\"data\":" + data : "") + "}");
	}

	private void answer(String kind, String json) {
		if (id() == null) {
			throw new IllegalStateException(
					"The " + this.call.name() + " has no id to answer with; withId(…) gives it one");
		}
		this.connection.write("send " + kind + " for " + id(),
				DuctPeer.frame("{\"jsonrpc\":\"2.0\",\"id\":" + id() + ",\"" + kind + "\":" + json + "}"));
	}

	/**
	 * The call as failures show it.
	 */
	@Override
	public String toString() {
		return this.call.toString();
	}

}
