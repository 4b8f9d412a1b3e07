package io.ductworks.message;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import io.ductworks.Awaiting;
import io.ductworks.DuctProblemException;
import io.ductworks.DuctTimeoutException;
import io.ductworks.Gate;
import io.ductworks.MessageCodecException;
import io.ductworks.RemoteDuctClosedException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.TakenLog;
import io.ductworks.peer.DuctPeer;
import io.ductworks.peer.RpcAnswer;
import io.ductworks.peer.RpcCall;
import org.junit.jupiter.api.Test;
import tools.jackson.core.type.TypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What a duct that speaks JSON-RPC promises, whatever it runs over.
 */
interface RpcContract extends HandlingContract, OutgoingContract {

	@Override
	default Protocol protocol() {
		return Protocol.JSON_RPC;
	}

	private DuctPair rpcPair(UnaryOperator<MessageDuctParent.Builder> parent,
			UnaryOperator<MessageDuctChild.Builder> child) {
		return pair((builder) -> parent.apply(builder.protocol(Protocol.JSON_RPC)),
				(builder) -> child.apply(builder.protocol(Protocol.JSON_RPC)));
	}

	private DuctPair served(DuctHandler handler) {
		return rpcPair((parent) -> parent.handler(handler), (child) -> child);
	}

	private MessageDuctParent rpcParent(UnaryOperator<MessageDuctParent.Builder> settings) {
		return bound((builder) -> settings.apply(builder.protocol(Protocol.JSON_RPC).accept(Accept.MANY)));
	}

	private MessageDuctParent rpcParent(DuctHandler handler) {
		return rpcParent((builder) -> builder.handler(handler));
	}

	private static DuctHandler echo() {
		return DuctHandler.answering((from, message) -> message.as(Object.class));
	}

	// The wire

	@Test
	default void protocolWhenAskedForThenIsThatOfTheDuctAndItsConnections() {
		try (DuctPair rpc = rpcPair((parent) -> parent, (child) -> child); DuctPair bare = pair()) {
			assertThat(rpc.child().protocol()).isEqualTo(Protocol.JSON_RPC);
			assertThat(rpc.parent().connections()).extracting(MessageDuct::protocol).containsExactly(Protocol.JSON_RPC);
			assertThat(bare.parent().protocol()).isEqualTo(Protocol.BARE);
		}
	}

