package io.ductworks.message;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import io.ductworks.Awaiting;
import io.ductworks.DuctProblemException;
import io.ductworks.Gate;
import io.ductworks.RemoteHandlerException;
import io.ductworks.TakenLog;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What is promised of handlers, whatever the protocol.
 */
interface HandlingContract extends DuctFixture {

	/**
	 * The protocol that all ducts of the tests speak.
	 */
	Protocol protocol();

	private DuctPair served(UnaryOperator<MessageDuctParent.Builder> settings, DuctHandler handler) {
		return pair((parent) -> settings.apply(parent.protocol(protocol()).handler(handler)),
				(child) -> child.protocol(protocol()).pipelining(protocol() == Protocol.BARE));
	}

	private DuctPair served(DuctHandler handler) {
		return served((parent) -> parent, handler);
	}

	private <T> CompletableFuture<T> ask(MessageDuct duct, Object payload, Class<T> type) {
		return (protocol() == Protocol.BARE) ? duct.requestAsync(payload, type)
				: duct.requestAsync("ask", payload, type);
	}

	// Failures

	@Test
	default void h1HandlerWhenItThrowsThenRequesterIsToldAndTheNextIsAnswered() {
		try (TakenLog log = new TakenLog(); DuctPair pair = served(DuctHandler.answering((from, message) -> {
			if (message.as(Integer.class) == 1) {
				throw new IllegalArgumentException("secret");
			}
			return "fine";
		}))) {
			assertThat(ask(pair.child(), 1, String.class)).failsWithin(SOON)
				.withThrowableThat()
				.withCauseInstanceOf(RemoteHandlerException.class)
				.withMessageContaining("500")
				.withMessageNotContaining("secret");
			assertThat(ask(pair.child(), 2, String.class)).succeedsWithin(SOON).isEqualTo("fine");
			// The requester is told before the log is.
			Awaiting.soon().untilAsserted(() -> assertThat(log.warnings("the handler failed")).hasSize(1));
		}
	}

	@Test
	default void h3MessageWhenItCannotBeReadThenItAloneIsRefused() {
		try (DuctPair pair = served(DuctHandler.answering((from, message) -> message.as(Integer.class)))) {
			for (int i = 0; i < 100; i++) {
				Object payload = (i == 50) ? "poison" : i;
				CompletableFuture<Integer> answer = ask(pair.child(), payload, Integer.class);
				if (i == 50) {
					assertThat(answer).failsWithin(SOON)
						.withThrowableThat()
						.withCauseInstanceOf(RemoteHandlerException.class)
						.withMessageContaining("400");
				}
				else {
					assertThat(answer).succeedsWithin(SOON).isEqualTo(i);
				}
			}
		}
	}

	@Test
	default void h4HandlerWhenItThrowsAnErrorThenRequesterIsToldAndTheNextIsAnswered() {
		AtomicInteger calls = new AtomicInteger();
		try (TakenLog log = new TakenLog(); DuctPair pair = served(DuctHandler.answering((from, message) -> {
			switch (calls.incrementAndGet()) {
				case 1 -> throw new StackOverflowError("expected");
				case 2 -> throw new NoClassDefFoundError("expected");
				default -> {
					return "fine";
				}
			}
		}))) {
			for (int i = 0; i < 2; i++) {
				assertThat(ask(pair.child(), 1, String.class)).failsWithin(SOON)
					.withThrowableThat()
					.withCauseInstanceOf(RemoteHandlerException.class);
			}
			assertThat(ask(pair.child(), 1, String.class)).succeedsWithin(SOON).isEqualTo("fine");
		}
	}

	@Test
	default void h9ResultWhenItCannotBeEncodedThenRequesterIsTold() {
		try (TakenLog log = new TakenLog();
				DuctPair pair = served((parent) -> parent.maxFrameSize(2000),
						DuctHandler.answering((from, message) -> switch (message.as(Integer.class)) {
							case 1 -> new Unwritable();
							case 2 -> "x".repeat(5000);
							default -> "fine";
						}))) {
			for (int i = 1; i <= 2; i++) {
				assertThat(ask(pair.child(), i, String.class)).failsWithin(SOON)
					.withThrowableThat()
					.withCauseInstanceOf(RemoteHandlerException.class)
					.withMessageContaining("The reply cannot be sent");
			}
			assertThat(ask(pair.child(), 3, String.class)).succeedsWithin(SOON).isEqualTo("fine");
		}
	}

