package io.ductworks.message;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.ductworks.Caller;
import io.ductworks.CloseReason;
import io.ductworks.DuctInterruptedException;
import io.ductworks.DuctProblemException;
import io.ductworks.DuctTimeoutException;
import io.ductworks.MessageCodecException;
import io.ductworks.NotConnectedException;
import io.ductworks.NothingLeftBehind;
import io.ductworks.RemoteDuctClosedException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.codec.MessageCodec;
import io.ductworks.peer.DuctPeer;
import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Whatever keeps an answer from coming fails the future, and nothing is thrown.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class RequestAsyncFailureTests implements DuctFixture {

	private static final Type INTEGERS = new TypeReference<List<Integer>>() {
	}.getType();

	@Override
	public DuctAddress address() {
		return DuctAddress.Unix.pseudoAnonymous();
	}

	private static CompletableFuture<String> ask(MessageDuct duct, Object payload) {
		return duct.requestAsync(payload, String.class, SOON);
	}

	private static Throwable failure(CompletableFuture<?> answer) throws Exception {
		try {
			return new AssertionError("answered: " + answer.get(10, TimeUnit.SECONDS));
		}
		catch (ExecutionException ex) {
			return ex.getCause();
		}
	}

	@Test
	void requestAsyncWhenAnsweredThenTheTypeMayBeGeneric() throws Exception {
		try (DuctPair pair = pair((parent) -> parent.handler(DuctHandler.answering((from, message) -> List.of(1, 2))),
				(child) -> child)) {
			CompletableFuture<List<Integer>> answer = pair.child().requestAsync("list", INTEGERS, SOON);

			assertThat(answer.get(10, TimeUnit.SECONDS)).containsExactly(1, 2);
		}
	}

	@Test
	void requestAsyncWhenDuctWasNeverOpenThenFutureFails() throws Exception {
		MessageDuctChild child = MessageDuctChild.pseudoAnonymous(address());

		assertThat(failure(ask(child, 1))).isInstanceOfSatisfying(NotConnectedException.class,
				(ex) -> assertThat(ex.reason()).isNull());
	}

	@Test
	void b14RequestAsyncWhenThereIsNoConnectionThenFutureFails() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY))) {
			assertThat(failure(ask(parent, 1))).isInstanceOf(NotConnectedException.class);
		}
	}

	@Test
	void b14RequestAsyncWhenNoConnectionComesInTimeThenFutureFailsAndItWasNotSent() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.whenDisconnected(WhenDisconnected.WAIT))) {
			Caller<CompletableFuture<String>> asking = Caller
				.of(() -> parent.requestAsync(1, String.class, Duration.ofMillis(50)));

			assertThat(failure(asking.result(SOON))).isInstanceOfSatisfying(DuctTimeoutException.class,
					(ex) -> assertThat(ex.sent()).isFalse());
		}
	}

	@Test
	void requestAsyncWhenInterruptedWhileItWaitsForAConnectionThenFutureFailsAndTheInterruptStays() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.whenDisconnected(WhenDisconnected.WAIT))) {
			Caller<CompletableFuture<String>> asking = Caller.interrupted(() -> ask(parent, 1));

			assertThat(failure(asking.result(SOON))).isInstanceOf(DuctInterruptedException.class);
			assertThat(asking.interruptedAtEnd()).isTrue();
		}
	}

	@Test
	void requestAsyncWhenPayloadCannotBeEncodedThenFutureFailsAndTheNextIsAnswered() throws Exception {
		try (DuctPair pair = pair(
				(parent) -> parent.handler(DuctHandler.answering((from, message) -> message.as(String.class))),
				(child) -> child.maxFrameSize(1000))) {
			assertThat(failure(ask(pair.child(), new MessageContract.Unencodable())))
				.isInstanceOf(MessageCodecException.class);
			assertThat(failure(ask(pair.child(), "x".repeat(2000)))).isInstanceOf(MessageCodecException.class);
			assertThat(ask(pair.child(), "next").get(10, TimeUnit.SECONDS)).isEqualTo("next");
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void requestAsyncWhenDuctWasClosedThenFutureFails(boolean connection) throws Exception {
		try (DuctPair pair = pair()) {
			MessageDuct duct = connection ? pair.child().connections().get(0) : pair.child();
			duct.close();

			assertThat(failure(ask(duct, 1))).isInstanceOfSatisfying(NotConnectedException.class, (ex) -> {
				if (connection) {
					assertThat(ex.reason()).isEqualTo(CloseReason.LOCAL_SHUTDOWN);
				}
			});
		}
	}

	@Test
	void requestAsyncWhenThePeerHasGoneThenFutureFails() throws Exception {
		try (DuctPair pair = pair()) {
			MessageDuct connection = pair.parent().connections().get(0);
			CompletableFuture<String> asked = ask(pair.parent(), 1);
			pair.child().close();

			assertThat(failure(asked)).isInstanceOf(RemoteDuctClosedException.class);
			assertThat(failure(ask(pair.parent(), 2))).isInstanceOf(RemoteDuctClosedException.class);
			assertThat(failure(ask(connection, 3))).isInstanceOf(RemoteDuctClosedException.class);
		}
	}

	@Test
	void requestAsyncWhenAHandlerAsksOverItsOwnConnectionThenFutureFails() throws Exception {
		CompletableFuture<Throwable> misuse = new CompletableFuture<>();
		CompletableFuture<Throwable> misuseOfDuct = new CompletableFuture<>();
		MessageDuctParent[] parent = { null };
		try (DuctPair pair = pair((builder) -> builder.handler((from, message) -> {
			misuse.complete(failure(ask(from, 1)));
			misuseOfDuct.complete(failure(ask(parent[0], 1)));
		}), (child) -> child)) {
			parent[0] = pair.parent();
			pair.child().send("go");

			assertThat(misuse.get(10, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
			assertThat(misuseOfDuct.get(10, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
			assertThat(pair.parent().statistics().messagesSent()).isZero();
		}
	}

	@Test
	void requestAsyncWhenTheOtherSidesHandlerFailsThenFutureFails() throws Exception {
		try (DuctPair pair = pair(
				(parent) -> parent
					.handler((from, message) -> message.replyWithError(new DuctProblemException(410, "Gone"))),
				(child) -> child)) {
			assertThat(failure(ask(pair.child(), 1))).isInstanceOfSatisfying(RemoteHandlerException.class,
					(ex) -> assertThat(ex.status()).isEqualTo(410));
		}
	}

	@Test
	void requestAsyncWhenTheAnswerIsNotOfItsTypeThenFutureFailsAndTheNextIsAnswered() throws Exception {
		try (DuctPair pair = pair(
				(parent) -> parent.handler(DuctHandler.answering((from, message) -> message.as(Object.class))),
				(child) -> child)) {
			assertThat(failure(pair.child().requestAsync("text", Integer.class)))
				.isInstanceOf(MessageCodecException.class);
			assertThat(pair.child().requestAsync(5, Integer.class).get(10, TimeUnit.SECONDS)).isEqualTo(5);
		}
	}

	@Test
	void requestAsyncWhenItsFutureIsCancelledThenTheNextAnswerIsNotShifted() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.pipelining(true));
				DuctPeer peer = Peers.of(parent)) {
			CompletableFuture<String> cancelled = ask(parent, 1);
			CompletableFuture<String> next = ask(parent, 2);
			assertThat(cancelled.cancel(true)).isTrue();
			peer.send("\"first\"");
			peer.send("\"second\"");

			assertThat(next.get(10, TimeUnit.SECONDS)).isEqualTo("second");
			assertThat(cancelled).isCancelled();
		}
	}

	@Test
	void requestWhenThereIsNoRoomInTimeThenNothingWasSent() throws Exception {
		try (MessageDuctParent parent = bound(
				(builder) -> builder.mixedTraffic(true).sendTimeout(Duration.ofSeconds(2)));
				DuctPeer peer = Peers.of(parent)) {
			int sent = fill(parent);
			Caller<Void> sending = Caller
				.running(() -> parent.request(tooMuch(), String.class, Duration.ofMillis(100)));

			assertThat(sending.failure()).isInstanceOfSatisfying(DuctTimeoutException.class,
					(ex) -> assertThat(ex.sent()).isFalse());
			assertThat(parent.statistics().messagesSent()).isEqualTo(sent);
			assertThat(peer).isNotNull();
		}
	}

	@Test
	void recvWhenNothingComesInTimeThenNothingWasSent() {
		try (DuctPair pair = pair()) {
			assertThatExceptionOfType(DuctTimeoutException.class)
				.isThrownBy(() -> pair.child().recv(Object.class, Duration.ofMillis(20)))
				.satisfies((ex) -> assertThat(ex.sent()).isFalse());
		}
	}

	@Test
	void i11RequestAsyncWhenTheCodecThrowsWhatItDoesNotDeclareThenFutureFailsAndTheNextIsAnswered() {
		MessageCodec json = MessageCodec.json();
		MessageCodec undeclared = new MessageCodec() {

			@Override
			public void encode(@Nullable Object message, OutputStream target) throws IOException {
				throwIf("unwritable".equals(message));
				json.encode(message, target);
			}

			@Override
			public @Nullable Object decode(byte[] bytes, int offset, int length, Type type) throws IOException {
				Object message = json.decode(bytes, offset, length, type);
				throwIf("unreadable".equals(message));
				return message;
			}

			private void throwIf(boolean wanted) {
				if (wanted) {
					RequestAsyncFailureTests.<RuntimeException>undeclared(new Exception("expected by the test"));
				}
			}

		};
		try (DuctPair pair = pair((parent) -> parent.codec(undeclared),
				(child) -> child.handler((from, message) -> from.send(message.as(Object.class))))) {
			for (String text : List.of("unwritable", "unreadable")) {
				assertThat(pair.parent().requestAsync(text, String.class)).failsWithin(SOON)
					.withThrowableOfType(ExecutionException.class)
					.withCauseInstanceOf(MessageCodecException.class)
					.withMessageContaining("expected by the test");
				assertThat(pair.parent().requestAsync("next", String.class)).succeedsWithin(SOON).isEqualTo("next");
			}
		}
	}

	@SuppressWarnings("unchecked")
	private static <X extends Throwable> void undeclared(Throwable failure) throws X {
		throw (X) failure;
	}

}
