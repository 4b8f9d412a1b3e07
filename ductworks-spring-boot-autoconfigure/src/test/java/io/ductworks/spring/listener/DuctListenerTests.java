package io.ductworks.spring.listener;

import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.security.Principal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.ductworks.DuctProblemException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import io.ductworks.spring.boot.autoconfigure.DuctworksAutoConfiguration;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.NameMatchMethodPointcutAdvisor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.messaging.support.GenericMessage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith({ NothingLeftBehind.class, OutputCaptureExtension.class })
class DuctListenerTests {

	private static final Map<String, Object> FAILURE = Map.of("ductworks:error",
			Map.of("status", 500, "title", "The listener failed"));

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class, JacksonAutoConfiguration.class,
				ValidationAutoConfiguration.class))
		.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress());

	@Test
	void payloadWhenARecordThenIsDecodedToIt() {
		withListener(Records.class, (child) -> assertThat(child.request(Map.of("name", "tea", "count", 2), Order.class))
			.isEqualTo(new Order("tea", 3)));
	}

	@Test
	void principalWhenAskedForThenIsWhoIsAtTheOtherEnd() {
		try (ConfigurableApplicationContext context = Peers
			.start(new String[] { "ductworks.parent.orders.pseudo-anonymous=true" }, Peer.class);
				MessageDuctChild child = Peers.childOf(context, "orders")) {
			assertThat(child.request("x", String.class)).isEqualTo("x of " + System.getProperty("user.name"));
		}
	}

	@Test
	void payloadWhenAGenericListThenItsElementsAreDecoded() {
		withListener(Lists.class,
				(child) -> assertThat(
						child.request(List.of(new Order("a", 1), new Order("b", 2), new Order("c", 3)), Integer.class))
					.isEqualTo(6));
	}

	@Test
	void payloadWhenAMapThenHasTheNaturalTypes() {
		withListener(Maps.class, (child) -> assertThat(child.request(Map.of("a", 1, "b", "two"), Object.class))
			.isEqualTo(List.of("Integer", "String")));
	}

	@Test
	void payloadWhenAnObjectThenHasTheNaturalType() {
		withListener(Objects.class, (child) -> {
			assertThat(child.request("x", String.class)).isEqualTo("String");
			assertThat(child.request(1, String.class)).isEqualTo("Integer");
			assertThat(child.request(true, String.class)).isEqualTo("Boolean");
			assertThat(child.request(1.5, String.class)).isEqualTo("Double");
		});
	}

	@Test
	void payloadWhenABlankOrEmptyStringThenIsAMessage() {
		withListener(Strings.class, (child) -> {
			assertThat(child.request("", String.class)).isEqualTo("<>");
			assertThat(child.request("  ", String.class)).isEqualTo("<  >");
		});
	}

	@Test
	void payloadWhenAnEmptyListThenIsAMessage() {
		withListener(Lists.class, (child) -> assertThat(child.request(List.of(), Integer.class)).isZero());
	}

	@Test
	void payloadWhenNullAndParameterIsNullableThenIsHandedIn() {
		withListener(Nullables.class, (child) -> {
			assertThat(child.request(null, String.class)).isEqualTo("null");
			assertThat(child.request("x", String.class)).isEqualTo("x");
		});
	}

	@Test
	void payloadWhenNullAndParameterIsOptionalThenIsEmpty() {
		withListener(Optionals.class, (child) -> {
			assertThat(child.request(null, String.class)).isEqualTo("none");
			assertThat(child.request(new Order("tea", 1), String.class)).isEqualTo("tea");
		});
	}

	@Test
	void payloadWhenNullAndNotRequiredThenIsHandedIn() {
		withListener(NotRequired.class, (child) -> assertThat(child.request(null, String.class)).isEqualTo("null"));
	}

	@Test
	void payloadWhenNullAndParameterTakesNoneThenIsRejected() {
		withListener(Strings.class, (child) -> {
			assertRejected(child, null, 400);
			assertThat(child.request("next", String.class)).isEqualTo("<next>");
		});
	}

	@Test
	void payloadWhenAPrimitiveThenIsUnboxed() {
		withListener(Primitives.class, (child) -> {
			assertThat(child.request(20, Integer.class)).isEqualTo(21);
			assertRejected(child, null, 400);
			assertRejected(child, "x", 400);
		});
	}

	@Test
	void parameterWhenAMessageDuctThenIsTheConnection() {
		withListener(Connections.class, (child) -> {
			child.send("a");
			assertThat(child.recv()).isEqualTo("1 to a");
			assertThat(child.recv()).isEqualTo("2 to a");
		});
	}

	@Test
	void parameterWhenAMessageOrHeadersThenHasThem() {
		withListener(WithHeaders.class, (child) -> assertThat(child.request(new Order("tea", 1), Object.class))
			.isEqualTo(Map.of("payload", "tea", "duct", "orders", "size", 24, "header", "orders")));
	}

	@Test
	void parameterWhenATypedMessageAndNullComesThenIsRejected() {
		withListener(WithHeaders.class, (child) -> {
			assertRejected(child, null, 400);
			assertThat(child.request(new Order("tea", 1), Object.class)).isNotNull();
		});
	}

	@Test
	void methodWhenItHasNoPayloadParameterThenIsCalled() {
		withListener(NoPayload.class, (child) -> assertThat(child.request("ignored", String.class)).isEqualTo("pong"));
	}

	@Test
	void h7ResultWhenNullThenIsSent() {
		withListener(ReturnsNull.class, (child) -> {
			child.send("x");
			assertThat(child.recv()).isNull();
		});
	}

	@Test
	void h7MethodWhenVoidThenNothingIsSentEvenIfItFails() {
		withListener(Voids.class, (child) -> {
			child.send("fail");
			child.send(new Order("undecodable", 1));
			child.send("last");
			assertThat(child.recv()).isEqualTo("seen [fail, last]");
		});
	}

	@Test
	void annotationWhenItHasPlaceholdersThenTheyAreResolved() {
		this.runner.withPropertyValues("shop.duct=orders")
			.withUserConfiguration(Placeholders.class)
			.run((context) -> withChild(context,
					(child) -> assertThat(child.request("x", String.class)).isEqualTo("x")));
	}

	@Test
	void payloadWhenNotValidThenIsRejectedWithTheFieldInTheDetail(CapturedOutput output) {
		withListener(Validated.class, (child) -> {
			assertThatExceptionOfType(RemoteHandlerException.class)
				.isThrownBy(() -> child.request(Map.of("name", "tea", "count", 0), Order.class))
				.satisfies((ex) -> {
					assertThat(ex.status()).isEqualTo(400);
					assertThat(ex.title()).isEqualTo("The message is not valid");
					assertThat(ex.detail()).contains("count").contains("1").doesNotContain("name");
				});
			assertThat(child.request(new Order("tea", 1), Order.class)).isEqualTo(new Order("tea", 1));
		});
		assertThat(output).contains("WARN").contains("Validated.take rejected");
	}

	@Test
	void payloadWhenNotValidInManyPlacesThenDetailHasTenAndTheNumberOfOthers() {
		withListener(ValidatedMany.class, (child) -> {
			List<Order> orders = Collections.nCopies(25, new Order("tea", 0));
			assertThatExceptionOfType(RemoteHandlerException.class)
				.isThrownBy(() -> child.request(Map.of("orders", orders), Integer.class))
				.satisfies((ex) -> {
					assertThat(ex.detail()).endsWith(" and 15 more")
						.matches("(orders\\[\\d+]\\.count must [^,]*,? ?){10}.*");
				});
		});
	}

	@Test
	void h3PayloadWhenUndecodableThenIsRejectedAndTheNextOneIsTaken() {
		withListener(Records.class, (child) -> {
			assertRejected(child, "no object", 400);
			assertRejected(child, List.of(1), 400);
			assertThat(child.request(Map.of("name", "tea", "count", 2), Order.class)).isEqualTo(new Order("tea", 3));
		});
	}

	@Test
	void h1MethodWhenItThrowsThenSenderGetsNoDetailsAndTheNextMessageIsTaken(CapturedOutput output) {
		withListener(Throwing.class, (child) -> {
			assertThatExceptionOfType(RemoteHandlerException.class)
				.isThrownBy(() -> child.request("exception", String.class))
				.satisfies((ex) -> {
					assertThat(ex.status()).isEqualTo(500);
					assertThat(ex.title()).isEqualTo("The listener failed");
					assertThat(ex.detail()).isNull();
				});
			assertThat(child.request("fine", String.class)).isEqualTo("fine");
		});
		assertThat(output).contains("WARN")
			.contains("the handler failed")
			.contains("Throwing.take(")
			.contains("a secret");
	}

	@Test
	void h4MethodWhenItThrowsACheckedExceptionOrAnErrorThenSenderIsAnswered() {
		withListener(Throwing.class, (child) -> {
			assertRejected(child, "checked", 500);
			assertRejected(child, "assertion", 500);
			assertRejected(child, "overflow", 500);
			assertThat(child.request("fine", String.class)).isEqualTo("fine");
		});
	}

	@Test
	void h1MethodWhenItThrowsWhatAlsoUnreadableMessagesThrowThenItHasFailed(CapturedOutput output) {
		withListener(Misleading.class, (child) -> {
			for (String message : List.of("large", "conversion", "validation")) {
				assertThatExceptionOfType(RemoteHandlerException.class)
					.isThrownBy(() -> child.request(message, String.class))
					.satisfies((ex) -> {
						assertThat(ex.status()).isEqualTo(500);
						assertThat(ex.title()).isEqualTo("The listener failed");
						assertThat(ex.detail()).isNull();
					});
			}
		});
		assertThat(output).doesNotContain("rejected");
		assertThat(output.getOut().split("the handler failed", -1)).hasSize(4);
		assertThat(output).contains("at io.ductworks.spring.listener.DuctListenerTests$Misleading.take");
	}

	@Test
	void methodWhenVoidAndItThrowsAProblemThenIsWarnedOf(CapturedOutput output) {
		withListener(VoidThrowing.class, (child) -> {
			child.send("fail");
			child.send("last");
			assertThat(child.recv()).isEqualTo("last");
		});
		assertThat(output).contains("the handler failed").contains("409 Sold out");
	}

	@Test
	void methodWhenItThrowsAProblemThenItArrivesAsItIs() {
		withListener(Throwing.class,
				(child) -> assertThatExceptionOfType(RemoteHandlerException.class)
					.isThrownBy(() -> child.request("problem", String.class))
					.satisfies((ex) -> {
						assertThat(ex.status()).isEqualTo(409);
						assertThat(ex.title()).isEqualTo("Sold out");
						assertThat(ex.detail()).isEqualTo("No tea is left");
						assertThat(ex.properties()).isEqualTo(Map.of("left", 0));
					}));
	}

	@Test
	void methodWhenARequestOfItsOwnFailsThenThatIsNotPassedOn() {
		withListener(Throwing.class,
				(child) -> assertThatExceptionOfType(RemoteHandlerException.class)
					.isThrownBy(() -> child.request("remote", String.class))
					.satisfies((ex) -> {
						assertThat(ex.status()).isEqualTo(500);
						assertThat(ex.title()).isEqualTo("The listener failed");
						assertThat(ex.detail()).isNull();
					}));
	}

	@Test
	void i3MessageWhenItLooksLikeAFailureThenIsAnsweredLikeAnyOther() {
		withListener(Throwing.class, (child) -> {
			assertThatExceptionOfType(RemoteHandlerException.class)
				.isThrownBy(() -> child.request(FAILURE, String.class))
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(400));
			assertThat(child.request("fine", String.class)).isEqualTo("fine");
		});
	}

	@Test
	void i3MessageWhenItLooksLikeAFailureThenAVoidMethodGetsIt() {
		withListener(VoidObjects.class, (child) -> {
			child.send(FAILURE);
			assertThat(child.recv()).isEqualTo(FAILURE);
		});
	}

	@Test
	void h9ReplyWhenItCannotBeEncodedThenSenderGetsAnErrorAndTheNextMessageIsTaken() {
		withListener(Unencodable.class, (child) -> {
			assertRejected(child, "cycle", 500);
			assertRejected(child, "large", 500);
			assertRejected(child, "unlinked", 500);
			assertThat(child.request("fine", String.class)).isEqualTo("fine");
		});
	}

	@Test
	void listenersWhenOnSeveralDuctsThenEachHasItsOwn() {
		this.runner
			.withPropertyValues("ductworks.parent.stock.address=" + Peers.freshAddress(),
					"ductworks.parent.silent.address=" + Peers.freshAddress())
			.withUserConfiguration(Several.class)
			.run((context) -> {
				assertThat(ask(context, "ordersDuct")).isEqualTo("orders x");
				assertThat(ask(context, "stockDuct")).isEqualTo("stock x");
				try (MessageDuctChild child = Peers.childOf(context, "silent")) {
					child.send("x");
					assertThat(context.getBean("silentDuct", MessageDuct.class).recv()).isEqualTo("x");
				}
			});
	}

	@Test
	void listenerWhenOnAChildThenTakesWhatItsParentSends() {
		String address = Peers.freshAddress();
		try (MessageDuctParent parent = Peers.parentAt(address)) {
			this.runner.withPropertyValues("ductworks.child.billing.address=" + address)
				.withUserConfiguration(OnChild.class)
				.run((context) -> {
					Peers.eventually().until(parent::isConnected);
					assertThat(parent.request("x", String.class)).isEqualTo("billed x");
				});
		}
	}

	@Test
	void listenerWhenItsBeanIsProxiedByClassThenAdviceRuns() {
		this.runner.withUserConfiguration(ClassProxied.class).run((context) -> {
			assertThat(AopUtils.isCglibProxy(context.getBean(Records.class))).isTrue();
			withChild(context, (child) -> assertThat(child.request(new Order("tea", 1), Order.class))
				.isEqualTo(new Order("tea", 102)));
		});
	}

	@Test
	void listenerWhenItsBeanIsProxiedByInterfaceThenAdviceRuns() {
		this.runner.withUserConfiguration(InterfaceProxied.class).run((context) -> {
			assertThat(AopUtils.isJdkDynamicProxy(context.getBean("takesOrders"))).isTrue();
			withChild(context, (child) -> assertThat(child.request(new Order("tea", 1), Order.class))
				.isEqualTo(new Order("tea", 102)));
		});
	}

	@Test
	void listenerWhenAnnotatedOnTheInterfaceThenIsFound() {
		withListener(Annotated.class, (child) -> assertThat(child.request("x", String.class)).isEqualTo("x!"));
	}

	@Test
	void listenerWhenInheritedFromAGenericClassThenPayloadHasTheRealType() {
		withListener(Inherited.class,
				(child) -> assertThat(child.request(new Order("tea", 1), String.class)).isEqualTo("Order"));
	}

	@Test
	void listenerWhenDeclaredInAConfigurationClassThenIsFound() {
		withListener(InConfiguration.class, (child) -> assertThat(child.request("x", String.class)).isEqualTo("own x"));
	}

	@Test
	void listenerWhenItHasAnIdThenIsNamedByIt(CapturedOutput output) {
		withListener(WithId.class, (child) -> assertRejected(child, "no number", 400));
		assertThat(output).contains("listener order-desk rejected it");
	}

	@Test
	void listenerWhenItsAnnotationIsComposedThenIsFound() {
		withListener(Composed.class, (child) -> assertThat(child.request("x", String.class)).isEqualTo("composed"));
	}

	@Test
	void messagesWhenManyThenAreTakenInOrderAndOneAtATime() {
		withListener(InOrder.class, (child) -> {
			List<CompletableFuture<Integer>> replies = IntStream.range(0, 500)
				.mapToObj((i) -> child.requestAsync(i, Integer.class))
				.toList();
			List<Integer> values = new ArrayList<>();
			replies.forEach((reply) -> values.add(reply.orTimeout(10, TimeUnit.SECONDS).join()));
			assertThat(values).containsExactlyElementsOf(IntStream.range(0, 500).boxed().toList());
		});
	}

	private void withListener(Class<?> listener, Consumer<MessageDuctChild> test) {
		this.runner.withUserConfiguration(listener).run((context) -> {
			assertThat(context).hasNotFailed();
			withChild(context, test);
		});
	}

	private static void withChild(ApplicationContext context, Consumer<MessageDuctChild> test) {
		try (MessageDuctChild child = Peers.childOf(context, "orders")) {
			test.accept(child);
		}
	}

	private static @Nullable String ask(ApplicationContext context, String bean) {
		try (MessageDuctChild child = Peers.childOf(context.getBean(bean, MessageDuctParent.class))) {
			return child.request("x", String.class);
		}
	}

	private static void assertRejected(MessageDuctChild child, @Nullable Object payload, int status) {
		assertThatExceptionOfType(RemoteHandlerException.class).isThrownBy(() -> child.request(payload, Object.class))
			.satisfies((ex) -> {
				assertThat(ex.status()).isEqualTo(status);
				assertThat(String.valueOf(ex.detail())).doesNotContain("secret", "io.ductworks", "java.");
			});
	}

	record Order(@NotBlank String name, @Min(1) int count) {
	}

	static class Peer {

		@DuctListener("orders")
		String take(String message, @Nullable Principal peer) {
			return message + " of " + ((peer != null) ? peer.getName() : "nobody");
		}

	}

	static class Records {

		@DuctListener("orders")
		public Order take(Order order) {
			return new Order(order.name(), order.count() + 1);
		}

	}

	static class Lists {

		@DuctListener("orders")
		int take(List<Order> orders) {
			return orders.stream().mapToInt(Order::count).sum();
		}

	}

	static class Maps {

		@DuctListener("orders")
		List<String> take(Map<String, Object> order) {
			return order.values().stream().map((value) -> value.getClass().getSimpleName()).sorted().toList();
		}

	}

	static class Objects {

		@DuctListener("orders")
		String take(Object message) {
			return message.getClass().getSimpleName();
		}

	}

	static class Strings {

		@DuctListener("orders")
		String take(String message) {
			return "<" + message + ">";
		}

	}

	static class Nullables {

		@DuctListener("orders")
		String take(@Nullable String message) {
			return String.valueOf(message);
		}

	}

	static class Optionals {

		@DuctListener("orders")
		String take(Optional<Order> order) {
			return order.map(Order::name).orElse("none");
		}

	}

	static class NotRequired {

		@DuctListener("orders")
		String take(@Payload(required = false) String message) {
			return String.valueOf(message);
		}

	}

	static class Primitives {

		@DuctListener("orders")
		int take(int message) {
			return message + 1;
		}

	}

	static class Connections {

		@DuctListener("orders")
		void take(MessageDuct from, String message) {
			from.send("1 to " + message);
			from.send("2 to " + message);
		}

	}

	static class WithHeaders {

		@DuctListener("orders")
		Map<String, Object> take(Message<Order> message, @Header(DuctHeaders.DUCT) String duct,
				@Headers Map<String, Object> headers) {
			return Map.of("payload", message.getPayload().name(), "duct", duct, "size",
					message.getHeaders().get(DuctHeaders.SIZE, Integer.class), "header", headers.get(DuctHeaders.DUCT));
		}

	}

	static class NoPayload {

		@DuctListener("orders")
		String take() {
			return "pong";
		}

	}

	static class ReturnsNull {

		@DuctListener("orders")
		@Nullable String take(String message) {
			return null;
		}

	}

	static class Voids {

		private final List<String> seen = new ArrayList<>();

		@DuctListener("orders")
		void take(String message, MessageDuct from) {
			this.seen.add(message);
			if (message.equals("fail")) {
				throw new IllegalStateException("on purpose");
			}
			from.send("seen " + this.seen);
		}

	}

	static class Placeholders {

		@DuctListener("${shop.duct}")
		String take(String message) {
			return message;
		}

	}

	static class Validated {

		@DuctListener("orders")
		Order take(@Valid Order order) {
			return order;
		}

	}

	record Basket(List<@Valid Order> orders) {
	}

	static class ValidatedMany {

		@DuctListener("orders")
		int take(@Valid Basket basket) {
			return basket.orders().size();
		}

	}

	static class Throwing {

		@DuctListener("orders")
		String take(String message) throws Exception {
			switch (message) {
				case "exception" -> throw new IllegalStateException("a secret");
				case "checked" -> throw new IOException("a secret");
				case "assertion" -> throw new AssertionError("a secret");
				case "overflow" -> throw new StackOverflowError("a secret");
				case "problem" -> throw new DuctProblemException(409, "Sold out", "No tea is left", Map.of("left", 0));
				case "remote" -> throw new RemoteHandlerException("theirs", 409, "Sold out", "a secret", Map.of());
				default -> {
					return message;
				}
			}
		}

	}

	static class VoidObjects {

		@DuctListener("orders")
		void take(Object message, MessageDuct from) {
			from.send(message);
		}

	}

	static class Misleading {

		@DuctListener("orders")
		String take(String text, MessageDuct from) throws Exception {
			switch (text) {
				case "large" -> from.send("x".repeat(5 * 1024 * 1024));
				case "conversion" -> throw new MessageConversionException("of another message");
				default ->
					throw new MethodArgumentNotValidException(new GenericMessage<>("another"), new MethodParameter(
							Misleading.class.getDeclaredMethod("take", String.class, MessageDuct.class), 0));
			}
			return text;
		}

	}

	static class VoidThrowing {

		@DuctListener("orders")
		void take(String message, MessageDuct from) {
			if (message.equals("fail")) {
				throw new DuctProblemException(409, "Sold out");
			}
			from.send(message);
		}

	}

	static class Unencodable {

		@DuctListener("orders")
		Object take(String message) {
			Map<String, Object> cycle = new HashMap<>();
			cycle.put("self", cycle);
			return switch (message) {
				case "cycle" -> cycle;
				case "large" -> "x".repeat(5 * 1024 * 1024);
				case "unlinked" -> new Unlinked();
				default -> message;
			};
		}

	}

	static class Unlinked {

		public String getName() {
			throw new LinkageError("expected by the test");
		}

	}

	static class Several {

		@DuctListener("orders")
		String orders(String message) {
			return "orders " + message;
		}

		@DuctListener("stock")
		String stock(String message) {
			return "stock " + message;
		}

	}

	static class OnChild {

		@DuctListener("billing")
		String take(String message) {
			return "billed " + message;
		}

	}

	abstract static class Proxied {

		@Bean
		static NameMatchMethodPointcutAdvisor advisor() {
			NameMatchMethodPointcutAdvisor advisor = new NameMatchMethodPointcutAdvisor(
					(MethodInterceptor) (invocation) -> {
						Order order = (Order) invocation.proceed();
						return new Order(order.name(), order.count() + 100);
					});
			advisor.setMappedName("take");
			return advisor;
		}

		static DefaultAdvisorAutoProxyCreator creator(boolean proxyTargetClass) {
			DefaultAdvisorAutoProxyCreator creator = new DefaultAdvisorAutoProxyCreator();
			creator.setProxyTargetClass(proxyTargetClass);
			return creator;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ClassProxied extends Proxied {

		@Bean
		static DefaultAdvisorAutoProxyCreator creator() {
			return creator(true);
		}

		@Bean
		Records records() {
			return new Records();
		}

	}

	interface Takes {

		Order take(Order order);

	}

	static class TakesOrders implements Takes {

		@Override
		@DuctListener("orders")
		public Order take(Order order) {
			return new Order(order.name(), order.count() + 1);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class InterfaceProxied extends Proxied {

		@Bean
		static DefaultAdvisorAutoProxyCreator creator() {
			return creator(false);
		}

		@Bean
		TakesOrders takesOrders() {
			return new TakesOrders();
		}

	}

	interface AnnotatedInterface {

		@DuctListener("orders")
		String take(String message);

	}

	static class Annotated implements AnnotatedInterface {

		@Override
		public String take(String message) {
			return message + "!";
		}

	}

	abstract static class Base<T> {

		@DuctListener("orders")
		String take(T message) {
			return message.getClass().getSimpleName();
		}

	}

	static class Inherited extends Base<Order> {

	}

	@Configuration
	static class InConfiguration {

		@Bean
		String prefix() {
			return "own ";
		}

		@DuctListener("orders")
		String take(String message) {
			return prefix() + message;
		}

	}

	static class WithId {

		@DuctListener(value = "orders", id = "order-desk")
		int take(int message) {
			return message;
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@DuctListener("orders")
	@interface Orders {

	}

	static class Composed {

		@Orders
		String take(String message) {
			return "composed";
		}

	}

	static class InOrder {

		private final BlockingQueue<Integer> running = new LinkedBlockingQueue<>(1);

		@DuctListener("orders")
		int take(int message) {
			this.running.add(message);
			return this.running.remove();
		}

	}

}
