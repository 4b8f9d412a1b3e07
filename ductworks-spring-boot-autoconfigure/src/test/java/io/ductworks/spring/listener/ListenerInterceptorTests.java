package io.ductworks.spring.listener;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.DuctProblemException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import io.ductworks.spring.boot.autoconfigure.DuctworksAutoConfiguration;
import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotBlank;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(NothingLeftBehind.class)
@Timeout(60)
class ListenerInterceptorTests {

	private static final ThreadLocal<String> BOUND = new ThreadLocal<>();

	private final ApplicationContextRunner bare = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class, JacksonAutoConfiguration.class,
				ValidationAutoConfiguration.class))
		.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress());

	private final ApplicationContextRunner rpc = this.bare
		.withPropertyValues("ductworks.parent.orders.protocol=json-rpc");

	private final Queue<String> told = new ConcurrentLinkedQueue<>();

	private DuctListenerInterceptor telling(String name) {
		return (invocation) -> {
			this.told.add(name + " before");
			invocation.onEnded((outcome, failure) -> this.told.add(name + " " + outcome + " " + failure));
			try {
				return invocation.proceed();
			}
			finally {
				this.told.add(name + " after");
			}
		};
	}

	private ApplicationContextRunner with(ApplicationContextRunner runner, DuctListenerInterceptor interceptor) {
		return runner.withBean(DuctListenerInterceptor.class, () -> interceptor);
	}

	@Test
	void interceptorsWhenThereAreSeveralThenStandInTheirOrder(@TempDir Path directory) {
		this.bare.withPropertyValues("ductworks.parent.orders.address=unix:" + directory.resolve("o.sock"))
			.withUserConfiguration(Plain.class, Ordered.class)
			.run((context) -> {
				Ordered ordered = context.getBean(Ordered.class);
				try (MessageDuctChild child = Peers.childOf(context, "orders")) {
					assertThat(child.request("tea", String.class)).isEqualTo("tea, second, first");
				}
				assertThat(ordered.registered).containsExactly("Plain.take");
			});
	}

	@Test
	void interceptorWhenItAnswersThenTheMethodIsNotCalled() {
		with(this.bare, (invocation) -> "instead of " + invocation.message().as(String.class))
			.withUserConfiguration(Plain.class)
			.run((context) -> {
				try (MessageDuctChild child = Peers.childOf(context, "orders")) {
					assertThat(child.request("fail", String.class)).isEqualTo("instead of fail");
				}
			});
	}

	@Test
	void interceptorWhenItAnswersLaterThenIsAnsweredThen() {
		with(this.rpc, (invocation) -> {
			Object result = invocation.proceed();
			return CompletableFuture.supplyAsync(() -> result + " later");
		}).withUserConfiguration(Calls.class).run((context) -> {
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				assertThat(child.request("value", null, String.class)).isEqualTo("value later");
			}
		});
	}

	@Test
	void interceptorWhenItThrowsThenTheRequesterIsTold() {
		with(this.bare, (invocation) -> {
			throw new DuctProblemException(429, "Too much from " + invocation.connection().name(), null,
					Map.of("listener", invocation.listener().id()));
		}).withUserConfiguration(Plain.class).run((context) -> {
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertThatExceptionOfType(RemoteHandlerException.class)
					.isThrownBy(() -> child.request("tea", String.class))
					.satisfies((ex) -> assertThat(ex.status()).isEqualTo(429))
					.satisfies((ex) -> assertThat(ex.properties()).containsEntry("listener", "Plain.take"));
			}
		});
	}

	@Test
	void interceptorWhenItProceedsTwiceThenAllIsDoneTwice() {
		with(this.bare, (invocation) -> {
			Object first = invocation.proceed();
			return first + " and " + invocation.proceed();
		}).withUserConfiguration(Counting.class).run((context) -> {
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertThat(child.request("tea", String.class)).isEqualTo("tea 1 and tea 2");
			}
		});
	}

	@Test
	void threadWhenAnInterceptorBindsToItThenIsBoundForDecodingValidationAndTheMethod() {
		with(this.rpc, (invocation) -> {
			BOUND.set("bound");
			try {
				return invocation.proceed();
			}
			finally {
				BOUND.remove();
			}
		}).withUserConfiguration(Bound.class).run((context) -> {
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				assertThat(child.request("look", new Payload("tea"), String.class)).isEqualTo("bound bound bound");
				assertThat(child.request("later", null, String.class)).isEqualTo("bound");
			}
		});
	}

	@Test
	void endWhenTheMethodFailsThenHasTheFailure() {
		with(this.bare, telling("it")).withUserConfiguration(Plain.class).run((context) -> {
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertThatExceptionOfType(RemoteHandlerException.class)
					.isThrownBy(() -> child.request("fail", String.class));
				assertTold("it before", "it after", "it ERROR java.lang.IllegalStateException: on purpose");
			}
		});
	}

	@Test
	void endWhenTheMessageIsNotValidThenIsRejected() {
		with(this.rpc, telling("it")).withUserConfiguration(Calls.class).run((context) -> {
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				assertThatExceptionOfType(RemoteHandlerException.class)
					.isThrownBy(() -> child.request("valid", Map.of("text", ""), String.class))
					.satisfies((ex) -> assertThat(ex.code()).isEqualTo(-32602));
				Peers.eventually().until(() -> this.told.size() == 3);
				assertThat(List.copyOf(this.told).get(2)).startsWith("it REJECTED ").endsWith("text must not be blank");
			}
		});
	}

	@Test
	void endWhenTheResultComesLaterThenIsToldThen() {
		with(this.rpc, telling("it")).withUserConfiguration(Calls.class).run((context) -> {
			Calls calls = context.getBean(Calls.class);
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				CompletableFuture<String> answer = child.requestAsync("later", null, String.class);
				assertTold("it before", "it after");
				calls.later.completeExceptionally(new IllegalStateException("on purpose"));
				assertThat(answer).failsWithin(Duration.ofSeconds(10));
				assertTold("it before", "it after", "it ERROR java.lang.IllegalStateException: on purpose");
			}
		});
	}

	@Test
	void endWhenTheAnswerCannotBeSentThenHasWhatItFailedWith() {
		with(this.rpc, telling("it")).withUserConfiguration(Calls.class).run((context) -> {
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				assertThatExceptionOfType(RemoteHandlerException.class)
					.isThrownBy(() -> child.request("unsendable", null, String.class))
					.satisfies((ex) -> assertThat(ex.title()).isEqualTo("The reply cannot be sent"));
				Peers.eventually().until(() -> this.told.size() == 3);
				assertThat(List.copyOf(this.told).get(2)).startsWith("it UNREPLIED io.ductworks.MessageCodecException");
			}
		});
	}

	@Test
	void endWhenAnInterceptorFailsWhenToldThenTheOthersAreToldAllTheSame() {
		with(this.bare, telling("it")).withBean("failing", DuctListenerInterceptor.class, () -> (invocation) -> {
			invocation.onEnded((outcome, failure) -> {
				throw new IllegalStateException("on purpose");
			});
			return invocation.proceed();
		}).withUserConfiguration(Plain.class).run((context) -> {
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertThat(child.request("tea", String.class)).isEqualTo("tea");
				assertTold("it before", "it after", "it SUCCESS null");
			}
		});
	}

	@Test
	void failureWhenItIsHandledThenOuterInterceptorsSeeTheAnswerAndInnerOnesTheFailure() {
		this.bare.withUserConfiguration(Handling.class, Around.class).run((context) -> {
			Around around = context.getBean(Around.class);
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertThat(child.request("fail", String.class)).isEqualTo("handled bound");
				Peers.eventually().until(() -> around.told.size() == 3);
				assertThat(around.told).containsExactly("inner java.lang.IllegalStateException: on purpose",
						"outer handled bound", "ended SUCCESS null");
			}
		});
	}

	@Test
	void failureWhenAnInterceptorAroundItsHandlingThrowsItThenIsHandledOnce() {
		this.bare.withUserConfiguration(Rethrowing.class, Around.class).run((context) -> {
			Rethrowing rethrowing = context.getBean(Rethrowing.class);
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertThatExceptionOfType(RemoteHandlerException.class)
					.isThrownBy(() -> child.request("fail", String.class));
				assertThat(rethrowing.handled).hasValue(1);
			}
		});
	}

	private void assertTold(String... expected) {
		Peers.eventually().untilAsserted(() -> assertThat(this.told).containsExactly(expected));
	}

	record Payload(String text) {
	}

	static class Plain {

		@DuctListener("orders")
		String take(String text) {
			if (text.equals("fail")) {
				throw new IllegalStateException("on purpose");
			}
			return text;
		}

	}

	static class Counting {

		private final AtomicInteger count = new AtomicInteger();

		@DuctListener("orders")
		String take(String text) {
			return text + " " + this.count.incrementAndGet();
		}

	}

	@DuctListener("orders")
	static class Calls {

		private final CompletableFuture<String> later = new CompletableFuture<>();

		@DuctListener(method = "value")
		String value() {
			return "value";
		}

		@DuctListener(method = "valid")
		String valid(@NotBlank String text) {
			return text;
		}

		@DuctListener(method = "later")
		CompletableFuture<String> later() {
			return this.later;
		}

		@DuctListener(method = "unsendable")
		Object unsendable() {
			return new Object() {

				@SuppressWarnings("unused")
				public String getText() {
					throw new IllegalStateException("on purpose");
				}

			};
		}

	}

	static class BoundText {

		private @Nullable String text;

		private @Nullable String decoded;

		public @Nullable String getText() {
			return this.text;
		}

		public void setText(@Nullable String text) {
			this.text = text;
			this.decoded = BOUND.get();
		}

		@AssertTrue
		public boolean isBound() {
			return BOUND.get() != null;
		}

	}

	@DuctListener("orders")
	static class Bound {

		@DuctListener(method = "look")
		String look(@Valid BoundText payload) {
			return payload.decoded + " " + (payload.isBound() ? "bound" : "not") + " " + BOUND.get();
		}

		@DuctListener(method = "later")
		Mono<String> later() {
			return Mono.fromSupplier(BOUND::get);
		}

	}

	static class Handling {

		@DuctListener("orders")
		String take(String text) {
			throw new IllegalStateException("on purpose");
		}

		@MessageExceptionHandler
		String handle(IllegalStateException failure) {
			return "handled " + BOUND.get();
		}

	}

	static class Rethrowing {

		private final AtomicInteger handled = new AtomicInteger();

		@DuctListener("orders")
		String take(String text) {
			throw new IllegalStateException("on purpose");
		}

		@MessageExceptionHandler
		void handle(IllegalStateException failure) {
			this.handled.incrementAndGet();
			throw failure;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Around {

		private final Queue<String> told = new ConcurrentLinkedQueue<>();

		@Bean
		@Order(-1)
		DuctListenerInterceptor outer() {
			return (invocation) -> {
				BOUND.set("bound");
				invocation.onEnded((outcome, failure) -> this.told.add("ended " + outcome + " " + failure));
				try {
					Object result = invocation.proceed();
					this.told.add("outer " + result);
					return result;
				}
				finally {
					BOUND.remove();
				}
			};
		}

		@Bean
		DuctListenerInterceptor inner() {
			return (invocation) -> {
				try {
					return invocation.proceed();
				}
				catch (Exception ex) {
					this.told.add("inner " + ex);
					throw ex;
				}
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Ordered {

		private final Queue<String> registered = new ConcurrentLinkedQueue<>();

		@Bean
		@Order(2)
		DuctListenerInterceptor second() {
			return (invocation) -> invocation.proceed() + ", second";
		}

		@Bean
		@Order(1)
		DuctListenerInterceptor first() {
			return new DuctListenerInterceptor() {

				@Override
				public void registered(RegisteredListener listener) {
					Ordered.this.registered.add(listener.id());
				}

				@Override
				public @Nullable Object around(ListenerInvocation invocation) throws Exception {
					return invocation.proceed() + ", first";
				}

			};
		}

	}

}