	@Test
	default void requestWhenItsPayloadIsAnObjectThenItIsTheParamsAsItIs() {
		try (MessageDuctParent parent = rpcParent((builder) -> builder.rpcMeta(false));
				DuctPeer peer = peerOf(parent)) {
			CompletableFuture<Map<String, Object>> receipt = parent.requestAsync("order.place",
					Map.of("customer", "ada"), (Type) Map.class, SOON);
			peer.expect("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"order.place\",\"params\":{\"customer\":\"ada\"}}");
			peer.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"number\":\"P-1\"}}");
			assertThat(receipt).succeedsWithin(SOON).isEqualTo(Map.of("number", "P-1"));
		}
	}

	@Test
	default void requestWhenItsPayloadIsNoObjectThenItIsTheOneElementOfTheParams() {
		try (MessageDuctParent parent = rpcParent((builder) -> builder); DuctPeer peer = peerOf(parent)) {
			parent.send("say", "x");
			parent.send("say", List.of(1, 2));
			parent.send("say", null);
			assertThat(peer.rpc().expectCall("say").params()).isEqualTo("[\"x\"]");
			assertThat(peer.rpc().expectCall("say").params()).isEqualTo("[[1,2]]");
			assertThat(peer.rpc().expectCall("say").params()).isNull();
		}
	}

	@Test
	default void messagesWhenTheyGoThroughThenAreWhatTheyWere() {
		try (DuctPair pair = served(echo())) {
			for (Object payload : Arrays.asList(1, "x", true, null, List.of(), List.of(1), List.of(List.of(1), 2),
					Map.of(), Map.of("a", 1), Map.of("_meta", 1), Map.of("a", Map.of("_meta", 1)))) {
				assertThat(pair.child().request("echo", payload, Object.class)).isEqualTo(payload);
			}
		}
	}

	@Test
	default void requestWhenParamsAreAnObjectThenSaysHowMuchOfItsTimeIsLeft() {
		try (MessageDuctParent parent = rpcParent((builder) -> builder); DuctPeer peer = peerOf(parent)) {
			parent.requestAsync("a", Map.of("x", 1), Object.class, Duration.ofSeconds(20));
			parent.requestAsync("b", Map.of(), Object.class, Duration.ofSeconds(20));
			assertThat(peer.rpc().expectCall("a").params())
				.matches("\\{\"x\":1,\"_meta\":\\{\"io.ductworks/timeout\":(20000|19\\d\\d\\d)}}");
			assertThat(peer.rpc().expectCall("b").params())
				.matches("\\{\"_meta\":\\{\"io.ductworks/timeout\":(20000|19\\d\\d\\d)}}");
		}
	}

	// The context of traces

	String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

	@Test
	default void callWhenAnObserverGivesItAContextThenTheHandlerGetsItBesideTheParams() {
		OutgoingLog log = new OutgoingLog(
				Map.of("traceparent", TRACEPARENT, "tracestate", "a=1", "baggage", "who=\"ada\",\u00e4=\n"));
		List<Object> handled = Collections.synchronizedList(new ArrayList<>());
		try (DuctPair pair = rpcPair((parent) -> parent.handler(DuctHandler.answering((from,
				message) -> handled.add(Arrays.asList(message.context("traceparent"), message.context("tracestate"),
						message.context("baggage"), message.context("b3"), message.as(Object.class))))),
				(child) -> child.outgoingObserver(log))) {
			MessageDuct connection = pair.child().connections().get(0);
			Map<String, Object> params = Map.of("x", 1);
			pair.child().send("note", params);
			connection.send("note", params);
			pair.child().request("ask", params, Object.class);
			connection.request("ask", params, Object.class);
			assertThat(pair.child().requestAsync("ask", params, Object.class)).succeedsWithin(SOON);
			assertThat(connection.requestAsync("ask", params, Object.class)).succeedsWithin(SOON);
			pair.child().sendLast("note", params);
			Awaiting.soon().until(() -> handled.size() == 7);
			assertThat(handled).containsOnly(Arrays.asList(TRACEPARENT, "a=1", "who=\"ada\",\u00e4=\n", null, params));
		}
	}

	@Test
	default void contextWhenParamsAreAnObjectThenIsWrittenInMeta() {
		OutgoingLog log = new OutgoingLog(Map.of("traceparent", TRACEPARENT));
		try (MessageDuctParent parent = rpcParent((builder) -> builder.outgoingObserver(log));
				DuctPeer peer = peerOf(parent)) {
			String trace = "\"_meta\":{\"traceparent\":\"" + TRACEPARENT + "\"";
			parent.send("a", Map.of("x", 1));
			parent.send("b", Map.of());
			parent.requestAsync("c", Map.of("x", 1), Object.class);
			parent.send("d", List.of(1));
			parent.send("e", null);
			parent.send("f", Map.of("_meta", 1));
			assertThat(peer.rpc().expectCall("a").params()).isEqualTo("{\"x\":1," + trace + "}}");
			assertThat(peer.rpc().expectCall("b").params()).isEqualTo("{" + trace + "}}");
			assertThat(peer.rpc().expectCall("c").params())
				.matches(Pattern.quote("{\"x\":1," + trace + ",\"io.ductworks/timeout\":") + "\\d+}}");
			assertThat(peer.rpc().expectCall("d").params()).isEqualTo("[[1]]");
			assertThat(peer.rpc().expectCall("e").params()).isNull();
			assertThat(peer.rpc().expectCall("f").params()).isEqualTo("{\"_meta\":1}");
		}
	}

	@Test
	default void contextWhenMetaIsSwitchedOffThenIsNeitherWrittenNorRead() {
		List<Object> handled = Collections.synchronizedList(new ArrayList<>());
		try (MessageDuctParent parent = rpcParent((builder) -> builder.rpcMeta(false)
			.outgoingObserver(new OutgoingLog(Map.of("traceparent", TRACEPARENT)))
			.handler((from, message) -> handled
				.add(Arrays.asList(message.context("traceparent"), message.as(Object.class)))));
				DuctPeer peer = peerOf(parent)) {
			parent.send("a", Map.of("x", 1));
			assertThat(peer.rpc().expectCall("a").params()).isEqualTo("{\"x\":1}");
			peer.rpc().call("b", "{\"_meta\":{\"traceparent\":\"00-a\"}}").result();
			assertThat(handled).containsExactly(Arrays.asList(null, Map.of("_meta", Map.of("traceparent", "00-a"))));
		}
	}

	@Test
	default void contextWhenItIsNoneOfATraceThenIsRefusedAndTheCallGoesOut() {
		List<Exception> refused = new ArrayList<>();
		try (MessageDuctParent parent = rpcParent((builder) -> builder.outgoingObserver((message) -> {
			for (String key : List.of("b3", "io.ductworks/timeout", "x\ny")) {
				try {
					message.context(key, "x");
				}
				catch (IllegalArgumentException ex) {
					refused.add(ex);
				}
			}
			message.context("tracestate", "old");
			message.context("tracestate", "new");
			message.context("baggage", "\ud800");
			return null;
		})); TakenLog log = new TakenLog(); DuctPeer peer = peerOf(parent)) {
			parent.send("a", Map.of());
			assertThat(peer.rpc().expectCall("a").params()).isEqualTo("{\"_meta\":{\"tracestate\":\"new\"}}");
			assertThat(refused).hasSize(3);
			assertThat(refused.get(0)).hasMessageContaining("'b3'").hasMessageContaining("baggage");
			assertThat(log.warnings("outgoing observer")).hasSize(1);
		}
	}

	@Test
	default void contextWhenItIsTooLongThenTheCallGoesOutWithoutIt() {
		String longest = "\u00e4".repeat(4096);
		OutgoingLog observer = new OutgoingLog(Map.of("baggage", longest, "tracestate", "x" + longest));
		List<Object> handled = Collections.synchronizedList(new ArrayList<>());
		try (TakenLog log = new TakenLog();
				DuctPair pair = rpcPair(
						(parent) -> parent.maxFrameSize(9000)
							.handler((from, message) -> handled
								.add(Arrays.asList(message.context("baggage"), message.context("tracestate")))),
						(child) -> child.maxFrameSize(9000).outgoingObserver(observer))) {
			pair.child().send("note", Map.of());
			pair.child().send("note", Map.of("x", "x".repeat(8900)));
			Awaiting.soon().until(() -> handled.size() == 2);
			assertThat(handled).containsExactly(Arrays.asList(longest, null), Arrays.asList(null, null));
			assertThat(log.warnings("tracestate of 8193 bytes is not sent with a message, the limit is 8192"))
				.hasSize(1);
		}
	}

	// Many at a time

	@Test
	default void answersWhenTheyComeInAnyOrderThenEachRequestGetsItsOwn() {
		try (MessageDuctParent parent = rpcParent((builder) -> builder); DuctPeer peer = peerOf(parent)) {
			List<CompletableFuture<Integer>> answers = new ArrayList<>();
			for (int i = 0; i < 50; i++) {
				answers.add(parent.requestAsync("double", i, Integer.class));
			}
			List<RpcCall> calls = new ArrayList<>();
			for (int i = 0; i < 50; i++) {
				calls.add(peer.rpc().expectCall("double"));
			}
			Collections.shuffle(calls);
			calls.forEach((call) -> call.result(call.params().replaceAll("\\D", "") + "e1"));
			for (int i = 0; i < 50; i++) {
				assertThat(answers.get(i)).succeedsWithin(SOON).isEqualTo(i * 10);
			}
		}
	}

	@Test
	default void requestsWhenTheyAreAsManyAsMayThenAreHandledAtTheSameTime() throws Exception {
		CyclicBarrier together = new CyclicBarrier(5);
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		try (DuctPair pair = rpcPair(
				(parent) -> parent.concurrency(4).handler(DuctHandler.answering((from, message) -> {
					most.accumulateAndGet(running.incrementAndGet(), Math::max);
					together.await(10, TimeUnit.SECONDS);
					running.decrementAndGet();
					return "done";
				})), (child) -> child)) {
			List<CompletableFuture<String>> answers = new ArrayList<>();
			for (int i = 0; i < 12; i++) {
				answers.add(pair.child().requestAsync("meet", null, String.class));
			}
			for (int round = 0; round < 3; round++) {
				together.await(10, TimeUnit.SECONDS);
			}
			answers.forEach((answer) -> assertThat(answer).succeedsWithin(SOON).isEqualTo("done"));
			assertThat(most).hasValue(4);
		}
	}

	@Test
	default void callsWhenOneMayRunAtATimeThenKeepTheirOrder() {
		List<Object> order = Collections.synchronizedList(new ArrayList<>());
		try (DuctPair pair = rpcPair(
				(parent) -> parent.concurrency(1)
					.handler(DuctHandler.answering((from, message) -> order.add(message.as(Object.class)))),
				(child) -> child)) {
			List<CompletableFuture<Object>> answers = new ArrayList<>();
			List<Object> sent = new ArrayList<>();
			for (int i = 0; i < 200; i++) {
				sent.add(i);
				if (i % 3 == 0) {
					pair.child().send("note", i);
				}
				else {
					answers.add(pair.child().requestAsync("ask", i, Object.class));
				}
			}
			answers.forEach((answer) -> assertThat(answer).succeedsWithin(SOON));
			assertThat(order).containsExactlyElementsOf(sent);
		}
	}

	@Test
	default void requestWhenANotificationIsAheadThenWaitsForItAndNotForRequests() throws Exception {
		CountDownLatch gate = new CountDownLatch(1);
		CountDownLatch slow = new CountDownLatch(1);
		List<String> order = Collections.synchronizedList(new ArrayList<>());
		try (DuctPair pair = served(DuctHandler.answering((from, message) -> {
			if ("note".equals(message.method())) {
				gate.await();
			}
			else if ("slow".equals(message.method())) {
				slow.await();
			}
			order.add(message.method());
			return null;
		}))) {
			CompletableFuture<Object> first = pair.child().requestAsync("slow", null, Object.class);
			pair.child().send("note", 1);
			CompletableFuture<Object> behind = pair.child().requestAsync("ask", null, Object.class);
			assertThat(behind).failsWithin(SHORT);
			gate.countDown();
			assertThat(behind).succeedsWithin(SOON);
			assertThat(order).containsExactly("note", "ask");
			slow.countDown();
			assertThat(first).succeedsWithin(SOON);
		}
	}

	@Test
	default void requestsWhenBothSidesAskAtTheSameTimeThenEachGetsItsOwnAnswer() {
		try (DuctPair pair = rpcPair((parent) -> parent.handler(echo()), (child) -> child.handler(echo()))) {
			List<CompletableFuture<Integer>> answers = new ArrayList<>();
			for (int i = 0; i < 500; i++) {
				answers.add(pair.child().requestAsync("echo", i, Integer.class));
				answers.add(pair.parent().requestAsync("echo", i, Integer.class));
			}
			for (int i = 0; i < 1000; i++) {
				assertThat(answers.get(i)).succeedsWithin(SOON).isEqualTo(i / 2);
			}
		}
	}

	@Test
	default void x4HandlerWhenItAsksOverItsOwnConnectionThenIsAnswered() {
		DuctHandler asksBack = DuctHandler.answering((from, message) -> {
			int left = message.as(Integer.class);
			return (left == 0) ? 0 : 1 + from.request("back", left - 1, Integer.class);
		});
		try (DuctPair pair = rpcPair((parent) -> parent.handler(asksBack), (child) -> child.handler(asksBack))) {
			assertThat(pair.child().request("begin", 10, Integer.class)).isEqualTo(10);
		}
	}

	@Test
	default void x5HandlersWhenAllOfBothSidesAskEachOtherThenTimeOutAndSaySo() {
		DuctHandler asksBack = DuctHandler.answering((from, message) -> from.request("back", message.as(Object.class),
				Object.class, Duration.ofMillis(500)));
		try (TakenLog log = new TakenLog();
				DuctPair pair = rpcPair((parent) -> parent.concurrency(1).handler(asksBack),
						(child) -> child.concurrency(1).handler(asksBack))) {
			assertThatExceptionOfType(RemoteHandlerException.class)
				.isThrownBy(() -> pair.child().request("begin", 1, Object.class));
			Awaiting.soon().until(() -> !log.warnings("all 1 handlers that may run at a time").isEmpty());
		}
	}

	// Time-outs and cancels

	@Test
	default void w19RequestWhenItTimesOutThenPeerIsToldAndALateAnswerIsCounted() {
		try (TakenLog log = new TakenLog();
				MessageDuctParent parent = rpcParent((builder) -> builder);
				DuctPeer peer = peerOf(parent)) {
			assertThatExceptionOfType(DuctTimeoutException.class)
				.isThrownBy(() -> parent.request("slow", 1, Object.class, SHORT))
				.satisfies((ex) -> assertThat(ex.sent()).isTrue())
				.withMessageContaining("dropped and counted");
			RpcCall slow = peer.rpc().expectCall("slow");
			peer.rpc().expectCancel(slow.id());
			slow.result("\"late\"");
			slow.result("\"twice\"");
			slow.withId("77").result("\"stray\"");
			slow.withId("\"one\"").result("\"stray\"");
			CompletableFuture<String> next = parent.requestAsync("next", null, String.class);
			peer.rpc().expectCall("next").result("\"own\"");
			assertThat(next).succeedsWithin(SOON).isEqualTo("own");
			assertThat(parent.statistics().answersUnmatched()).isEqualTo(4);
			assertThat(log.warnings("it was dropped and counted")).isNotEmpty();
			assertThat(parent.isConnected()).isTrue();
		}
	}

	@Test
	default void requestAsyncWhenItTimesOutThenPeerIsToldToo() {
		try (MessageDuctParent parent = rpcParent((builder) -> builder); DuctPeer peer = peerOf(parent)) {
			CompletableFuture<Object> slow = parent.requestAsync("slow", 1, Object.class, SHORT);
			RpcCall call = peer.rpc().expectCall("slow");
			assertThat(slow).failsWithin(SOON).withThrowableThat().withCauseInstanceOf(DuctTimeoutException.class);
			peer.rpc().expectCancel(call.id());
		}
	}

	@Test
	default void requestAsyncWhenItsFutureIsCancelledThenPeerIsTold() {
		try (MessageDuctParent parent = rpcParent((builder) -> builder); DuctPeer peer = peerOf(parent)) {
			CompletableFuture<Object> asked = parent.requestAsync("slow", 1, Object.class);
			RpcCall call = peer.rpc().expectCall("slow");
			asked.cancel(false);
			peer.rpc().expectCancel(call.id());
			assertThat(parent.statistics().requests(RequestOutcome.ABORTED)).isEqualTo(1);
			call.result("1");
			CompletableFuture<String> next = parent.requestAsync("next", null, String.class);
			peer.rpc().expectCall("next").result("\"own\"");
			assertThat(next).succeedsWithin(SOON).isEqualTo("own");
		}
	}

	@Test
	default void requestWhenItIsCancelledBeforeItHasBegunThenIsNotHandled() throws Exception {
		List<Object> handled = Collections.synchronizedList(new ArrayList<>());
		try (Gate gate = new Gate();
				MessageDuctParent parent = rpcParent(
						(builder) -> builder.concurrency(1).handler(DuctHandler.answering((from, message) -> {
							gate.pass();
							return handled.add(message.as(Object.class));
						})));
				DuctPeer peer = peerOf(parent)) {
			RpcAnswer running = peer.rpc().call("work", "[1]");
			gate.awaitVisitor();
			RpcAnswer waiting = peer.rpc().callWithId("\"w\"", "work", "[2]");
			peer.rpc().cancel("\"w\"");
			assertThat(waiting.error().code()).isEqualTo(-32800);
			peer.rpc().cancel(running.id());
			gate.open();
			assertThat(running.result()).isEqualTo("true");
			assertThat(handled).containsExactly(1);
		}
	}

	@Test
	default void requestWhenItIsCancelledAndItsAnswerIsDeferredThenIsAbandoned() throws Exception {
		LinkedBlockingQueue<Deferred> deferred = new LinkedBlockingQueue<>();
		CountDownLatch abandoned = new CountDownLatch(1);
		try (MessageDuctParent parent = rpcParent((from, message) -> {
			Deferred later = message.deferReply();
			later.onAbandoned(abandoned::countDown);
			deferred.add(later);
		}); DuctPeer peer = peerOf(parent)) {
			RpcAnswer answer = peer.rpc().call("work", "[1]");
			Deferred later = deferred.poll(5, TimeUnit.SECONDS);
			peer.rpc().cancel(answer.id());
			assertThat(answer.error().code()).isEqualTo(-32800);
			assertThat(abandoned.await(5, TimeUnit.SECONDS)).isTrue();
			assertThat(later.reply("late")).isFalse();
		}
	}

	@Test
	default void requestWhenItHasWaitedLongerThanItsRequesterThenIsNotBegun() throws Exception {
		CountDownLatch gate = new CountDownLatch(1);
		try (MessageDuctParent parent = rpcParent(
				(builder) -> builder.concurrency(1).handler(DuctHandler.answering((from, message) -> {
					gate.await();
					return "done";
				}))); DuctPeer peer = peerOf(parent)) {
			RpcAnswer running = peer.rpc().call("work", null);
			RpcAnswer expired = peer.rpc().call("work", "{\"_meta\":{\"io.ductworks/timeout\":1}}");
			RpcAnswer patient = peer.rpc().call("work", "{\"_meta\":{\"io.ductworks/timeout\":60000}}");
			long asked = System.nanoTime();
			Awaiting.soon().until(() -> System.nanoTime() - asked > TimeUnit.MILLISECONDS.toNanos(50));
			gate.countDown();
			assertThat(running.result()).isEqualTo("\"done\"");
			assertThat(expired.error().code()).isEqualTo(-32001);
			assertThat(patient.result()).isEqualTo("\"done\"");
		}
	}

	// Deferred answers

	@Test
	default void failureWhenTheAnswerIsDeferredThenIsToldAndLoggedAsIfItWasThrown() throws Exception {
		LinkedBlockingQueue<Deferred> deferred = new LinkedBlockingQueue<>();
		try (TakenLog log = new TakenLog();
				DuctPair pair = served((from, message) -> deferred.add(message.deferReply()))) {
			CompletableFuture<Object> failing = pair.child().requestAsync("work", null, Object.class);
			assertThat(deferred.poll(5, TimeUnit.SECONDS).fail(new IllegalStateException("secret"))).isTrue();
			assertThat(failing).failsWithin(SOON).withThrowableThat().withMessageContaining("The listener failed");
			CompletableFuture<Object> refusing = pair.child().requestAsync("work", null, Object.class);
			assertThat(deferred.poll(5, TimeUnit.SECONDS).fail(new DuctProblemException(409, "Taken"))).isTrue();
			assertThat(refusing).failsWithin(SOON).withThrowableThat().withMessageContaining("status 409: Taken");
			assertThat(log.warnings("the handler failed")).hasSize(2);
		}
	}

	@Test
	default void failureWhenADeferredAnswerCannotBeEncodedThenIsThatTheReplyCannotBeSent() throws Exception {
		LinkedBlockingQueue<Deferred> deferred = new LinkedBlockingQueue<>();
		try (DuctPair pair = served((from, message) -> deferred.add(message.deferReply()))) {
			CompletableFuture<Object> asked = pair.child().requestAsync("work", null, Object.class);
			Deferred answer = deferred.poll(5, TimeUnit.SECONDS);
			assertThatExceptionOfType(MessageCodecException.class).isThrownBy(() -> answer.reply(new Unwritable()))
				.satisfies(answer::fail);
			assertThat(asked).failsWithin(SOON).withThrowableThat().withMessageContaining("The reply cannot be sent");
		}
	}

	@Test
	default void failureWhenTheRequesterHasCancelledThenIsNeitherToldNorLogged() throws Exception {
		LinkedBlockingQueue<Deferred> deferred = new LinkedBlockingQueue<>();
		try (TakenLog log = new TakenLog();
				MessageDuctParent parent = rpcParent((from, message) -> deferred.add(message.deferReply()));
				DuctPeer peer = peerOf(parent)) {
			RpcAnswer answer = peer.rpc().call("work", "[1]");
			Deferred later = deferred.poll(5, TimeUnit.SECONDS);
			peer.rpc().cancel(answer.id());
			assertThat(answer.error().code()).isEqualTo(-32800);
			assertThat(later.fail(new IllegalStateException("cancelled"))).isFalse();
			assertThat(log.warnings("the handler failed")).isEmpty();
		}
	}

	@Test
	default void messageWhenItHasItsAnswerThenSaysSo() {
		List<List<Boolean>> answered = Collections.synchronizedList(new ArrayList<>());
		try (DuctPair pair = served((from, message) -> {
			boolean before = message.isAnswered();
			if (message.as(Boolean.class)) {
				message.reply("now");
			}
			else {
				message.deferReply().reply("later");
			}
			answered.add(List.of(before, message.isAnswered()));
		})) {
			assertThat(pair.child().request("work", true, String.class)).isEqualTo("now");
			assertThat(pair.child().request("work", false, String.class)).isEqualTo("later");
			Awaiting.soon().until(() -> answered.size() == 2);
			assertThat(answered).containsOnly(List.of(false, true));
		}
	}

	@Test
	default void messageWhenItsRequesterHasCancelledOrWaitsNoLongerThenIsNotAwaited() {
		List<Boolean> awaited = Collections.synchronizedList(new ArrayList<>());
		CountDownLatch ended = new CountDownLatch(3);
		try (DuctPair pair = served((from, message) -> {
			awaited.add(message.isAwaited());
			if (message.isRequest()) {
				Awaiting.soon().until(() -> !message.isAwaited());
			}
			ended.countDown();
		})) {
			CompletableFuture<Object> cancelled = pair.child().requestAsync("work", 1, Object.class);
			Awaiting.soon().until(() -> awaited.size() == 1);
			cancelled.cancel(false);
			Awaiting.soon().until(() -> ended.getCount() == 2);
			assertThatExceptionOfType(DuctTimeoutException.class)
				.isThrownBy(() -> pair.child().request("work", 2, Object.class, Duration.ofMillis(50)));
			pair.child().send("note", 3);
			Awaiting.soon().until(() -> ended.getCount() == 0);
			assertThat(awaited).containsExactly(true, true, false);
		}
	}

	// One parameter

	@Test
	default void parameterWhenParamsAreAnObjectOrAnArrayThenIsTakenByNameOrPosition() {
		try (MessageDuctParent parent = rpcParent(
				DuctHandler.answering((from, message) -> Arrays.asList(message.parameter("sku", 0, String.class),
						message.parameter("sizes", 1, new TypeReference<List<Integer>>() {
						}.getType()), message.parameter("sku", -1, String.class))));
				DuctPeer peer = peerOf(parent)) {
			assertThat(peer.rpc().call("look", "{\"sizes\":[1,2],\"x\":{\"sku\":7},\"sku\":\"nail\"}").result())
				.isEqualTo("[\"nail\",[1,2],\"nail\"]");
			assertThat(peer.rpc().call("look", "[\"nail\", [1,2], 3]").result()).isEqualTo("[\"nail\",[1,2],null]");
			assertThat(peer.rpc().call("look", "[\"nail\"]").result()).isEqualTo("[\"nail\",null,null]");
			assertThat(peer.rpc().call("look", "[]").result()).isEqualTo("[null,null,null]");
			assertThat(peer.rpc().call("look", "{}").result()).isEqualTo("[null,null,null]");
			assertThat(peer.rpc().call("look", null).result()).isEqualTo("[null,null,null]");
			assertThat(peer.rpc().call("look", "{\"sku\":{}}").error().code()).isEqualTo(-32602);
		}
	}

	// What nobody handles

	@Test
	default void messageWhenItsHandlerFindsNobodyForItThenIsAnsweredOrCounted() {
		try (TakenLog log = new TakenLog();
				MessageDuctParent parent = rpcParent(
						(from, message) -> message.notFound("No such method", message.method()));
				DuctPeer peer = peerOf(parent)) {
			RpcAnswer answer = peer.rpc().call("order.plaec", "[1]");
			assertThat(answer.error().code()).isEqualTo(-32601);
			assertThat(answer.error().message()).isEqualTo("No such method");
			assertThat(parent.statistics().messagesUnhandled()).isZero();
			peer.rpc().notification("order\\n.plaec", "[1]");
			Awaiting.soon().until(() -> parent.statistics().messagesUnhandled() == 1);
			assertThat(log.warnings("nobody handles a message of 3 bytes")).singleElement()
				.asString()
				.contains("answered with status 404: No such method: order.plaec");
		}
	}

	// What cannot be handled

	@Test
	default void h1HandlerWhenItSaysWhatFailedThenRequesterGetsStatusAndCode() {
		try (DuctPair pair = served((from, message) -> {
			throw new DuctProblemException(409, "Taken", "by ada", Map.of("by", "ada"));
		})) {
			assertThatExceptionOfType(RemoteHandlerException.class)
				.isThrownBy(() -> pair.child().request("take", 1, Object.class))
				.satisfies((ex) -> {
					assertThat(ex.status()).isEqualTo(409);
					assertThat(ex.code()).isEqualTo(-32603);
					assertThat(ex.title()).isEqualTo("Taken");
					assertThat(ex.detail()).isEqualTo("by ada");
					assertThat(ex.properties()).containsEntry("by", "ada");
				});
		}
	}

	@Test
	default void h5HandlerWhenItsRequesterHasGoneThenIsNotDisturbed() throws Exception {
		CountDownLatch began = new CountDownLatch(1);
		CountDownLatch gate = new CountDownLatch(1);
		CountDownLatch handled = new CountDownLatch(1);
		try (MessageDuctParent parent = rpcParent(DuctHandler.answering((from, message) -> {
			began.countDown();
			gate.await();
			handled.countDown();
			return "done";
		}))) {
			try (DuctPeer peer = peerOf(parent)) {
				peer.rpc().call("work", null);
				assertThat(began.await(5, TimeUnit.SECONDS)).isTrue();
			}
			gate.countDown();
			assertThat(handled.await(5, TimeUnit.SECONDS)).isTrue();
			try (DuctPeer peer = peerOf(parent)) {
				assertThat(peer.rpc().call("work", null).result()).isEqualTo("\"done\"");
			}
		}
	}

	@Test
	default void h6RequestWhenTheDuctHasNoHandlerThenMethodIsNotFound() {
		try (MessageDuctParent parent = rpcParent((builder) -> builder); DuctPeer peer = peerOf(parent)) {
			assertThat(peer.rpc().call("any", null).error().code()).isEqualTo(-32601);
			peer.rpc().notification("any", null);
			Awaiting.soon().until(() -> parent.statistics().messagesUnhandled() == 1);
			assertThat(parent.isConnected()).isTrue();
		}
	}

	@Test
	default void h7HandlerWhenItAnswersNothingThenRequesterGetsNull() {
		List<Object> replies = Collections.synchronizedList(new ArrayList<>());
		try (DuctPair pair = served((from, message) -> {
			replies.add(message.isRequest());
			if (!message.isRequest()) {
				assertThatIllegalStateException().isThrownBy(() -> message.reply(1))
					.withMessageContaining("came as a notification");
				replies.add("refused");
			}
		})) {
			pair.child().send("note", 1);
			assertThat(pair.child().request("ask", 1, Object.class)).isNull();
			assertThat(replies).containsExactly(false, "refused", true);
		}
	}

	@Test
	default void requestWhenItCannotBeEncodedThenNothingIsSent() {
		try (DuctPair pair = served(echo())) {
			assertThatExceptionOfType(MessageCodecException.class)
				.isThrownBy(() -> pair.child().request("echo", new Unwritable(), Object.class));
			assertThat(pair.child().request("echo", 1, Integer.class)).isEqualTo(1);
			assertThat(pair.child().statistics().answersUnmatched()).isZero();
		}
	}

	// What is no JSON-RPC

	@Test
	default void w9FramesWhenTheyAreNoJsonRpcThenAreAnsweredByTheSpecificationsCodes() {
		try (MessageDuctParent parent = rpcParent(echo()); DuctPeer peer = peerOf(parent)) {
			peer.send("{\"jsonrpc\":\"2.0\",\"method\":\"foobar, \"params\":\"bar\",\"baz]");
			assertThat(peer.receive()).contains("\"id\":null").contains("-32700");
			peer.send("[]");
			assertThat(peer.receive()).contains("\"id\":null").contains("-32600").contains("batch");
			peer.send("{\"jsonrpc\":\"2.0\",\"method\":1,\"params\":\"bar\",\"id\":5}");
			assertThat(peer.receive()).contains("\"id\":5").contains("-32600");
			assertThat(peer.rpc().call("echo", "[1]").result()).isEqualTo("1");
			assertThat(parent.isConnected()).isTrue();
		}
	}

	@Test
	default void faultsWhenAPeerAnswersEachWithAnotherThenAreAnsweredNoMoreAfterSome() {
		try (MessageDuctParent parent = rpcParent(echo()); DuctPeer peer = peerOf(parent)) {
			for (int i = 0; i < 16; i++) {
				peer.send("rubbish");
				assertThat(peer.receive()).contains("-32700");
			}
			peer.send("rubbish");
			assertThat(peer.rpc().call("echo", "[1]").result()).isEqualTo("1");
			peer.send("rubbish");
			assertThat(peer.receive()).contains("-32700");
		}
	}

	@Test
	default void idsWhenAPeerChoosesThemThenAreGivenBackAsTheyCame() {
		try (MessageDuctParent parent = rpcParent(echo()); DuctPeer peer = peerOf(parent)) {
			for (String id : List.of("\"\\u0061\"", "1.0", "-7", "123456789012345678901234567890", "1e2")) {
				peer.send("{\"jsonrpc\":\"2.0\",\"method\":\"echo\",\"id\":" + id + "}");
				assertThat(peer.receive()).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":null}");
			}
		}
	}

	@Test
	default void notificationsWhenTheyAreTheProtocolsOwnThenAreIgnored() {
		List<String> methods = Collections.synchronizedList(new ArrayList<>());
		try (MessageDuctParent parent = rpcParent(
				DuctHandler.answering((from, message) -> methods.add(message.method())));
				DuctPeer peer = peerOf(parent)) {
			peer.rpc().notification("$/progress", "{\"token\":1}");
			peer.rpc().cancel("12");
			peer.send("{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\"}");
			assertThat(peer.rpc().call("last", null).result()).isEqualTo("true");
			assertThat(methods).containsExactly("last");
		}
	}

	// Bounds

	@Test
	default void h2RequestWhenTooManyWaitThenIsRefusedAndOthersAreAnswered() throws Exception {
		CountDownLatch gate = new CountDownLatch(1);
		try (MessageDuctParent parent = rpcParent((builder) -> builder.concurrency(1)
			.maxWaiting(2, 1000)
			.handler(DuctHandler.answering((from, message) -> {
				gate.await();
				return "done";
			}))); DuctPeer peer = peerOf(parent)) {
			RpcAnswer running = peer.rpc().call("work", null);
			Awaiting.soon().until(() -> parent.statistics().messagesReceived() == 1);
			List<RpcAnswer> waiting = List.of(peer.rpc().call("work", null), peer.rpc().call("work", null));
			RpcAnswer refused = peer.rpc().call("work", null);
			assertThat(refused.error().code()).isEqualTo(-32000);
			gate.countDown();
			assertThat(running.result()).isEqualTo("\"done\"");
			waiting.forEach((answer) -> assertThat(answer.result()).isEqualTo("\"done\""));
		}
	}

	@Test
	default void h2NotificationWhenTooManyWaitThenStopsReadingUntilThereIsRoom() throws Exception {
		CountDownLatch gate = new CountDownLatch(1);
		List<Object> handled = Collections.synchronizedList(new ArrayList<>());
		try (TakenLog log = new TakenLog();
				MessageDuctParent parent = rpcParent((builder) -> builder.concurrency(1)
					.maxWaiting(2, 1000)
					.handler(DuctHandler.answering((from, message) -> {
						gate.await();
						return handled.add(message.as(Object.class));
					})));
				DuctPeer peer = peerOf(parent)) {
			List<Object> sent = new ArrayList<>();
			for (int i = 0; i < 20; i++) {
				peer.rpc().notification("note", "[" + i + "]");
				sent.add(i);
			}
			Awaiting.soon().until(() -> !log.warnings("reading stops until there is room").isEmpty());
			gate.countDown();
			Awaiting.soon().until(() -> handled.size() == 20);
			assertThat(handled).containsExactlyElementsOf(sent);
			assertThat(peer.rpc().call("ask", "[20]").result()).isEqualTo("true");
			assertThat(parent.statistics().messagesUnhandled()).isZero();
		}
	}

	@Test
	default void h2NotificationWhenItFindsNoRoomInTimeThenIsCounted() throws Exception {
		CountDownLatch gate = new CountDownLatch(1);
		try (MessageDuctParent parent = rpcParent((builder) -> builder.concurrency(1)
			.maxWaiting(1, 1000)
			.sendTimeout(SHORT)
			.handler((from, message) -> gate.await())); DuctPeer peer = peerOf(parent)) {
			for (int i = 0; i < 3; i++) {
				peer.rpc().notification("note", "[" + i + "]");
			}
			Awaiting.soon().until(() -> parent.statistics().messagesUnhandled() == 1);
			assertThat(peer.rpc().call("ask", null).error().code()).isEqualTo(-32000);
			gate.countDown();
			Awaiting.soon().ignoreExceptions().until(() -> peer.rpc().call("ask", null).result().equals("null"));
		}
	}

	// Drain and close

	@Test
	default void drainWhenRequestsComeThenAreRefusedAndNotificationsWait() throws Exception {
		List<Object> handled = Collections.synchronizedList(new ArrayList<>());
		try (MessageDuctParent parent = rpcParent(
				DuctHandler.answering((from, message) -> handled.add(message.as(Object.class))));
				DuctPeer peer = peerOf(parent)) {
			assertThat(parent.drain(SOON)).isTrue();
			peer.rpc().notification("note", "[1]");
			assertThat(peer.rpc().call("ask", "[2]").error().code()).isEqualTo(-32000);
			assertThat(handled).isEmpty();
			parent.resume();
			assertThat(peer.rpc().call("ask", "[3]").result()).isEqualTo("true");
			assertThat(handled).containsExactly(1, 3);
		}
	}

	@Test
	default void suspendWhenCallsComeThenTheyWaitAndAnswersStillCome() {
		try (DuctPair pair = rpcPair((parent) -> parent.handler(echo()), (child) -> child.handler(echo()))) {
			pair.parent().suspend();
			CompletableFuture<Integer> waiting = pair.child().requestAsync("echo", 1, Integer.class);
			assertThat(pair.parent().request("echo", 2, Integer.class)).isEqualTo(2);
			assertThat(waiting).isNotDone();
			pair.parent().resume();
			assertThat(waiting).succeedsWithin(SOON).isEqualTo(1);
		}
	}

	@Test
	default void m5CloseWhenCallsWaitThenTheyAreCounted() throws Exception {
		Gate gate = new Gate();
		MessageDuctParent parent = rpcParent(
				(builder) -> builder.concurrency(1).handler((from, message) -> gate.pass()));
		try (DuctPeer peer = peerOf(parent)) {
			for (int i = 0; i < 4; i++) {
				peer.rpc().notification("note", "[" + i + "]");
			}
			gate.awaitVisitor();
			Awaiting.soon().until(() -> parent.statistics().messagesReceived() == 4);
			CompletableFuture<Void> close = CompletableFuture.runAsync(parent::close);
			peer.awaitEnd();
			peer.close();
			assertThat(close).succeedsWithin(SOON);
			assertThat(parent.statistics().messagesUnhandled()).isEqualTo(3);
		}
		finally {
			gate.close();
			parent.close();
		}
	}

	@Test
	default void connectionWhenItEndsThenItsRequestsFailWithTheReason() {
		try (MessageDuctParent parent = rpcParent((builder) -> builder)) {
			CompletableFuture<Object> first;
			CompletableFuture<Object> second;
			try (DuctPeer peer = peerOf(parent)) {
				first = parent.requestAsync("a", 1, Object.class);
				second = parent.requestAsync("b", 1, Object.class);
				peer.rpc().expectCall("a");
				peer.rpc().expectCall("b");
			}
			for (CompletableFuture<Object> asked : List.of(first, second)) {
				assertThat(asked).failsWithin(SOON)
					.withThrowableThat()
					.withCauseInstanceOf(RemoteDuctClosedException.class);
			}
		}
	}

	@Test
	default void notificationsWhenTheirSenderHasGoneThenAreHandledAllTheSame() {
		AtomicInteger handled = new AtomicInteger();
		try (MessageDuctParent parent = rpcParent((from, message) -> handled.incrementAndGet())) {
			try (DuctPeer peer = peerOf(parent)) {
				for (int i = 0; i < 100; i++) {
					peer.rpc().notification("note", "[" + i + "]");
				}
				peer.halfClose();
				peer.awaitEnd();
			}
			Awaiting.soon().until(() -> handled.get() == 100);
			assertThat(parent.statistics().messagesUnhandled()).isZero();
		}
	}

	// Misuse

	@Test
	default void methodsWhenTheyAreForTheOtherProtocolThenSaySo() {
		try (DuctPair rpc = served(echo()); DuctPair bare = pair()) {
			MessageDuctChild child = rpc.child();
			assertThatIllegalStateException().isThrownBy(() -> child.send(1)).withMessageContaining("json-rpc");
			assertThatIllegalStateException().isThrownBy(() -> child.sendAll(List.of(1)));
			assertThatIllegalStateException().isThrownBy(() -> child.request(1, Object.class));
			assertThatIllegalStateException().isThrownBy(child::recv).withMessageContaining("handler");
			assertThatIllegalStateException().isThrownBy(() -> child.poll(SHORT));
			assertThat(child.requestAsync(1, Object.class)).failsWithin(SOON)
				.withThrowableThat()
				.withCauseInstanceOf(IllegalStateException.class);
			assertThatIllegalStateException().isThrownBy(() -> bare.child().send("a", 1))
				.withMessageContaining("protocol json-rpc");
			assertThatIllegalStateException().isThrownBy(() -> bare.child().request("a", 1, Object.class));
			assertThat(child.request("echo", 1, Integer.class)).isEqualTo(1);
		}
	}

	@Test
	default void childWhenThereAreTooManyThenIsToldWhy() {
		try (MessageDuctParent parent = rpcParent((builder) -> builder.maxChildren(1));
				DuctPeer first = peerOf(parent);
				DuctPeer second = peer(parent.listenerAddress())) {
			assertThat(second.receive()).contains("\"id\":null").contains("ductworks:refused").contains("429");
			assertThat(parent.children()).hasSize(1);
			first.rpc().notification("note", null);
			Awaiting.soon().until(() -> parent.statistics().messagesReceived() == 1);
		}
	}

}
