package io.ductworks.spring;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.DuctTimeoutException;
import io.ductworks.NotConnectedException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.spring.lifecycle.DuctDispatchLifecycle;
import io.ductworks.spring.lifecycle.DuctTransportLifecycle;
import io.ductworks.spring.listener.DuctListener;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith({ NothingLeftBehind.class, OutputCaptureExtension.class })
class DuctLifecycleTests {

	private static final Duration LONG = Duration.ofSeconds(10);

	@TempDir
	private Path directory;

	@Test
	void messagesWhenSentBeforeDispatchHasStartedThenAreHandedOutAfterwards() {
		try (ConfigurableApplicationContext context = Peers.start(
				new String[] { "ductworks.parent.orders.address=" + Peers.freshAddress() }, Order.class, Early.class)) {
			Order order = context.getBean(Order.class);
			Peers.eventually().until(() -> order.seen.size() == 2);
			assertThat(order.seen).containsExactly("started early", "message early");
		}
	}

	@Test
	void c11PhasesWhenComparedThenTransportComesBeforeExecutorsAndDispatchLast() {
		try (ConfigurableApplicationContext context = Peers.start(new String[0])) {
			assertThat(context.getBean(DuctTransportLifecycle.class).getPhase())
				.isEqualTo(Integer.MAX_VALUE / 2 - 1024);
			assertThat(context.getBean(DuctDispatchLifecycle.class).getPhase()).isEqualTo(SmartLifecycle.DEFAULT_PHASE);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "tcp", "unix", "inproc" })
	void c12ContextWhenStoppedAndStartedAHundredTimesThenServesEachTime(String transport) {
		String address = address(transport);
		try (ConfigurableApplicationContext context = Peers.start(new String[] {
				"ductworks.parent.orders.address=" + address, "ductworks.child.self.address=" + Peers.freshAddress() },
				Echo.class)) {
			for (int i = 0; i < 100; i++) {
				try (MessageDuctChild child = Peers.childOf(context, "orders")) {
					assertThat(child.request(i, Integer.class)).isEqualTo(i);
					// A parent that stops waits until its children have seen the end.
					CompletableFuture<Boolean> end = CompletableFuture.supplyAsync(() -> child.poll(LONG));
					context.stop();
					assertThat(context.getBean(DuctTransportLifecycle.class).isRunning()).isFalse();
					assertThat(end).succeedsWithin(LONG).isEqualTo(true);
				}
				assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
					.doesNotContain("duct-orders-loop", "duct-self-connect");
				context.start();
			}
		}
	}

