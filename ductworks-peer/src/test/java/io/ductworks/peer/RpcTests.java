package io.ductworks.peer;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Two peers that speak JSON-RPC 2.0 with each other: the parent is asked, the child asks.
 */
@ParameterizedClass
@ValueSource(strings = { "unix", "tcp" })
@Timeout(60)
class RpcTests implements NothingLeft {

	private static final Duration SHORT = Duration.ofMillis(100);

	/** The common pool may have one thread, which one that waits would take. */
	private static final Executor OWN_THREAD = (task) -> new Thread(task).start();

	@Parameter
	private String transport;

	private DuctPeer parent;

	private DuctPeer child;

	@BeforeEach
	void connect() {
		this.parent = this.transport.equals("tcp") ? DuctPeer.listen("tcp://127.0.0.1:0") : DuctPeer.listen();
		this.child = DuctPeer.connect(this.parent.address());
	}

	@AfterEach
	void close() {
		this.child.close();
		this.parent.close();
	}

	@Test
	void callWhenItIsAnsweredThenHasTheResult() {
		RpcAnswer answer = this.child.rpc().call("order.place", "{\"sku\":\"nail\"}");

		RpcCall call = this.parent.rpc().expectCall("order.place");
		assertThat(call.params()).isEqualTo("{\"sku\":\"nail\"}");
		call.result("{\"number\":\"P-1\"}");

		assertThat(answer.result()).isEqualTo("{\"number\":\"P-1\"}");
		answer.expectResult("{ \"number\": \"P-1\" }");
	}

	@Test
	void callWhenItIsAnsweredWithAnErrorThenHasItsCodeMessageAndData() {
		RpcAnswer refused = this.child.rpc().call("order.place", "{}");
		RpcAnswer failed = this.child.rpc().call("order.place", "{}");

		this.parent.rpc().expectCall("order.place").error(-32602, "Not \"valid\"", "{\"status\":400}");
		this.parent.rpc().expectCall("order.place").error(-32603, "Failed");

		assertThat(refused.error()).isEqualTo(new RpcError(-32602, "Not \"valid\"", "{\"status\":400}"));
		assertThat(failed.error()).isEqualTo(new RpcError(-32603, "Failed", null));
	}

	@Test
	void messagesWhenTheyAreSentThenAreTheOnesOfJsonRpc() {
		this.child.rpc().call("order.place", "{\"sku\":\"nail\"}");
		this.child.rpc().callWithId("\"b-2\"", "order.count", null);
		this.child.rpc().notification("price.changed", "[0.05]");
		this.child.rpc().cancel("\"b-2\"");

		this.parent.expect("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"order.place\",\"params\":{\"sku\":\"nail\"}}");
		this.parent.expect("{\"jsonrpc\":\"2.0\",\"id\":\"b-2\",\"method\":\"order.count\"}");
		this.parent.expect("{\"jsonrpc\":\"2.0\",\"method\":\"price.changed\",\"params\":[0.05]}");
		this.parent.expect("{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":\"b-2\"}}");

		this.parent.send("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}");
		this.child.rpc().expectCall("ping").result("3");
		this.parent.send("{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"ping\"}");
		this.child.rpc().expectCall("ping").error(-32602, "No", "[1]");

		this.parent.expect("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":3}");
		this.parent
			.expect("{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"error\":{\"code\":-32602,\"message\":\"No\",\"data\":[1]}}");
	}

	@Test
	void answersWhenTheyComeInAnotherOrderThenFindTheirCalls() {
		RpcAnswer one = this.child.rpc().call("order.place", "[1]");
		RpcAnswer two = this.child.rpc().call("order.place", "[2]");
		RpcAnswer three = this.child.rpc().callWithId("\"3\"", "order.place", "[3]");

		RpcPeer asked = this.parent.rpc();
		RpcCall first = asked.expectCall("order.place", "[1]");
		RpcCall second = asked.expectCall("order.place", "[ 2 ]");
		asked.expectCall("order.place", "[3]").result("\"three\"");
		second.result("\"two\"");
		first.result("\"one\"");

		one.expectResult("\"one\"");
		two.expectResult("\"two\"");
		three.expectResult("\"three\"");
	}

