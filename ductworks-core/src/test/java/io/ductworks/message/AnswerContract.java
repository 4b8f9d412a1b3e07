package io.ductworks.message;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.CloseReason;
import io.ductworks.DuctTimeoutException;
import io.ductworks.MessageProtocolException;
import io.ductworks.NotConnectedException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.peer.DuctPeer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * No answer goes to the wrong request: answers bear no mark, so their order has to be
 * right, or the connection ends.
 */
interface AnswerContract extends DuctFixture {

	// One at a time

	@Test
	default void requestWhenAnotherIsUnderWayThenGoesOutBehindItsAnswer() throws Exception {
		try (MessageDuctParent parent = bound(); DuctPeer peer = peerOf(parent)) {
			Caller<String> first = Caller.of(() -> parent.request(1, String.class));
			assertThat(peer.receive()).isEqualTo("1");
			Caller<String> second = Caller.of(() -> parent.request(2, String.class)).awaitWaiting();
			CompletableFuture<String> third = parent.requestAsync(3, String.class);
			assertThat(parent.statistics().messagesSent()).isEqualTo(1);
			peer.send("\"one\"");
			assertThat(peer.receive()).isEqualTo("2");
			assertThat(parent.statistics().messagesSent()).isEqualTo(2);
			peer.send("\"two\"");
			assertThat(peer.receive()).isEqualTo("3");
			peer.send("\"three\"");
			assertThat(first.result(SOON)).isEqualTo("one");
			assertThat(second.result(SOON)).isEqualTo("two");
			assertThat(third.get(5, TimeUnit.SECONDS)).isEqualTo("three");
		}
	}

	@Test
	default void requestWhenItsTimePassesBehindOthersThenWasNotSent() throws Exception {
		try (MessageDuctParent parent = bound(); DuctPeer peer = peerOf(parent)) {
			Caller<String> first = Caller.of(() -> parent.request(1, String.class));
			peer.receive();
			assertThatExceptionOfType(DuctTimeoutException.class)
				.isThrownBy(() -> parent.request(2, String.class, SHORT))
				.withMessageContaining("busy with other requests")
				.satisfies((ex) -> assertThat(ex.sent()).isFalse());
			assertThat(parent.requestAsync(3, String.class, SHORT)).failsWithin(SOON)
				.withThrowableThat()
				.withCauseInstanceOf(DuctTimeoutException.class);
			peer.send("\"one\"");
			assertThat(first.result(SOON)).isEqualTo("one");
			assertThat(parent.statistics().messagesSent()).isEqualTo(1);
			assertThat(parent.statistics().requestsRefused()).isEqualTo(2);
		}
	}

