package io.ductworks.spring.listener;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

import io.ductworks.RemoteHandlerException;
import io.ductworks.codec.MessageCodec;
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

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.AliasFor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Which listener of a duct takes a message.
 */
@ExtendWith({ NothingLeftBehind.class, OutputCaptureExtension.class })
@Timeout(60)
class ListenerRoutingTests {

	private final ApplicationContextRunner bare = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class, JacksonAutoConfiguration.class,
				PropertyPlaceholderAutoConfiguration.class))
		.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress());

	private final ApplicationContextRunner typed = this.bare
		.withPropertyValues("ductworks.parent.orders.type-field=kind");

	private final ApplicationContextRunner rpc = this.bare
		.withPropertyValues("ductworks.parent.orders.protocol=json-rpc");

	private static void calling(ApplicationContextRunner runner, Consumer<MessageDuctChild> calls) {
		runner.run((context) -> {
			assertThat(context).hasNotFailed();
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				calls.accept(child);
			}
		});
	}

	private static void asking(ApplicationContextRunner runner, Consumer<MessageDuctChild> requests) {
		runner.run((context) -> {
			assertThat(context).hasNotFailed();
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				requests.accept(child);
			}
		});
	}

	private static void assertNotFound(Runnable request, String title, @Nullable String detail, int code) {
		assertThatExceptionOfType(RemoteHandlerException.class).isThrownBy(request::run).satisfies((ex) -> {
			assertThat(ex.status()).isEqualTo(404);
			assertThat(ex.title()).isEqualTo(title);
			assertThat(ex.detail()).isEqualTo(detail);
			assertThat(ex.code()).isEqualTo(code);
		});
	}

	private static DuctSetupException failure(ApplicationContextRunner runner, Class<?>... listeners) {
		List<DuctSetupException> failures = new ArrayList<>();
		runner.withUserConfiguration(listeners)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOfSatisfying(DuctSetupException.class, failures::add));
		return failures.get(0);
	}

	// Calls of JSON-RPC

	@Test
	void callWhenThereAreSeveralListenersThenGoesToTheOneWithItsMethod() {
		calling(this.rpc.withUserConfiguration(Warehouse.class), (child) -> {
			assertThat(child.request("order.place", "tea", String.class)).isEqualTo("placed tea");
			assertThat(child.request("order.count", null, Integer.class)).isEqualTo(1);
			assertThat(child.request("order.place", "nail", String.class)).isEqualTo("placed nail");
			assertThat(child.request("order.count", null, Integer.class)).isEqualTo(2);
		});
	}

	@Test
	void callWhenNoListenerHasItsMethodThenGoesToTheOneWithoutAMethod() {
		calling(this.rpc.withUserConfiguration(Warehouse.class, Others.class), (child) -> {
			assertThat(child.request("order.count", null, Integer.class)).isZero();
			assertThat(child.request("order.plaec", "tea", String.class)).isEqualTo("other tea");
		});
	}

	@Test
	void h6CallWhenNobodyTakesItThenIsAnsweredOrCounted(CapturedOutput output) {
		this.rpc.withUserConfiguration(Warehouse.class).run((context) -> {
			MessageDuctParent orders = context.getBean(MessageDuctParent.class);
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				assertNotFound(() -> child.request("order.plaec", "tea", String.class), "No such method", "order.plaec",
						-32601);
				assertThat(orders.statistics().messagesUnhandled()).isZero();
				for (int i = 0; i < 50; i++) {
					child.send("order.plaec", "tea");
				}
				assertThat(child.request("order.count", null, Integer.class)).isZero();
				assertThat(orders.statistics().messagesUnhandled()).isEqualTo(50);
			}
		});
		assertThat(output.getOut().split("nobody handles a message", -1)).hasSize(2);
		assertThat(output).contains("No such method: order.plaec");
	}

	@Test
	void h7ListenerWhenVoidThenNullIsTheAnswerToARequestAndANotificationHasNone() {
		calling(this.rpc.withUserConfiguration(Warehouse.class), (child) -> {
			assertThat(child.request("order.cancel", "tea", Object.class)).isNull();
			child.send("order.place", "tea");
			assertThat(child.request("order.count", null, Integer.class)).isEqualTo(1);
			assertThat(child.statistics().messagesReceived()).isEqualTo(2);
		});
	}

	// Messages of a bare duct

	@Test
	void messageWhenAMemberSaysItsTypeThenGoesToTheListenerOfThatType() {
		asking(this.typed.withUserConfiguration(Typed.class), (child) -> {
			assertThat(child.request(Map.of("kind", "place", "sku", "tea"), String.class)).isEqualTo("placed tea");
			assertThat(child.request(Map.of("sku", "nail", "kind", "look"), String.class)).isEqualTo("looked at nail");
		});
	}

	@Test
	void messageWhenNoListenerHasItsTypeThenGoesToTheOneWithout() {
		asking(this.typed.withUserConfiguration(Typed.class, Others.class), (child) -> {
			assertThat(child.request(Map.of("kind", "plaec"), String.class)).isEqualTo("other {kind=plaec}");
			assertThat(child.request(Map.of("kind", 7), String.class)).isEqualTo("other {kind=7}");
			assertThat(child.request(Map.of(), String.class)).isEqualTo("other {}");
			assertThat(child.request(List.of("place"), String.class)).isEqualTo("other [place]");
			assertThat(child.request("place", String.class)).isEqualTo("other place");
		});
	}

	@Test
	void h6MessageWhenNobodyTakesItAndListenersAnswerThenTheRequesterIsTold() {
		asking(this.typed.withUserConfiguration(Typed.class), (child) -> {
			assertNotFound(() -> child.request(Map.of("kind", "plaec"), String.class), "No such type", "plaec", 0);
			assertNotFound(() -> child.request(Map.of(), String.class), "No such type", null, 0);
			assertThat(child.request(Map.of("kind", "place", "sku", "tea"), String.class)).isEqualTo("placed tea");
		});
	}

	@Test
	void h6MessageWhenNobodyTakesItAndNoListenerAnswersThenIsCounted(CapturedOutput output) {
		this.typed.withUserConfiguration(Silent.class).run((context) -> {
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				child.send(Map.of("kind", "plaec"));
				child.send(Map.of("kind", "note", "sku", "tea"));
				Silent silent = context.getBean(Silent.class);
				Peers.eventually().until(() -> !silent.notes.isEmpty());
				assertThat(silent.notes).containsExactly("tea");
				assertThat(context.getBean(MessageDuctParent.class).statistics().messagesUnhandled()).isEqualTo(1);
				assertThat(child.statistics().messagesReceived()).isZero();
			}
		});
		assertThat(output).contains("dropped and counted as unhandled: No such type: plaec");
	}

	@Test
	void h7ListenerWhenVoidAndAnotherOfItsBareDuctAnswersThenAnswersNull() {
		asking(this.typed.withUserConfiguration(Typed.class, Silent.class), (child) -> {
			assertThat(child.request(Map.of("kind", "note", "sku", "tea"), Object.class)).isNull();
			assertThat(child.request(Map.of("kind", "place", "sku", "tea"), String.class)).isEqualTo("placed tea");
		});
	}

	@Test
	void h3MessageWhenItsTypeCannotBeReadThenIsRejected() {
		this.typed.withUserConfiguration(Typed.class).run((context) -> {
			try (MessageDuctChild child = Peers.childOf(context.getBean(MessageDuctParent.class),
					(settings) -> settings.codec(MessageCodec.text()))) {
				assertThatExceptionOfType(RemoteHandlerException.class)
					.isThrownBy(() -> child.request("{\"kind\":", String.class))
					.satisfies((ex) -> assertThat(ex.status()).isEqualTo(400));
			}
		});
	}

	// The annotation

	@Test
	void annotationWhenItIsOnTheClassThenNamesTheDuctOfItsMethods() {
		calling(this.rpc.withUserConfiguration(OfClass.class), (child) -> {
			assertThat(child.request("order.place", "tea", String.class)).isEqualTo("placed tea");
			assertThat(child.request("order.look", "tea", String.class)).isEqualTo("looked at tea");
		});
	}

	@Test
	void annotationWhenItIsRepeatedThenTheMethodTakesAllOfThem() {
		calling(this.rpc.withUserConfiguration(Repeated.class), (child) -> {
			assertThat(child.request("order.place", "tea", String.class)).isEqualTo("tea");
			assertThat(child.request("order.replace", "tea", String.class)).isEqualTo("tea");
			assertNotFound(() -> child.request("order.look", "tea", String.class), "No such method", "order.look",
					-32601);
		});
	}

	@Test
	void annotationWhenItIsOnAnotherAnnotationThenThatOneMarksListeners() {
		calling(this.rpc.withUserConfiguration(Composed.class), (child) -> {
			assertThat(child.request("order.place", "tea", String.class)).isEqualTo("placed tea");
			assertThat(child.request("order.look", "tea", String.class)).isEqualTo("looked at tea");
		});
	}

	@Test
	void annotationWhenAMethodOverridesAnotherThenItsOwnHidesThatOfTheOther() {
		calling(this.rpc.withUserConfiguration(Overriding.class), (child) -> {
			assertThat(child.request("order.put", "tea", String.class)).isEqualTo("put tea");
			assertThat(child.request("order.look", "tea", String.class)).isEqualTo("saw tea");
			assertNotFound(() -> child.request("order.place", "tea", String.class), "No such method", "order.place",
					-32601);
		});
	}

	@Test
	void annotationWhenItHasPlaceholdersThenAllAreResolved() {
		calling(this.rpc.withUserConfiguration(Placed.class)
			.withPropertyValues("shop.duct=orders", "shop.method=order.place"),
				(child) -> assertThat(child.request("order.place", "tea", String.class)).isEqualTo("tea"));
		asking(this.typed.withUserConfiguration(PlacedType.class).withPropertyValues("shop.type=place"),
				(child) -> assertThat(child.request(Map.of("kind", "place"), Integer.class)).isEqualTo(1));
	}

	// Names

	@Test
	void nameWhenSeveralWouldHaveTheSameThenHasTheDuctAndTheMethodToo() {
		this.rpc.withUserConfiguration(Repeated.class, Recorded.class).run((context) -> {
			assertThat(context.getBean(Recorded.class).names)
				.containsExactlyInAnyOrder("Repeated.take@orders/order.place", "Repeated.take@orders/order.replace");
		});
	}

	@Test
	void nameWhenItIsSetTwiceThenTheStartFails() {
		assertThat(failure(this.rpc, SameNames.class).description()).contains("Two listeners have the id 'orders'",
				"SameNames.place", "SameNames.look");
	}

	// What cannot work

	@Test
	void listenersWhenTwoTakeTheSameMessagesThenTheStartFailsAndNamesBoth() {
		assertThat(failure(this.rpc, Warehouse.class, OfClass.class).description()).contains(
				"Duct 'orders' has two listeners for the method 'order.place'", "Warehouse.place", "OfClass.place");
		assertThat(failure(this.rpc, Warehouse.class, Others.class, MoreOthers.class).description())
			.contains("Duct 'orders' has two listeners without a method", "MoreOthers.take", "Others.take");
		assertThat(failure(this.typed, Typed.class, TypedAgain.class).description())
			.contains("Duct 'orders' has two listeners for the type 'place'", "Typed.place", "TypedAgain.place");
		DuctSetupException failure = failure(this.bare, Others.class, MoreOthers.class);
		assertThat(failure.description()).contains("Duct 'orders' has two listeners, ", "MoreOthers.take",
				"Others.take");
		assertThat(failure.action()).contains("type-field");
	}

	@Test
	void methodWhenTheDuctIsBareThenTheStartFails() {
		DuctSetupException failure = failure(this.bare, Warehouse.class);
		assertThat(failure.description()).contains("Warehouse.", "has the method 'order.", "bare duct have none");
		assertThat(failure.action()).contains("json-rpc", "type-field");
	}

	@Test
	void typeWhenNothingSaysItThenTheStartFails() {
		assertThat(failure(this.bare, Typed.class).action()).contains("type-field");
		assertThat(failure(this.rpc, Typed.class).description()).contains("has the type '", "speaks json-rpc");
		DuctSetupException failure = failure(this.typed.withBean(DuctBuilderCustomizer.class,
				() -> (name, builder) -> builder.codec(MessageCodec.text())), TypedText.class);
		assertThat(failure.description()).contains("TypedText.take", "no messages with members", "its codec, text");
	}

	@Test
	void annotationWhenItNamesNoDuctThenTheStartFails() {
		DuctSetupException failure = failure(this.rpc, NoDuct.class);
		assertThat(failure.description()).contains("NoDuct.take", "names no duct");
		assertThat(failure.action()).contains("at its class");
	}

	@Test
	void annotationWhenItIsOnTheClassAloneThenTheStartFails() {
		assertThat(failure(this.rpc, ClassAlone.class).description()).contains("ClassAlone", "none of its methods is");
		assertThat(failure(this.rpc, ClassWithMore.class).description()).contains("ClassWithMore",
				"more than the name of the duct");
	}

	static class Warehouse {

		private int orders;

		@DuctListener(value = "orders", method = "order.place")
		String place(String sku) {
			this.orders++;
			return "placed " + sku;
		}

		@DuctListener(value = "orders", method = "order.count")
		int count() {
			return this.orders;
		}

		@DuctListener(value = "orders", method = "order.cancel")
		void cancel(String sku) {
		}

	}

	static class Others {

		@DuctListener("orders")
		String take(Object payload) {
			return "other " + payload;
		}

	}

	static class MoreOthers {

		@DuctListener("orders")
		void take(Object payload) {
		}

	}

	record Order(String sku) {
	}

	@DuctListener("orders")
	static class Typed {

		@DuctListener(type = "place")
		String place(Order order) {
			return "placed " + order.sku();
		}

		@DuctListener(type = "look")
		String look(Order order) {
			return "looked at " + order.sku();
		}

	}

	static class TypedAgain {

		@DuctListener(value = "orders", type = "place")
		void place(Order order) {
		}

	}

	static class TypedText {

		@DuctListener(value = "orders", type = "place")
		void take(String text) {
		}

	}

	static class Silent {

		private final Queue<String> notes = new ConcurrentLinkedQueue<>();

		@DuctListener(value = "orders", type = "note")
		void note(Order order) {
			this.notes.add(order.sku());
		}

	}

	@DuctListener("orders")
	static class OfClass {

		@DuctListener(method = "order.place")
		String place(String sku) {
			return "placed " + sku;
		}

		@DuctListener(method = "order.look")
		String look(String sku) {
			return "looked at " + sku;
		}

	}

	static class Repeated {

		@DuctListener(value = "orders", method = "order.place")
		@DuctListener(value = "orders", method = "order.replace")
		String take(String sku) {
			return sku;
		}

	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@DuctListener("orders")
	@interface OrderListener {

		@AliasFor(annotation = DuctListener.class, attribute = "method")
		String value();

	}

	static class Composed {

		@OrderListener("order.place")
		String place(String sku) {
			return "placed " + sku;
		}

		@OrderListener("order.look")
		String look(String sku) {
			return "looked at " + sku;
		}

	}

	static class Overriding extends OfClass {

		@Override
		@DuctListener(method = "order.put")
		String place(String sku) {
			return "put " + sku;
		}

		@Override
		String look(String sku) {
			return "saw " + sku;
		}

	}

	@DuctListener("${shop.duct}")
	static class Placed {

		@DuctListener(method = "${shop.method}")
		String take(String sku) {
			return sku;
		}

	}

	static class PlacedType {

		@DuctListener(value = "orders", type = "${shop.type}")
		int take(Map<String, Object> message) {
			return message.size();
		}

	}

	static class SameNames {

		@DuctListener(value = "orders", id = "orders", method = "order.place")
		void place(String sku) {
		}

		@DuctListener(value = "orders", id = "orders", method = "order.look")
		void look(String sku) {
		}

	}

	static class NoDuct {

		@DuctListener(method = "order.place")
		void take(String sku) {
		}

	}

	@DuctListener("orders")
	static class ClassAlone {

		void take(String sku) {
		}

	}

	@DuctListener(value = "orders", method = "order.place")
	static class ClassWithMore {

		@DuctListener
		void take(String sku) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Recorded {

		private final Queue<String> names = new ConcurrentLinkedQueue<>();

		@Bean
		DuctListenerInterceptor interceptor() {
			return new DuctListenerInterceptor() {

				@Override
				public void registered(RegisteredListener listener) {
					Recorded.this.names.add(listener.id());
				}

				@Override
				public @Nullable Object around(ListenerInvocation invocation) throws Exception {
					return invocation.proceed();
				}

			};
		}

	}

}