	@Test
	void bothWhenTheyAskAtTheSameTimeThenTheirIdsDoNotMeet() {
		RpcAnswer toChild = this.child.rpc().call("order.count", null);
		RpcAnswer toParent = this.parent.rpc().call("stock.count", null);
		assertThat(toChild.id()).isEqualTo(toParent.id()).isEqualTo("1");

		this.parent.rpc().expectCall("order.count").result("17");
		this.child.rpc().expectCall("stock.count").result("4");

		toChild.expectResult("17");
		toParent.expectResult("4");
	}

	@Test
	void whatComesInBetweenWhenSomethingElseIsExpectedThenIsKept() {
		RpcAnswer answer = this.parent.rpc().call("stock.count", null);
		RpcCall asked = this.child.rpc().expectCall("stock.count");
		this.child.rpc().notification("price.changed", "{\"price\":0.05}");
		asked.result("4");
		this.child.rpc().cancel("12");
		this.child.rpc().call("order.place", "{}");

		this.parent.rpc().expectCancel("12");
		assertThat(this.parent.connection(1).rpc().expectCall("price.changed").id()).isNull();
		this.parent.rpc().expectCall("order.place", "{}");
		answer.expectResult("4");
	}

	@Test
	void receiveCallWhenCallsAreSentThenTakesThemAsTheyCame() {
		this.child.rpc().notification("shutdown", null);
		this.child.rpc().callWithId("\"a\"", "order.place", "[]");

		RpcCall notification = this.parent.rpc().receiveCall();
		RpcCall request = this.parent.rpc().receiveCall();

		assertThat(notification.method()).isEqualTo("shutdown");
		assertThat(notification.id()).isNull();
		assertThat(notification.params()).isNull();
		assertThat(request.method()).isEqualTo("order.place");
		assertThat(request.id()).isEqualTo("\"a\"");
	}

