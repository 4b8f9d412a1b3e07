package io.ductworks.peer;

import java.net.ProtocolException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * A connection as JSON-RPC 2.0 has it: both sides call methods, and answer in any order.
 * It is the peer's to answer:
 *
 * <pre class="code">
 * RpcCall call = connection.rpc().expectCall("order.place", "{\"sku\": \"nail\"}");
 * call.result("{\"number\": \"P-1\"}");
 * </pre>
 *
 * And to ask:
 *
 * <pre class="code">
 * RpcAnswer count = connection.rpc().call("order.count", null);
 * RpcAnswer placed = connection.rpc().call("order.place", "{\"sku\": \"nail\"}");
 * placed.expectResult("{\"number\": \"P-1\"}");
 * count.expectResult("1");
 * </pre>
 *
 * JSON goes in and comes out as text. What goes in is written as it is, so that it may be
 * wrong; what comes is checked. For what is no JSON-RPC at all, such as a batch, there
 * are {@link PeerConnection#send(String)} and {@link PeerConnection#expect(String)}.
 * <p>
 * Each wait reads the connection until what it waits for has come, and keeps the rest for
 * those that wait for that, be they others or come later. What is kept is kept for the
 * connection, not for this object, and the {@code receive…} and {@code expect} of
 * {@link PeerConnection} do not get it. Calls are taken in the order in which they came,
 * be it to find that they are not the expected ones; answers and cancels by their id.
 * <p>
 * Blocks, fails and may be used by several threads as {@link PeerConnection}: one may
 * wait for a call while others wait for answers.
 */
public final class RpcPeer {

	private static final int METHOD_NOT_FOUND = -32601;

	private final PeerConnection connection;

	RpcPeer(PeerConnection connection) {
		this.connection = connection;
	}

	/**
	 * Waits for the next request or notification, whatever its method.
	 * @return the call
	 */
	public RpcCall receiveCall() {
		return expectCall("receive a call", (call) -> true);
	}

	/**
	 * Waits for the next request or notification, which must be one of that method.
	 * @param method its name
	 * @return the call
	 */
	public RpcCall expectCall(String method) {
		return expectCall("expect call " + method, (call) -> call.method().equals(method));
	}

	/**
	 * Waits for the next request or notification, which must be that one.
	 * @param method its name
	 * @param params JSON text; white space outside of strings does not count, the order
	 * of members does
	 * @return the call
	 */
	public RpcCall expectCall(String method, String params) {
		return expectCall("expect call " + method + ", params " + PeerConnection.shown(params),
				(call) -> call.method().equals(method) && call.params() != null
						&& JsonText.compact(call.params()).equals(JsonText.compact(params)));
	}

	private RpcCall expectCall(String what, Predicate<RpcMessage.Call> condition) {
		RpcMessage.Call taken = await(what, (mailbox) -> {
			RpcMessage.Call call = mailbox.takeCall();
			if (call != null && !condition.test(call)) {
				throw new ProtocolException("got " + call);
			}
			return call;
		});
		return new RpcCall(this.connection, taken);
	}

	/**
	 * Waits until the other side wants a request cancelled. That answers nothing.
	 * @param id of the request, JSON text as {@link RpcCall#id()} has it
	 */
	public void expectCancel(String id) {
		await("expect the cancel of " + id, (mailbox) -> mailbox.takeCancel(id));
	}

	/**
	 * Answers each request, until the other side ends the connection or the peer is
	 * closed. Waits for calls without limit. Cancels are kept, and change nothing.
	 * @param answer gives the result, as JSON text, for a request; {@code null} to send
	 * none, as when it has answered with an error itself. It is also called for
	 * notifications, whose result is dropped.
	 */
	public void answerCalls(Function<RpcCall, @Nullable String> answer) {
		Optional<RpcMessage.Call> next = nextCall();
		while (next.isPresent()) {
			RpcCall call = new RpcCall(this.connection, next.get());
			String result = answer.apply(call);
			if (result != null && call.id() != null) {
				call.result(result);
			}
			next = nextCall();
		}
	}

	/**
	 * Answers each request, until the other side ends the connection or the peer is
	 * closed. Waits for calls without limit. Other methods are answered with error
	 * -32601; notifications are taken and dropped.
	 * @param results the result of each method, as JSON text
	 */
	public void answerCalls(Map<String, String> results) {
		answerCalls((call) -> {
			String result = results.get(call.method());
			if (result == null && call.id() != null) {
				call.error(METHOD_NOT_FOUND, "No method " + call.method());
			}
			return result;
		});
	}

	private Optional<RpcMessage.Call> nextCall() {
		Exchange on = this.connection.exchange();
		return this.connection.read("answer calls", PeerConnection.FOREVER, (frames, forever) -> on.rpc()
			.await(RpcMailbox::takeCall,
					() -> frames.awaitSome(forever) ? frames.readFrame(Deadline.in(on.timeout())) : null, forever));
	}

	/**
	 * Sends a request. Its id is counted from 1 for each connection, as a duct counts its
	 * own: both sides may have a request 1 at the same time.
	 * @param method its name
	 * @param params JSON text, which is written as it is, or {@code null} for none
	 * @return the answer to wait for
	 */
	public RpcAnswer call(String method, @Nullable String params) {
		return callWithId(this.connection.exchange().rpc().nextId(), method, params);
	}

	/**
	 * Sends a request with an id of the caller's choice, even one that is none or was
	 * used before.
	 * @param id JSON text, which is written as it is, such as {@code 7} or {@code "7"}
	 * with its quotation marks
	 * @param method its name
	 * @param params JSON text, which is written as it is, or {@code null} for none
	 * @return the answer to wait for
	 */
	public RpcAnswer callWithId(String id, String method, @Nullable String params) {
		this.connection.write("send request " + method + " with id " + id,
				DuctPeer.frame("{\"jsonrpc\":\"2.0\",\"id\":" + id + "," + members(method, params)));
		return answerTo(id);
	}

	/**
	 * The answer to what was sent as text, an answer without a request, which has the id
	 * {@code null}, or a second answer to one.
	 * @param id JSON text, such as {@code 7} or {@code "7"} with its quotation marks
	 * @return the answer to wait for: the oldest with that id that was not yet taken
	 */
	public RpcAnswer answerTo(String id) {
		return new RpcAnswer(this, id);
	}

	/**
	 * Sends a notification, which gets no answer.
	 * @param method its name
	 * @param params JSON text, which is written as it is, or {@code null} for none
	 */
	public void notification(String method, @Nullable String params) {
		this.connection.write("send notification " + method,
				DuctPeer.frame("{\"jsonrpc\":\"2.0\"," + members(method, params)));
	}

	/**
	 * Says that a request is to be cancelled, by the notification
	 * {@code $/cancelRequest}.
	 * @param id of the request, JSON text as {@link RpcAnswer#id()} has it
	 */
	public void cancel(String id) {
		notification(RpcMessage.CANCEL, "{\"id\":" + id + "}");
	}

	private static String members(String method, @Nullable String params) {
		return "\"method\":" + JsonText.quote(method) + ((params != null) ? ",\"params\":" + params : "") + "}";
	}

	<T> T await(String step, RpcMailbox.Taking<T> taking) {
		Exchange on = this.connection.exchange();
		return this.connection.read(step, on.timeout(),
				(frames, deadline) -> on.rpc().await(taking, () -> frames.readFrame(deadline), deadline).orElseThrow());
	}

}
