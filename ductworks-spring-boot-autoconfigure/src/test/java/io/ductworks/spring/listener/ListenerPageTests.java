package io.ductworks.spring.listener;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.CloseReason;
import io.ductworks.DuctProblemException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.message.Deferred;
import io.ductworks.message.DuctMessage;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.message.Protocol;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import io.ductworks.spring.boot.autoconfigure.DuctworksAutoConfiguration;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AliasFor;
import org.springframework.http.HttpStatus;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.ResponseStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The listeners of {@code docs/listeners.md}.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(60)
class ListenerPageTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class, JacksonAutoConfiguration.class,
				ValidationAutoConfiguration.class))
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

	@DuctListener("orders")
	@Component
	static class Intake {

		@DuctListener(method = "order.placeAll")
		int placeAll(List<Order> orders) {
			return orders.size();
		}

		@DuctListener(method = "order.latest")
		String latest(@Payload(required = false) @Nullable Order like) {
			return (like != null) ? "the latest of " + like.sku() : "the latest of all";
		}

		@DuctListener(method = "label.print")
		int print(byte[] picture) {
			return picture.length;
		}

		@DuctListener(method = "order.refund", id = "refunds")
		CompletionStage<Receipt> refund(@NotBlank String number, @Max(100) int percent) {
			return CompletableFuture.completedStage(new Receipt("R-" + number));
		}

		@DuctListener(method = "${shop.report.method:report.weekly}")
		void report(MessageHeaders headers) {
		}

	}

	@Test
	void payloadWhenOfManyKindsThenIsHandedIn() {
		this.rpc.withUserConfiguration(Intake.class).withPropertyValues("shop.report.method=report").run((context) -> {
			try (MessageDuctChild shop = Peers.rpcChildOf(context, "orders")) {
				List<Order> orders = List.of(new Order("nail", 3), new Order("screw", 1));
				assertThat(shop.request("order.placeAll", orders, Integer.class)).isEqualTo(2);
				assertThat(shop.request("order.latest", null, String.class)).isEqualTo("the latest of all");
				assertThat(shop.request("order.latest", new Order("nail", 1), String.class))
					.isEqualTo("the latest of nail");
				assertThat(shop.request("label.print", new byte[] { 1, 2, 3 }, Integer.class)).isEqualTo(3);
				assertThat(shop.request("label.print", "AQID", Integer.class)).isEqualTo(3);
				assertThat(shop.request("order.refund", Map.of("number", "P-1", "percent", 50), Receipt.class))
					.isEqualTo(new Receipt("R-P-1"));
				assertThatExceptionOfType(RemoteHandlerException.class)
					.isThrownBy(
							() -> shop.request("order.refund", Map.of("number", "P-1", "percent", 101), Receipt.class))
					.satisfies((ex) -> assertThat(ex.status()).isEqualTo(400));
				assertThat(shop.request("report", null, Object.class)).isNull();
				assertThat(context.getBean(DuctListenerRegistry.class).ids()).contains("refunds");
			}
		});
	}

	@DuctListener("orders")
	@Component
	static class Desk {

		@DuctListener(method = "order.audit")
		String audit(@Payload Order order, Message<Order> message, @Header(DuctHeaders.METHOD) String method,
				@Headers Map<String, Object> headers) {
			return method + " of " + order.pieces() + ", " + headers.get(DuctHeaders.SIZE) + " bytes";
		}

		@DuctListener(method = "order.approve")
		void approve(DuctMessage message) {
			Deferred answer = message.deferReply();
			Order order = message.as(Order.class);
			new Thread(() -> answer.reply(order.pieces() < 100)).start();
		}

		@DuctListener(method = "order.find")
		Mono<Order> find(String number) {
			return Mono.just(new Order(number, 3));
		}

	}

	@Test
	void messageWhenItIsTakenAsItCameThenHasItsHeadersAndIsAnsweredLater() {
		this.rpc.withUserConfiguration(Desk.class).run((context) -> {
			try (MessageDuctChild shop = Peers.rpcChildOf(context, "orders")) {
				assertThat(shop.request("order.audit", new Order("nail", 3), String.class))
					.matches("order.audit of 3, \\d+ bytes");
				assertThat(shop.request("order.approve", new Order("nail", 3), Boolean.class)).isTrue();
				assertThat(shop.request("order.find", "P-1", Order.class)).isEqualTo(new Order("P-1", 3));
			}
		});
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

	@Configuration(proxyBeanMethods = false)
	static class Interceptors {

		private final Duration patience = Duration.ofMillis(10);

		private final Queue<String> slow = new ConcurrentLinkedQueue<>();

		@Bean
		DuctListenerInterceptor slowListeners() {
			return (invocation) -> {
				long began = System.nanoTime();
				invocation.onEnded((outcome, failure) -> {
					Duration took = Duration.ofNanos(System.nanoTime() - began);
					if (took.compareTo(this.patience) > 0) {
						this.slow.add(invocation.listener().id());
					}
				});
				return invocation.proceed();
			};
		}

	}

	@Component
	static class Callers implements DuctListenerInterceptor, Ordered {

		static final ThreadLocal<String> CALLER = new ThreadLocal<>();

		@Override
		public @Nullable Object around(ListenerInvocation invocation) throws Exception {
			CALLER.set(String.valueOf(invocation.connection().peer()));
			try {
				return invocation.proceed();
			}
			finally {
				CALLER.remove();
			}
		}

		@Override
		public int getOrder() {
			return FAILURE_HANDLING_ORDER - 100;
		}

	}

	@DuctListener("orders")
	@Component
	static class Archive {

		@DuctListener(method = "order.fetch")
		String fetch(String number) {
			throw new Archived(number);
		}

		@ResponseStatus(code = HttpStatus.GONE, reason = "The order is archived")
		static class Archived extends RuntimeException {

			private static final long serialVersionUID = 1L;

			Archived(String number) {
				super(number);
			}

		}

	}

	@Test
	void failureWhenItsClassSaysTheStatusThenIsThat() {
		this.rpc.withUserConfiguration(Archive.class).run((context) -> {
			try (MessageDuctChild shop = Peers.rpcChildOf(context, "orders")) {
				assertThatExceptionOfType(RemoteHandlerException.class)
					.isThrownBy(() -> shop.request("order.fetch", "P-1", String.class))
					.satisfies((ex) -> assertThat(ex.status()).isEqualTo(410))
					.satisfies((ex) -> assertThat(ex.detail()).isEqualTo("The order is archived"));
			}
		});
	}

	@DuctListener("orders")
	@Component
	static class Slow {

		private final CompletableFuture<String> later = new CompletableFuture<>();

		@DuctListener(method = "slow")
		CompletableFuture<String> slow() {
			return this.later;
		}

		@DuctListener(method = "who")
		@Nullable String who() {
			return Callers.CALLER.get();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Recovering {

		private final Queue<String> kept = new ConcurrentLinkedQueue<>();

		@Bean
		DuctRecoverer keepForLater() {
			return (listener, message, failure) -> {
				if (message.isRequest()) {
					throw failure;
				}
				this.kept.add(listener.id() + ": " + message.as(Object.class));
				return null;
			};
		}

	}

	@DuctListener("orders")
	@Component
	static class Failing {

		private final AtomicInteger attempts = new AtomicInteger();

		@DuctListener(method = "third.time")
		int thirdTime() {
			if (this.attempts.incrementAndGet() < 3) {
				throw new IllegalStateException("not yet");
			}
			return 3;
		}

		@DuctListener(method = "never")
		void never(String what) {
			throw new IllegalStateException("never");
		}

		@DuctListener(method = "busy")
		void busy() throws TimeoutException {
			throw new TimeoutException();
		}

		@DuctListener(method = "unknown")
		void unknown(String sku) {
			throw new NoSuchElementException(sku);
		}

		@DuctListener(method = "order.check")
		void check(@Valid Checked order) {
		}

	}

	record Checked(@NotBlank String sku, @Positive int pieces) {
	}

	@DuctListener("orders")
	@Component
	static class Shelves {

		@DuctListener(method = "shelf.take")
		int take(String sku, int pieces) throws IOException {
			throw new FileNotFoundException(sku);
		}

		@MessageExceptionHandler
		int none(FileNotFoundException failure) {
			return 0;
		}

	}

	@DuctAdvice
	static class Failures {

		@MessageExceptionHandler
		void busy(TimeoutException failure, DuctMessage message, MessageDuct from) {
			throw new DuctProblemException(503, "Busy", "ask again later", Map.of("method", message.method()));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Translating {

		@Bean
		DuctExceptionHandler unknownArticles() {
			return (failure) -> (failure instanceof NoSuchElementException)
					? new DuctProblemException(404, "No such article", failure.getMessage()) : null;
		}

	}

	@Test
	void interceptorsWhenTheyStandAroundListenersThenSeeThemEndAndBindTheirThread() {
		this.rpc.withUserConfiguration(Interceptors.class, Callers.class, Slow.class).run((context) -> {
			try (MessageDuctChild shop = Peers.rpcChildOf(context, "orders")) {
				assertThat(shop.request("who", null, String.class)).isNotNull();
				CompletableFuture<String> slow = shop.requestAsync("slow", null, String.class);
				assertThat(slow).failsWithin(Duration.ofMillis(30));
				context.getBean(Slow.class).later.complete("done");
				assertThat(slow).succeedsWithin(Duration.ofSeconds(10));
				Queue<String> seen = context.getBean(Interceptors.class).slow;
				Peers.eventually().untilAsserted(() -> assertThat(seen).contains("Slow.slow"));
			}
		});
	}

	@DuctListener("orders")
	@Component
	static class Stuck {

		private final AtomicInteger running = new AtomicInteger();

		private final CountDownLatch gate = new CountDownLatch(1);

		@DuctListener(method = "stuck")
		void stuck() throws InterruptedException {
			this.running.incrementAndGet();
			assertThat(this.gate.await(20, TimeUnit.SECONDS)).isTrue();
		}

	}

	@Test
	void handlersWhenTheyAreBoundedThenTheRestWaitsOrIsRefused() {
		this.rpc.withInitializer(new ConfigDataApplicationContextInitializer())
			.withPropertyValues("spring.config.location=classpath:handlers.yml")
			.withUserConfiguration(Stuck.class)
			.run((context) -> {
				Stuck stuck = context.getBean(Stuck.class);
				List<CompletableFuture<Object>> answers = new ArrayList<>();
				try (MessageDuctChild shop = Peers.rpcChildOf(context, "orders")) {
					for (int i = 0; i < 4 + 100; i++) {
						answers.add(shop.requestAsync("stuck", null, Object.class));
					}
					Peers.eventually().until(() -> stuck.running.get() == 4);
					assertThatExceptionOfType(RemoteHandlerException.class)
						.isThrownBy(() -> shop.request("stuck", null, Object.class))
						.satisfies((ex) -> assertThat(ex.isRefused()).isTrue());
					assertThat(answers).noneMatch(CompletableFuture::isDone);
					stuck.gate.countDown();
					answers.forEach((answer) -> assertThat(answer).succeedsWithin(Duration.ofSeconds(10)));
				}
			});
	}

	@Test
	void failuresWhenThereAreRetriesThenAreTriedAgainAndRecoveredFrom() {
		this.rpc.withInitializer(new ConfigDataApplicationContextInitializer())
			.withPropertyValues("spring.config.location=classpath:retry.yml")
			.withUserConfiguration(Failing.class, Recovering.class)
			.run((context) -> {
				try (MessageDuctChild shop = Peers.rpcChildOf(context, "orders")) {
					assertThat(shop.request("third.time", null, Integer.class)).isEqualTo(3);
					shop.send("never", "nail");
					Queue<String> kept = context.getBean(Recovering.class).kept;
					Peers.eventually().untilAsserted(() -> assertThat(kept).containsExactly("Failing.never: nail"));
					assertThatExceptionOfType(RemoteHandlerException.class)
						.isThrownBy(() -> shop.request("never", "nail", Object.class))
						.satisfies((ex) -> assertThat(ex.status()).isEqualTo(500));
				}
			});
	}

	@Test
	void failuresWhenThereAreHandlersThenAreAnswered() {
		this.rpc.withUserConfiguration(Failing.class, Shelves.class, Failures.class, Translating.class)
			.run((context) -> {
				try (MessageDuctChild shop = Peers.rpcChildOf(context, "orders")) {
					assertThat(shop.request("shelf.take", Map.of("sku", "nail", "pieces", 3), Integer.class)).isZero();
					assertThatExceptionOfType(RemoteHandlerException.class)
						.isThrownBy(() -> shop.request("busy", null, Object.class))
						.satisfies((ex) -> assertThat(ex.status()).isEqualTo(503))
						.satisfies((ex) -> assertThat(ex.properties()).containsEntry("method", "busy"));
					assertThatExceptionOfType(RemoteHandlerException.class)
						.isThrownBy(() -> shop.request("unknown", "ghost", Object.class))
						.satisfies((ex) -> assertThat(ex.code()).isEqualTo(-32601))
						.satisfies((ex) -> assertThat(ex.detail()).isEqualTo("ghost"));
				}
			});
	}

	@Test
	void messageWhenItIsNotValidThenTheErrorsAreThoseOfThePage() {
		this.rpc.withUserConfiguration(Failing.class).run((context) -> {
			try (MessageDuctChild shop = Peers.rpcChildOf(context, "orders")) {
				assertThatExceptionOfType(RemoteHandlerException.class)
					.isThrownBy(() -> shop.request("order.check", new Checked("", 0), Object.class))
					.satisfies((ex) -> assertThat(ex.detail())
						.isEqualTo("pieces must be greater than 0, sku must not be blank"))
					.satisfies((ex) -> assertThat(ex.properties()).containsEntry("errors",
							List.of(Map.of("field", "pieces", "message", "must be greater than 0"),
									Map.of("field", "sku", "message", "must not be blank"))));
			}
		});
	}

	@Component
	static class Shops {

		private final AtomicInteger open = new AtomicInteger();

		@DuctConnected("orders")
		void came(MessageDuct shop) {
			this.open.incrementAndGet();
			shop.send("price.changed", new Price("nail", 5));
		}

		@DuctDisconnected("orders")
		void went(CloseReason reason) {
			this.open.decrementAndGet();
		}

	}

	@Test
	void connectionWhenItComesAndGoesThenItsMethodsAreCalled() {
		this.rpc.withUserConfiguration(Shops.class).run((context) -> {
			Shops shops = context.getBean(Shops.class);
			CompletableFuture<Price> told = new CompletableFuture<>();
			try (MessageDuctChild shop = Peers.childOf(context.getBean(MessageDuctParent.class),
					(settings) -> settings.protocol(Protocol.JSON_RPC)
						.handler((from, message) -> told.complete(message.as(Price.class))))) {
				assertThat(told).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(new Price("nail", 5));
				assertThat(shops.open).hasValue(1);
			}
			Peers.eventually().until(() -> shops.open.get() == 0);
		});
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

	@Component
	static class Night {

		private final DuctListenerRegistry listeners;

		Night(DuctListenerRegistry listeners) {
			this.listeners = listeners;
		}

		void begins() {
			this.listeners.get("Warehouse.place").pause();
		}

		void ends() {
			this.listeners.get("Warehouse.place").resume();
		}

	}

	@Test
	void listenerWhenPausedThenItsCallsWait() {
		this.rpc.withUserConfiguration(Warehouse.class, Night.class).run((context) -> {
			Night night = context.getBean(Night.class);
			try (MessageDuctChild shop = Peers.rpcChildOf(context, "orders")) {
				night.begins();
				CompletableFuture<Receipt> receipt = shop.requestAsync("order.place", new Order("nail", 3),
						Receipt.class);
				assertThat(receipt).failsWithin(Duration.ofMillis(30));
				night.ends();
				assertThat(receipt).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(new Receipt("P-1"));
			}
		});
	}

	static class Season {

		private final DuctListenerRegistry listeners;

		Season(DuctListenerRegistry listeners) {
			this.listeners = listeners;
		}

		void begin() {
			this.listeners.register(new Sale());
		}

		void end() {
			this.listeners.unregister("sale");
		}

	}

	static class Sale {

		@DuctListener(value = "orders", method = "sale.price", id = "sale")
		int price(String sku) {
			return 3;
		}

	}

	@Test
	void listenerWhenRegisteredAtRunTimeThenTakesMessages() {
		this.rpc.withUserConfiguration(Warehouse.class, Season.class).run((context) -> {
			Season season = context.getBean(Season.class);
			try (MessageDuctChild shop = Peers.rpcChildOf(context, "orders")) {
				season.begin();
				assertThat(shop.request("sale.price", "nail", Integer.class)).isEqualTo(3);
				season.end();
				assertThatExceptionOfType(RemoteHandlerException.class)
					.isThrownBy(() -> shop.request("sale.price", "nail", Integer.class))
					.satisfies((ex) -> assertThat(ex.code()).isEqualTo(-32601));
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
		this.runner.withInitializer(new ConfigDataApplicationContextInitializer())
			.withPropertyValues("spring.config.location=classpath:type-field.yml")
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
