package io.ductworks.spring.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.RemoteHandlerException;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.spring.DuctSetupException;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import io.ductworks.spring.boot.autoconfigure.DuctworksAutoConfiguration;
import io.ductworks.spring.listener.RegisteredListener.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Listeners that are bounded, started, stopped and paused, each for itself.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(60)
class ListenerRegistryTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	private static final Duration SHORT = Duration.ofMillis(50);

	private final ApplicationContextRunner bare = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class, JacksonAutoConfiguration.class,
				PropertyPlaceholderAutoConfiguration.class))
		.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress());

	private final ApplicationContextRunner rpc = this.bare
		.withPropertyValues("ductworks.parent.orders.protocol=json-rpc");

	private static void assertUnavailable(MessageDuctChild child, String method) {
		assertThatExceptionOfType(RemoteHandlerException.class)
			.isThrownBy(() -> child.request(method, null, Object.class))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(-32000))
			.satisfies((ex) -> assertThat(ex.isRefused()).isTrue());
	}

	// Its own concurrency

	@Test
	void listenerWhenItHasAConcurrencyThenThatHoldsOverAllConnections() {
		this.rpc.withUserConfiguration(Bounded.class).run((context) -> {
			Bounded bounded = context.getBean(Bounded.class);
			List<CompletableFuture<Object>> answers = new ArrayList<>();
			try (MessageDuctChild one = Peers.rpcChildOf(context, "orders");
					MessageDuctChild two = Peers.rpcChildOf(context, "orders")) {
				for (int i = 0; i < 4; i++) {
					answers.add(one.requestAsync("work", null, Object.class));
					answers.add(two.requestAsync("work", null, Object.class));
				}
				Peers.eventually().until(() -> bounded.running.get() == 2);
				assertThat(one.request("free", null, String.class)).isEqualTo("free");
				bounded.gate.countDown();
				answers.forEach((answer) -> assertThat(answer).succeedsWithin(SOON));
				assertThat(bounded.most).hasValue(2);
			}
		});
	}

	@Test
	void listenerWhenItsAnswersComeLaterThenTheyCountUntilTheyAreGiven() {
		this.rpc.withUserConfiguration(BoundedFutures.class).withPropertyValues("shop.concurrency=1").run((context) -> {
			BlockingQueue<CompletableFuture<String>> asked = context.getBean(BoundedFutures.class).asked;
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				CompletableFuture<String> first = child.requestAsync("work", null, String.class);
				CompletableFuture<String> later = asked.poll(10, TimeUnit.SECONDS);
				CompletableFuture<String> second = child.requestAsync("work", null, String.class);
				assertThat(asked.poll(100, TimeUnit.MILLISECONDS)).isNull();
				later.complete("first");
				assertThat(first).succeedsWithin(SOON).isEqualTo("first");
				asked.poll(10, TimeUnit.SECONDS).complete("second");
				assertThat(second).succeedsWithin(SOON).isEqualTo("second");
			}
		});
	}

	// One at a time

	@Test
	void registryWhenAskedThenHasAllListeners() {
		this.rpc.withUserConfiguration(Two.class).run((context) -> {
			DuctListenerRegistry registry = context.getBean(DuctListenerRegistry.class);
			assertThat(registry.ids()).containsExactly("Two.look", "off");
			assertThat(registry.listeners()).extracting(RegisteredListener::state)
				.containsExactly(State.RUNNING, State.STOPPED);
			assertThat(registry.get("off").duct()).isEqualTo("orders");
			assertThat(registry.get("off").route()).isEqualTo("place");
			assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> registry.get("on"))
				.withMessage("There is no listener 'on', only [Two.look, off]");
		});
	}

	@Test
	void listenerWhenItDoesNotStartByItselfThenRefusesUntilItIsStarted() {
		this.rpc.withUserConfiguration(Two.class).run((context) -> {
			DuctListenerRegistry registry = context.getBean(DuctListenerRegistry.class);
			MessageDuctParent orders = context.getBean(MessageDuctParent.class);
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				assertUnavailable(child, "place");
				assertThat(child.request("look", null, String.class)).isEqualTo("looked");
				assertThat(orders.statistics().messagesUnhandled()).isZero();
				child.send("place", null);
				Peers.eventually().until(() -> orders.statistics().messagesUnhandled() == 1);
				registry.get("off").start();
				assertThat(child.request("place", null, String.class)).isEqualTo("placed");
				registry.get("off").stop();
				assertUnavailable(child, "place");
			}
		});
	}

	@Test
	void listenerWhenPausedThenItsMessagesWaitAndThoseOfOthersDoNot() {
		this.rpc.withUserConfiguration(Two.class).run((context) -> {
			RegisteredListener look = context.getBean(DuctListenerRegistry.class).get("Two.look");
			context.getBean(DuctListenerRegistry.class).get("off").start();
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				look.pause();
				CompletableFuture<String> waiting = child.requestAsync("look", null, String.class);
				assertThat(child.request("place", null, String.class)).isEqualTo("placed");
				assertThat(waiting).failsWithin(SHORT);
				look.resume();
				assertThat(waiting).succeedsWithin(SOON).isEqualTo("looked");
				look.pause();
				CompletableFuture<String> refused = child.requestAsync("look", null, String.class);
				assertThat(refused).failsWithin(SHORT);
				look.stop();
				assertThat(refused).failsWithin(SOON).withThrowableThat().withMessageContaining("does not run");
				look.resume();
				assertThat(look.state()).isEqualTo(State.STOPPED);
			}
		});
	}

	@Test
	void listenerOfABareDuctWhenPausedThenItsMessagesKeepTheirOrder() {
		this.bare.withUserConfiguration(Notes.class).run((context) -> {
			RegisteredListener listener = context.getBean(DuctListenerRegistry.class).get("Notes.take");
			Queue<Integer> seen = context.getBean(Notes.class).seen;
			listener.pause();
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				child.sendAll(List.of(1, 2, 3));
				assertThat(listener.state()).isEqualTo(State.PAUSED);
				assertThat(seen).isEmpty();
				listener.resume();
				Peers.eventually().until(() -> seen.size() == 3);
				assertThat(seen).containsExactly(1, 2, 3);
			}
		});
	}

	@Test
	void applicationWhenItStopsWhileAListenerIsPausedThenDoesNotWaitForIt() {
		this.rpc.withUserConfiguration(Two.class).run((context) -> {
			RegisteredListener look = context.getBean(DuctListenerRegistry.class).get("Two.look");
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				look.pause();
				CompletableFuture<String> waiting = child.requestAsync("look", null, String.class);
				assertThat(waiting).failsWithin(SHORT);
				long began = System.nanoTime();
				context.stop();
				assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON);
				assertThat(waiting).failsWithin(SOON).withThrowableThat().withMessageContaining("does not run");
			}
			context.start();
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				CompletableFuture<String> waiting = child.requestAsync("look", null, String.class);
				assertThat(waiting).failsWithin(SHORT);
				look.resume();
				assertThat(waiting).succeedsWithin(SOON).isEqualTo("looked");
			}
		});
	}

	// At run time

	@Test
	void objectWhenRegisteredThenTakesMessagesUntilItIsUnregistered() {
		this.rpc.withUserConfiguration(Two.class).run((context) -> {
			DuctListenerRegistry registry = context.getBean(DuctListenerRegistry.class);
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				assertNoSuchMethod(child, "count");
				for (int round = 0; round < 2; round++) {
					List<RegisteredListener> listeners = registry.register(new Counter());
					assertThat(listeners).extracting(RegisteredListener::id).containsExactly("Counter.count");
					assertThat(registry.ids()).containsExactly("Counter.count", "Two.look", "off");
					assertThat(child.request("count", null, Integer.class)).isEqualTo(1);
					assertThat(child.request("look", null, String.class)).isEqualTo("looked");

					assertThat(registry.unregister("Counter.count")).isSameAs(listeners.get(0));
					assertThat(registry.ids()).containsExactly("Two.look", "off");
					assertNoSuchMethod(child, "count");
				}
			}
		});
	}

	@Test
	void listenerOfABeanWhenUnregisteredThenItsMessagesGoToTheOneWithoutAMethod() {
		this.rpc.withUserConfiguration(Two.class).run((context) -> {
			DuctListenerRegistry registry = context.getBean(DuctListenerRegistry.class);
			registry.register(new Rest());
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				assertThat(child.request("look", null, String.class)).isEqualTo("looked");
				registry.unregister("Two.look");
				assertThat(child.request("look", null, String.class)).isEqualTo("the rest");
				assertThat(child.request("anything", null, String.class)).isEqualTo("the rest");
			}
			assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> registry.unregister("Two.look"))
				.withMessage("There is no listener 'Two.look', only [Rest.rest, off]");
		});
	}

	@Test
	void listenerWhenUnregisteredWhileItHandlesThenThatGoesOnAndWhatWaitedIsRefused() {
		this.rpc.withUserConfiguration(Bounded.class).run((context) -> {
			DuctListenerRegistry registry = context.getBean(DuctListenerRegistry.class);
			Bounded bounded = context.getBean(Bounded.class);
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				CompletableFuture<Object> handled = child.requestAsync("work", null, Object.class);
				Peers.eventually().until(() -> bounded.running.get() == 1);
				registry.get("Bounded.work").pause();
				CompletableFuture<Object> waiting = child.requestAsync("work", null, Object.class);
				assertThat(waiting).failsWithin(SHORT);

				assertThat(registry.unregister("Bounded.work").state()).isEqualTo(State.STOPPED);
				assertThat(waiting).failsWithin(SOON).withThrowableThat().withMessageContaining("does not run");
				assertThat(handled).isNotDone();
				bounded.gate.countDown();
				assertThat(handled).succeedsWithin(SOON);
			}
		});
	}

	@Test
	void objectWhenItCannotTakeMessagesThenIsRefusedInWordsAndNothingChanges() {
		this.rpc.withUserConfiguration(Two.class).run((context) -> {
			DuctListenerRegistry registry = context.getBean(DuctListenerRegistry.class);
			assertThatExceptionOfType(DuctSetupException.class).isThrownBy(() -> registry.register(new SameRoute()))
				.satisfies((ex) -> assertThat(ex.description()).contains("Duct 'orders' has two listeners", "'look'",
						"Two.look", "SameRoute.look"));
			assertThatExceptionOfType(DuctSetupException.class).isThrownBy(() -> registry.register(new SameId()))
				.satisfies((ex) -> assertThat(ex.description()).contains("SameId.other", "the id 'off'", "already"));
			assertThatExceptionOfType(DuctSetupException.class).isThrownBy(() -> registry.register(new Nowhere()))
				.satisfies((ex) -> assertThat(ex.description()).contains("@DuctListener(\"nowhere\")"));
			assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> registry.register("text"))
				.withMessageContaining("java.lang.String");
			assertThat(registry.ids()).containsExactly("Two.look", "off");
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				assertThat(child.request("look", null, String.class)).isEqualTo("looked");
				assertNoSuchMethod(child, "free");
			}
		});
	}

	@Test
	void objectWhenItsDuctOpenedWithoutAListenerThenIsRefusedInWords() {
		this.rpc.run((context) -> assertThatExceptionOfType(DuctSetupException.class)
			.isThrownBy(() -> context.getBean(DuctListenerRegistry.class).register(new Counter()))
			.satisfies((ex) -> assertThat(ex.description()).contains("Counter.count", "is open already"))
			.satisfies((ex) -> assertThat(ex.action()).contains("from the start")));
	}

	@Test
	void objectWhenItWouldAnswerOnABareDuctThatDoesNotThenIsRefusedInWords() {
		this.bare.withUserConfiguration(Typed.class)
			.withPropertyValues("ductworks.parent.orders.type-field=kind")
			.run((context) -> assertThatExceptionOfType(DuctSetupException.class)
				.isThrownBy(() -> context.getBean(DuctListenerRegistry.class).register(new TypedAnswer()))
				.satisfies((ex) -> assertThat(ex.description()).contains("TypedAnswer.ask", "answers nothing")));
	}

	@Test
	void registerWhenSingletonsAreNotThereYetThenSaysSo() {
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> new DuctListenerRegistry().register(new Counter()))
			.withMessageContaining("before all singletons are there");
	}

	private static void assertNoSuchMethod(MessageDuctChild child, String method) {
		assertThatExceptionOfType(RemoteHandlerException.class)
			.isThrownBy(() -> child.request(method, null, Object.class))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(-32601));
	}

	// What cannot work

	@Test
	void executionWhenItCannotBeThenTheStartFails() {
		assertThat(failure(this.bare.withUserConfiguration(BareBounded.class)).description())
			.contains("BareBounded.take", "has the concurrency 2", "bare duct");
		assertThat(failure(
				this.rpc.withUserConfiguration(BoundedFutures.class).withPropertyValues("shop.concurrency=none"))
			.action()).isEqualTo("Set it to a number from 1 on.");
		assertThat(
				failure(this.rpc.withUserConfiguration(BoundedFutures.class).withPropertyValues("shop.concurrency=0"))
					.description())
			.contains("has the concurrency '0'");
		assertThat(failure(this.rpc.withUserConfiguration(Perhaps.class)).action())
			.isEqualTo("Set it to true or false.");
	}

	private static DuctSetupException failure(ApplicationContextRunner runner) {
		List<DuctSetupException> failures = new ArrayList<>();
		runner.run((context) -> assertThat(context).getFailure()
			.isInstanceOfSatisfying(DuctSetupException.class, failures::add));
		return failures.get(0);
	}

	@DuctListener("orders")
	static class Bounded {

		private final CountDownLatch gate = new CountDownLatch(1);

		private final AtomicInteger running = new AtomicInteger();

		private final AtomicInteger most = new AtomicInteger();

		@DuctListener(method = "work", concurrency = "2")
		void work() throws InterruptedException {
			this.most.accumulateAndGet(this.running.incrementAndGet(), Math::max);
			assertThat(this.gate.await(10, TimeUnit.SECONDS)).isTrue();
			this.running.decrementAndGet();
		}

		@DuctListener(method = "free")
		String free() {
			return "free";
		}

	}

	static class BoundedFutures {

		private final BlockingQueue<CompletableFuture<String>> asked = new LinkedBlockingQueue<>();

		@DuctListener(value = "orders", concurrency = "${shop.concurrency}")
		CompletableFuture<String> take() {
			CompletableFuture<String> future = new CompletableFuture<>();
			this.asked.add(future);
			return future;
		}

	}

	@DuctListener("orders")
	static class Two {

		@DuctListener(method = "look")
		String look() {
			return "looked";
		}

		@DuctListener(method = "place", id = "off", autoStartup = "false")
		String place() {
			return "placed";
		}

	}

	static class Notes {

		private final Queue<Integer> seen = new ConcurrentLinkedQueue<>();

		@DuctListener(value = "orders", concurrency = "1")
		void take(int number) {
			this.seen.add(number);
		}

	}

	static class Counter {

		private final AtomicInteger count = new AtomicInteger();

		@DuctListener(value = "orders", method = "count")
		int count() {
			return this.count.incrementAndGet();
		}

	}

	static class Rest {

		@DuctListener("orders")
		String rest() {
			return "the rest";
		}

	}

	@DuctListener("orders")
	static class SameRoute {

		@DuctListener(method = "free")
		String free() {
			return "free";
		}

		@DuctListener(method = "look")
		String look() {
			return "looked again";
		}

	}

	static class SameId {

		@DuctListener(value = "orders", method = "other", id = "off")
		void other() {
		}

	}

	static class Nowhere {

		@DuctListener(value = "nowhere", method = "other")
		void other() {
		}

	}

	static class Typed {

		@DuctListener(value = "orders", type = "told")
		void tell(Map<String, Object> message) {
		}

	}

	static class TypedAnswer {

		@DuctListener(value = "orders", type = "asked")
		String ask(Map<String, Object> message) {
			return "answer";
		}

	}

	static class BareBounded {

		@DuctListener(value = "orders", concurrency = "2")
		void take(String text) {
		}

	}

	static class Perhaps {

		@DuctListener(value = "orders", autoStartup = "perhaps")
		void take(String text) {
		}

	}

}