	// Time

	@Test
	default void h8HandlerWhenItTakesLongerThanItMayThenRequesterIsToldAndItsAnswerIsDropped() throws Exception {
		AtomicInteger calls = new AtomicInteger();
		try (TakenLog log = new TakenLog();
				Gate gate = new Gate();
				DuctPair pair = served((parent) -> parent.handlerTimeout(SHORT),
						DuctHandler.answering((from, message) -> {
							if (calls.getAndIncrement() == 0) {
								gate.pass();
								message.reply("late");
							}
							return "fine";
						}))) {
			assertThat(ask(pair.child(), 1, String.class)).failsWithin(SOON)
				.withThrowableThat()
				.withCauseInstanceOf(RemoteHandlerException.class)
				.withMessageContaining("longer than its time-out of 200 ms");
			assertThat(log.warnings("the handler takes longer than its time-out")).singleElement()
				.satisfies((line) -> assertThat(line.getThrowableProxy().getStackTraceElementProxyArray())
					.anyMatch((element) -> element.getSTEAsString().contains("Gate.pass")));
			gate.open();
			assertThat(ask(pair.child(), 2, String.class)).succeedsWithin(SOON).isEqualTo("fine");
		}
	}

	@Test
	default void h8DeferredWhenItTakesLongerThanItMayThenRequesterIsToldAndItIsAbandoned() throws Exception {
		LinkedBlockingQueue<Deferred> deferred = new LinkedBlockingQueue<>();
		CountDownLatch abandoned = new CountDownLatch(1);
		try (DuctPair pair = served((parent) -> parent.handlerTimeout(SHORT), DuctHandler.answering((from, message) -> {
			Deferred later = message.deferReply();
			later.onAbandoned(abandoned::countDown);
			deferred.add(later);
			return null;
		}))) {
			assertThat(ask(pair.child(), 1, String.class)).failsWithin(SOON)
				.withThrowableThat()
				.withCauseInstanceOf(RemoteHandlerException.class)
				.withMessageContaining("longer than its time-out");
			assertThat(abandoned.await(5, TimeUnit.SECONDS)).isTrue();
			assertThat(deferred.take().reply("late")).isFalse();
			CompletableFuture<String> next = ask(pair.child(), 2, String.class);
			deferred.take().reply("fine");
			assertThat(next).succeedsWithin(SOON).isEqualTo("fine");
		}
	}

	@Test
	default void h8HandlerWhenItDefersAfterItsTimeThenIsAbandonedAndNothingFails() throws Exception {
		AtomicInteger calls = new AtomicInteger();
		CountDownLatch abandoned = new CountDownLatch(1);
		CompletableFuture<Boolean> late = new CompletableFuture<>();
		try (TakenLog log = new TakenLog();
				Gate gate = new Gate();
				DuctPair pair = served((parent) -> parent.handlerTimeout(SHORT),
						DuctHandler.answering((from, message) -> {
							if (calls.getAndIncrement() == 0) {
								gate.pass();
								Deferred later = message.deferReply();
								later.onAbandoned(abandoned::countDown);
								late.complete(later.reply("late"));
							}
							return "fine";
						}))) {
			assertThat(ask(pair.child(), 1, String.class)).failsWithin(SOON);
			gate.open();
			assertThat(late).succeedsWithin(SOON).isEqualTo(false);
			assertThat(abandoned.await(5, TimeUnit.SECONDS)).isTrue();
			assertThat(ask(pair.child(), 2, String.class)).succeedsWithin(SOON).isEqualTo("fine");
			assertThat(log.warnings("the handler failed")).isEmpty();
		}
	}

	// Bounds

