package io.ductworks.spring.observation;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.message.Protocol;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import io.ductworks.spring.boot.autoconfigure.DuctMetricsAutoConfiguration;
import io.ductworks.spring.boot.autoconfigure.DuctObservationAutoConfiguration;
import io.ductworks.spring.boot.autoconfigure.DuctworksAutoConfiguration;
import io.ductworks.spring.listener.DuctListener;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.brave.autoconfigure.BraveAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Traces as applications have them: with Spring Boot's own configuration of Micrometer
 * Tracing. The ducts of one application ask each other.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(60)
class DuctTracingTests {

	private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";

	private final ApplicationContextRunner untraced = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class, DuctMetricsAutoConfiguration.class,
				DuctObservationAutoConfiguration.class, JacksonAutoConfiguration.class, MetricsAutoConfiguration.class,
				ObservationAutoConfiguration.class))
		.withBean(SimpleMeterRegistry.class);

	private final ApplicationContextRunner traced = this.untraced.withConfiguration(
			AutoConfigurations.of(MicrometerTracingAutoConfiguration.class, BraveAutoConfiguration.class));

	private static ApplicationContextRunner rpc(ApplicationContextRunner runner) {
		String orders = Peers.freshAddress();
		String stock = Peers.freshAddress();
		return runner.withBean(Warehouse.class)
			.withPropertyValues("ductworks.defaults.protocol=json-rpc", "ductworks.parent.orders.address=" + orders,
					"ductworks.child.shop.address=" + orders, "ductworks.parent.stock.address=" + stock,
					"ductworks.child.warehouse.address=" + stock);
	}

	private static String inATrace(ApplicationContext context, Runnable action) {
		ObservationRegistry registry = context.getBean(ObservationRegistry.class);
		AtomicReference<String> traceId = new AtomicReference<>();
		Observation.createNotStarted("caller", registry).observe(() -> {
			Span span = Objects.requireNonNull(context.getBean(Tracer.class).currentSpan());
			traceId.set(span.context().traceId());
			action.run();
		});
		return traceId.get();
	}

	@ParameterizedTest
	@ValueSource(strings = { "order.place", "order.place-later" })
	void traceWhenACallMakesAnotherCallThenIsOneInAllLogLines(String method) {
		rpc(this.traced).run((context) -> {
			MessageDuct shop = context.getBean(DuctRegistry.class).get("shop");

			String traceId = inATrace(context,
					() -> assertThat(shop.request(method, Map.of("sku", "tea"), String.class)).isEqualTo("tea: 12"));

			assertThat(traceId).hasSize(32);
			assertThat(context.getBean(Warehouse.class).traceIds).containsOnly(Map.entry(method, traceId),
					Map.entry("stock.count", traceId));
		});
	}

	@Test
	void traceWhenMessagesAreSentThenGoesWithThem() {
		rpc(this.traced).run((context) -> {
			Map<String, String> traceIds = context.getBean(Warehouse.class).traceIds;

			String traceId = inATrace(context,
					() -> context.getBean(DuctRegistry.class).get("shop").send("price.changed", Map.of("sku", "tea")));

			Peers.eventually().untilAsserted(() -> assertThat(traceIds).containsEntry("price.changed", traceId));
		});
	}

	@Test
	void traceWhenMetaIsSwitchedOffThenEndsAtTheDuct() {
		rpc(this.traced).withPropertyValues("ductworks.child.shop.json-rpc.meta=false").run((context) -> {
			MessageDuct shop = context.getBean(DuctRegistry.class).get("shop");

			String traceId = inATrace(context, () -> shop.request("order.place", Map.of("sku", "tea"), String.class));

			Map<String, String> traceIds = context.getBean(Warehouse.class).traceIds;
			assertThat(traceIds).containsOnlyKeys("order.place", "stock.count").doesNotContainValue(traceId);
			assertThat(traceIds.values().stream().distinct()).hasSize(1);
		});
	}

	@Test
	void traceWhenTheDuctIsBareThenEndsThere() {
		String address = Peers.freshAddress();
		this.traced.withBean(BareWarehouse.class)
			.withPropertyValues("ductworks.parent.orders.address=" + address, "ductworks.child.shop.address=" + address)
			.run((context) -> {
				MessageDuct shop = context.getBean(DuctRegistry.class).get("shop");
				AtomicReference<String> other = new AtomicReference<>();

				String traceId = inATrace(context, () -> other.set(shop.request("tea", String.class)));

				assertThat(other.get()).hasSize(32).isNotEqualTo(traceId);
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "\n", "nonsense", "00-" + TRACE_ID, "00-" + TRACE_ID + "-b7ad6b7169203331",
			"00-" + TRACE_ID + "-b7ad6b7169203331-01-more", "00-" + TRACE_ID + "-0000000000000000-01",
			"00-00000000000000000000000000000000-b7ad6b7169203331-01", "ff-" + TRACE_ID + "-b7ad6b7169203331-01",
			"00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01" })
	void traceWhenThePeerSendsNoneThatCanBeReadThenBeginsAtTheListener(String traceparent) {
		rpc(this.traced).run((context) -> {
			assertThat(callWith(context, traceparent)).isEqualTo("tea: 12");

			Map<String, String> traceIds = context.getBean(Warehouse.class).traceIds;
			assertThat(traceIds).containsOnlyKeys("order.place", "stock.count");
			assertThat(traceIds.values().stream().distinct()).singleElement()
				.asString()
				.hasSize(32)
				.isNotEqualTo(TRACE_ID);
		});
	}

	@Test
	void traceWhenThePeerIsOfAnotherLanguageThenGoesOnAtTheListener() {
		rpc(this.traced).run((context) -> {
			callWith(context, "00-" + TRACE_ID + "-b7ad6b7169203331-01");

			assertThat(context.getBean(Warehouse.class).traceIds.values()).containsOnly(TRACE_ID);
		});
	}

	/**
	 * Calls as a program without Micrometer.
	 */
	private static @Nullable String callWith(ApplicationContext context, String traceparent) {
		MessageDuctParent orders = (MessageDuctParent) context.getBean(DuctRegistry.class).get("orders");
		try (MessageDuctChild child = Peers.childOf(orders,
				(settings) -> settings.protocol(Protocol.JSON_RPC).outgoingObserver((message) -> {
					message.context("traceparent", traceparent);
					return null;
				}))) {
			return child.request("order.place", Map.of("sku", "tea"), String.class);
		}
	}

	@Test
	void traceWhenItIsPropagatedByKeysThatACallDoesNotCarryThenTheCallIsSentWithout() {
		rpc(this.traced).withPropertyValues("management.tracing.propagation.type=b3_multi").run((context) -> {
			MessageDuct shop = context.getBean(DuctRegistry.class).get("shop");

			String traceId = inATrace(context,
					() -> assertThat(shop.request("order.place", Map.of("sku", "tea"), String.class))
						.isEqualTo("tea: 12"));

			assertThat(context.getBean(Warehouse.class).traceIds).containsOnlyKeys("order.place", "stock.count")
				.doesNotContainValue(traceId);
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void timersWhenThereAreObservationsThenAreTheSameAsWithout(boolean tracing) {
		rpc(tracing ? this.traced : this.untraced).run((context) -> {
			ObservationRegistry registry = context.getBean(ObservationRegistry.class);
			MessageDuct shop = context.getBean(DuctRegistry.class).get("shop");
			Observation.createNotStarted("caller", registry)
				.observe(() -> shop.request("order.place", Map.of("sku", "tea"), String.class));

			MeterRegistry meters = context.getBean(MeterRegistry.class);
			assertThat(meters.get("caller").timer().count()).isEqualTo(1);
			Peers.eventually()
				.until(() -> meters.get("ductworks.listener")
					.tags("duct", "orders", "listener", "Warehouse.place", "outcome", "success")
					.timer()
					.count() == 1);
			assertThat(meters.get("ductworks.request").tags("duct", "shop", "outcome", "success").timer().count())
				.isEqualTo(1);
			assertThat(meters.getMeters()).extracting(Meter::getId)
				.extracting(Meter.Id::getName)
				.noneMatch((name) -> name.startsWith("ductworks.incoming") || name.startsWith("ductworks.outgoing"));
		});
	}

	@Test
	void traceWhenObservationsAreSwitchedOffThenEndsAtTheDuct() {
		rpc(this.traced).withPropertyValues("management.observations.enable.ductworks=false").run((context) -> {
			MessageDuct shop = context.getBean(DuctRegistry.class).get("shop");

			inATrace(context, () -> assertThat(shop.request("order.place", Map.of("sku", "tea"), String.class))
				.isEqualTo("tea: 12"));

			assertThat(context.getBean(Warehouse.class).traceIds).isEmpty();
		});
	}

	/**
	 * Notes the trace that its log lines would have.
	 */
	static class Warehouse {

		final Map<String, String> traceIds = new ConcurrentHashMap<>();

		private final BeanFactory beans;

		Warehouse(BeanFactory beans) {
			this.beans = beans;
		}

		private void note(String method) {
			String traceId = MDC.get("traceId");
			if (traceId != null) {
				this.traceIds.put(method, traceId);
			}
		}

		@DuctListener(value = "orders", method = "order.place")
		String place(String sku) {
			note("order.place");
			return sku + ": " + stock().request("stock.count", Map.of("sku", sku), Integer.class);
		}

		@DuctListener(value = "orders", method = "order.place-later")
		CompletableFuture<String> placeLater(String sku) {
			note("order.place-later");
			return stock().requestAsync("stock.count", Map.of("sku", sku), Integer.class)
				.thenApply((pieces) -> sku + ": " + pieces);
		}

		private MessageDuct stock() {
			return this.beans.getBean(DuctRegistry.class).get("warehouse");
		}

		@DuctListener(value = "orders", method = "price.changed")
		void changed(String sku) {
			note("price.changed");
		}

		@DuctListener(value = "stock", method = "stock.count")
		int count(String sku) {
			note("stock.count");
			return 12;
		}

	}

	static class BareWarehouse {

		@DuctListener("orders")
		String take(String sku) {
			return MDC.get("traceId");
		}

	}

}