	@Test
	void contextWhenClosedThenSocketFileIsGone() {
		String address = address("unix");
		try (ConfigurableApplicationContext context = Peers
			.start(new String[] { "ductworks.parent.orders.address=" + address })) {
			assertThat(this.directory.resolve("orders.sock")).exists();
		}
		assertThat(this.directory).isDirectoryNotContaining((file) -> !file.toString().endsWith(".lock"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "inproc" })
	void c9ChildWhenItsParentComesLaterThenConnectsInTheBackground(String transport) {
		String address = address(transport);
		try (ConfigurableApplicationContext context = Peers.start(new String[] {
				"ductworks.child.billing.address=" + address, "ductworks.child.billing.connect.retry.delay=5ms",
				"ductworks.child.billing.connect.retry.max-delay=20ms" })) {
			MessageDuctChild child = context.getBean(MessageDuctChild.class);
			Peers.eventually().until(() -> child.statistics().connectsFailed() >= 3);
			try (MessageDuctParent parent = Peers.parentAt(address)) {
				child.send("hello");
				assertThat(parent.recv()).isEqualTo("hello");
			}
		}
	}

	@Test
	void c9StartWhenItIsToWaitThenWaitsForTheParentAndIsConnectedAfterwards() {
		String address = address("unix");
		CompletableFuture<ConfigurableApplicationContext> starting = CompletableFuture
			.supplyAsync(() -> Peers.start(new String[] { "ductworks.child.billing.address=" + address,
					"ductworks.child.billing.connect.startup=wait",
					"ductworks.child.billing.connect.retry.max-delay=20ms" }));
		Peers.eventually()
			.until(() -> Thread.getAllStackTraces()
				.keySet()
				.stream()
				.anyMatch((thread) -> thread.getName().equals("duct-billing-connect")));
		assertThat(starting).isNotDone();

		try (MessageDuctParent parent = Peers.parentAt(address);
				ConfigurableApplicationContext context = starting.orTimeout(10, TimeUnit.SECONDS).join()) {
			assertThat(context.getBean(MessageDuctChild.class).isConnected()).isTrue();
			assertThat(parent.name()).isEqualTo("test-parent");
		}
	}

	@Test
	void c9StartWhenItHasWaitedLongEnoughThenGoesOnWithAWarning(CapturedOutput output) {
		try (ConfigurableApplicationContext context = Peers
			.start(new String[] { "ductworks.child.billing.address=" + Peers.freshAddress(),
					"ductworks.defaults.connect.startup=wait", "ductworks.defaults.connect.startup-timeout=50ms" })) {
			assertThat(context.getBean(MessageDuctChild.class).isConnected()).isFalse();
			assertThat(output).contains("Duct 'billing' is not connected", "after 50 ms", "nobody listens",
					"starts without it");
		}
	}

	@Test
	void c9StartWhenManyParentsAreMissingThenWaitsOnceForAll(CapturedOutput output) {
		List<String> properties = new ArrayList<>(
				List.of("ductworks.defaults.connect.startup=wait", "ductworks.defaults.connect.startup-timeout=500ms"));
		for (int i = 0; i < 20; i++) {
			properties.add("ductworks.child.c" + i + ".address=" + Peers.freshAddress());
		}
		long started = System.nanoTime();
		try (ConfigurableApplicationContext context = Peers.start(properties.toArray(String[]::new))) {
			assertThat(Duration.ofNanos(System.nanoTime() - started)).isBetween(Duration.ofMillis(500),
					Duration.ofSeconds(5));
			assertThat(output.getOut().lines().filter((line) -> line.contains("after 500 ms, "))).hasSize(20);
		}
	}

	@Test
	void c9StartWhenItIsToFailThenSaysWhatTheLastAttemptMetAndLeavesNothing() {
		assertThatException()
			.isThrownBy(() -> Peers.start(new String[] { "ductworks.child.billing.address=" + Peers.freshAddress(),
					"ductworks.child.billing.connect.startup=fail",
					"ductworks.child.billing.connect.startup-timeout=2s" }))
			.havingRootCause()
			.withMessageContaining("nobody listens");
	}

	@Test
	void childWhenTheLongestPauseIsShorterThanTheFirstThenConnectsAllTheSame() {
		String address = Peers.freshAddress();
		try (ConfigurableApplicationContext context = Peers.start(new String[] {
				"ductworks.child.billing.address=" + address, "ductworks.child.billing.connect.retry.delay=1h",
				"ductworks.child.billing.connect.retry.max-delay=5ms" })) {
			MessageDuctChild child = context.getBean(MessageDuctChild.class);
			Peers.eventually().until(() -> child.statistics().connectsFailed() >= 3);
			try (MessageDuctParent parent = Peers.parentAt(address)) {
				Peers.eventually().until(parent::isConnected);
				assertThat(child.awaitConnected(Duration.ofSeconds(10))).isTrue();
			}
		}
	}

	@Test
	void childWhenItsParentIsRestartedThenComesBack() {
		String address = address("unix");
		String[] parent = { "ductworks.parent.orders.address=" + address };
		try (ConfigurableApplicationContext context = Peers.start(new String[] {
				"ductworks.child.orders.address=" + address, "ductworks.child.orders.connect.retry.delay=5ms",
				"ductworks.child.orders.connect.retry.max-delay=20ms" })) {
			MessageDuctChild child = context.getBean(MessageDuctChild.class);
			for (int i = 0; i < 3; i++) {
				try (ConfigurableApplicationContext other = Peers.start(parent, Echo.class)) {
					assertThat(child.request(i, Integer.class)).isEqualTo(i);
				}
				Peers.eventually().until(() -> !child.isConnected());
			}
			assertThat(child.statistics().connectionsOpened()).isEqualTo(3);
		}
	}

	@Test
	void sendWhenDisconnectedAndDuctFailsThenFailsAtOnce() {
		try (ConfigurableApplicationContext context = Peers.start(new String[] {
				"ductworks.child.billing.address=" + Peers.freshAddress(), "ductworks.defaults.disconnected=fail" })) {
			MessageDuctChild child = context.getBean(MessageDuctChild.class);
			assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> child.send("x"))
				.withMessageContaining("'billing'");
			assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> child.request("x", String.class));
		}
	}

	@Test
	void sendWhenDisconnectedAndDuctWaitsThenIsBoundedByItsTimeout() {
		try (ConfigurableApplicationContext context = Peers
			.start(new String[] { "ductworks.child.billing.address=" + Peers.freshAddress(),
					"ductworks.defaults.send-timeout=50ms", "ductworks.defaults.request-timeout=50ms" })) {
			MessageDuctChild child = context.getBean(MessageDuctChild.class);
			Peers.eventually().until(() -> child.statistics().connectsFailed() >= 2);
			assertThatExceptionOfType(DuctTimeoutException.class).isThrownBy(() -> child.send("x"))
				.withMessageContainingAll("'billing'", "not connected", "nobody listens");
			assertThatExceptionOfType(DuctTimeoutException.class).isThrownBy(() -> child.request("x", String.class));
		}
	}

	@Test
	void sendWhenTheContextIsStoppedThenFailsAtOnce() {
		try (ConfigurableApplicationContext context = Peers
			.start(new String[] { "ductworks.child.billing.address=" + Peers.freshAddress() })) {
			context.stop();
			MessageDuctChild child = context.getBean(MessageDuctChild.class);
			assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> child.send("x"));
		}
	}

	@Test
	void c11DrainWhenAHandlerRunsThenItsReplyArrivesAndOthersAreRefusedAtOnce() {
		try (ConfigurableApplicationContext context = Peers
			.start(new String[] { "ductworks.parent.orders.address=" + Peers.freshAddress(),
					"ductworks.parent.busy.address=" + Peers.freshAddress() }, Echo.class, Slow.class)) {
			Slow slow = context.getBean(Slow.class);
			try (MessageDuctChild waiting = Peers.childOf(context, "busy");
					MessageDuctChild late = Peers.childOf(context, "busy");
					MessageDuctChild idle = Peers.childOf(context, "orders")) {
				assertThat(idle.request(1, Integer.class)).isEqualTo(1);
				CompletableFuture<String> reply = waiting.requestAsync("first", String.class);
				await(slow.running);
				CompletableFuture<Void> closing = CompletableFuture.runAsync(context::close);
				// "busy" refuses before "orders" does.
				assertRefusedEventually(idle);
				assertRefused(late);
				assertThat(closing).isNotDone();
				assertThat(reply).isNotDone();
				slow.go.countDown();
				assertThat(reply.orTimeout(10, TimeUnit.SECONDS).join()).isEqualTo("first");
				closing.orTimeout(10, TimeUnit.SECONDS).join();
				assertThat(slow.seen).containsExactly("first");
			}
		}
	}

	@Test
	void drainWhenTheListenerIsVoidThenMessagesStayUnread() {
		ConfigurableApplicationContext context = Peers
			.start(new String[] { "ductworks.parent.notes.address=" + Peers.freshAddress(),
					"ductworks.parent.orders.address=" + Peers.freshAddress() }, Notes.class, Echo.class);
		try (context) {
			Notes notes = context.getBean(Notes.class);
			try (MessageDuctChild child = Peers.childOf(context, "notes");
					MessageDuctChild other = Peers.childOf(context, "notes");
					MessageDuctChild probe = Peers.childOf(context, "orders")) {
				child.send("first");
				await(notes.running);
				CompletableFuture<Void> closing = CompletableFuture.runAsync(context::close);
				assertRefusedEventually(probe);
				child.send("second");
				other.send("third");
				notes.go.countDown();
				closing.orTimeout(10, TimeUnit.SECONDS).join();
				assertThat(notes.seen).containsExactly("first");
			}
		}
	}

	@Test
	void c13DrainWhenAHandlerDoesNotEndThenIsBoundedAndSaysSo(CapturedOutput output) {
		ConfigurableApplicationContext context = Peers.start(new String[] {
				"ductworks.parent.busy.address=" + Peers.freshAddress(), "ductworks.drain-timeout=100ms" }, Slow.class);
		Slow slow = context.getBean(Slow.class);
		try (context; MessageDuctChild child = Peers.childOf(context, "busy")) {
			child.send("first");
			await(slow.running);
			long started = System.nanoTime();
			context.close();
			assertThat(Duration.ofNanos(System.nanoTime() - started)).isBetween(Duration.ofMillis(100),
					Duration.ofSeconds(5));
			assertThat(output).contains("WARN").contains("[busy]").contains("100 ms");
		}
		finally {
			slow.go.countDown();
		}
	}

	@Test
	void p14ChildWhenItsParentAcceptsAndClosesAtOnceThenDoesNotHammerIt() {
		String address = Peers.freshAddress();
		try (MessageDuctParent parent = Peers.parentAt(address); MessageDuctChild first = Peers.childOf(parent)) {
			Peers.eventually().until(parent::isConnected);
			try (ConfigurableApplicationContext context = Peers.start(new String[] {
					"ductworks.child.second.address=" + address, "ductworks.child.second.connect.retry.delay=10ms" })) {
				MessageDuctChild second = context.getBean(MessageDuctChild.class);
				long started = System.nanoTime();
				Peers.eventually().until(() -> second.statistics().connectsSucceeded() >= 8);
				// Up to 10 + 20 + 40 + 80 + 160 + 320 + 640 ms, and less than 50 ms once
				// in 100,000 times
				assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThan(Duration.ofMillis(50));
				assertThat(first.isConnected()).isTrue();
				first.close();
				Peers.eventually().until(() -> parent.statistics().connectionsOpened() == 2);
				Peers.eventually().until(second::isConnected);
			}
		}
	}

	@Test
	void c3ConnectingWhenStoppedAtAnyMomentThenNothingStaysOpen() {
		String address = Peers.freshAddress();
		AtomicInteger round = new AtomicInteger();
		try (ConfigurableApplicationContext context = Peers.start(new String[] {
				"ductworks.child.billing.address=" + address, "ductworks.child.billing.connect.retry.delay=1ms",
				"ductworks.child.billing.connect.retry.multiplier=1" })) {
			MessageDuctChild child = context.getBean(MessageDuctChild.class);
			while (round.incrementAndGet() <= 100) {
				long failed = child.statistics().connectsFailed();
				Peers.eventually().until(() -> child.statistics().connectsFailed() > failed);
				context.stop();
				assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
					.doesNotContain("duct-billing-connect");
				assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> child.send("x"));
				context.start();
			}
		}
	}

	private String address(String transport) {
		return switch (transport) {
			case "tcp" -> "tcp://localhost:0";
			case "unix" -> "unix:" + this.directory.resolve("orders.sock");
			default -> Peers.freshAddress();
		};
	}

	private static void assertRefusedEventually(MessageDuct duct) {
		Peers.eventually().untilAsserted(() -> assertRefused(duct));
	}

	private static void assertRefused(MessageDuct duct) {
		long started = System.nanoTime();
		assertThatExceptionOfType(RemoteHandlerException.class).isThrownBy(() -> duct.request(2, Object.class))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(503));
		assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(2));
	}

	private static void await(CountDownLatch latch) {
		Peers.eventually().until(() -> latch.getCount() == 0);
	}

	static class Echo {

		@DuctListener("orders")
		Integer take(Integer message) {
			return message;
		}

	}

	static class Slow {

		final CountDownLatch running = new CountDownLatch(1);

		final CountDownLatch go = new CountDownLatch(1);

		final List<String> seen = new CopyOnWriteArrayList<>();

		@DuctListener("busy")
		String take(String message) throws InterruptedException {
			this.seen.add(message);
			this.running.countDown();
			assertThat(this.go.await(10, TimeUnit.SECONDS)).isTrue();
			return message;
		}

	}

	static class Notes {

		final CountDownLatch running = new CountDownLatch(1);

		final CountDownLatch go = new CountDownLatch(1);

		final List<String> seen = new CopyOnWriteArrayList<>();

		@DuctListener("notes")
		void take(String message) throws InterruptedException {
			this.seen.add(message);
			this.running.countDown();
			assertThat(this.go.await(10, TimeUnit.SECONDS)).isTrue();
		}

	}

	static class Early implements SmartLifecycle {

		private final MessageDuctParent parent;

		private final Order order;

		private @Nullable MessageDuctChild child;

		Early(MessageDuctParent parent, Order order) {
			this.parent = parent;
			this.order = order;
		}

		@Override
		public void start() {
			MessageDuctChild child = Peers.childOf(this.parent);
			this.child = child;
			child.send("early");
			Awaitility.await()
				.during(Duration.ofMillis(100))
				.atMost(Duration.ofSeconds(5))
				.until(() -> this.order.seen.isEmpty());
			this.order.seen.add("started early");
		}

		@Override
		public void stop() {
			MessageDuctChild child = this.child;
			if (child != null) {
				child.close();
			}
			this.child = null;
		}

		@Override
		public boolean isRunning() {
			return this.child != null;
		}

		@Override
		public int getPhase() {
			return DEFAULT_PHASE - 1;
		}

	}

	static class Order {

		final List<String> seen = new CopyOnWriteArrayList<>();

		@DuctListener("orders")
		void take(String message) {
			this.seen.add("message " + message);
		}

	}

}
