package io.ductworks.spring.listener;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.ductworks.DuctProblemException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.spring.DuctBuilderCustomizer;
import io.ductworks.spring.DuctSetupException;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import io.ductworks.spring.boot.autoconfigure.DuctworksAutoConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.type.TypeReference;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.web.server.ResponseStatusException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Results that are not there when the method returns.
 */
@ExtendWith({ NothingLeftBehind.class, OutputCaptureExtension.class })
@Timeout(60)
class LaterAnswerTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	private static final Type SHAPES = new TypeReference<List<Shape>>() {
	}.getType();

	private final ApplicationContextRunner bare = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class, JacksonAutoConfiguration.class))
		.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress());

	private final ApplicationContextRunner rpc = this.bare
		.withPropertyValues("ductworks.parent.orders.protocol=json-rpc");

	private final Outcomes outcomes = new Outcomes();

	private static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
		T element = queue.poll(10, TimeUnit.SECONDS);
		assertThat(element).isNotNull();
		return element;
	}

	private static void assertFails(CompletableFuture<?> answer, int status, String title) {
		assertThat(answer).failsWithin(SOON)
			.withThrowableThat()
			.havingCause()
			.isInstanceOfSatisfying(RemoteHandlerException.class, (ex) -> {
				assertThat(ex.status()).isEqualTo(status);
				assertThat(ex.title()).isEqualTo(title);
			});
	}

	// JSON-RPC

	@Test
	void futureWhenItIsCompletedLaterThenIsTheAnswerAndOthersGoOn() {
		this.rpc.withUserConfiguration(Futures.class).run((context) -> {
			Futures futures = context.getBean(Futures.class);
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				CompletableFuture<String> first = child.requestAsync("wait", null, String.class);
				CompletableFuture<String> asked = take(futures.asked);
				CompletableFuture<String> second = child.requestAsync("wait", null, String.class);
				take(futures.asked).complete("second");
				assertThat(second).succeedsWithin(SOON).isEqualTo("second");
				assertThat(first).isNotDone();
				asked.complete("first");
				assertThat(first).succeedsWithin(SOON).isEqualTo("first");
			}
		});
	}

	@Test
	void futureWhenItFailsThenIsAnsweredAndLoggedLikeAMethodThatThrows(CapturedOutput output) {
		this.rpc.withUserConfiguration(Futures.class).run((context) -> {
			Futures futures = context.getBean(Futures.class);
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				CompletableFuture<String> answer = child.requestAsync("wait", null, String.class);
				take(futures.asked).completeExceptionally(new IllegalStateException("a secret"));
				assertFails(answer, 500, "The listener failed");

				answer = child.requestAsync("wait", null, String.class);
				take(futures.asked).completeExceptionally(new DuctProblemException(409, "Taken"));
				assertFails(answer, 409, "Taken");

				answer = child.requestAsync("derived", null, String.class);
				take(futures.asked).completeExceptionally(new ResponseStatusException(HttpStatus.NOT_FOUND));
				assertFails(answer, 404, "Not Found");
			}
		});
		assertThat(output).contains("java.lang.IllegalStateException: a secret").contains("409 Taken");
	}

	@Test
	void futureWhenItIsDoneOrFailedAlreadyThenIsAnsweredAtOnce() {
		this.rpc.withUserConfiguration(Futures.class).run((context) -> {
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				assertThat(child.request("done", "tea", String.class)).isEqualTo("tea");
				assertFails(child.requestAsync("failed", 409, String.class), 409, "Failed already");
			}
		});
	}

	@Test
	void h9FutureWhenItsResultCannotBeSentThenTheRequesterIsTold() {
		this.rpc.withUserConfiguration(Futures.class)
			.withPropertyValues("ductworks.parent.orders.max-frame-size=2KB")
			.withBean(Outcomes.class, () -> this.outcomes)
			.run((context) -> {
				Futures futures = context.getBean(Futures.class);
				try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
					CompletableFuture<String> answer = child.requestAsync("wait", null, String.class);
					take(futures.asked).complete("x".repeat(5000));
					assertFails(answer, 500, "The reply cannot be sent");
				}
			});
		assertThat(this.outcomes.told).containsExactly("Futures.take UNREPLIED");
	}

	@Test
	void futureWhenTheRequesterCancelsThenIsCancelled() {
		this.rpc.withUserConfiguration(Futures.class).withBean(Outcomes.class, () -> this.outcomes).run((context) -> {
			Futures futures = context.getBean(Futures.class);
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				CompletableFuture<String> answer = child.requestAsync("wait", null, String.class);
				CompletableFuture<String> asked = take(futures.asked);
				answer.cancel(true);
				Peers.eventually().until(asked::isCancelled);
				Peers.eventually().until(() -> this.outcomes.told.contains("Futures.take UNREPLIED"));
			}
		});
	}

	@Test
	void futureWhenTheDuctClosesThenIsCancelled() throws Exception {
		Futures futures;
		CompletableFuture<String> asked;
		try (ConfigurableApplicationContext context = Peers
			.start(new String[] { "ductworks.parent.orders.address=" + Peers.freshAddress(),
					"ductworks.parent.orders.protocol=json-rpc", "ductworks.drain-timeout=10ms" }, Futures.class);
				MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
			futures = context.getBean(Futures.class);
			CompletableFuture<String> answer = child.requestAsync("wait", null, String.class);
			asked = take(futures.asked);
			context.close();
			Peers.eventually().until(asked::isCancelled);
			assertFails(answer, 500, "The duct was closed before the answer came");
		}
	}

	@Test
	void monoWhenReactorIsThereThenIsSubscribedToAndCancelled() {
		this.rpc.withUserConfiguration(Monos.class).run((context) -> {
			Monos monos = context.getBean(Monos.class);
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				assertThat(child.request("later", "tea", String.class)).isEqualTo("tea");
				assertThat(child.request("empty", null, Object.class)).isNull();
				assertFails(child.requestAsync("fail", null, String.class), 409, "Taken");
				CompletableFuture<Object> never = child.requestAsync("never", null, Object.class);
				assertThat(monos.subscribed.await(10, TimeUnit.SECONDS)).isTrue();
				never.cancel(true);
				assertThat(monos.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
			}
		});
	}

	@Test
	void notificationWhenItsListenerGivesAFutureThenTheNextOneWaitsForIt() {
		this.rpc.withUserConfiguration(Futures.class).withBean(Outcomes.class, () -> this.outcomes).run((context) -> {
			Futures futures = context.getBean(Futures.class);
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				child.send("wait", null);
				CompletableFuture<String> first = take(futures.asked);
				child.send("wait", null);
				assertThat(futures.asked.poll(100, TimeUnit.MILLISECONDS)).isNull();
				first.complete("first");
				take(futures.asked).completeExceptionally(new DuctProblemException(409, "Taken"));
				Peers.eventually()
					.untilAsserted(() -> assertThat(this.outcomes.told).containsExactly("Futures.take SUCCESS",
							"Futures.take ERROR"));
				assertThat(child.statistics().messagesReceived()).isZero();
			}
		});
	}

	@Test
	void interceptorWhenTheAnswerComesLaterThenIsToldOfAllTheTime() {
		this.rpc.withUserConfiguration(Futures.class).withBean(Outcomes.class, () -> this.outcomes).run((context) -> {
			Futures futures = context.getBean(Futures.class);
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				CompletableFuture<String> answer = child.requestAsync("wait", null, String.class);
				CompletableFuture<String> asked = take(futures.asked);
				long began = System.nanoTime();
				assertThat(answer).failsWithin(Duration.ofMillis(50));
				assertThat(this.outcomes.told).isEmpty();
				long waited = System.nanoTime() - began;
				asked.complete("tea");
				assertThat(answer).succeedsWithin(SOON);
				Peers.eventually().until(() -> !this.outcomes.told.isEmpty());
				assertThat(this.outcomes.told).containsExactly("Futures.take SUCCESS");
				assertThat(this.outcomes.nanos.remove()).isGreaterThanOrEqualTo(waited);
			}
		});
	}

	@Test
	void resultWhenItComesAfterTheHandlerTimeoutThenIsDroppedAndAFutureCancelled() {
		this.rpc.withUserConfiguration(Slow.class)
			.withBean(Outcomes.class, () -> this.outcomes)
			.withBean(DuctBuilderCustomizer.class,
					() -> (name, builder) -> builder.handlerTimeout(Duration.ofMillis(50)))
			.run((context) -> {
				Slow slow = context.getBean(Slow.class);
				try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
					assertThat(child.requestAsync("value", null, String.class)).failsWithin(SOON);
					assertThat(child.requestAsync("future", null, String.class)).failsWithin(SOON);
					slow.gate.countDown();
					Peers.eventually().until(slow.future::isCancelled);
					Peers.eventually()
						.untilAsserted(() -> assertThat(this.outcomes.told)
							.containsExactlyInAnyOrder("Slow.value UNREPLIED", "Slow.future UNREPLIED"));
				}
			});
	}

	// Bare ducts

	@Test
	void bareFutureWhenCompletedOutOfOrderThenAnswersKeepTheirOrder() {
		this.bare.withUserConfiguration(BareFutures.class).run((context) -> {
			BareFutures futures = context.getBean(BareFutures.class);
			try (MessageDuctChild child = Peers.childOf(context.getBean(MessageDuctParent.class),
					(settings) -> settings.pipelining(true))) {
				CompletableFuture<String> first = child.requestAsync(1, String.class);
				CompletableFuture<String> second = child.requestAsync(2, String.class);
				CompletableFuture<String> asked = take(futures.asked);
				take(futures.asked).complete("second");
				asked.complete("first");
				assertThat(first).succeedsWithin(SOON).isEqualTo("first");
				assertThat(second).succeedsWithin(SOON).isEqualTo("second");
			}
		});
	}

	@Test
	void bareFutureWhenItGivesNothingThenNothingIsAnswered() {
		this.bare.withUserConfiguration(Nothing.class).run((context) -> {
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				child.send("tea");
				child.send("last");
				assertThat(child.recv(String.class)).isEqualTo("seen tea, last");
			}
		});
	}

	@Test
	void b2FutureWhenItsResultIsAListOfAnInterfaceThenItsElementsAreWrittenAsThat() {
		this.bare.withUserConfiguration(Lists.class).run((context) -> {
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertThat(child.<List<Shape>>request("later", SHAPES, SOON)).isEqualTo(List.of(new Circle(1)));
			}
		});
	}

	@Test
	void asyncMethodWhenItGivesAFutureThenIsAnswered() {
		this.rpc.withUserConfiguration(AsyncFuture.class).run((context) -> {
			assertThat(context).hasNotFailed();
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				assertThat(child.request("look", "tea", String.class)).isEqualTo("tea");
			}
		});
	}

	// What cannot work

	@ParameterizedTest
	@ValueSource(classes = { Many.class, Blocking.class, Entities.class, Nested.class })
	void b4ListenerWhenItsResultIsNoOneValueThenTheStartFails(Class<?> listener) {
		List<DuctSetupException> failures = new ArrayList<>();
		this.rpc.withUserConfiguration(listener)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOfSatisfying(DuctSetupException.class, failures::add));
		assertThat(failures).singleElement()
			.satisfies((failure) -> assertThat(failure.description()).contains(listener.getSimpleName() + ".take",
					"returns a "))
			.satisfies((failure) -> assertThat(failure.action()).startsWith("Return "));
	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
	@JsonSubTypes(@JsonSubTypes.Type(value = Circle.class, name = "circle"))
	sealed interface Shape permits Circle {

	}

	record Circle(int radius) implements Shape {
	}

	static class Outcomes implements DuctListenerInterceptor {

		private final Queue<String> told = new ConcurrentLinkedQueue<>();

		private final Queue<Long> nanos = new ConcurrentLinkedQueue<>();

		@Override
		public @Nullable Object around(ListenerInvocation invocation) throws Exception {
			long began = System.nanoTime();
			invocation.onEnded((outcome, failure) -> {
				this.nanos.add(System.nanoTime() - began);
				this.told.add(invocation.listener().id() + " " + outcome);
			});
			return invocation.proceed();
		}

	}

	@DuctListener("orders")
	static class Futures {

		private final BlockingQueue<CompletableFuture<String>> asked = new LinkedBlockingQueue<>();

		@DuctListener(method = "wait")
		CompletableFuture<String> take() {
			CompletableFuture<String> future = new CompletableFuture<>();
			this.asked.add(future);
			return future;
		}

		@DuctListener(method = "derived")
		CompletionStage<String> derived() {
			return take().thenApply(String::strip);
		}

		@DuctListener(method = "done")
		CompletableFuture<String> done(String text) {
			return CompletableFuture.completedFuture(text);
		}

		@DuctListener(method = "failed")
		CompletableFuture<String> failed(int status) {
			return CompletableFuture.failedFuture(new DuctProblemException(status, "Failed already"));
		}

	}

	@DuctListener("orders")
	static class Monos {

		private final CountDownLatch subscribed = new CountDownLatch(1);

		private final CountDownLatch cancelled = new CountDownLatch(1);

		@DuctListener(method = "later")
		Mono<String> later(String text) {
			return Mono.fromFuture(() -> CompletableFuture.supplyAsync(() -> text));
		}

		@DuctListener(method = "empty")
		Mono<Void> empty() {
			return Mono.empty();
		}

		@DuctListener(method = "fail")
		Mono<String> fail() {
			return Mono.error(() -> new DuctProblemException(409, "Taken"));
		}

		@DuctListener(method = "never")
		Mono<Object> never() {
			return Mono.never()
				.doOnSubscribe((subscription) -> this.subscribed.countDown())
				.doOnCancel(this.cancelled::countDown);
		}

	}

	@DuctListener("orders")
	static class Slow {

		private final CountDownLatch gate = new CountDownLatch(1);

		private final CompletableFuture<String> future = new CompletableFuture<>();

		@DuctListener(method = "value")
		String value() throws InterruptedException {
			this.gate.await(10, TimeUnit.SECONDS);
			return "late";
		}

		@DuctListener(method = "future")
		CompletableFuture<String> future() throws InterruptedException {
			this.gate.await(10, TimeUnit.SECONDS);
			return this.future;
		}

	}

	static class BareFutures {

		private final BlockingQueue<CompletableFuture<String>> asked = new LinkedBlockingQueue<>();

		@DuctListener("orders")
		CompletableFuture<String> take(int number) {
			CompletableFuture<String> future = new CompletableFuture<>();
			this.asked.add(future);
			return future;
		}

	}

	static class Nothing {

		private final List<String> seen = new ArrayList<>();

		@DuctListener("orders")
		CompletableFuture<Void> take(String text, MessageDuct from) {
			this.seen.add(text);
			if (text.equals("last")) {
				from.send("seen " + String.join(", ", this.seen));
			}
			return CompletableFuture.runAsync(() -> {
			});
		}

	}

	static class Lists {

		@DuctListener("orders")
		CompletableFuture<List<Shape>> take(String text) {
			return CompletableFuture.supplyAsync(() -> List.of(new Circle(1)));
		}

	}

	@EnableAsync(proxyTargetClass = true)
	static class AsyncFuture {

		@Async
		@DuctListener("orders")
		CompletableFuture<String> take(String text) {
			return CompletableFuture.completedFuture(text);
		}

	}

	static class Many {

		@DuctListener("orders")
		Flux<String> take(String text) {
			return Flux.just(text);
		}

	}

	static class Blocking {

		@DuctListener("orders")
		Future<String> take(String text) {
			return CompletableFuture.completedFuture(text);
		}

	}

	static class Entities {

		@DuctListener("orders")
		Mono<ResponseEntity<String>> take(String text) {
			return Mono.just(ResponseEntity.ok(text));
		}

	}

	static class Nested {

		@DuctListener("orders")
		CompletableFuture<Mono<String>> take(String text) {
			return CompletableFuture.completedFuture(Mono.just(text));
		}

	}

}
