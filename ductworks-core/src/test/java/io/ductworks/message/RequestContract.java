package io.ductworks.message;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.CloseReason;
import io.ductworks.DuctProblemException;
import io.ductworks.DuctTimeoutException;
import io.ductworks.Gate;
import io.ductworks.MessageCodecException;
import io.ductworks.RemoteDuctClosedException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.peer.DuctPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Requests and their answers.
 */
interface RequestContract extends DuctFixture {

	private DuctPair echoing() {
		return pair((parent) -> parent,
				(child) -> child.handler((from, message) -> from.send(message.as(Object.class))));
	}

	@Test
	default void requestWhenHandlerAnswersThenAnswerIsReturned() {
		try (DuctPair pair = echoing()) {
			assertThat(pair.parent().<String>request("hello", String.class)).isEqualTo("hello");
			assertThat(pair.parent().<Object>request(null, Object.class)).isNull();
			assertThat(pair.parent().<List<Long>>request(List.of(1), new TypeReference<List<Long>>() {
			}.getType(), SOON)).containsExactly(1L);
			assertThat(pair.parent().children().get(0).<Integer>request(5, Integer.class)).isEqualTo(5);
			assertThat(pair.parent().statistics().requests(RequestOutcome.SUCCESS)).isEqualTo(4);
			assertThat(pair.parent().statistics().requestNanos(RequestOutcome.SUCCESS)).isPositive();
		}
	}

	@Test
	default void requestWhenEightThreadsAskThenEachGetsItsOwnAnswers() throws Exception {
		try (DuctPair pair = echoing()) {
			List<Caller<Void>> callers = IntStream.range(0, 8).mapToObj((thread) -> Caller.running(() -> {
				for (int i = 0; i < 200; i++) {
					String question = thread + ":" + i + "?".repeat(i * 10);
					assertThat(pair.parent().<String>request(question, String.class)).isEqualTo(question);
				}
			})).toList();

			for (Caller<Void> caller : callers) {
				caller.result();
			}
			assertThat(pair.parent().statistics().requests(RequestOutcome.SUCCESS)).isEqualTo(1600);
		}
	}

	@Test
	default void requestWhenAnswerHasAnotherTypeThenCodecExceptionAndNextIsFine() {
		try (DuctPair pair = echoing()) {
			assertThatExceptionOfType(MessageCodecException.class)
				.isThrownBy(() -> pair.parent().request("word", Integer.class));
			assertThat(pair.parent().<Integer>request(7, Integer.class)).isEqualTo(7);
			assertThat(pair.parent().statistics().requests(RequestOutcome.ERROR)).isEqualTo(1);
		}
	}

	@Test
	default void requestWhenRequestCannotBeEncodedThenNextGetsItsOwnAnswer() {
		try (DuctPair pair = echoing()) {
			assertThatExceptionOfType(MessageCodecException.class)
				.isThrownBy(() -> pair.parent().request(new MessageContract.Unencodable(), Object.class));
			assertThat(pair.parent().<String>request("own", String.class)).isEqualTo("own");
		}
	}

	@Test
	default void requestWhenHandlerRepliesWithErrorThenRemoteHandlerException() {
		try (DuctPair pair = pair((parent) -> parent, (child) -> child.handler(
				(from, message) -> message.replyWithError(new DuctProblemException(503, "Draining", "come back"))))) {
			assertThatExceptionOfType(RemoteHandlerException.class)
				.isThrownBy(() -> pair.parent().request("anything", String.class))
				.satisfies((ex) -> {
					assertThat(ex.status()).isEqualTo(503);
					assertThat(ex.title()).isEqualTo("Draining");
					assertThat(ex.detail()).isEqualTo("come back");
				});
			assertThat(pair.parent().isConnected()).isTrue();
		}
	}

	@Test
	default void h9ErrorWhenItIsTooLargeThenComesWithoutDetailAndWithAShortTitle() {
		try (DuctPair pair = pair((parent) -> parent.maxFrameSize(500),
				(child) -> child.maxFrameSize(500)
					.handler((from, message) -> message
						.replyWithError(new DuctProblemException(503, message.as(String.class), "x".repeat(500)))))) {
			assertThatExceptionOfType(RemoteHandlerException.class)
				.isThrownBy(() -> pair.parent().request("Draining", String.class))
				.satisfies((ex) -> {
					assertThat(ex.status()).isEqualTo(503);
					assertThat(ex.title()).isEqualTo("Draining");
					assertThat(ex.detail()).isNull();
				});
			assertThatExceptionOfType(RemoteHandlerException.class)
				.isThrownBy(() -> pair.parent().request("y".repeat(490), String.class))
				.satisfies((ex) -> assertThat(ex.title()).startsWith("yyy"));
		}
	}

