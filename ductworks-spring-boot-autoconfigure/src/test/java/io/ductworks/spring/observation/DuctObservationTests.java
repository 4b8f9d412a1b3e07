package io.ductworks.spring.observation;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.DuctTimeoutException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.message.DuctMessage;
import io.ductworks.message.MessageDuct;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import io.ductworks.spring.boot.autoconfigure.DuctObservationAutoConfiguration;
import io.ductworks.spring.boot.autoconfigure.DuctworksAutoConfiguration;
import io.ductworks.spring.listener.DuctListener;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.GlobalObservationConvention;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.messaging.Message;
import org.springframework.stereotype.Component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(NothingLeftBehind.class)
@Timeout(60)
class DuctObservationTests {

	private static final String OUT = "role=child, transport=inproc}";

	private static final String IN = "role=parent, transport=inproc}";

	private final TestObservationRegistry registry = TestObservationRegistry.create();

	private final Ended ended = new Ended();

	private final ApplicationContextRunner plain = new ApplicationContextRunner().withConfiguration(AutoConfigurations
		.of(DuctworksAutoConfiguration.class, DuctObservationAutoConfiguration.class, JacksonAutoConfiguration.class));

	DuctObservationTests() {
		this.registry.observationConfig().observationHandler(this.ended);
	}

	/**
	 * An application whose child asks its own parent.
	 */
	private ApplicationContextRunner ducts(ApplicationContextRunner runner, String protocol) {
		String address = Peers.freshAddress();
		return runner.withUserConfiguration(protocol.equals("bare") ? BareCalls.class : RpcCalls.class)
			.withPropertyValues("ductworks.defaults.protocol=" + protocol, "ductworks.parent.orders.address=" + address,
					"ductworks.child.shop.address=" + address);
	}

	private ApplicationContextRunner observed(String protocol) {
		return ducts(this.plain.withBean(ObservationRegistry.class, () -> this.registry), protocol);
	}

	private static MessageDuct duct(ApplicationContext context, String name) {
		return context.getBean(DuctRegistry.class).get(name);
	}

	private static @Nullable String ask(ApplicationContext context, String protocol, Object payload) {
		MessageDuct shop = duct(context, "shop");
		return protocol.equals("bare") ? shop.request(payload, String.class)
				: shop.request("order.place", payload, String.class);
	}

	private static CompletableFuture<String> askLater(ApplicationContext context, String protocol, Object payload) {
		MessageDuct shop = duct(context, "shop");
		return protocol.equals("bare") ? shop.requestAsync(payload, String.class)
				: shop.requestAsync("order.place", payload, String.class);
	}

	/**
	 * The line of a request that was sent.
	 */
	private static String asked(String protocol, String outcome) {
		boolean bare = protocol.equals("bare");
		return "ductworks.outgoing 'shop " + (bare ? "request" : "order.place")
				+ "' CLIENT {duct=shop, kind=request, method=" + (bare ? "none" : "order.place") + ", outcome="
				+ outcome + ", " + OUT;
	}

	/**
	 * The line of a request that was taken.
	 */
	private static String answered(String protocol, String outcome) {
		String listener = protocol.equals("bare") ? "BareCalls.place" : "RpcCalls.place";
		return "ductworks.incoming 'orders " + (protocol.equals("bare") ? listener : "order.place")
				+ "' SERVER {duct=orders, kind=request, listener=" + listener + ", outcome=" + outcome + ", " + IN;
	}

	@Test
	void autoConfigurationWhenLookedForThenIsListed() {
		assertThat(ImportCandidates.load(AutoConfiguration.class, getClass().getClassLoader()))
			.contains(DuctObservationAutoConfiguration.class.getName());
	}

