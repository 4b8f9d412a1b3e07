package io.ductworks.spring.listener;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.ductworks.DuctProblemException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.message.DuctMessage;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.spring.DuctSetupException;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import io.ductworks.spring.boot.autoconfigure.DuctworksAutoConfiguration;
import jakarta.validation.constraints.NotBlank;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.web.server.ResponseStatusException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What handles the exceptions of listeners, and in which order.
 */
@ExtendWith({ NothingLeftBehind.class, OutputCaptureExtension.class })
@Timeout(60)
class ExceptionHandlerTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	private final ApplicationContextRunner bare = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class, JacksonAutoConfiguration.class,
				ValidationAutoConfiguration.class))
		.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress(), "shop.duct=orders");

	private final ApplicationContextRunner rpc = this.bare
		.withPropertyValues("ductworks.parent.orders.protocol=json-rpc");

	private static void assertTold(MessageDuctChild child, String payload, int status, String title) {
		assertThatExceptionOfType(RemoteHandlerException.class).isThrownBy(() -> child.request(payload, Object.class))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(status))
			.satisfies((ex) -> assertThat(ex.title()).isEqualTo(title));
	}

	// In the class of the listener

	@Test
	void methodWhenItHandlesAnExceptionThenItsResultIsTheAnswer(@TempDir Path directory, CapturedOutput output) {
		this.bare.withPropertyValues("ductworks.parent.orders.address=unix:" + directory.resolve("o.sock"))
			.withUserConfiguration(Throwing.class)
			.run((context) -> {
				try (MessageDuctChild child = Peers.childOf(context, "orders")) {
					assertThat(child.request("state", String.class)).isEqualTo("state: on purpose");
					assertThat(child.request("argument", String.class)).isEqualTo("any: on purpose");
					assertThat(child.request("cause", String.class)).isEqualTo("state: on purpose");
					assertThat(child.request("void", Object.class)).isNull();
				}
				assertThat(output.getAll()).doesNotContain("on purpose");
			});
	}

	@Test
	void methodWhenItHandlesAnExceptionOfACallThenItsResultIsTheAnswer() {
		this.rpc.withUserConfiguration(Calls.class).run((context) -> {
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				assertThat(child.request("fail", Map.of("sku", "tea"), Object.class))
					.isEqualTo(Map.of("error", "on purpose", "method", "fail"));
			}
		});
	}

	@Test
	void methodWhenItAsksForAllThatThereIsThenGetsIt() {
		this.bare.withUserConfiguration(AllArguments.class).run((context) -> {
			AllArguments all = context.getBean(AllArguments.class);
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertThat(child.request("tea", String.class)).isEqualTo("IllegalStateException tea tea orders");
				assertThat(child.request(7, String.class)).isEqualTo("IllegalStateException 7 7 orders");
				assertThat(all.connections).hasSize(2).doesNotContainNull();
			}
		});
	}

	@Test
	void methodWhenItThrowsThenThatIsTheFailure(CapturedOutput output) {
		this.bare.withUserConfiguration(Translating.class).run((context) -> {
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertTold(child, "problem", 409, "Taken");
				assertTold(child, "http", 410, "Gone");
				assertTold(child, "same", 500, "The listener failed");
				assertTold(child, "other", 500, "The listener failed");
			}
			Peers.eventually()
				.until(() -> output.getAll().contains("Suppressed: java.io.FileNotFoundException: other"));
		});
	}

	@Test
	void methodWhenAMessageIsNotValidThenMayHandleThatToo() {
		this.rpc.withUserConfiguration(Lenient.class).run((context) -> {
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				assertThat(child.request("look", Map.of("sku", ""), Object.class))
					.isEqualTo(List.of(Map.of("field", "sku", "message", "must not be blank")));
			}
		});
	}

	@Test
	void methodWhenAFutureFailsThenHandlesThatToo() {
		this.rpc.withUserConfiguration(Later.class).run((context) -> {
			Later later = context.getBean(Later.class);
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				assertThat(child.request("now", null, String.class)).isEqualTo("handled now");
				CompletableFuture<String> answer = child.requestAsync("later", null, String.class);
				Peers.eventually().until(() -> !later.asked.isEmpty());
				later.asked.remove().completeExceptionally(new IllegalStateException("later"));
				assertThat(answer).succeedsWithin(SOON).isEqualTo("handled later");
				CompletableFuture<String> cancelled = child.requestAsync("later", null, String.class);
				Peers.eventually().until(() -> !later.asked.isEmpty());
				cancelled.cancel(true);
				Peers.eventually().until(later.asked.remove()::isCancelled);
				assertThat(child.request("now", null, String.class)).isEqualTo("handled now");
				assertThat(later.handled).doesNotHaveAnyElementsOfTypes(CancellationException.class);
			}
		});
	}

	@Test
	void methodWhenNobodyWaitsForAnAnswerThenIsCalledAllTheSame() {
		this.rpc.withUserConfiguration(Later.class).run((context) -> {
			Later later = context.getBean(Later.class);
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				child.send("now", null);
				Peers.eventually().until(() -> later.handled.size() == 1);
			}
		});
		this.bare.withUserConfiguration(OneWay.class).run((context) -> {
			OneWay oneWay = context.getBean(OneWay.class);
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				child.send("tea");
				child.send("coffee");
				Peers.eventually().until(() -> oneWay.handled.size() == 2);
				assertThat(oneWay.handled).containsExactly("tea", "coffee");
				assertThat(child.statistics().messagesReceived()).isZero();
			}
		});
	}

	@Test
	void methodWhenItsResultHasATypeOfItsOwnThenIsWrittenAsThat() {
		this.bare.withUserConfiguration(Generic.class).run((context) -> {
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertThat(child.request("text", Object.class)).isEqualTo("sorry");
				assertThat(child.request("shapes", Object.class))
					.isEqualTo(List.of(Map.of("kind", "circle", "radius", 1)));
			}
		});
	}

	@Test
	void methodWhenAnErrorIsThrownThenIsNotCalled() {
		this.bare.withUserConfiguration(Throwing.class).run((context) -> {
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertTold(child, "error", 500, "The listener failed");
			}
		});
	}

	// In an advice

	@Test
	void adviceWhenTheClassHasNoMethodForItThenHandlesIt() {
		this.bare.withUserConfiguration(Throwing.class, Advice.class).run((context) -> {
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertThat(child.request("io", String.class)).isEqualTo("advice: on purpose");
				assertThat(child.request("state", String.class)).isEqualTo("state: on purpose");
			}
		});
	}

	@Test
	void adviceWhenThereAreSeveralThenTheFirstInOrderHandlesIt() {
		this.bare.withUserConfiguration(Throwing.class, Advice.class, Second.class, First.class).run((context) -> {
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertThat(child.request("io", String.class)).isEqualTo("first");
			}
		});
	}

	@Test
	void adviceWhenItIsForOtherDuctsThenIsNotAsked() {
		this.bare.withPropertyValues("ductworks.parent.stock.address=" + Peers.freshAddress())
			.withUserConfiguration(Throwing.class, OnStock.class, OfStock.class, OfOrders.class)
			.run((context) -> {
				try (MessageDuctChild orders = Peers.childOf(context, "orders");
						MessageDuctChild stock = Peers.childOf(context, "stock")) {
					assertThat(orders.request("io", String.class)).isEqualTo("of orders");
					assertThat(stock.request("io", String.class)).isEqualTo("of stock");
				}
			});
	}

	@Test
	void adviceWhenItsBeanIsAProxyThenHandlesItAllTheSame() {
		this.bare.withUserConfiguration(Throwing.class, InConfiguration.class).run((context) -> {
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertThat(child.request("io", String.class)).isEqualTo("in a configuration");
			}
		});
	}

	// Translated

	@Test
	void exceptionWhenAHandlerHasAProblemForItThenTheRequesterIsToldThat() {
		this.bare.withUserConfiguration(Throwing.class, Translators.class).run((context) -> {
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertTold(child, "io", 503, "first");
				assertTold(child, "rethrown", 507, "second");
				assertThat(child.request("state", String.class)).isEqualTo("state: on purpose");
				assertTold(child, "own", 422, "Own");
			}
		});
	}

	@Test
	void orderWhenAllAreThereThenIsClassThenAdviceThenHandlerThenHttp() {
		this.rpc.withUserConfiguration(Ordered.class, OrderedAdvice.class)
			.withBean(DuctExceptionHandler.class,
					() -> (failure) -> (failure instanceof IllegalArgumentException)
							? new DuctProblemException(422, "By the handler") : null)
			.run((context) -> {
				try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
					assertThat(child.request("fail", "class", Object.class)).isEqualTo("by the class");
					assertThat(child.request("fail", "advice", Object.class)).isEqualTo("by the advice");
					assertThatExceptionOfType(RemoteHandlerException.class)
						.isThrownBy(() -> child.request("fail", "handler", Object.class))
						.satisfies((ex) -> assertThat(ex.title()).isEqualTo("By the handler"));
					assertThatExceptionOfType(RemoteHandlerException.class)
						.isThrownBy(() -> child.request("fail", "http", Object.class))
						.satisfies((ex) -> assertThat(ex.status()).isEqualTo(410));
					assertThatExceptionOfType(RemoteHandlerException.class)
						.isThrownBy(() -> child.request("fail", "nobody", Object.class))
						.satisfies((ex) -> assertThat(ex.status()).isEqualTo(500));
				}
			});
	}

	// What cannot work

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "TwoForOne | has two @MessageExceptionHandler methods for one exception",
					"ForNothing | says for no exception that it handles it",
					"WithPayload | has a parameter of type String, for which there is no argument",
					"TwoExceptions | has 2 parameters for an exception",
					"Unfitting | which its parameter of type java.lang.IllegalStateException cannot take",
					"GivingLater | gives its result later", "GivingAMessage | returns a Message",
					"NoMethods | is annotated with @DuctAdvice, and none of its methods handles an exception",
					"NoSuchDuct | names the duct 'nowhere', which does not exist" })
	void beanWhenItCannotWorkThenTheStartFailsInWords(String bean, String words) throws ClassNotFoundException {
		List<DuctSetupException> failures = new ArrayList<>();
		this.bare
			.withUserConfiguration(Throwing.class, Class.forName(ExceptionHandlerTests.class.getName() + "$" + bean))
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOfSatisfying(DuctSetupException.class, failures::add));
		assertThat(failures).singleElement()
			.satisfies((failure) -> assertThat(failure.description()).contains(words, bean))
			.satisfies((failure) -> assertThat(failure.action()).isNotBlank());
	}

	@Test
	void resultWhenTheCodecCarriesNoneSuchThenTheStartFails() {
		this.bare.withPropertyValues("ductworks.parent.orders.codec=bytes")
			.withUserConfiguration(Bytes.class)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOfSatisfying(DuctSetupException.class, (ex) -> assertThat(ex.description())
					.contains("@MessageExceptionHandler", "Bytes.handle", "returns java.lang.String")));
	}

	static class Throwing {

		@DuctListener("orders")
		String take(String what) throws Exception {
			throw switch (what) {
				case "state" -> new IllegalStateException("on purpose");
				case "argument" -> new IllegalArgumentException("on purpose");
				case "cause" -> new IOException("hidden", new IllegalStateException("on purpose"));
				case "void" -> new UnsupportedOperationException("on purpose");
				case "rethrown" -> new ArithmeticException("on purpose");
				case "own" -> new DuctProblemException(422, "Own");
				case "error" -> throw new AssertionError("an error");
				default -> new IOException("on purpose");
			};
		}

		@MessageExceptionHandler
		String handle(IllegalStateException failure) {
			return "state: " + failure.getMessage();
		}

		@MessageExceptionHandler
		String handle(IllegalArgumentException failure) {
			return "any: " + failure.getMessage();
		}

		@MessageExceptionHandler(UnsupportedOperationException.class)
		void handle() {
		}

		@MessageExceptionHandler
		String handle(ArithmeticException failure) {
			throw failure;
		}

		@MessageExceptionHandler(Error.class)
		String handle(Throwable error) {
			return "never";
		}

	}

	@DuctListener("orders")
	static class Calls {

		@DuctListener(method = "fail")
		int fail(String sku) {
			throw new IllegalStateException("on purpose");
		}

		@MessageExceptionHandler
		Map<String, String> handle(IllegalStateException failure, @Header(DuctHeaders.METHOD) String method) {
			return Map.of("error", "on purpose", "method", method);
		}

	}

	static class AllArguments {

		private final Queue<MessageDuct> connections = new ConcurrentLinkedQueue<>();

		@DuctListener("orders")
		String take(Object payload) {
			throw new IllegalStateException("on purpose");
		}

		@MessageExceptionHandler
		String handle(Message<?> message, DuctMessage raw, Exception failure, MessageDuct from,
				@Nullable Principal peer, @Header(DuctHeaders.DUCT) String duct) {
			this.connections.add(from);
			return failure.getClass().getSimpleName() + " " + message.getPayload() + " " + raw.as(Object.class) + " "
					+ duct;
		}

	}

	static class Translating {

		@DuctListener("orders")
		String take(String what) throws Exception {
			throw new FileNotFoundException(what);
		}

		@MessageExceptionHandler
		String handle(IOException failure) throws Exception {
			throw switch (String.valueOf(failure.getMessage())) {
				case "problem" -> new DuctProblemException(409, "Taken");
				case "http" -> new ResponseStatusException(HttpStatus.GONE);
				case "same" -> failure;
				default -> new IllegalStateException("while handling");
			};
		}

	}

	@DuctListener("orders")
	static class Lenient {

		@DuctListener(method = "look")
		String look(@NotBlank String sku) {
			return sku;
		}

		@MessageExceptionHandler
		@Nullable Object handle(DuctProblemException problem) {
			return problem.properties().get("errors");
		}

	}

	@DuctListener("orders")
	static class Later {

		private final Queue<CompletableFuture<String>> asked = new ConcurrentLinkedQueue<>();

		private final Queue<Exception> handled = new ConcurrentLinkedQueue<>();

		@DuctListener(method = "now")
		CompletableFuture<String> now() {
			return CompletableFuture.failedFuture(new IllegalStateException("now"));
		}

		@DuctListener(method = "later")
		CompletableFuture<String> later() {
			CompletableFuture<String> future = new CompletableFuture<>();
			this.asked.add(future);
			return future;
		}

		@MessageExceptionHandler
		String handle(Exception failure) {
			this.handled.add(failure);
			return "handled " + failure.getMessage();
		}

	}

	static class OneWay {

		private final Queue<String> handled = new ConcurrentLinkedQueue<>();

		@DuctListener("orders")
		void take(String text) {
			throw new IllegalStateException(text);
		}

		@MessageExceptionHandler
		String handle(IllegalStateException failure) {
			this.handled.add(String.valueOf(failure.getMessage()));
			return "for nobody";
		}

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
	@JsonSubTypes(@JsonSubTypes.Type(value = Circle.class, name = "circle"))
	sealed interface Shape permits Circle {

	}

	record Circle(int radius) implements Shape {
	}

	static class Generic {

		@DuctListener("orders")
		List<Shape> take(String what) {
			throw what.equals("text") ? new IllegalArgumentException(what) : new IllegalStateException(what);
		}

		@MessageExceptionHandler
		String text(IllegalArgumentException failure) {
			return "sorry";
		}

		@MessageExceptionHandler
		List<Shape> shapes(IllegalStateException failure) {
			return List.of(new Circle(1));
		}

	}

	@DuctAdvice
	static class Advice {

		@MessageExceptionHandler
		String handle(Exception failure) {
			return "advice: " + failure.getMessage();
		}

	}

	@Order(1)
	@DuctAdvice
	static class First {

		@MessageExceptionHandler
		String handle(IOException failure) {
			return "first";
		}

	}

	@Order(2)
	@DuctAdvice
	static class Second {

		@MessageExceptionHandler
		String handle(IOException failure) {
			return "second";
		}

	}

	static class OnStock {

		@DuctListener("stock")
		String take(String what) throws IOException {
			throw new IOException(what);
		}

	}

	@DuctAdvice("stock")
	static class OfStock {

		@MessageExceptionHandler
		String handle(IOException failure) {
			return "of stock";
		}

	}

	@DuctAdvice("${shop.duct}")
	static class OfOrders {

		@MessageExceptionHandler
		String handle(IOException failure) {
			return "of orders";
		}

	}

	@DuctAdvice
	@Configuration
	static class InConfiguration {

		@MessageExceptionHandler
		String handle(IOException failure) {
			return "in a configuration";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Translators {

		@Bean
		@Order(2)
		DuctExceptionHandler second() {
			return (failure) -> new DuctProblemException(507, "second");
		}

		@Bean
		@Order(1)
		DuctExceptionHandler first() {
			return (failure) -> (failure instanceof IOException) ? new DuctProblemException(503, "first") : null;
		}

	}

	@DuctListener("orders")
	static class Ordered {

		@DuctListener(method = "fail")
		void fail(String what) throws Exception {
			throw switch (what) {
				case "class" -> new IllegalStateException();
				case "advice" -> new IOException();
				case "handler" -> new IllegalArgumentException();
				case "http" -> new ResponseStatusException(HttpStatus.GONE);
				default -> new UnsupportedOperationException();
			};
		}

		@MessageExceptionHandler
		String handle(IllegalStateException failure) {
			return "by the class";
		}

	}

	@DuctAdvice
	static class OrderedAdvice {

		@MessageExceptionHandler({ IOException.class, IllegalStateException.class })
		String handle() {
			return "by the advice";
		}

	}

	@DuctAdvice
	static class TwoForOne {

		@MessageExceptionHandler
		String one(IOException failure) {
			return "one";
		}

		@MessageExceptionHandler(IOException.class)
		String other() {
			return "other";
		}

	}

	@DuctAdvice
	static class ForNothing {

		@MessageExceptionHandler
		String handle() {
			return "what?";
		}

	}

	@DuctAdvice
	static class WithPayload {

		@MessageExceptionHandler
		String handle(IOException failure, String payload) {
			return payload;
		}

	}

	@DuctAdvice
	static class TwoExceptions {

		@MessageExceptionHandler
		String handle(IOException failure, IllegalStateException other) {
			return "both?";
		}

	}

	@DuctAdvice
	static class Unfitting {

		@MessageExceptionHandler(IOException.class)
		String handle(IllegalStateException failure) {
			return "never";
		}

	}

	@DuctAdvice
	static class GivingLater {

		@MessageExceptionHandler
		CompletableFuture<String> handle(IOException failure) {
			return CompletableFuture.completedFuture("later");
		}

	}

	@DuctAdvice
	static class GivingAMessage {

		@MessageExceptionHandler
		@Nullable Message<String> handle(IOException failure) {
			return null;
		}

	}

	@DuctAdvice
	static class NoMethods {

	}

	@DuctAdvice("nowhere")
	static class NoSuchDuct {

		@MessageExceptionHandler
		String handle(IOException failure) {
			return "never";
		}

	}

	static class Bytes {

		@DuctListener("orders")
		byte[] take(byte[] bytes) {
			return bytes;
		}

		@MessageExceptionHandler
		String handle(IOException failure) {
			return "not of bytes";
		}

	}

}