	@Test
	default void h11HandlersWhenAsManyRunAsMayThenOthersWaitAndAllAreAnswered() throws Exception {
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		CountDownLatch gate = new CountDownLatch(1);
		List<MessageDuctChild> children = new ArrayList<>();
		try (MessageDuctParent parent = bound((builder) -> builder.protocol(protocol())
			.accept(Accept.MANY)
			.maxHandlers(3)
			.handler(DuctHandler.answering((from, message) -> {
				most.accumulateAndGet(running.incrementAndGet(), Math::max);
				gate.await();
				running.decrementAndGet();
				return message.as(Object.class);
			})))) {
			List<CompletableFuture<Integer>> answers = new ArrayList<>();
			for (int i = 0; i < 8; i++) {
				MessageDuctChild child = childBuilder().protocol(protocol()).address(parent.listenerAddress()).build();
				children.add(child);
				child.connect();
				answers.add(ask(child, i, Integer.class));
			}
			Awaiting.soon().until(() -> running.get() == 3);
			gate.countDown();
			for (int i = 0; i < 8; i++) {
				assertThat(answers.get(i)).succeedsWithin(SOON).isEqualTo(i);
			}
			assertThat(most).hasValue(3);
		}
		finally {
			children.forEach(MessageDuctChild::close);
		}
	}

	@Test
	default void h11HandlersWhenAConnectionThatWaitsIsClosedThenTheNextTakesItsPlace() throws Exception {
		List<MessageDuctChild> children = new ArrayList<>();
		try (Gate gate = new Gate();
				MessageDuctParent parent = bound((builder) -> builder.protocol(protocol())
					.accept(Accept.MANY)
					.maxHandlers(1)
					.handler(DuctHandler.answering((from, message) -> {
						gate.pass();
						return message.as(Object.class);
					})))) {
			HandlerSwitch handlers = parent.parts().handlerSwitch();
			List<CompletableFuture<Integer>> answers = new ArrayList<>();
			for (int i = 0; i < 3; i++) {
				MessageDuctChild child = childBuilder().protocol(protocol()).address(parent.listenerAddress()).build();
				children.add(child);
				child.connect();
				answers.add(ask(child, i, Integer.class));
				gate.awaitVisitor();
				int number = i;
				Awaiting.soon()
					.until(() -> parent.parts().live().all().size() == number + 1
							&& (number == 0 || handlers.isWaiting(parent.parts().live().all().get(number).serving())));
			}
			CompletableFuture<Void> close = CompletableFuture.runAsync(parent.children().get(1)::close);
			assertThat(answers.get(1)).failsWithin(SOON);
			children.get(1).close();
			assertThat(close).succeedsWithin(SOON);
			gate.open();
			assertThat(answers.get(0)).succeedsWithin(SOON).isEqualTo(0);
			assertThat(answers.get(2)).succeedsWithin(SOON).isEqualTo(2);
		}
		finally {
			children.forEach(MessageDuctChild::close);
		}
	}

	// Deferred answers

	@Test
	default void replyWhenDeferredThenIsGivenByAnyThreadAndOnce() throws Exception {
		LinkedBlockingQueue<Deferred> deferred = new LinkedBlockingQueue<>();
		try (DuctPair pair = served(DuctHandler.answering((from, message) -> {
			Deferred later = message.deferReply();
			assertThatIllegalStateException().isThrownBy(message::deferReply).withMessageContaining("deferred");
			assertThatIllegalStateException().isThrownBy(() -> message.reply(1)).withMessageContaining("deferred");
			deferred.add(later);
			return "not sent";
		}))) {
			CompletableFuture<String> answer = ask(pair.child(), 1, String.class);
			Deferred later = deferred.take();
			assertThat(answer).isNotDone();
			assertThat(later.reply("given")).isTrue();
			assertThat(answer).succeedsWithin(SOON).isEqualTo("given");
			assertThatIllegalStateException().isThrownBy(() -> later.reply("again")).withMessageContaining("once");
			CompletableFuture<String> failed = ask(pair.child(), 2, String.class);
			deferred.take().replyWithError(new DuctProblemException(404, "None"));
			assertThat(failed).failsWithin(SOON)
				.withThrowableThat()
				.withCauseInstanceOf(RemoteHandlerException.class)
				.withMessageContaining("404");
		}
	}