	@ParameterizedTest
	@ValueSource(strings = { "bare", "json-rpc" })
	void requestWhenAnsweredThenBothSidesAreObserved(String protocol) {
		observed(protocol).run((context) -> {
			assertThat(ask(context, protocol, "tea")).isEqualTo("tea");

			this.ended.expect(asked(protocol, "success"), answered(protocol, "success"));
			TestObservationRegistryAssert.assertThat(this.registry)
				.doesNotHaveAnyRemainingCurrentObservation()
				.doesNotHaveAnyRemainingCurrentScope();
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "bare", "json-rpc" })
	void keysWhenItHasJustBegunThenAreAllThere(String protocol) {
		observed(protocol).run((context) -> {
			ask(context, protocol, "tea");

			// The name for traces is made at the end.
			assertThat(this.ended.begun()).extracting((line) -> line.replace("'null'", "").replaceFirst("'.*'", ""))
				.containsExactlyInAnyOrder(asked(protocol, "unknown").replaceFirst("'.*'", ""),
						answered(protocol, "unknown").replaceFirst("'.*'", ""));
		});
	}

	@Test
	void messageWhenSentThenBothSidesAreObserved() {
		observed("json-rpc").run((context) -> {
			duct(context, "shop").send("price.changed", "tea");

			this.ended.expect(
					"ductworks.outgoing 'shop price.changed' PRODUCER "
							+ "{duct=shop, kind=message, method=price.changed, outcome=success, " + OUT,
					"ductworks.incoming 'orders price.changed' CONSUMER "
							+ "{duct=orders, kind=message, listener=prices, outcome=success, " + IN);
		});
	}

	@Test
	void messageWhenSentOverABareDuctThenBothSidesAreObserved() {
		String address = Peers.freshAddress();
		this.plain.withBean(ObservationRegistry.class, () -> this.registry)
			.withBean(BareMessages.class)
			.withPropertyValues("ductworks.parent.orders.address=" + address, "ductworks.child.shop.address=" + address)
			.run((context) -> {
				duct(context, "shop").send("tea");

				this.ended.expect(
						"ductworks.outgoing 'shop message' PRODUCER "
								+ "{duct=shop, kind=message, method=none, outcome=success, " + OUT,
						"ductworks.incoming 'orders BareMessages.take' CONSUMER "
								+ "{duct=orders, kind=message, listener=BareMessages.take, outcome=success, " + IN);
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "bare", "json-rpc" })
	void requestWhenTheListenerFailsThenBothSidesHaveTheirError(String protocol) {
		observed(protocol).run((context) -> {
			assertThatExceptionOfType(RemoteHandlerException.class).isThrownBy(() -> ask(context, protocol, "fail"));

			this.ended.expect(asked(protocol, "error") + ": RemoteHandlerException",
					answered(protocol, "error") + ": IllegalStateException");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "bare", "json-rpc" })
	void requestWhenItCannotBeReadThenIsRejected(String protocol) {
		observed(protocol).run((context) -> {
			assertThatExceptionOfType(RemoteHandlerException.class)
				.isThrownBy(() -> ask(context, protocol, List.of(List.of("a", "b"))));

			this.ended.expect(asked(protocol, "rejected") + ": RemoteHandlerException",
					answered(protocol, "rejected") + ": RejectedMessageException");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "bare", "json-rpc" })
	void requestWhenAnsweredLaterThenEndsWithTheAnswer(String protocol) {
		observed(protocol).run((context) -> {
			Calls calls = context.getBean(Calls.class);
			CompletableFuture<String> answer = askLater(context, protocol, "later");
			Peers.eventually().until(() -> !calls.later.isEmpty());
			assertThat(this.ended.lines()).isEmpty();

			calls.later.remove().complete("at last");

			assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo("at last");
			this.ended.expect(asked(protocol, "success"), answered(protocol, "success"));
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "bare", "json-rpc" })
	void requestWhenItFailsLaterThenBothSidesHaveTheirError(String protocol) {
		observed(protocol).run((context) -> {
			Calls calls = context.getBean(Calls.class);
			CompletableFuture<String> answer = askLater(context, protocol, "later");
			Peers.eventually().until(() -> !calls.later.isEmpty());

			calls.later.remove().completeExceptionally(new IllegalStateException("on purpose"));

			assertThat(answer).failsWithin(Duration.ofSeconds(10));
			this.ended.expect(asked(protocol, "error") + ": RemoteHandlerException",
					answered(protocol, "error") + ": IllegalStateException");
		});
	}

	@Test
	void requestWhenNotAnsweredInTimeThenIsATimeout() {
		observed("json-rpc").run((context) -> {
			assertThatExceptionOfType(DuctTimeoutException.class).isThrownBy(
					() -> duct(context, "shop").request("order.place", "later", String.class, Duration.ofMillis(100)));

			Peers.eventually()
				.untilAsserted(() -> assertThat(this.ended.lines())
					.contains(asked("json-rpc", "timeout") + ": DuctTimeoutException"));
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "bare", "json-rpc" })
	void requestsWhenMadeUnderAnObservationThenAreItsChildren(String protocol) {
		observed(protocol).run((context) -> {
			Calls calls = context.getBean(Calls.class);
			Observation caller = Observation.start("caller", this.registry);
			Observation.Scope scope = caller.openScope();
			CompletableFuture<String> first = askLater(context, protocol, "later");
			// Waits for the first one in a bare duct, and is then sent by another thread.
			CompletableFuture<String> second = askLater(context, protocol, "tea");
			assertThat(this.registry.getCurrentObservation()).isSameAs(caller);
			scope.close();
			Peers.eventually().until(() -> !calls.later.isEmpty());
			calls.later.remove().complete("at last");
			assertThat(first).succeedsWithin(Duration.ofSeconds(10));
			assertThat(second).succeedsWithin(Duration.ofSeconds(10));

			this.ended.expect(asked(protocol, "success") + " in caller", asked(protocol, "success") + " in caller",
					answered(protocol, "success"), answered(protocol, "success"));
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "ask", "ask-later" })
	void requestsWhenTheListenerMakesThemThenAreChildrenOfItsObservation(String how) {
		String address = Peers.freshAddress();
		observed("json-rpc")
			.withPropertyValues("ductworks.parent.stock.address=" + address,
					"ductworks.child.warehouse.address=" + address)
			.withBean(Stock.class)
			.run((context) -> {
				context.getBean(Calls.class).warehouse = duct(context, "warehouse");

				assertThat(ask(context, "json-rpc", how)).isEqualTo("12");

				this.ended.expect(asked("json-rpc", "success"), answered("json-rpc", "success"),
						"ductworks.outgoing 'warehouse stock.count' CLIENT {duct=warehouse, kind=request, "
								+ "method=stock.count, outcome=success, " + OUT + " in ductworks.incoming",
						"ductworks.incoming 'stock stock.count' SERVER "
								+ "{duct=stock, kind=request, listener=Stock.count, outcome=success, " + IN);
			});
	}

	@Test
	void observationWhenTheListenerIsTriedAgainThenIsOne() {
		observed("json-rpc")
			.withPropertyValues("ductworks.parent.orders.listener.retry.max-retries=3",
					"ductworks.parent.orders.listener.retry.delay=1ms")
			.run((context) -> {
				Calls calls = context.getBean(Calls.class);

				assertThat(ask(context, "json-rpc", "fail twice")).isEqualTo("fail twice");

				assertThat(calls.current).hasSize(3).doesNotContainNull();
				assertThat(calls.current.stream().distinct()).hasSize(1);
				this.ended.expect(asked("json-rpc", "success"), answered("json-rpc", "success"));
			});
	}

	@Test
	void conventionsWhenTheApplicationHasItsOwnThenAreThese() {
		observed("bare").withBean(OwnReceiverConvention.class).withBean(OwnSenderConvention.class).run((context) -> {
			ask(context, "bare", "tea");

			this.ended.expect(asked("bare", "success").replace("ductworks.outgoing", "own.out"),
					answered("bare", "success").replace("ductworks.incoming", "own.in"));
		});
	}

	@Test
	void conventionWhenItAddsAKeyOfHighCardinalityThenTracesHaveIt() {
		observed("bare").withBean(WithSize.class).run((context) -> {
			ask(context, "bare", "tea");

			this.ended.expect(asked("bare", "success"), answered("bare", "success"));
			TestObservationRegistryAssert.assertThat(this.registry)
				.hasObservationWithNameEqualTo("ductworks.incoming")
				.that()
				.hasHighCardinalityKeyValue("size", "5");
		});
	}

	@Test
	void conventionWhenTheRegistryHasOneForAllThenIsThat() {
		this.registry.observationConfig().observationConvention(new ForAll());
		observed("bare").run((context) -> {
			ask(context, "bare", "tea");

			this.ended.expect("for.all 'null' CLIENT {a=b}", "for.all 'null' SERVER {a=b}");
		});
	}

	@Test
	void observationsWhenSwitchedOffByNameThenAreNotMade() {
		this.registry.observationConfig().observationPredicate((name, context) -> !name.equals("ductworks.outgoing"));
		observed("bare").run((context) -> {
			assertThat(ask(context, "bare", "tea")).isEqualTo("tea");

			this.ended.expect(answered("bare", "success"));
		});
	}

	@Test
	void requestWhenAChildContextIsConfiguredTooThenIsObservedOnce() {
		observed("bare").run((context) -> observed("bare").withParent(context).run((child) -> {
			assertThat(child).hasNotFailed();
			ask(context, "bare", "tea");

			this.ended.expect(asked("bare", "success"), answered("bare", "success"));
		}));
	}

	@Test
	void requestWhenTheRegistryDoesNothingThenIsAnswered() {
		ducts(this.plain.withBean(ObservationRegistry.class, () -> ObservationRegistry.NOOP), "bare")
			.run((context) -> assertThat(ask(context, "bare", "tea")).isEqualTo("tea"));
	}

	@Test
	void observationsWhenThereIsNoRegistryThenAreAbsent() {
		ducts(this.plain, "bare").run((context) -> {
			assertThat(context).hasNotFailed().doesNotHaveBean(ListenerObservations.class);
			assertThat(ask(context, "bare", "tea")).isEqualTo("tea");
		});
	}

	@Test
	void observationsWhenThereIsNoMicrometerThenAreAbsentAndListenersWork() {
		ducts(this.plain, "bare").withClassLoader(new FilteredClassLoader("io.micrometer")).run((context) -> {
			assertThat(context).hasNotFailed().doesNotHaveBean("ductListenerObservations");
			assertThat(ask(context, "bare", "tea")).isEqualTo("tea");
		});
	}

	@Test
	void observationsWhenThereIsNoSpringMessagingThenAreThoseOfWhatIsSent() {
		String address = Peers.freshAddress();
		this.plain.withBean(ObservationRegistry.class, () -> this.registry)
			.withClassLoader(new FilteredClassLoader(Message.class.getPackageName()))
			.withPropertyValues("ductworks.parent.orders.address=" + address, "ductworks.child.shop.address=" + address)
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean("ductListenerObservations");
				duct(context, "shop").send("tea");

				this.ended.expect("ductworks.outgoing 'shop message' PRODUCER "
						+ "{duct=shop, kind=message, method=none, outcome=success, " + OUT);
			});
	}

	/**
	 * What listeners do with an order.
	 */
	static class Calls {

		final Queue<CompletableFuture<String>> later = new ConcurrentLinkedQueue<>();

		final Queue<Observation> current = new ConcurrentLinkedQueue<>();

		private final AtomicInteger attempts = new AtomicInteger();

		private final @Nullable ObservationRegistry registry;

		volatile @Nullable MessageDuct warehouse;

		Calls(@Nullable ObservationRegistry registry) {
			this.registry = registry;
		}

		CompletableFuture<String> take(String order) {
			switch (order) {
				case "later" -> {
					CompletableFuture<String> answer = new CompletableFuture<>();
					this.later.add(answer);
					return answer;
				}
				case "ask" -> {
					return CompletableFuture.completedFuture(count().request("stock.count", "tea", String.class));
				}
				case "ask-later" -> {
					return count().requestAsync("stock.count", "tea", String.class);
				}
				case "fail" -> throw new IllegalStateException("on purpose");
				case "fail twice" -> {
					this.current
						.add(Objects.requireNonNull(Objects.requireNonNull(this.registry).getCurrentObservation()));
					if (this.attempts.incrementAndGet() < 3) {
						throw new IllegalStateException("on purpose");
					}
					return CompletableFuture.completedFuture(order);
				}
				default -> {
					return CompletableFuture.completedFuture(order);
				}
			}
		}

		private MessageDuct count() {
			return Objects.requireNonNull(this.warehouse);
		}

	}

	static class BareCalls extends Calls {

		BareCalls(@Nullable ObservationRegistry registry) {
			super(registry);
		}

		@DuctListener("orders")
		CompletableFuture<String> place(String order) {
			return take(order);
		}

	}

	static class RpcCalls extends Calls {

		RpcCalls(@Nullable ObservationRegistry registry) {
			super(registry);
		}

		@DuctListener(value = "orders", method = "order.place")
		CompletableFuture<String> place(String order) {
			return take(order);
		}

		@DuctListener(value = "orders", method = "price.changed", id = "prices")
		void changed(DuctMessage message) {
		}

	}

	static class BareMessages {

		@DuctListener("orders")
		void take(String message) {
		}

	}

	static class Stock {

		@DuctListener(value = "stock", method = "stock.count")
		String count(String sku) {
			return "12";
		}

	}

	static class OwnReceiverConvention extends DefaultDuctReceiverObservationConvention {

		@Override
		public String getName() {
			return "own.in";
		}

	}

	@Component
	static class WithSize extends DefaultDuctReceiverObservationConvention {

		@Override
		public KeyValues getHighCardinalityKeyValues(DuctReceiverContext context) {
			return KeyValues.of("size", String.valueOf(context.message().size()));
		}

	}

	static class OwnSenderConvention extends DefaultDuctSenderObservationConvention {

		@Override
		public String getName() {
			return "own.out";
		}

	}

	static class ForAll implements GlobalObservationConvention<Observation.Context> {

		@Override
		public String getName() {
			return "for.all";
		}

		@Override
		public KeyValues getLowCardinalityKeyValues(Observation.Context context) {
			return KeyValues.of("a", "b");
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}