	@Test
	void expectCallWhenAnotherCallComesThenSaysWhatCame() {
		this.child.rpc().call("order.cancel", "{\"number\":\"P-1\"}");
		this.child.rpc().notification("shutdown", null);
		this.child.rpc().call("order.place", "{\"pieces\":4}");

		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> this.parent.rpc().expectCall("order.place"))
			.withMessage("connection 1, step 1, expect call order.place: "
					+ "got request order.cancel with id 1, params {\"number\":\"P-1\"}");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> this.parent.rpc().expectCall("order.place"))
			.withMessageEndingWith("got notification shutdown, no params");
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> this.parent.rpc().expectCall("order.place", "{\"pieces\":3}"))
			.withMessage("connection 1, step 3, expect call order.place, params {\"pieces\":3}: "
					+ "got request order.place with id 2, params {\"pieces\":4}");
	}

	@Test
	void waitWhenItEndsThenSaysWhatElseCame() {
		this.child.rpc().notification("shutdown", null);
		this.child.rpc().cancel("12");
		this.child.send("{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":null}");
		this.child.send("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"?\"}}");
		RpcAnswer answer = this.parent.rpc().call("stock.count", null);
		this.parent.rpc().expectCancel("12");
		this.parent.withTimeout(SHORT);

		assertThatExceptionOfType(AssertionError.class).isThrownBy(answer::result)
			.withMessage("connection 1, step 3, await the result for 1: got nothing within 100 ms; "
					+ "came and not taken: notification shutdown, result for 3, error for null");
		this.child.close();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> this.parent.rpc().expectCancel("1"))
			.withMessageStartingWith("connection 1, step 4, expect the cancel of 1: the other side has ")
			.withMessageEndingWith("came and not taken: notification shutdown, result for 3, error for null");
	}

	@Test
	void answerWhenItIsOfTheOtherKindThenSaysWhatCame() {
		RpcAnswer one = this.child.rpc().call("order.place", null);
		RpcAnswer two = this.child.rpc().call("order.place", null);
		this.parent.rpc().receiveCall().error(-32000, "Too busy", "{\"status\":503}");
		this.parent.rpc().receiveCall().result("null");

		assertThatExceptionOfType(AssertionError.class).isThrownBy(one::result)
			.withMessage("connection 1, step 3, await the result for 1: "
					+ "got error -32000 Too busy, data {\"status\":503}");
		assertThat(one.error().code()).isEqualTo(-32000);
		assertThatExceptionOfType(AssertionError.class).isThrownBy(two::error)
			.withMessage("connection 1, step 5, await the error for 2: got result null");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> two.expectResult("1"))
			.withMessage("connection 1, step 6, expect result 1 for 2: got result null");
		assertThat(two.result()).isEqualTo("null");
	}

	@Test
	void callWhenItIsAnsweredTwiceThenTheSecondAnswerIsThereToo() {
		RpcAnswer answer = this.child.rpc().call("order.count", null);
		RpcCall call = this.parent.rpc().expectCall("order.count");
		call.result("1");
		call.error(-32603, "On second thoughts");

		answer.expectResult("1");
		answer.expectResult("1");
		assertThat(this.child.rpc().answerTo(answer.id()).error().message()).isEqualTo("On second thoughts");
	}

	@Test
	void callWhenItIsAnsweredWithAnotherIdThenIsNotAnswered() {
		RpcAnswer answer = this.child.rpc().call("order.count", null);
		RpcCall call = this.parent.rpc().expectCall("order.count");
		call.withId("\"1\"").result("\"a string\"");
		call.withId("null").error(-32600, "What?");
		call.result("\"a number\"");

		answer.expectResult("\"a number\"");
		this.child.rpc().answerTo("\"1\"").expectResult("\"a string\"");
		assertThat(this.child.rpc().answerTo("null").error().code()).isEqualTo(-32600);
	}

	@Test
	void notificationWhenItIsAnsweredThenNeedsAnId() {
		this.child.rpc().notification("price.changed", null);
		RpcCall call = this.parent.rpc().expectCall("price.changed");

		assertThatIllegalStateException().isThrownBy(() -> call.result("1"))
			.withMessage("The notification price.changed has no id to answer with; withId(…) gives it one");
		call.withId("7").result("1");

		this.child.rpc().answerTo("7").expectResult("1");
	}

	@Test
	void requestWhenItIsCancelledThenTheOtherSideKnows() {
		RpcAnswer answer = this.child.rpc().callWithId("\"\\u0061\"", "order.place", "{}");
		RpcCall call = this.parent.rpc().expectCall("order.place");
		this.child.rpc().cancel(answer.id());

		this.parent.rpc().expectCancel("\"a\"");
		call.error(-32800, "Cancelled");

		assertThat(answer.error().code()).isEqualTo(-32800);
	}

	@Test
	void textsWhenTheyAreNoJsonRpcThenAreSentAndReceivedAsTheyAre() {
		this.child.send("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\"}]");
		this.child.send("{\"jsonrpc\":\"2.0\",");
		this.child.rpc().callWithId("{}", "a", "nonsense");
		this.child.sendRaw(DuctPeer.frame("null"));

		this.parent.expect("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\"}]");
		this.parent.expect("{\"jsonrpc\":\"2.0\",");
		this.parent.expect("{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"a\",\"params\":nonsense}");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> this.parent.rpc().receiveCall())
			.withMessage("connection 1, step 4, receive a call: "
					+ "got what is no JSON-RPC 2.0, since it has an unexpected n at 0: null");
	}

	@Test
	void scriptWhenItAnswersCallsThenEndsWithTheOtherSide() {
		try (DuctPeer warehouse = DuctPeer
			.listen((connection) -> connection.rpc().answerCalls(Map.of("stock.count", "4", "stock.reserve", "{}")))) {
			try (DuctPeer asking = DuctPeer.connect(warehouse.address())) {
				RpcAnswer unknown = asking.rpc().call("order.place", null);
				asking.rpc().notification("price.changed", null);
				RpcAnswer reserved = asking.rpc().call("stock.reserve", "[\"nail\"]");
				asking.rpc().cancel(reserved.id());

				asking.rpc().call("stock.count", null).expectResult("4");
				reserved.expectResult("{}");
				assertThat(unknown.error()).isEqualTo(new RpcError(-32601, "No method order.place", null));
			}
			warehouse.verify();
		}
	}

	@Test
	void scriptWhenItAnswersCallsWithAFunctionThenMayAnswerItself() {
		try (DuctPeer warehouse = DuctPeer.listen((connection) -> connection.rpc().answerCalls((call) -> {
			if (call.params() == null) {
				call.error(-32602, "Which?");
				return null;
			}
			return "[\"" + call.method() + "\"," + call.params() + "]";
		})); DuctPeer asking = DuctPeer.connect(warehouse.address())) {
			RpcAnswer which = asking.rpc().call("stock.count", null);
			asking.rpc().notification("stock.changed", "[]");

			asking.rpc().call("stock.count", "[1]").expectResult("[\"stock.count\", [1]]");
			assertThat(which.error().message()).isEqualTo("Which?");
		}
	}

	@Test
	void scriptWhenItExpectsAnotherCallThenVerifySaysSo() {
		try (DuctPeer warehouse = DuctPeer.listen((connection) -> {
			connection.rpc().expectCall("stock.count").result("4");
			connection.rpc().expectCall("stock.reserve");
		}); DuctPeer asking = DuctPeer.connect(warehouse.address())) {
			asking.rpc().call("stock.count", null).expectResult("4");
			asking.rpc().call("stock.count", null);

			assertThatExceptionOfType(AssertionError.class).isThrownBy(warehouse::verify)
				.withMessageEndingWith("has failed: connection 1, step 3, expect call stock.reserve: "
						+ "got request stock.count with id 2, no params");
		}
	}

	@Test
	void threadsWhenTheyAskAndAnswerOnOneConnectionThenEachGetsItsOwn() {
		CompletableFuture<Void> childAnswers = CompletableFuture
			.runAsync(() -> this.child.rpc().answerCalls((call) -> "\"child " + call.params() + "\""), OWN_THREAD);
		CompletableFuture<Void> parentAnswers = CompletableFuture
			.runAsync(() -> this.parent.rpc().answerCalls((call) -> "\"parent " + call.params() + "\""), OWN_THREAD);

		CompletableFuture<?>[] askers = IntStream.range(0, 8)
			.mapToObj((asker) -> CompletableFuture.runAsync(() -> ask(asker), OWN_THREAD))
			.toArray(CompletableFuture[]::new);

		assertThat(CompletableFuture.allOf(askers)).succeedsWithin(30, TimeUnit.SECONDS);
		this.child.halfClose();
		assertThat(parentAnswers).succeedsWithin(10, TimeUnit.SECONDS);
		this.parent.halfClose();
		assertThat(childAnswers).succeedsWithin(10, TimeUnit.SECONDS);
	}

	private void ask(int asker) {
		boolean fromChild = asker % 2 == 0;
		RpcPeer peer = fromChild ? this.child.rpc() : this.parent.rpc();
		String answerer = fromChild ? "parent" : "child";
		for (int i = 0; i < 100; i++) {
			String params = "[" + asker + "," + i + "]";
			peer.call("echo", params).expectResult("\"" + answerer + " " + params + "\"");
		}
	}

	@Test
	void answerWhenTheThreadThatReadsGivesUpThenAnotherReadsIt() throws Exception {
		RpcAnswer answer = this.child.rpc().call("order.count", null);
		Thread reader = new Thread(
				() -> assertThatIllegalStateException().isThrownBy(() -> this.child.rpc().expectCall("none"))
					.withMessageEndingWith("interrupted"));
		reader.start();
		await().until(() -> isIn(reader, SocketTransport.class));
		AtomicReference<String> result = new AtomicReference<>();
		Thread waiter = new Thread(() -> result.set(answer.result()));
		waiter.start();
		await().until(() -> waiter.getState() == Thread.State.TIMED_WAITING);

		reader.interrupt();
		reader.join(10_000);
		assertThat(reader.isAlive()).isFalse();
		this.parent.rpc().expectCall("order.count").result("17");
		await("before its time-out, at which it would look again").atMost(Duration.ofSeconds(5))
			.untilAsserted(() -> assertThat(result).hasValue("17"));
	}

	private static boolean isIn(Thread thread, Class<?> type) {
		return Arrays.stream(thread.getStackTrace()).anyMatch((frame) -> frame.getClassName().equals(type.getName()));
	}

	@Test
	void waitWhenThePeerHasStoppedReadingOrIsClosedThenSaysSo() {
		RpcAnswer answer = this.child.rpc().call("order.place", null);
		this.child.stopReading();
		assertThatIllegalStateException().isThrownBy(answer::result)
			.withMessage("The peer has stopped reading, so it cannot await the result for 1");

		this.parent.rpc().expectCall("order.place");
		this.parent.close();
		assertThatIllegalStateException().isThrownBy(() -> this.parent.rpc().receiveCall())
			.withMessageContaining("itself");
	}

}
