package io.ductworks.message;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import ch.qos.logback.classic.spi.ILoggingEvent;
import io.ductworks.Awaiting;
import io.ductworks.CloseReason;
import io.ductworks.DuctProblemException;
import io.ductworks.Gate;
import io.ductworks.MessageCodecException;
import io.ductworks.NotConnectedException;
import io.ductworks.NothingLeftBehind;
import io.ductworks.RemoteHandlerException;
import io.ductworks.TakenLog;
import io.ductworks.codec.MessageCodec;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * A message is answered once, until its handler has returned.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class DuctMessageTests implements DuctFixture {

	private final List<Throwable> caught = new CopyOnWriteArrayList<>();

	@Override
	public DuctAddress address() {
		return DuctAddress.Unix.pseudoAnonymous();
	}

	private DuctPair handledBy(DuctHandler handler) {
		return pair((parent) -> parent.handler(handler), (child) -> child);
	}

	private void note(Runnable call) {
		Throwable failure = catchThrowable(call::run);
		if (failure != null) {
			this.caught.add(failure);
		}
	}

	@Test
	void replyWhenHandlerIsNotAnsweringThenIsTheAnswer() {
		try (DuctPair pair = handledBy((from, message) -> message.reply(message.as(Integer.class) + 1))) {
			assertThat(pair.child().request(1, Integer.class)).isEqualTo(2);
		}
	}

	@Test
	void replyWhenNullThenThatIsTheAnswer() {
		try (DuctPair pair = handledBy((from, message) -> message.reply(null))) {
			assertThat(pair.child().request(1, Object.class)).isNull();
		}
	}

	@Test
	void replyWhenAnsweredAlreadyThenIllegalStateAndOneAnswer() {
		try (DuctPair pair = handledBy((from, message) -> {
			message.reply("first");
			note(() -> message.reply("second"));
			note(() -> message.replyWithError(new DuctProblemException(500, "third")));
		})) {
			assertThat(pair.child().request(1, String.class)).isEqualTo("first");
			assertThat(pair.child().request(1, String.class)).isEqualTo("first");
			Awaiting.soon().until(() -> this.caught.size() == 4);
			assertThat(this.caught).allSatisfy((ex) -> assertThat(ex).isInstanceOf(IllegalStateException.class)
				.hasMessageContaining("was answered already"));
			assertThat(pair.parent().statistics().messagesSent()).isEqualTo(2);
		}
	}

	@Test
	void replyWhenTheHandlerHasReturnedThenIllegalStateAndNothingIsSent() throws Exception {
		CompletableFuture<DuctMessage> kept = new CompletableFuture<>();
		try (DuctPair pair = handledBy((from, message) -> {
			if (!kept.complete(message)) {
				message.reply("next");
			}
		})) {
			pair.child().send("kept");
			DuctMessage message = kept.get(10, TimeUnit.SECONDS);
			// The answer to the next one tells that the handler has returned.
			pair.child().send("next");
			assertThat(pair.child().recv(String.class)).isEqualTo("next");

			assertThatIllegalStateException().isThrownBy(() -> message.reply("late"))
				.withMessageContaining("was handled already");
			assertThatIllegalStateException()
				.isThrownBy(() -> message.replyWithError(new DuctProblemException(500, "late")));
			assertThat(message.as(String.class)).isEqualTo("kept");
			assertThat(pair.parent().statistics().messagesSent()).isEqualTo(1);
		}
	}

	@Test
	void replyWhenTheHandlerHasFailedThenIllegalState() throws Exception {
		CompletableFuture<DuctMessage> kept = new CompletableFuture<>();
		try (TakenLog log = new TakenLog(); DuctPair pair = handledBy((from, message) -> {
			kept.complete(message);
			throw new IllegalStateException("failed, says the test");
		})) {
			pair.child().send("kept");
			DuctMessage message = kept.get(10, TimeUnit.SECONDS);
			Awaiting.soon().until(() -> !log.warnings("the handler failed").isEmpty());

			Awaiting.soon()
				.untilAsserted(() -> assertThatIllegalStateException().isThrownBy(() -> message.reply("late")));
		}
	}

	@Test
	void replyWhenItCannotBeEncodedThenAnotherMayBeGiven() {
		try (DuctPair pair = handledBy((from, message) -> {
			note(() -> message.reply(new MessageContract.Unencodable()));
			message.reply("instead");
		})) {
			assertThat(pair.child().request(1, String.class)).isEqualTo("instead");
			assertThat(this.caught).hasOnlyElementsOfType(MessageCodecException.class).hasSize(1);
		}
	}

	@Test
	void replyWhenItIsTooLargeThenAnotherMayBeGiven() {
		try (DuctPair pair = pair((parent) -> parent.maxFrameSize(100).handler((from, message) -> {
			note(() -> message.reply("x".repeat(200)));
			message.reply("small");
		}), (child) -> child)) {
			assertThat(pair.child().request(1, String.class)).isEqualTo("small");
			assertThat(this.caught).hasOnlyElementsOfType(MessageCodecException.class).hasSize(1);
		}
	}

	@Test
	void replyWhenTheConnectionHasEndedThenFailsAndIsNotGivenAnew() throws Exception {
		CompletableFuture<Void> done = new CompletableFuture<>();
		try (Gate gate = new Gate(); DuctPair pair = handledBy((from, message) -> {
			gate.pass();
			note(() -> message.reply("too late"));
			note(() -> message.reply("again"));
			done.complete(null);
		})) {
			pair.child().send(1);
			gate.awaitVisitor();
			pair.parent().connections().get(0).close();
			gate.open();
			done.get(10, TimeUnit.SECONDS);

			assertThat(this.caught).hasSize(2);
			assertThat(this.caught.get(0)).isInstanceOf(NotConnectedException.class);
			assertThat(this.caught.get(1)).isInstanceOf(IllegalStateException.class);
		}
	}

	@Test
	void replyWhenGivenByAnotherThreadBeforeTheHandlerReturnsThenIsTheAnswer() {
		try (DuctPair pair = handledBy((from, message) -> {
			CompletableFuture.runAsync(() -> message.reply("from elsewhere")).get(10, TimeUnit.SECONDS);
		})) {
			assertThat(pair.child().request(1, String.class)).isEqualTo("from elsewhere");
		}
	}

	@Test
	void replyWithErrorWhenHandlerIsNotAnsweringThenTheRequesterIsTold() {
		try (DuctPair pair = handledBy(
				(from, message) -> message.replyWithError(new DuctProblemException(404, "Unknown", "no such order")))) {
			assertThatExceptionOfType(RemoteHandlerException.class)
				.isThrownBy(() -> pair.child().request(1, String.class))
				.satisfies((ex) -> {
					assertThat(ex.status()).isEqualTo(404);
					assertThat(ex.title()).isEqualTo("Unknown");
					assertThat(ex.detail()).isEqualTo("no such order");
				});
			assertThat(pair.child().isConnected()).isTrue();
		}
	}

	@Test
	void replyWithErrorWhenItIsTooLargeThenGoesWithoutItsDetail() {
		try (DuctPair pair = pair(
				(parent) -> parent.maxFrameSize(200)
					.handler((from, message) -> message
						.replyWithError(new DuctProblemException(409, "Conflict", "x".repeat(1000)))),
				(child) -> child)) {
			assertThatExceptionOfType(RemoteHandlerException.class)
				.isThrownBy(() -> pair.child().request(1, String.class))
				.satisfies((ex) -> {
					assertThat(ex.status()).isEqualTo(409);
					assertThat(ex.title()).isEqualTo("Conflict");
					assertThat(ex.detail()).isNull();
				});
		}
	}

	@Test
	void isRequestWhenHandlerAnswersThenTrueAndForOthersFalse() {
		try (DuctPair pair = handledBy(DuctHandler.answering((from, message) -> message.isRequest()));
				DuctPair other = handledBy((from, message) -> message.reply(message.isRequest()))) {
			assertThat(pair.child().request(1, Boolean.class)).isTrue();
			assertThat(other.child().request(1, Boolean.class)).isFalse();
		}
	}

	@Test
	void isAwaitedWhenItIsARequestThenTrueUntilItIsAnswered() {
		List<Boolean> awaited = new CopyOnWriteArrayList<>();
		try (DuctPair pair = handledBy(DuctHandler.answering((from, message) -> {
			awaited.add(message.isAwaited());
			message.reply(1);
			awaited.add(message.isAwaited());
			return null;
		})); DuctPair other = handledBy((from, message) -> message.reply(message.isAwaited()))) {
			assertThat(pair.child().request(1, Integer.class)).isEqualTo(1);
			assertThat(other.child().request(1, Boolean.class)).isFalse();
			Awaiting.soon().until(() -> awaited.size() == 2);
			assertThat(awaited).containsExactly(true, false);
		}
	}

	@Test
	void isAwaitedWhenTheConnectionHasEndedThenFalse() {
		CountDownLatch ended = new CountDownLatch(1);
		CountDownLatch begun = new CountDownLatch(1);
		try (DuctPair pair = handledBy(DuctHandler.answering((from, message) -> {
			begun.countDown();
			Awaiting.soon().until(() -> !message.isAwaited());
			ended.countDown();
			return null;
		}))) {
			pair.child().requestAsync(1, Integer.class);
			Awaiting.soon().until(() -> begun.getCount() == 0);
			pair.child().close();
			Awaiting.soon().until(() -> ended.getCount() == 0);
		}
	}

	@Test
	void sizeWhenAskedThenTheLengthOfThePayload() {
		try (DuctPair pair = handledBy((from, message) -> message.reply(message.size()))) {
			assertThat(pair.child().request("abc", Integer.class)).isEqualTo(5);
			assertThat(pair.parent().statistics().connectionsClosed(CloseReason.LOCAL_SHUTDOWN)).isZero();
		}
	}

	@Test
	void parameterWhenThePayloadIsAnObjectOrAnArrayThenIsTakenByNameOrPosition() {
		try (DuctPair pair = handledBy((from, message) -> message.reply(Arrays
			.asList(message.parameter("kind", 0, String.class), message.parameter("kind", -1, String.class))))) {
			assertThat(pair.child().request(Map.of("kind", "tea"), Object.class)).isEqualTo(List.of("tea", "tea"));
			assertThat(pair.child().request(List.of("tea"), Object.class)).isEqualTo(Arrays.asList("tea", null));
			for (Object other : Arrays.asList(Map.of(), List.of(), "kind", 1, null)) {
				assertThat(pair.child().request(other, Object.class)).isEqualTo(Arrays.asList(null, null));
			}
		}
	}

	@Test
	void parameterWhenThePayloadIsNoJsonThenTheRequesterIsTold() {
		try (DuctPair pair = pair(
				(parent) -> parent
					.handler(DuctHandler.answering((from, message) -> message.parameter("kind", 0, Object.class))),
				(child) -> child.codec(MessageCodec.text()))) {
			for (String broken : List.of("", "{\"kind\":", " {\"kind\" 1}", "[1,", "{\"kind\":\"\\x\"}")) {
				assertThatExceptionOfType(RemoteHandlerException.class)
					.isThrownBy(() -> pair.child().request(broken, String.class))
					.withMessageContaining("status 400: The message cannot be read");
			}
			assertThat(pair.child().request(" \n{ \"kind\" : 1 }", String.class)).isEqualTo("1");
		}
	}

	@Test
	void messageWhenNobodyHandlesItThenIsAnsweredIfSomebodyWaitsAndCountedElse() {
		DuctHandler nobody = (from, message) -> message.notFound("No such kind", "te\na");
		try (TakenLog log = new TakenLog(); DuctPair pair = handledBy(DuctHandler.answering((from, message) -> {
			nobody.handle(from, message);
			return "not sent";
		})); DuctPair other = handledBy(nobody)) {
			assertThatExceptionOfType(RemoteHandlerException.class)
				.isThrownBy(() -> pair.child().request(1, Object.class))
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(404))
				.satisfies((ex) -> assertThat(ex.detail()).isEqualTo("te\na"));
			assertThat(pair.parent().statistics().messagesUnhandled()).isZero();
			other.child().send(1);
			Awaiting.soon().until(() -> !log.warnings("dropped and counted as unhandled").isEmpty());
			assertThat(log.warnings("nobody handles")).extracting(ILoggingEvent::getFormattedMessage)
				.allSatisfy((line) -> assertThat(line).endsWith("No such kind: te a"));
			assertThat(other.parent().statistics().messagesUnhandled()).isEqualTo(1);
		}
	}

	@Test
	void failureWhenAnswersAreDeferredThenKeepsItsPlaceAmongThem() throws Exception {
		BlockingQueue<Deferred> deferred = new LinkedBlockingQueue<>();
		try (DuctPair pair = pair((parent) -> parent.handler((from, message) -> deferred.add(message.deferReply())),
				(child) -> child.pipelining(true))) {
			CompletableFuture<String> first = pair.child().requestAsync(1, String.class);
			CompletableFuture<String> second = pair.child().requestAsync(2, String.class);
			Deferred one = deferred.poll(10, TimeUnit.SECONDS);
			assertThat(deferred.poll(10, TimeUnit.SECONDS).reply("second")).isTrue();
			assertThat(one.fail(new IllegalStateException("failed, says the test"))).isTrue();
			assertThat(first).failsWithin(10, TimeUnit.SECONDS)
				.withThrowableThat()
				.withMessageContaining("The listener failed");
			assertThat(second).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo("second");
		}
	}

}
