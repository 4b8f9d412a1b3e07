package io.ductworks.spring.listener;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.DuctProblemException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.message.Protocol;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import io.ductworks.spring.boot.autoconfigure.DuctworksAutoConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.annotation.AliasFor;
import org.springframework.stereotype.Component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The listeners of {@code docs/listeners.md}.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(60)
class ListenerPageTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class, JacksonAutoConfiguration.class))
		.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress());

	private final ApplicationContextRunner rpc = this.runner
		.withPropertyValues("ductworks.parent.orders.protocol=json-rpc");

	record Order(String sku, int pieces) {
	}

	record Receipt(String number) {
	}

	record Price(String sku, int cents) {
	}

	@DuctListener("orders")
	@Component
	static class Warehouse {

		private final AtomicInteger placed = new AtomicInteger();

		private volatile @Nullable Price price;

		@DuctListener(method = "order.place")
		Receipt place(Order order) {
			return new Receipt("P-" + this.placed.incrementAndGet());
		}

		@DuctListener(method = "stock.count")
		int count(String sku, Optional<String> shelf) {
			if (sku.equals("ghost")) {
				throw new DuctProblemException(404, "No such article", sku);
			}
			return shelf.isPresent() ? 3 : 12;
		}

		@DuctListener(method = "price.changed")
		void priceChanged(Price price) {
			this.price = price;
		}

		@DuctListener(method = "order.track")
		CompletableFuture<String> track(String number) {
			return CompletableFuture.supplyAsync(() -> number + " is on its way");
		}

		@DuctListener(method = "order.check")
		String check(Order order, MessageDuct shop, @Nullable Principal peer) {
			Boolean limit = shop.request("credit.allows", order.pieces(), Boolean.class);
			return Boolean.TRUE.equals(limit) ? "fine" : "too much";
		}

	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@DuctListener("orders")
	@interface OrderListener {

		@AliasFor(annotation = DuctListener.class)
		String method();

	}

	@Component
	static class Statistics {

		@OrderListener(method = "order.count")
		int count() {
			return 7;
		}

		@DuctListener(value = "orders", method = "report.daily", concurrency = "1", autoStartup = "false")
		List<String> daily() {
			return List.of("nail", "screw");
		}

	}

	@Component
	static class Bare {

		@DuctListener(value = "orders", type = "place")
		Receipt place(Order order) {
			return new Receipt("P-1");
		}

		@DuctListener(value = "orders", type = "cancel")
		void cancel(Map<String, Object> cancellation) {
		}

		@DuctListener("orders")
		String anythingElse(Object message) {
			return "what is that?";
		}

	}

	@Test
	void methodsWhenCalledThenReachTheirListeners() {
		this.rpc.withUserConfiguration(Warehouse.class, Statistics.class).run((context) -> {
			try (MessageDuctChild shop = Peers.rpcChildOf(context, "orders")) {
				assertThat(shop.request("order.place", new Order("nail", 3), Receipt.class))
					.isEqualTo(new Receipt("P-1"));
				assertThat(shop.request("stock.count", Map.of("sku", "nail"), Integer.class)).isEqualTo(12);
				assertThat(shop.request("stock.count", Map.of("sku", "nail", "shelf", "A"), Integer.class))
					.isEqualTo(3);
				assertThat(shop.request("order.track", "P-1", String.class)).isEqualTo("P-1 is on its way");
				assertThatExceptionOfType(RemoteHandlerException.class)
					.isThrownBy(() -> shop.request("stock.count", "ghost", Integer.class))
					.satisfies((ex) -> assertThat(ex.code()).isEqualTo(-32601));
				shop.send("price.changed", new Price("nail", 5));
				assertThat(shop.request("order.count", null, Integer.class)).isEqualTo(7);
				assertThat(context.getBean(Warehouse.class).price).isEqualTo(new Price("nail", 5));
				assertThatExceptionOfType(RemoteHandlerException.class)
					.isThrownBy(() -> shop.request("report.daily", null, Object.class))
					.satisfies((ex) -> assertThat(ex.isRefused()).isTrue());
				context.getBean(DuctListenerRegistry.class).get("Statistics.daily").start();
				assertThat(shop.request("report.daily", null, Object.class)).isEqualTo(List.of("nail", "screw"));
			}
		});
	}

	@Test
	void listenerWhenItAsksBackThenIsAnswered() {
		this.rpc.withUserConfiguration(Warehouse.class).run((context) -> {
			MessageDuctParent orders = context.getBean(MessageDuctParent.class);
			try (MessageDuctChild shop = Peers.childOf(orders, (settings) -> settings.protocol(Protocol.JSON_RPC)
				.handler((from, message) -> message.reply(message.as(Integer.class) < 100)))) {
				assertThat(shop.request("order.check", new Order("nail", 3), String.class)).isEqualTo("fine");
				assertThat(shop.request("order.check", new Order("nail", 300), String.class)).isEqualTo("too much");
			}
		});
	}

	@Test
	void messagesWhenTheyHaveATypeThenReachTheirListeners() {
		this.runner.withPropertyValues("ductworks.parent.orders.type-field=kind")
			.withUserConfiguration(Bare.class)
			.run((context) -> {
				try (MessageDuctChild shop = Peers.childOf(context, "orders")) {
					Map<String, Object> place = Map.of("kind", "place", "sku", "nail", "pieces", 1);
					assertThat(shop.request(place, Receipt.class)).isEqualTo(new Receipt("P-1"));
					assertThat(shop.request(Map.of("kind", "cancel"), Object.class)).isNull();
					assertThat(shop.request("hello", String.class)).isEqualTo("what is that?");
				}
			});
	}

}