	@Test
	default void recvWhenRequestsWaitTooThenAnswersGoToThemAndTheRestToRecv() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.mixedTraffic(true));
				DuctPeer peer = peerOf(parent)) {
			Caller<Object> recv = Caller.of(parent::recv).awaitWaiting();
			Caller<String> request = Caller.of(() -> parent.request("ask", String.class));
			assertThat(peer.receive()).isEqualTo("\"ask\"");
			peer.sendRaw(Peers.concat(DuctPeer.frame("\"answer\""), DuctPeer.frame("\"message\"")));

			assertThat(request.result(SOON)).isEqualTo("answer");
			assertThat(recv.result(SOON)).isEqualTo("message");
		}
	}

	@Test
	default void w19RequestWhenAnswerIsLateThenSkippedAndNextGetsItsOwn() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.pipelining(true)); DuctPeer peer = peerOf(parent)) {
			Caller<String> first = Caller.of(() -> parent.request(1, String.class, Duration.ofMillis(1500)));
			peer.receive();
			Caller<String> second = Caller.of(() -> parent.request(2, String.class));
			peer.receive();
			assertThatExceptionOfType(DuctTimeoutException.class).isThrownBy(first::result)
				.withMessageContaining("1500 ms");
			peer.send("\"late\"");
			peer.send("\"two\"");

			assertThat(second.result(SOON)).isEqualTo("two");
			assertThat(parent.isConnected()).isTrue();
			assertThat(parent.statistics().requests(RequestOutcome.TIMEOUT)).isEqualTo(1);
		}
	}

	@Test
	default void requestWhenNeverAnsweredThenConnectionEndsUnanswered() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.requestTimeout(Duration.ofSeconds(1)));
				DuctPeer peer = peerOf(parent)) {
			assertThatExceptionOfType(DuctTimeoutException.class).isThrownBy(() -> parent.request(1, String.class));
			assertThat(parent.isConnected()).isTrue();
			Caller<String> other = Caller.of(() -> parent.request(2, String.class, SOON));

			assertThat(other.failure()).isInstanceOfSatisfying(RemoteDuctClosedException.class, (failure) -> {
				assertThat(failure.reason()).isEqualTo(CloseReason.UNANSWERED);
				assertThat(failure).hasMessageContaining("was not answered within its time-out of 1000 ms, nor in the");
			});
			assertThat(parent.isConnected()).isFalse();
			assertThat(parent.statistics().connectionsClosed(CloseReason.UNANSWERED)).isEqualTo(1);
			assertThat(peer.receiveRest()).isEqualTo(DuctPeer.frame("1"));
		}
	}

	@Test
	default void requestWhenThereIsNoRoomInTimeThenNothingIsQueuedAndConnectionStays() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.mixedTraffic(true));
				DuctPeer peer = peerOf(parent)) {
			int sent = fill(parent);
			assertThatExceptionOfType(DuctTimeoutException.class)
				.isThrownBy(() -> parent.request(tooMuch(), String.class, SHORT))
				.withMessageContaining("nothing was queued");

			for (int i = 0; i < sent; i++) {
				assertThat(peer.receive()).hasSize(CHUNK.length() + 2);
			}
			Caller<String> next = Caller.of(() -> parent.request("next", String.class, SOON));
			assertThat(peer.receive()).isEqualTo("\"next\"");
			peer.send("\"its own\"");
			assertThat(next.result(SOON)).isEqualTo("its own");
		}
	}

	@Test
	default void requestWhenPeerEndsThenFailsAtOnce() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.pipelining(true)); DuctPeer peer = peerOf(parent)) {
			Caller<String> first = Caller.of(() -> parent.request(1, String.class));
			peer.receive();
			Caller<String> second = Caller.of(() -> parent.request(2, String.class));
			CompletableFuture<String> third = parent.requestAsync(3, String.class);
			peer.receive();
			peer.receive();
			peer.send("\"answered before the end\"");
			peer.close();

			assertThat(first.result(SOON)).isEqualTo("answered before the end");
			assertThat(second.failure()).isInstanceOf(RemoteDuctClosedException.class);
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> third.get(1, TimeUnit.SECONDS))
				.withCauseInstanceOf(RemoteDuctClosedException.class);
			assertThat(parent.statistics().requests(RequestOutcome.SUCCESS)).isEqualTo(1);
			assertThat(parent.statistics().requests(RequestOutcome.ABORTED)).isEqualTo(2);
		}
	}

	@Test
	default void requestWhenItFailsSinceItsConnectionEndedThenThereIsNoConnectionAnyMore() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.AGAIN).pipelining(true))) {
			for (int round = 0; round < 20; round++) {
				try (DuctPeer peer = peerOf(parent)) {
					List<Caller<Boolean>> callers = IntStream.range(0, 4)
						.mapToObj((question) -> Caller.of(() -> isConnectedAfterItFailed(parent, question)))
						.toList();
					for (int i = 0; i < callers.size(); i++) {
						peer.receive();
					}
					peer.close();

					for (Caller<Boolean> caller : callers) {
						assertThat(caller.result()).isFalse();
					}
				}
			}
		}
	}

	private static boolean isConnectedAfterItFailed(MessageDuctParent parent, int question) {
		try {
			return parent.request(question, String.class).isEmpty();
		}
		catch (RemoteDuctClosedException ex) {
			return parent.isConnected();
		}
	}

	@Test
	default void requestAsyncWhenManyAreInFlightThenEachGetsItsOwnAnswer() throws Exception {
		try (DuctPair pair = echoing()) {
			List<CompletableFuture<Integer>> futures = IntStream.range(0, 500)
				.mapToObj((i) -> pair.parent().requestAsync(i, Integer.class))
				.toList();

			for (int i = 0; i < 500; i++) {
				assertThat(futures.get(i).get(10, TimeUnit.SECONDS)).isEqualTo(i);
			}
		}
	}

	@Test
	default void requestAsyncWhenDependentBlocksThenOthersAreAnswered() throws Exception {
		Gate gate = new Gate();
		try (gate; MessageDuctParent parent = bound(); DuctPeer peer = peerOf(parent)) {
			CompletableFuture<String> dependent = parent.requestAsync(1, String.class).thenApply((answer) -> {
				passThrough(gate);
				return Thread.currentThread().getName();
			});
			peer.receive();
			peer.send("\"first\"");
			gate.awaitVisitor();

			CompletableFuture<String> second = parent.requestAsync(2, String.class);
			peer.receive();
			peer.send("\"second\"");
			assertThat(second.get(5, TimeUnit.SECONDS)).isEqualTo("second");
			gate.open();
			assertThat(dependent.get(5, TimeUnit.SECONDS)).startsWith("duct-").doesNotEndWith("loop");
		}
	}

	private static void passThrough(Gate gate) {
		try {
			gate.pass();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	default void requestAsyncWhenNotAnsweredInTimeThenTimesOutAndLateAnswerIsSkipped() throws Exception {
		try (MessageDuctParent parent = bound(
				(builder) -> builder.pipelining(true).requestTimeout(Duration.ofMillis(1500)));
				DuctPeer peer = peerOf(parent)) {
			CompletableFuture<String> first = parent.requestAsync(1, String.class);
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> first.get(5, TimeUnit.SECONDS))
				.withCauseInstanceOf(DuctTimeoutException.class);
			CompletableFuture<String> second = parent.requestAsync(2, String.class);
			peer.send("\"late\"");
			peer.send("\"two\"");

			assertThat(second.get(5, TimeUnit.SECONDS)).isEqualTo("two");
			assertThat(parent.statistics().requests(RequestOutcome.TIMEOUT)).isEqualTo(1);
		}
	}

	@Test
	default void requestAsyncWhenNeverAnsweredThenConnectionEndsUnanswered() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.requestTimeout(SHORT));
				DuctPeer peer = peerOf(parent)) {
			parent.requestAsync(1, String.class);

			Awaiting.soon().until(() -> parent.statistics().connectionsClosed(CloseReason.UNANSWERED) == 1);
			assertThat(peer.receiveRest()).isEqualTo(DuctPeer.frame("1"));
		}
	}

	@Test
	default void requestAsyncWhenOwnHandlerIsBusyThenAnswered() throws Exception {
		Gate gate = new Gate();
		try (gate;
				MessageDuctParent parent = bound(
						(builder) -> builder.mixedTraffic(true).handler((from, message) -> gate.pass()));
				DuctPeer peer = peerOf(parent)) {
			peer.send("\"keeps the handler busy\"");
			gate.awaitVisitor();
			CompletableFuture<String> answer = parent.requestAsync("ask", String.class);
			assertThat(peer.receive()).isEqualTo("\"ask\"");
			peer.send("\"answer\"");

			assertThat(answer.get(2, TimeUnit.SECONDS)).isEqualTo("answer");
		}
	}

	@Test
	default void requestWhenConnectionHasEndedUnansweredThenEachCallSaysSo() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.requestTimeout(SHORT));
				DuctPeer peer = peerOf(parent)) {
			MessageDuct connection = parent.children().get(0);
			assertThatExceptionOfType(DuctTimeoutException.class).isThrownBy(() -> parent.request(1, String.class));
			peer.receive();
			Awaiting.soon().until(() -> !parent.isConnected());

			for (Runnable call : List.<Runnable>of(() -> connection.send(2), () -> connection.request(2, String.class),
					() -> parent.send(2), () -> parent.request(2, String.class), parent::recv, connection::recv)) {
				assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(call::run)
					.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(CloseReason.UNANSWERED));
			}
		}
	}

	// Whose time is over

	private static void assertStays(MessageDuctParent parent, Duration time) {
		Awaiting.soon()
			.during(time)
			.atMost(Duration.ofSeconds(3))
			.untilAsserted(() -> assertThat(parent.statistics().connectionsClosed(CloseReason.UNANSWERED))
				.as("connections that ended unanswered")
				.isZero());
	}

	/**
	 * That the next that the peer gets is a request, and that its answer is this one's.
	 */
	private static void assertIsAnswered(MessageDuctParent parent, DuctPeer peer) throws Exception {
		Caller<String> next = Caller.of(() -> parent.request("next", String.class, SOON));
		assertThat(peer.receive()).isEqualTo("\"next\"");
		peer.send("\"its own\"");
		assertThat(next.result(SOON)).isEqualTo("its own");
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, -1, Long.MIN_VALUE })
	default void i10RequestWhenItsTimeIsOverBeforeItBeginsThenNothingIsSentAndOthersAreAnswered(long nanos)
			throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.pipelining(true)); DuctPeer peer = peerOf(parent)) {
			Caller<String> other = Caller.of(() -> parent.request("a", String.class));
			assertThat(peer.receive()).isEqualTo("\"a\"");
			Caller<String> late = Caller.of(() -> parent.request("b", String.class, Duration.ofNanos(nanos)));
			assertThat(late.failure()).isInstanceOf(DuctTimeoutException.class);
			assertThat(parent.statistics().messagesSent()).isEqualTo(1);
			peer.send("\"answer\"");

			assertThat(other.result(SOON)).isEqualTo("answer");
			assertIsAnswered(parent, peer);
		}
	}

	@Test
	default void requestWhenItsTimeIsOverBeforeItBeginsThenConnectionStays() throws Exception {
		try (MessageDuctParent parent = bound(); DuctPeer peer = peerOf(parent)) {
			assertThatExceptionOfType(DuctTimeoutException.class)
				.isThrownBy(() -> parent.children().get(0).request("late", String.class, Duration.ZERO));

			assertStays(parent, Duration.ofMillis(500));
			assertThat(parent.isConnected()).isTrue();
			assertThat(parent.statistics().messagesSent()).isZero();
			assertIsAnswered(parent, peer);
		}
	}

	@Test
	default void requestWhenItsOwnTimeoutIsShortThenItsLateAnswerHasTheRequestTimeoutOfTheDuct() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.requestTimeout(Duration.ofSeconds(10)));
				DuctPeer peer = peerOf(parent)) {
			do {
				// On a busy machine its time may be over before it begins.
				assertThatExceptionOfType(DuctTimeoutException.class)
					.isThrownBy(() -> parent.request(1, String.class, Duration.ofMillis(5)));
			}
			while (parent.statistics().messagesSent() == 0);
			assertThat(peer.receive()).isEqualTo("1");
			assertStays(parent, Duration.ofMillis(300));
			peer.send("\"late\"");

			assertIsAnswered(parent, peer);
		}
	}

	@Test
	default void requestAsyncWhenThereIsNoRoomThenTimesOutWithItsOwnTimeout() throws Exception {
		try (MessageDuctParent parent = bound(
				(builder) -> builder.mixedTraffic(true).requestTimeout(SHORT).sendTimeout(Duration.ofSeconds(15)));
				DuctPeer peer = peerOf(parent)) {
			fill(parent);
			Caller<CompletableFuture<String>> ask = Caller.of(() -> parent.requestAsync(tooMuch(), String.class));

			CompletableFuture<String> answer = ask.result(SOON);
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> answer.get(5, TimeUnit.SECONDS))
				.withCauseInstanceOf(DuctTimeoutException.class);
			assertThat(parent.isConnected()).isTrue();
		}
	}

	@Test
	default void requestAsyncWhenItWaitedForRoomThenConnectionStays() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.mixedTraffic(true)
			.requestTimeout(Duration.ofMillis(300))
			.sendTimeout(Duration.ofSeconds(15))); DuctPeer peer = peerOf(parent)) {
			int sent = fill(parent);
			Caller<CompletableFuture<String>> ask = Caller.of(() -> parent.requestAsync(tooMuch(), String.class));
			assertThat(parent.poll(Duration.ofMillis(900))).as("nothing comes meanwhile").isFalse();
			for (int i = 0; i < sent; i++) {
				peer.receive();
			}

			assertStays(parent, Duration.ofMillis(300));
			assertThat(ask.isDone()).isTrue();
			assertIsAnswered(parent, peer);
		}
	}

	// Many

	@Test
	default void i12RequestAsyncWhenManyDependentsBlockThenFewThreadsAreTaken() throws Exception {
		int requests = 500;
		Gate gate = new Gate();
		try (gate;
				MessageDuctParent parent = bound((builder) -> builder.name("many-answers").pipelining(true));
				DuctPeer peer = peerOf(parent)) {
			List<CompletableFuture<Void>> dependents = IntStream.range(0, requests)
				.mapToObj((i) -> parent.requestAsync(i, Integer.class).thenAccept((answer) -> passThrough(gate)))
				.toList();
			ByteArrayOutputStream answers = new ByteArrayOutputStream();
			for (int i = 0; i < requests; i++) {
				answers.write(DuctPeer.frame(peer.receive()));
			}
			peer.sendRaw(answers.toByteArray());
			gate.awaitVisitor();

			Awaiting.soon()
				.during(Duration.ofMillis(500))
				.atMost(Duration.ofSeconds(3))
				.untilAsserted(() -> assertThat(threads("duct-many-answers-")).isLessThanOrEqualTo(40));
			gate.open();
			for (CompletableFuture<Void> dependent : dependents) {
				dependent.get(10, TimeUnit.SECONDS);
			}
		}
	}

	private static long threads(String prefix) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith(prefix))
			.count();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	default void requestAsyncWhenTooManyAreNotAnsweredThenTheNextFailAtOnce(boolean pipelining) throws Exception {
		try (MessageDuctParent parent = bound(
				(builder) -> builder.pipelining(pipelining).requestTimeout(Duration.ofMinutes(5)));
				DuctPeer peer = peerOf(parent)) {
			Caller<byte[]> reading = Caller.of(peer::receiveRest);
			List<CompletableFuture<String>> answers = IntStream.range(0, 20_000)
				.mapToObj((i) -> parent.requestAsync(i, String.class))
				.toList();

			Awaiting.soon().until(() -> answers.stream().anyMatch(CompletableFuture::isCompletedExceptionally));
			CompletableFuture<String> refused = answers.stream()
				.filter(CompletableFuture::isCompletedExceptionally)
				.findFirst()
				.orElseThrow();
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(refused::get)
				.withCauseInstanceOf(DuctTimeoutException.class)
				.withMessageContaining("limit");
			assertThat(parent.isConnected()).isTrue();
			parent.close();
			reading.result();
		}
	}

}