	@Test
	default void replyWhenDeferredByMessagesInARowThenEachRequesterGetsItsOwn() throws Exception {
		List<Runnable> later = Collections.synchronizedList(new ArrayList<>());
		try (DuctPair pair = served(DuctHandler.answering((from, message) -> {
			int number = message.as(Integer.class);
			if (number % 3 != 0) {
				Deferred deferred = message.deferReply();
				later.add(() -> deferred.reply(number));
			}
			return number;
		}))) {
			List<CompletableFuture<Integer>> answers = new ArrayList<>();
			for (int i = 0; i < 15; i++) {
				answers.add(ask(pair.child(), i, Integer.class));
			}
			Awaiting.soon().until(() -> later.size() == 10);
			Collections.shuffle(later);
			later.forEach(Runnable::run);
			for (int i = 0; i < 15; i++) {
				assertThat(answers.get(i)).succeedsWithin(SOON).isEqualTo(i);
			}
		}
	}

	@Test
	default void replyWhenItsHandlerThrowsAfterItWasDeferredThenRequesterIsTold() {
		try (TakenLog log = new TakenLog(); DuctPair pair = served(DuctHandler.answering((from, message) -> {
			message.deferReply();
			throw new IllegalStateException("expected");
		}))) {
			assertThat(ask(pair.child(), 1, String.class)).failsWithin(SOON)
				.withThrowableThat()
				.withCauseInstanceOf(RemoteHandlerException.class);
		}
	}

	@Test
	default void replyWhenDeferredAndTheDuctClosesThenRequesterIsTold() throws Exception {
		CountDownLatch deferred = new CountDownLatch(1);
		try (DuctPair pair = served(DuctHandler.answering((from, message) -> {
			message.deferReply();
			deferred.countDown();
			return null;
		}))) {
			CompletableFuture<String> answer = ask(pair.child(), 1, String.class);
			assertThat(deferred.await(5, TimeUnit.SECONDS)).isTrue();
			pair.parent().beginClosing();
			assertThat(answer).failsWithin(Duration.ofSeconds(5))
				.withThrowableThat()
				.withCauseInstanceOf(RemoteHandlerException.class)
				.withMessageContaining("closed before the answer came");
		}
	}

	@Test
	default void drainWhenAnAnswerIsDeferredThenWaitsForIt() throws Exception {
		LinkedBlockingQueue<Deferred> deferred = new LinkedBlockingQueue<>();
		try (DuctPair pair = served(
				DuctHandler.answering((from, message) -> deferred.add(message.deferReply()) ? null : null))) {
			CompletableFuture<String> answer = ask(pair.child(), 1, String.class);
			Deferred later = deferred.take();
			assertThat(pair.parent().drain(SHORT)).isFalse();
			later.reply("done");
			assertThat(pair.parent().drain(SOON)).isTrue();
			assertThat(answer).succeedsWithin(SOON).isEqualTo("done");
		}
	}

	// Races

	@Test
	default void x6AnswerWhenItComesJustAsItsRequestTimesOutThenHasOneOutcome() {
		try (DuctPair pair = served(DuctHandler.answering((from, message) -> {
			int micros = message.as(Integer.class);
			Deferred later = message.deferReply();
			CompletableFuture.delayedExecutor(micros, TimeUnit.MICROSECONDS).execute(() -> later.reply(micros));
			return null;
		}))) {
			Duration timeout = Duration.ofMillis(2);
			for (int i = 0; i < 200; i++) {
				int micros = 1500 + i * 5;
				CompletableFuture<Integer> answer = (protocol() == Protocol.BARE)
						? pair.child().requestAsync(micros, (Type) Integer.class, timeout)
						: pair.child().requestAsync("ask", micros, (Type) Integer.class, timeout);
				assertThat(answer.handle((value, failure) -> (failure == null) ? value : micros)).succeedsWithin(SOON)
					.isEqualTo(micros);
			}
			DuctStatistics statistics = pair.child().statistics();
			assertThat(statistics.requests(RequestOutcome.SUCCESS) + statistics.requests(RequestOutcome.TIMEOUT)
					+ statistics.requestsRefused())
				.isEqualTo(200);
		}
	}

}
