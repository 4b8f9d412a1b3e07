package io.ductworks.spring.listener;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.ductworks.RemoteHandlerException;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.spring.DuctSetupException;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import io.ductworks.spring.boot.autoconfigure.DuctworksAutoConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.core.type.TypeReference;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.server.ResponseStatusException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What becomes of the results of listeners, and what the listeners are called.
 */
@ExtendWith({ NothingLeftBehind.class, OutputCaptureExtension.class })
class ListenerAnswerTests {

	private static final Type SHAPES = new TypeReference<List<Shape>>() {
	}.getType();

	private static final Type SHAPES_BY_NAME = new TypeReference<Map<String, Shape>>() {
	}.getType();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class, JacksonAutoConfiguration.class))
		.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress());

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
	@JsonSubTypes(@JsonSubTypes.Type(value = Circle.class, name = "circle"))
	sealed interface Shape permits Circle {

	}

	record Circle(int radius) implements Shape {
	}

	private ContextConsumer<AssertableApplicationContext> asking(Type type, Object expected) {
		return (context) -> {
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertThat(child.<Object>request("x", type, Duration.ofSeconds(10))).isEqualTo(expected);
			}
		};
	}

	@Test
	void b2ResultWhenAListOfAnInterfaceThenItsElementsAreWrittenAsThat() {
		this.runner.withUserConfiguration(Lists.class).run(asking(SHAPES, List.of(new Circle(1))));
	}

	@Test
	void b2ResultWhenAMapOfAnInterfaceThenItsValuesAreWrittenAsThat() {
		this.runner.withUserConfiguration(Maps.class).run(asking(SHAPES_BY_NAME, Map.of("a", new Circle(1))));
	}

	@Test
	void b2ResultWhenAnOptionalOfAnInterfaceThenItsValueIsWrittenAsThat() {
		this.runner.withUserConfiguration(Optionals.class).run(asking(Shape.class, new Circle(1)));
	}

	@Test
	void b2ResultWhenATypeOfASubclassThenThatIsUsed() {
		this.runner.withUserConfiguration(Inherited.class).run(asking(SHAPES, List.of(new Circle(2))));
	}

	@Test
	void b4ListenerWhenItReturnsAMessageThenTheStartFails() {
		this.runner.withUserConfiguration(Messages.class)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(DuctSetupException.class)
				.hasMessageContaining("returns a Message"));
	}

	@Test
	void b4ResultWhenItTurnsOutToBeAWrapperThenTheRequesterIsToldAndTheLogIsOnce(CapturedOutput output) {
		this.runner.withUserConfiguration(Wrapping.class).run((context) -> {
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				for (String how : List.of("task", "callable", "message", "entity", "deferred", "task")) {
					assertThatExceptionOfType(RemoteHandlerException.class)
						.isThrownBy(() -> child.request(how, Object.class))
						.satisfies((ex) -> assertThat(ex.status()).isEqualTo(500))
						.satisfies((ex) -> assertThat(ex.title()).isEqualTo("The reply cannot be sent"));
				}
				assertThat(child.request("fine", String.class)).isEqualTo("fine");
				assertThat(child.request("future", String.class)).isEqualTo("future");
			}
		});
		assertThat(output.getOut().split("listener Wrapping.take returned a ", -1)).hasSize(2);
		assertThat(output).contains("WARN").contains("FutureTask, and an answer is one value");
	}

	@Test
	void listenerWhenItSendsItsResultElsewhereThenTheStartFails() {
		this.runner.withUserConfiguration(Elsewhere.class)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(DuctSetupException.class)
				.hasMessageContaining("@SendTo"));
	}

	@Test
	void listenerWhenInAConfigurationClassThenIsCalledAsThatIsWritten() {
		this.runner.withUserConfiguration(Recorded.class, Lists.class).run((context) -> {
			asking(SHAPES, List.of(new Circle(1))).accept(context);
			Recorded recorded = context.getBean(Recorded.class);
			Peers.eventually().until(() -> !recorded.names.isEmpty());
			assertThat(recorded.names).containsExactly("Lists.take");
		});
	}

	@Test
	void listenerWhenItsIdHasAPlaceholderThenThatIsResolved() {
		this.runner.withUserConfiguration(Recorded.class, Named.class)
			.withPropertyValues("shop.name=nails")
			.run((context) -> {
				asking(String.class, "x").accept(context);
				Recorded recorded = context.getBean(Recorded.class);
				Peers.eventually().until(() -> !recorded.names.isEmpty());
				assertThat(recorded.names).containsExactly("take-nails");
			});
	}

	private void assertFails(Object payload, int status, String title, @Nullable String detail) {
		this.runner.withUserConfiguration(Failing.class).run((context) -> {
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertThatExceptionOfType(RemoteHandlerException.class)
					.isThrownBy(() -> child.request(payload, Object.class))
					.satisfies((ex) -> assertThat(ex.status()).isEqualTo(status))
					.satisfies((ex) -> assertThat(ex.title()).isEqualTo(title))
					.satisfies((ex) -> assertThat(ex.detail()).isEqualTo(detail));
			}
		});
	}

	@Test
	void m3FailureWhenItWasMadeForHttpThenTheRequesterIsToldTheSame() {
		assertFails("missing", 404, "Not Found", "no such shelf");
		assertFails("annotated", 409, "Conflict", "sold out");
		assertFails("redirect", 500, "The listener failed", null);
		assertFails("other", 500, "The listener failed", null);
	}

	@Test
	void m4MessageWhenItCannotBeReadThenTheRequesterIsToldWhere() {
		this.runner.withUserConfiguration(Orders.class).run((context) -> {
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertThatExceptionOfType(RemoteHandlerException.class)
					.isThrownBy(() -> child.request(Map.of("items", List.of(Map.of("kind", "circle", "radius", "x"))),
							Object.class))
					.satisfies((ex) -> assertThat(ex.title()).isEqualTo("The message cannot be read"))
					.satisfies((ex) -> assertThat(ex.detail()).isEqualTo("at items[0].radius"));
			}
		});
	}

	@ResponseStatus(code = HttpStatus.CONFLICT, reason = "sold out")
	static class SoldOutException extends RuntimeException {

		private static final long serialVersionUID = 1L;

	}

	static class Failing {

		@DuctListener("orders")
		String take(String how) {
			throw switch (how) {
				case "missing" -> new ResponseStatusException(HttpStatus.NOT_FOUND, "no such shelf");
				case "annotated" -> new SoldOutException();
				case "redirect" -> new ResponseStatusException(HttpStatus.FOUND);
				default -> new IllegalStateException("expected by the test");
			};
		}

	}

	record Basket(List<Circle> items) {
	}

	static class Orders {

		@DuctListener("orders")
		int take(Basket basket) {
			return basket.items().size();
		}

	}

	@Configuration
	static class Lists {

		@DuctListener("orders")
		List<Shape> take(String text) {
			return List.of(new Circle(1));
		}

	}

	static class Maps {

		@DuctListener("orders")
		Map<String, Shape> take(String text) {
			return Map.of("a", new Circle(1));
		}

	}

	static class Optionals {

		@DuctListener("orders")
		Optional<Shape> take(String text) {
			return Optional.of(new Circle(1));
		}

	}

	abstract static class Base<T> {

		@DuctListener("orders")
		List<T> take(String text) {
			return List.of(value());
		}

		abstract T value();

	}

	static class Inherited extends Base<Shape> {

		@Override
		Shape value() {
			return new Circle(2);
		}

	}

	static class Messages {

		@DuctListener("orders")
		Message<String> take(String text) {
			return new GenericMessage<>(text);
		}

	}

	static class Wrapping {

		@DuctListener("orders")
		Object take(String how) {
			return switch (how) {
				case "task" -> new FutureTask<>(() -> how);
				case "future" -> CompletableFuture.completedFuture(how);
				case "callable" -> (Callable<String>) () -> how;
				case "message" -> new GenericMessage<>(how);
				case "entity" -> ResponseEntity.ok(how);
				case "deferred" -> new DeferredResult<>();
				default -> how;
			};
		}

	}

	static class Elsewhere {

		@SendTo("stock")
		@DuctListener("orders")
		String take(String text) {
			return text;
		}

	}

	static class Named {

		@DuctListener(value = "orders", id = "take-${shop.name}")
		String take(String text) {
			return text;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Recorded {

		private final Queue<String> names = new ConcurrentLinkedQueue<>();

		@Bean
		DuctListenerInterceptor interceptor() {
			return (invocation) -> {
				this.names.add(invocation.listener().id());
				return invocation.proceed();
			};
		}

	}

}
