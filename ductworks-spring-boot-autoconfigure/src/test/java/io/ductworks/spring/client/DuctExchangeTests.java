package io.ductworks.spring.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.ductworks.DuctProblemException;
import io.ductworks.DuctTimeoutException;
import io.ductworks.MessageCodecException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.message.Deferred;
import io.ductworks.message.DuctHandler;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

/**
 * What the methods of clients do on the wire, and what becomes of the answers.
 */
@ExtendWith(NothingLeftBehind.class)
class DuctExchangeTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	@TempDir
	private Path directory;

	/** What came to the peer. */
	private final LinkedBlockingQueue<Map.Entry<String, Object>> calls = new LinkedBlockingQueue<>();

	private DuctHandler answering(@Nullable Object answer) {
		return DuctHandler.answering((from, message) -> {
			this.calls.add(call(message.method(), message.as(Object.class)));
			return answer;
		});
	}

	private static Map.Entry<String, Object> call(@Nullable String method, @Nullable Object payload) {
		return entry(String.valueOf(method), Optional.ofNullable(payload));
	}

	private static Map.Entry<String, Object> called(String method, @Nullable Object payload) {
		return call(method, payload);
	}

	private void assertNextCall(String method, @Nullable Object payload) {
		try {
			assertThat(this.calls.poll(10, TimeUnit.SECONDS)).isEqualTo(called(method, payload));
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	// What is sent

	@Test
	void methodWhenItHasOneParameterThenThatIsThePayload() {
		Clients.rpc(this.directory, answering(Map.of("number", "P-1")), Warehouse.class, (warehouse) -> {
			assertThat(warehouse.place(new PlaceOrder("nail", 3))).isEqualTo(new Receipt("P-1"));
			assertNextCall("order.place", Map.of("sku", "nail", "pieces", 3));
		});
	}

	@Test
	void methodWhenItReturnsNothingThenIsANotification() {
		Clients.rpc(this.directory, (from, message) -> {
			assertThat(message.isRequest()).isFalse();
			this.calls.add(call(message.method(), message.as(Object.class)));
		}, Warehouse.class, (warehouse) -> {
			warehouse.priceChanged("nail");
			assertNextCall("price.changed", "nail");
		});
	}

	@Test
	void methodWhenItHasNoNameThenItsOwnIsTaken() {
		Clients.rpc(this.directory, answering(7), Warehouse.class, (warehouse) -> {
			assertThat(warehouse.count("nail")).isEqualTo(7);
			assertNextCall("count", "nail");
		});
	}

	@Test
	void methodWhenItHasNoParametersThenThereAreNone() {
		Clients.rpc(this.directory, answering(List.of("nail")), Warehouse.class, (warehouse) -> {
			assertThat(warehouse.skus()).containsExactly("nail");
			assertNextCall("skus", null);
		});
	}

	@Test
	void methodWhenItHasSeveralParametersThenTheyAreSentByName() {
		Clients.rpc(this.directory, answering(true), Warehouse.class, (warehouse) -> {
			assertThat(warehouse.move("nail", 3, null)).isTrue();
			assertThat(this.calls.poll()).isNotNull()
				.satisfies((call) -> assertThat(call.getKey()).isEqualTo("move"))
				.satisfies((call) -> assertThat((Optional<?>) call.getValue()).get()
					.asInstanceOf(InstanceOfAssertFactories.MAP)
					.containsExactly(entry("sku", "nail"), entry("pieces", 3), entry("to", null)));
		});
	}

	@Test
	void parametersWhenOfAGenericTypeThenAreWrittenAsThat() {
		Map<String, Object> circle = Map.of("kind", "circle", "radius", 1);
		Clients.rpc(this.directory, answering(null), Shapes.class, (shapes) -> {
			shapes.all(List.of(new Circle(1)));
			assertNextCall("all", List.of(circle));
			shapes.named(new Circle(1), List.of(new Circle(1)), Map.of("x", 1), Optional.of(new Circle(1)));
			assertNextCall("named",
					Map.of("shape", circle, "more", List.of(circle), "any", Map.of("x", 1), "maybe", circle));
			shapes.take(new Circle(1));
			assertNextCall("take", circle);
		});
	}

	@Test
	void messageWhenTheDuctIsBareThenIsTheParameterAlone() {
		Clients.bare(this.directory, answering(Map.of("number", "P-1")), Billing.class, (billing) -> {
			assertThat(billing.bill(new PlaceOrder("nail", 3))).isEqualTo(new Receipt("P-1"));
			assertNextCall("null", Map.of("sku", "nail", "pieces", 3));
			assertThat(billing.next()).contains(new Receipt("P-1"));
			assertNextCall("null", null);
			assertThat(billing.later("nail")).succeedsWithin(SOON).isEqualTo(new Receipt("P-1"));
			assertNextCall("null", "nail");
		});
	}

	@Test
	void messageWhenTheDuctIsBareAndNothingIsReturnedThenIsSent() {
		Clients.bare(this.directory, (from, message) -> this.calls.add(call(null, message.as(Object.class))),
				Stopping.class, (stopping) -> {
					stopping.tell("nail");
					stopping.close();
					assertNextCall("null", "nail");
					assertNextCall("null", null);
				});
	}

	// What comes back

	@Test
	void answerWhenOfAGenericTypeThenIsReadAsThat() {
		Clients.rpc(this.directory, answering(List.of(Map.of("kind", "circle", "radius", 1))), Shapes.class,
				(shapes) -> {
					assertThat(shapes.find()).containsExactly(new Circle(1));
					assertThat(shapes.findLater()).succeedsWithin(SOON).isEqualTo(List.of(new Circle(1)));
					assertThat(shapes.findMaybe()).contains(List.of(new Circle(1)));
					assertThat(shapes.findReactively().block(SOON)).containsExactly(new Circle(1));
				});
	}

	@Test
	void answerWhenTypeIsOfASubinterfaceThenIsReadAsThat() {
		Clients.rpc(this.directory, answering(Map.of("kind", "circle", "radius", 1)), Shapes.class,
				(shapes) -> assertThat(shapes.one()).isEqualTo(new Circle(1)));
	}

	@Test
	void answerWhenNullThenIsNothingOfItsKind() {
		Clients.rpc(this.directory, answering(null), Answers.class, (answers) -> {
			assertThat(answers.value()).isNull();
			assertThat(answers.boxed()).isNull();
			assertThat(answers.maybe()).isEmpty();
			assertThat(answers.stage().toCompletableFuture()).succeedsWithin(SOON).isNull();
			assertThat(answers.future()).succeedsWithin(SOON).isNull();
			assertThat(answers.reactive().blockOptional(SOON)).isEmpty();
			assertThatExceptionOfType(MessageCodecException.class).isThrownBy(answers::primitive);
		});
	}

	@Test
	void answerWhenNobodyWantsItThenIsWaitedForAllTheSame() {
		Clients.rpc(this.directory, answering(Map.of("number", "P-1")), Answers.class, (answers) -> {
			assertThat(answers.done()).succeedsWithin(SOON).isNull();
			assertThat(answers.doneReactively().blockOptional(SOON)).isEmpty();
			assertThat(answers.doneNow()).isNull();
			assertThat(this.calls).hasSize(3);
		});
	}

	@Test
	void failureWhenThePeerTellsOfItThenIsThatOfTheDuct() {
		DuctHandler failing = DuctHandler.answering((from, message) -> {
			throw new DuctProblemException(404, "No such order");
		});
		Clients.rpc(this.directory, failing, Answers.class, (answers) -> {
			assertThatExceptionOfType(RemoteHandlerException.class).isThrownBy(answers::value)
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(404));
			assertThat(answers.stage().toCompletableFuture()).failsWithin(SOON)
				.withThrowableThat()
				.withCauseInstanceOf(RemoteHandlerException.class);
			assertThatExceptionOfType(RemoteHandlerException.class).isThrownBy(() -> answers.reactive().block(SOON));
		});
	}

	// Time-outs and cancels

	@Test
	void timeoutWhenTheMethodHasOneThenIsItsOwn() {
		Clients.rpc(this.directory, (from, message) -> message.deferReply(), Slow.class, (slow) -> {
			assertThatExceptionOfType(DuctTimeoutException.class).isThrownBy(slow::value)
				.withMessageContaining("within 50 ms");
			assertThat(slow.later()).failsWithin(SOON)
				.withThrowableThat()
				.withCauseInstanceOf(DuctTimeoutException.class)
				.withMessageContaining("within 60 ms");
			assertThatExceptionOfType(DuctTimeoutException.class).isThrownBy(() -> slow.reactive().block(SOON))
				.withMessageContaining("within 70 ms");
		});
	}

	@Test
	void requestWhenItsMonoIsNotSubscribedToThenIsNotSent() {
		Clients.rpc(this.directory, answering("x"), Answers.class, (answers) -> {
			Mono<String> reactive = answers.reactive();
			assertThat(answers.value()).isEqualTo("x");
			assertNextCall("value", null);
			assertThat(reactive.block(SOON)).isEqualTo("x");
			assertThat(reactive.block(SOON)).isEqualTo("x");
			assertNextCall("reactive", null);
			assertNextCall("reactive", null);
			assertThat(this.calls).isEmpty();
		});
	}

	@Test
	void requestWhenItIsCancelledThenThePeerIsTold() {
		LinkedBlockingQueue<AtomicBoolean> abandoned = new LinkedBlockingQueue<>();
		Clients.rpc(this.directory, (from, message) -> {
			Deferred later = message.deferReply();
			AtomicBoolean flag = new AtomicBoolean();
			later.onAbandoned(() -> flag.set(true));
			abandoned.add(flag);
		}, Answers.class, (answers) -> {
			Disposable subscription = answers.reactive().subscribe();
			Peers.eventually().until(() -> abandoned.size() == 1);
			subscription.dispose();
			Peers.eventually().untilTrue(abandoned.remove());
			Future<String> future = answers.future();
			Peers.eventually().until(() -> abandoned.size() == 1);
			future.cancel(false);
			Peers.eventually().untilTrue(abandoned.remove());
		});
	}

	// The object

	@Test
	void defaultMethodWhenCalledThenIsAsItIsWritten() {
		Clients.rpc(this.directory, answering(Map.of("number", "P-1")), Warehouse.class, (warehouse) -> {
			assertThat(warehouse.placeAll("nail", "screw")).containsExactly("P-1", "P-1");
			assertNextCall("order.place", Map.of("sku", "nail", "pieces", 1));
			assertNextCall("order.place", Map.of("sku", "screw", "pieces", 1));
		});
	}

	@Test
	void objectWhenComparedThenIsItself() {
		Clients.rpc(this.directory, answering(null), Warehouse.class, (warehouse) -> {
			Object other = Clients.class;
			assertThat(warehouse).isEqualTo(warehouse).isNotEqualTo(other).hasSameHashCodeAs(warehouse);
			assertThat(warehouse).hasToString("@DuctExchange " + Warehouse.class.getName());
		});
	}

	record PlaceOrder(String sku, int pieces) {

	}

	record Receipt(String number) {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
	@JsonSubTypes(@JsonSubTypes.Type(value = Circle.class, name = "circle"))
	sealed interface Shape permits Circle {

	}

	record Circle(int radius) implements Shape {

	}

	@DuctExchange("orders")
	interface Warehouse {

		@DuctMethod("order.place")
		Receipt place(PlaceOrder order);

		@DuctMethod("price.changed")
		void priceChanged(String sku);

		@DuctMethod
		int count(String sku);

		List<String> skus();

		boolean move(String sku, int pieces, @Nullable String to);

		default List<String> placeAll(String... skus) {
			return Arrays.stream(skus).map((sku) -> place(new PlaceOrder(sku, 1)).number()).toList();
		}

		@Override
		String toString();

	}

	interface Store<T> {

		void take(T item);

		T one();

		List<T> find();

		CompletableFuture<List<T>> findLater();

	}

	@DuctExchange("orders")
	interface Shapes extends Store<Shape> {

		void all(List<Shape> shapes);

		void named(Shape shape, List<Shape> more, Object any, Optional<Shape> maybe);

		Optional<List<Shape>> findMaybe();

		Mono<List<Shape>> findReactively();

	}

	@DuctExchange("orders")
	interface Answers {

		@Nullable String value();

		@Nullable Integer boxed();

		int primitive();

		Optional<String> maybe();

		CompletionStage<String> stage();

		Future<String> future();

		Mono<String> reactive();

		CompletableFuture<Void> done();

		Mono<Void> doneReactively();

		@Nullable Void doneNow();

	}

	@DuctExchange("orders")
	interface Slow {

		@DuctMethod(timeout = "50ms")
		String value();

		@DuctMethod(timeout = "PT0.06S")
		CompletableFuture<String> later();

		@DuctMethod(timeout = "${shop.timeout:70}ms")
		Mono<String> reactive();

	}

	@DuctExchange("orders")
	interface Billing {

		Receipt bill(PlaceOrder order);

		Optional<Receipt> next();

		@DuctMethod(timeout = "10s")
		CompletableFuture<Receipt> later(String sku);

	}

	@DuctExchange("${shop.duct:orders}")
	interface Stopping extends AutoCloseable {

		void tell(String what);

		@Override
		void close();

	}

}