	@Test
	default void requestWhenThereAreTwoConnectionsThenGoesOutOverTheFirstThatIsFree() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY));
				DuctPeer one = peerOf(parent);
				DuctPeer other = peerOf(parent)) {
			CompletableFuture<String> first = parent.requestAsync("a", String.class);
			CompletableFuture<String> second = parent.requestAsync("b", String.class);
			assertThat(List.of(one.receive(), other.receive())).containsExactlyInAnyOrder("\"a\"", "\"b\"");
			CompletableFuture<String> third = parent.requestAsync("c", String.class);
			other.send("\"done\"");
			assertThat(other.receive()).isEqualTo("\"c\"");
			one.send("\"done\"");
			other.send("\"done\"");
			assertThat(List.of(first, second, third))
				.allSatisfy((answer) -> assertThat(answer).succeedsWithin(SOON).isEqualTo("done"));
		}
	}

	@Test
	default void requestWhenCallerWaitsForOneConnectionThenGoesOutOverNoOther() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY));
				DuctPeer one = peerOf(parent);
				DuctPeer other = peerOf(parent)) {
			MessageDuct first = parent.children().get(0);
			CompletableFuture<String> answer = first.requestAsync(1, String.class);
			CompletableFuture<String> next = first.requestAsync(2, String.class);
			assertThat(one.receive()).isEqualTo("1");
			one.send("\"one\"");
			assertThat(one.receive()).isEqualTo("2");
			one.send("\"two\"");
			assertThat(answer).succeedsWithin(SOON).isEqualTo("one");
			assertThat(next).succeedsWithin(SOON).isEqualTo("two");
			one.close();
			Caller<Void> close = Caller.running(parent::close);
			assertThat(other.receiveRest()).isEmpty();
			other.close();
			close.result();
		}
	}

	// Missing answers

	@Test
	default void i1RequestWhenAnswerIsMissingThenNextGetsItsOwnOverAnotherConnection() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.AGAIN)
			.whenDisconnected(WhenDisconnected.WAIT)
			.requestTimeout(SHORT))) {
			Caller<String> next;
			try (DuctPeer silent = peerOf(parent)) {
				assertThatExceptionOfType(DuctTimeoutException.class).isThrownBy(() -> parent.request(1, String.class))
					.satisfies((ex) -> assertThat(ex.sent()).isTrue());
				next = Caller.of(() -> parent.request(2, String.class, SOON));
				assertThat(Peers.countFrames(silent.receiveRest())).isEqualTo(1);
			}
			assertThat(parent.statistics().connectionsClosed(CloseReason.UNANSWERED)).isEqualTo(1);
			try (DuctPeer peer = peerOf(parent)) {
				assertThat(peer.receive()).isEqualTo("2");
				peer.send("\"two\"");
				assertThat(next.result(SOON)).isEqualTo("two");
			}
		}
	}

	@Test
	default void i1RequestWhenLateAnswerComesThenItIsSkippedBeforeTheNextGoesOut() throws Exception {
		try (MessageDuctParent parent = bound(); DuctPeer peer = peerOf(parent)) {
			assertThatExceptionOfType(DuctTimeoutException.class)
				.isThrownBy(() -> parent.request(1, String.class, SHORT));
			assertThat(peer.receive()).isEqualTo("1");
			Caller<String> next = Caller.of(() -> parent.request(2, String.class)).awaitWaiting();
			assertThat(parent.statistics().messagesSent()).isEqualTo(1);
			peer.send("\"late\"");
			assertThat(peer.receive()).isEqualTo("2");
			peer.send("\"two\"");
			assertThat(next.result(SOON)).isEqualTo("two");
			assertThat(parent.isConnected()).isTrue();
		}
	}

	@Test
	default void i1RequestAsyncWhenItsFutureIsCancelledThenTheNextGoesOutBehindItsAnswer() throws Exception {
		try (MessageDuctParent parent = bound(); DuctPeer peer = peerOf(parent)) {
			CompletableFuture<String> cancelled = parent.requestAsync(1, String.class);
			assertThat(peer.receive()).isEqualTo("1");
			assertThat(cancelled.cancel(true)).isTrue();
			CompletableFuture<String> next = parent.requestAsync(2, String.class);
			peer.send("\"one\"");
			assertThat(peer.receive()).isEqualTo("2");
			peer.send("\"two\"");
			assertThat(next).succeedsWithin(SOON).isEqualTo("two");
		}
	}

	@Test
	default void requestWhenLateAnswerHasItsOwnTimeoutThenConnectionEndsAfterThat() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.lateAnswerTimeout(Duration.ofMillis(50)));
				DuctPeer peer = peerOf(parent)) {
			assertThatExceptionOfType(DuctTimeoutException.class)
				.isThrownBy(() -> parent.request(1, String.class, SHORT));
			Awaiting.soon().until(() -> parent.statistics().connectionsClosed(CloseReason.UNANSWERED) == 1);
			assertThat(peer.receiveRest()).isEqualTo(DuctPeer.frame("1"));
		}
	}

	// Surplus answers

	@Test
	default void i2ConnectionWhenAnswerIsDoubledThenEndsUnmatched() throws Exception {
		try (MessageDuctParent parent = bound(); DuctPeer peer = peerOf(parent)) {
			Caller<String> request = Caller.of(() -> parent.request(1, String.class));
			peer.receive();
			peer.sendRaw(Peers.concat(DuctPeer.frame("\"one\""), DuctPeer.frame("\"one\"")));
			assertThat(request.result(SOON)).isEqualTo("one");
			Awaiting.soon().until(() -> parent.statistics().connectionsClosed(CloseReason.UNMATCHED) == 1);
			assertThatExceptionOfType(MessageProtocolException.class).isThrownBy(() -> parent.request(2, String.class))
				.withMessageContaining("when no answer was due")
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(CloseReason.UNMATCHED));
		}
	}

	@Test
	default void i2ConnectionWhenMessageComesThatNobodyAskedForThenEndsUnmatched() throws Exception {
		try (MessageDuctParent parent = bound(); DuctPeer peer = peerOf(parent)) {
			Caller<String> request = Caller.of(() -> parent.request(1, String.class));
			peer.receive();
			peer.send("\"one\"");
			assertThat(request.result(SOON)).isEqualTo("one");
			peer.send("\"news\"");
			Awaiting.soon().until(() -> parent.statistics().connectionsClosed(CloseReason.UNMATCHED) == 1);
		}
	}

	@Test
	default void i2RequestWhenMessageLiesUnreadThenGoesOutOverAnotherConnection() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY));
				DuctPeer one = peerOf(parent);
				DuctPeer other = peerOf(parent)) {
			MessageDuct first = parent.children().get(0);
			one.send("\"news\"");
			assertThat(parent.poll(SOON)).isTrue();
			Caller<String> request = Caller.of(() -> parent.request(1, String.class));
			assertThat(other.receive()).isEqualTo("1");
			other.send("\"one\"");
			assertThat(request.result(SOON)).isEqualTo("one");
			assertThat(first.whenClosed().toCompletableFuture()).succeedsWithin(SOON).isEqualTo(CloseReason.UNMATCHED);
		}
	}

	@Test
	default void requestWhenTrafficIsMixedThenOtherMessagesAreReceived() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.mixedTraffic(true));
				DuctPeer peer = peerOf(parent)) {
			Caller<String> request = Caller.of(() -> parent.request(1, String.class));
			peer.receive();
			peer.sendRaw(Peers.concat(DuctPeer.frame("\"one\""), DuctPeer.frame("\"news\"")));
			assertThat(request.result(SOON)).isEqualTo("one");
			assertThat(parent.recv(String.class)).isEqualTo("news");
			parent.send("more news");
			assertThat(peer.receive()).isEqualTo("\"more news\"");
		}
	}

	// Mixed use

	@Test
	default void s1SendWhenDuctHasAskedThenRefused() {
		try (DuctPair pair = pair((parent) -> parent, (child) -> child.handler(DuctHandler.answering(this::echo)))) {
			assertThat(pair.parent().<String>request("ada", String.class)).isEqualTo("ada");
			MessageDuct connection = pair.parent().children().get(0);
			for (Runnable send : List.<Runnable>of(() -> pair.parent().send("event"), () -> connection.send("event"),
					() -> pair.parent().sendAll(List.of("event")), () -> connection.sendAll(List.of("event")))) {
				assertThatIllegalStateException().isThrownBy(send::run).withMessageContaining("mixed-traffic");
			}
			assertThat(pair.parent().<String>request("bob", String.class)).isEqualTo("bob");
			assertThat(pair.parent().statistics().messagesSent()).isEqualTo(2);
		}
	}

	@Test
	default void s1RequestWhenDuctHasSentThenRefused() {
		try (DuctPair pair = pair()) {
			pair.parent().send("event");
			assertThatIllegalStateException().isThrownBy(() -> pair.parent().request(1, String.class))
				.withMessageContaining("it has sent messages");
			assertThat(pair.parent().requestAsync(1, String.class)).failsWithin(SOON)
				.withThrowableThat()
				.withCauseInstanceOf(IllegalStateException.class);
			assertThat(pair.child().recv(String.class)).isEqualTo("event");
			assertThat(pair.parent().statistics().messagesSent()).isEqualTo(1);
		}
	}

	@Test
	default void s1RequestWhenDuctHasHandlerThenRefused() {
		try (DuctPair pair = pair((parent) -> parent.handler((from, message) -> {
		}), (child) -> child)) {
			assertThatIllegalStateException().isThrownBy(() -> pair.parent().request(1, String.class))
				.withMessageContaining("it has a handler");
			pair.parent().send("event");
			assertThat(pair.child().recv(String.class)).isEqualTo("event");
		}
	}

	@Test
	default void s1SendWhenHandlerAnswersThenRefused() {
		try (DuctPair pair = pair((parent) -> parent.handler(DuctHandler.answering(this::echo)), (child) -> child)) {
			assertThatIllegalStateException().isThrownBy(() -> pair.parent().send("event"))
				.withMessageContaining("its handler answers");
			assertThat(pair.child().<String>request("ada", String.class)).isEqualTo("ada");
		}
	}

	@Test
	default void s1RequestWhenDuctWasClosedAfterItHadSentThenAllowedAgain() throws Exception {
		try (MessageDuctParent parent = bound()) {
			try (DuctPeer peer = peerOf(parent)) {
				parent.send("event");
				peer.receive();
			}
			parent.close();
			parent.bind();
			try (DuctPeer peer = peerOf(parent)) {
				Caller<String> request = Caller.of(() -> parent.request(1, String.class));
				assertThat(peer.receive()).isEqualTo("1");
				peer.send("\"one\"");
				assertThat(request.result(SOON)).isEqualTo("one");
			}
		}
	}

	default Object echo(MessageDuct from, DuctMessage message) {
		return String.valueOf(message.<Object>as(Object.class));
	}

	// Handlers

	@Test
	default void i3MessageWhenItLooksLikeAFailureThenAnsweringHandlerAnswers() {
		try (DuctPair pair = pair((parent) -> parent, (child) -> child.handler(DuctHandler.answering(this::echo)))) {
			assertThat(pair.parent().<String>request(Map.of("ductworks:error", Map.of()), String.class))
				.contains("ductworks:error");
			assertThat(pair.parent().<String>request("ada", String.class)).isEqualTo("ada");
		}
	}

	@Test
	default void i1HandlerWhenItHasAnsweredAndThenThrowsThenRequesterIsTold() {
		try (DuctPair pair = pair((parent) -> parent, (child) -> child.handler((from, message) -> {
			if (message.as(String.class).equals("fail")) {
				throw new IllegalArgumentException("no");
			}
			from.send("fine");
		}))) {
			assertThat(pair.parent().<String>request("ask", String.class)).isEqualTo("fine");
			assertThatExceptionOfType(RemoteHandlerException.class)
				.isThrownBy(() -> pair.parent().request("fail", String.class))
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(500));
			assertThat(pair.parent().<String>request("ask", String.class)).isEqualTo("fine");
		}
	}

	// The last message

	@Test
	default void sendLastWhenAnswerIsDueThenGoesOutBehindItAndNothingFollows() throws Exception {
		try (MessageDuctParent parent = bound(); DuctPeer peer = peerOf(parent)) {
			Caller<String> request = Caller.of(() -> parent.request(1, String.class));
			assertThat(peer.receive()).isEqualTo("1");
			Caller<Void> last = Caller.running(() -> parent.sendLast(null)).awaitWaiting();
			assertThat(parent.statistics().messagesSent()).isEqualTo(1);
			peer.send("\"one\"");
			assertThat(peer.receive()).isEqualTo("null");
			last.result(SOON);
			assertThat(request.result(SOON)).isEqualTo("one");
			assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> parent.send("more"))
				.withMessageContaining("last message");
			assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> parent.sendLast("more"));
			assertThat(parent.isConnected()).isTrue();
		}
	}

	@Test
	default void sendLastWhenAnswerDoesNotComeInTimeThenNothingIsSent() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.sendTimeout(SHORT));
				DuctPeer peer = peerOf(parent)) {
			Caller<String> request = Caller.of(() -> parent.request(1, String.class));
			peer.receive();
			assertThatExceptionOfType(DuctTimeoutException.class).isThrownBy(() -> parent.sendLast(null))
				.withMessageContaining("1 answers");
			peer.send("\"one\"");
			assertThat(request.result(SOON)).isEqualTo("one");
			parent.sendLast(null);
			assertThat(peer.receive()).isEqualTo("null");
		}
	}

}
