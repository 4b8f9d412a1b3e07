package io.ductworks.spring.listener;

import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.DuctProblemException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.message.DuctMessage;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.spring.DuctSetupException;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import io.ductworks.spring.boot.autoconfigure.DuctworksAutoConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith({ NothingLeftBehind.class, OutputCaptureExtension.class })
@Timeout(60)
class ListenerRetryTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	private final ApplicationContextRunner bare = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class, JacksonAutoConfiguration.class))
		.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress(),
				"ductworks.defaults.listener.retry.max-retries=2", "ductworks.defaults.listener.retry.delay=1ms");

	private final ApplicationContextRunner rpc = this.bare
		.withPropertyValues("ductworks.parent.orders.protocol=json-rpc");

	private static void assertFails(MessageDuctChild child, String method, int status) {
		assertThatExceptionOfType(RemoteHandlerException.class)
			.isThrownBy(() -> child.request(method, "tea", Object.class))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(status));
	}

	@Test
	void methodWhenItFailsTwiceThenTheThirdAttemptAnswers() {
		this.bare.withUserConfiguration(Failing.class).run((context) -> {
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertThat(child.request(2, String.class)).isEqualTo("attempt 3");
				assertThat(context.getBean(Failing.class).attempts).hasValue(3);
			}
		});
	}

	@Test
	void methodWhenItFailsEachTimeThenTheRequesterIsToldOfTheLastFailure(CapturedOutput output) {
		this.bare.withUserConfiguration(Failing.class).run((context) -> {
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertThatExceptionOfType(RemoteHandlerException.class).isThrownBy(() -> child.request(9, String.class))
					.satisfies((ex) -> assertThat(ex.status()).isEqualTo(500));
				assertThat(context.getBean(Failing.class).attempts).hasValue(3);
				Peers.eventually().until(() -> output.getAll().contains("failed 3"));
				assertThat(output.getAll()).doesNotContain("failed 1", "failed 2");
			}
		});
	}

	@Test
	void methodWhenRetriesAreNotConfiguredThenIsTriedOnce() {
		this.bare.withPropertyValues("ductworks.parent.orders.listener.retry.max-retries=0")
			.withUserConfiguration(Failing.class)
			.run((context) -> {
				try (MessageDuctChild child = Peers.childOf(context, "orders")) {
					assertThatExceptionOfType(RemoteHandlerException.class)
						.isThrownBy(() -> child.request(1, String.class));
					assertThat(context.getBean(Failing.class).attempts).hasValue(1);
				}
			});
	}

	@Test
	void notificationWhenItsListenerFailsThenIsTriedAgain() {
		this.rpc.withUserConfiguration(Calls.class).run((context) -> {
			Calls calls = context.getBean(Calls.class);
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				child.send("fails", null);
				Peers.eventually().until(() -> calls.attempts.get() == 3);
			}
		});
	}

	@ParameterizedTest
	@CsvSource({ "problem, 409", "http, 404", "unreadable, 400" })
	void failureWhenItIsMeantThenIsNotTriedAgain(String method, int status) {
		this.rpc.withUserConfiguration(Calls.class).run((context) -> {
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				assertFails(child, method, status);
				assertThat(context.getBean(Calls.class).attempts).hasValue(1);
			}
		});
	}

	@Test
	void problemWhenItIsOfAServerThenIsTriedAgain() {
		this.rpc.withUserConfiguration(Calls.class).run((context) -> {
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				assertFails(child, "busy", 503);
				assertThat(context.getBean(Calls.class).attempts).hasValue(3);
			}
		});
	}

	@Test
	void messageWhenItCannotBeReadThenIsRejectedAtOnce() {
		this.rpc.withUserConfiguration(Calls.class).run((context) -> {
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				assertThatExceptionOfType(RemoteHandlerException.class)
					.isThrownBy(() -> child.request("number", Map.of("n", "x"), Object.class))
					.satisfies((ex) -> assertThat(ex.code()).isEqualTo(-32602));
				assertThat(context.getBean(Calls.class).attempts).hasValue(0);
			}
		});
	}

	@Test
	void futureWhenItFailsThenIsNotTriedAgain() {
		this.rpc.withUserConfiguration(Calls.class).run((context) -> {
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				assertFails(child, "future", 500);
				assertThat(context.getBean(Calls.class).attempts).hasValue(1);
			}
		});
	}

	@Test
	void errorWhenItIsThrownThenIsNotTriedAgain() {
		this.rpc.withUserConfiguration(Calls.class).run((context) -> {
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				assertFails(child, "error", 500);
				assertThat(context.getBean(Calls.class).attempts).hasValue(1);
			}
		});
	}

	@Test
	void requestWhenItWasCancelledThenIsNotTriedAgain() {
		CountDownLatch ended = new CountDownLatch(1);
		this.rpc.withUserConfiguration(Gated.class).withBean(DuctListenerInterceptor.class, () -> (invocation) -> {
			if ("wait".equals(invocation.message().method())) {
				invocation.onEnded((outcome, failure) -> ended.countDown());
			}
			return invocation.proceed();
		}).run((context) -> {
			Gated gated = context.getBean(Gated.class);
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				CompletableFuture<Object> answer = child.requestAsync("wait", null, Object.class);
				assertThat(gated.begun.await(10, TimeUnit.SECONDS)).isTrue();
				assertThat(gated.awaited).containsExactly(true);
				answer.cancel(true);
				// Cancels are taken in order.
				child.request("look", null, Object.class);
				gated.gate.countDown();
				assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
			}
			assertThat(gated.awaited).containsExactly(true);
		});
	}

	@Test
	void interceptorsWhenAttemptsFailThenInnerOnesSeeEachAndOuterOnesTheLast() {
		Queue<String> told = new ConcurrentLinkedQueue<>();
		this.bare.withUserConfiguration(Failing.class)
			.withBean("inner", DuctListenerInterceptor.class, () -> (invocation) -> {
				told.add("inner");
				return invocation.proceed();
			})
			.withBean("outer", Outer.class, () -> new Outer(told))
			.run((context) -> {
				try (MessageDuctChild child = Peers.childOf(context, "orders")) {
					assertThat(child.request(1, String.class)).isEqualTo("attempt 2");
					assertThat(told).containsExactly("outer", "inner", "inner");
				}
			});
	}

	// Recovering

	@Test
	void recovererWhenTheLastAttemptFailedThenAnswers() {
		this.bare.withUserConfiguration(Failing.class)
			.withBean(DuctRecoverer.class,
					() -> (listener, message, failure) -> listener.id() + " " + message.as(Integer.class) + " "
							+ failure.getMessage())
			.run((context) -> {
				try (MessageDuctChild child = Peers.childOf(context, "orders")) {
					assertThat(child.request(9, String.class)).isEqualTo("Failing.take 9 failed 3");
				}
			});
	}

	@Test
	void h10RecovererWhenItThrowsThenThatIsTheFailure() {
		this.bare.withUserConfiguration(Failing.class)
			.withBean(DuctRecoverer.class, () -> (listener, message, failure) -> {
				throw new DuctProblemException(503, "Later, please");
			})
			.run((context) -> {
				try (MessageDuctChild child = Peers.childOf(context, "orders")) {
					assertThatExceptionOfType(RemoteHandlerException.class)
						.isThrownBy(() -> child.request(9, String.class))
						.satisfies((ex) -> assertThat(ex.title()).isEqualTo("Later, please"));
				}
			});
	}

	@Test
	void recovererWhenAFutureFailsThenAnswersToo() {
		this.rpc.withUserConfiguration(Calls.class)
			.withBean(DuctRecoverer.class, () -> (listener, message, failure) -> "instead of " + failure.getMessage())
			.run((context) -> {
				Calls calls = context.getBean(Calls.class);
				try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
					assertThat(child.request("future", null, String.class)).isEqualTo("instead of at once");
					CompletableFuture<String> answer = child.requestAsync("later", null, String.class);
					Peers.eventually().until(() -> calls.attempts.get() == 2);
					calls.later.completeExceptionally(new IllegalStateException("later"));
					assertThat(answer).succeedsWithin(SOON).isEqualTo("instead of later");
				}
			});
	}

	@ParameterizedTest
	@CsvSource({ "problem, 409", "http, 404", "unreadable, 400" })
	void recovererWhenTheFailureIsMeantThenIsNotAsked(String method, int status) {
		this.rpc.withUserConfiguration(Calls.class)
			.withBean(DuctRecoverer.class, () -> (listener, message, failure) -> "recovered")
			.run((context) -> {
				try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
					assertFails(child, method, status);
				}
			});
	}

	// Settings

	@ParameterizedTest
	@ValueSource(strings = { "max-retries=-1", "delay=-1ms", "jitter=-1ms", "multiplier=0.5", "max-delay=0s" })
	void settingWhenItIsWrongThenTheStartFailsWithItsProperty(String setting) {
		this.bare.withPropertyValues("ductworks.parent.orders.listener.retry." + setting)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(DuctSetupException.class)
				.hasMessageContaining("ductworks.parent.orders.listener.retry." + setting.split("=")[0]));
	}

	@Test
	void settingWhenNothingIsTriedAgainThenHasNoEffectAndTheStartFails() {
		this.bare
			.withPropertyValues("ductworks.parent.orders.listener.retry.max-retries=0",
					"ductworks.parent.orders.listener.retry.max-delay=1s")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(DuctSetupException.class)
				.hasMessageContaining("ductworks.parent.orders.listener.retry.max-delay"));
	}

	@Test
	void settingsWhenAllAreSetThenRetriesPauseByThem() {
		this.bare.withPropertyValues("ductworks.parent.orders.listener.retry.max-retries=4",
				"ductworks.parent.orders.listener.retry.delay=2ms", "ductworks.parent.orders.listener.retry.jitter=1ms",
				"ductworks.parent.orders.listener.retry.multiplier=3",
				"ductworks.parent.orders.listener.retry.max-delay=5ms")
			.withUserConfiguration(Failing.class)
			.run((context) -> {
				try (MessageDuctChild child = Peers.childOf(context, "orders")) {
					assertThat(child.request(4, String.class)).isEqualTo("attempt 5");
				}
			});
	}

	static class Failing {

		private final AtomicInteger attempts = new AtomicInteger();

		@DuctListener("orders")
		String take(int failures) {
			int attempt = this.attempts.incrementAndGet();
			if (attempt <= failures) {
				throw new IllegalStateException("failed " + attempt);
			}
			return "attempt " + attempt;
		}

	}

	@DuctListener("orders")
	static class Calls {

		private final AtomicInteger attempts = new AtomicInteger();

		private final CompletableFuture<String> later = new CompletableFuture<>();

		@DuctListener(method = "fails")
		void fails() {
			this.attempts.incrementAndGet();
			throw new IllegalStateException("on purpose");
		}

		@DuctListener(method = "problem")
		void problem() {
			this.attempts.incrementAndGet();
			throw new DuctProblemException(409, "Taken");
		}

		@DuctListener(method = "busy")
		void busy() {
			this.attempts.incrementAndGet();
			throw new DuctProblemException(503, "Busy");
		}

		@DuctListener(method = "http")
		void http() {
			this.attempts.incrementAndGet();
			throw new ResponseStatusException(HttpStatus.NOT_FOUND);
		}

		@DuctListener(method = "unreadable")
		int unreadable(DuctMessage message) {
			this.attempts.incrementAndGet();
			return message.as(int[].class).length;
		}

		@DuctListener(method = "number")
		void number(int n) {
			this.attempts.incrementAndGet();
		}

		@DuctListener(method = "future")
		CompletableFuture<String> future() {
			this.attempts.incrementAndGet();
			return CompletableFuture.failedFuture(new IllegalStateException("at once"));
		}

		@DuctListener(method = "later")
		CompletableFuture<String> later() {
			this.attempts.incrementAndGet();
			return this.later;
		}

		@DuctListener(method = "error")
		void error() {
			this.attempts.incrementAndGet();
			throw new AssertionError("on purpose");
		}

	}

	@DuctListener("orders")
	static class Gated {

		private final CountDownLatch begun = new CountDownLatch(1);

		private final CountDownLatch gate = new CountDownLatch(1);

		private final Queue<Boolean> awaited = new ConcurrentLinkedQueue<>();

		@DuctListener(method = "wait")
		void take(DuctMessage message) throws InterruptedException {
			this.awaited.add(message.isAwaited());
			this.begun.countDown();
			this.gate.await();
			throw new IllegalStateException("on purpose");
		}

		@DuctListener(method = "look")
		void look() {
		}

	}

	static class Outer implements DuctListenerInterceptor, Ordered {

		private final Queue<String> told;

		Outer(Queue<String> told) {
			this.told = told;
		}

		@Override
		public @Nullable Object around(ListenerInvocation invocation) throws Exception {
			this.told.add("outer");
			return invocation.proceed();
		}

		@Override
		public int getOrder() {
			return FAILURE_HANDLING_ORDER - 1;
		}

	}

}
