package io.ductworks.spring;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.ductworks.DuctTimeoutException;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.spring.listener.DuctListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * In which order an application with ducts stops, and how long that takes.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(60)
class ShutdownTests {

	@Test
	void stopWhenALifecycleHasTheDefaultPhaseThenItOutlivesTheHandler() throws Exception {
		ConfigurableApplicationContext context = Peers
			.start(new String[] { "ductworks.parent.orders.pseudo-anonymous=true" }, Store.class, Using.class);
		Store store = context.getBean(Store.class);
		Using using = context.getBean(Using.class);
		try (MessageDuctChild child = Peers.childOf(context, "orders")) {
			child.send("work");
			assertThat(using.begun.await(10, TimeUnit.SECONDS)).isTrue();
			Thread closing = new Thread(context::close, "closing");
			closing.start();
			Peers.eventually().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
			assertThat(store.events).containsExactly("store started");

			using.goOn.countDown();
			closing.join(10_000);
			assertThat(store.events).containsExactly("store started", "handler done", "store stopped");
		}
		finally {
			context.close();
		}
	}

	@Test
	void b6StopWhenAListenerStopsItsOwnApplicationThenDoesNotWaitForItself() throws Exception {
		ConfigurableApplicationContext context = Peers
			.start(new String[] { "ductworks.parent.orders.pseudo-anonymous=true" }, Ending.class);
		try (MessageDuctChild child = Peers.childOf(context, "orders")) {
			long begun = System.nanoTime();
			child.send("please stop");
			Peers.eventually().until(() -> !context.isActive());
			Peers.eventually().until(() -> !child.isConnected());

			assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(8));
		}
		finally {
			context.close();
		}
	}

	@Test
	void closeWhenManyPeersDoNotReadThenTakesOneCloseTimeout() throws Exception {
		try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			String[] properties = new String[12];
			for (int i = 0; i < 6; i++) {
				properties[2 * i] = "ductworks.child.silent" + i + ".address=tcp://127.0.0.1:" + silent.getLocalPort();
				properties[2 * i + 1] = "ductworks.child.silent" + i + ".send-timeout=30s";
			}
			ConfigurableApplicationContext context = Peers.start(properties);
			DuctRegistry registry = context.getBean(DuctRegistry.class);
			for (MessageDuctChild child : registry.children().values()) {
				assertThat(child.awaitConnected(Duration.ofSeconds(10))).isTrue();
				fill(child);
			}

			long begun = System.nanoTime();
			context.close();
			assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(Duration.ofSeconds(2),
					Duration.ofSeconds(6));
		}
	}

	/**
	 * Twenty ducts, of which five have a peer that does not read, and a handler that
	 * takes three seconds: what was accepted ends once, be it answered or counted as
	 * unsent.
	 */
	@Test
	void closeWhenThereAreManyDuctsThenTakesOneDrainAndOneCloseTimeout() throws Exception {
		try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			List<String> properties = new ArrayList<>(List.of("ductworks.drain-timeout=6s"));
			for (int i = 0; i < 5; i++) {
				properties.add("ductworks.child.silent" + i + ".address=tcp://127.0.0.1:" + silent.getLocalPort());
				properties.add("ductworks.child.silent" + i + ".send-timeout=30s");
			}
			properties.add("ductworks.parent.orders.pseudo-anonymous=true");
			for (int i = 0; i < 14; i++) {
				properties.add("ductworks.parent.other" + i + ".pseudo-anonymous=true");
			}
			ConfigurableApplicationContext context = Peers.start(properties.toArray(String[]::new), Slow.class);
			DuctRegistry registry = context.getBean(DuctRegistry.class);
			assertThat(registry.names()).hasSize(20);
			for (MessageDuctChild child : registry.children().values()) {
				assertThat(child.awaitConnected(Duration.ofSeconds(10))).isTrue();
				fill(child);
			}
			try (MessageDuctChild asking = Peers.childOf(context, "orders")) {
				CompletableFuture<String> answer = asking.requestAsync("nail", String.class);
				context.getBean(Slow.class).begun.await();

				long begun = System.nanoTime();
				context.close();
				Duration took = Duration.ofNanos(System.nanoTime() - begun);

				assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo("nail after 3 s");
				assertThat(took).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(8));
			}
			assertThat(registry.children().values())
				.allSatisfy((child) -> assertThat(child.statistics().messagesUnsent()).isPositive());
		}
	}

	/**
	 * Sends until nothing more goes out at once.
	 */
	private static void fill(MessageDuctChild child) throws InterruptedException {
		Thread filling = new Thread(() -> {
			try {
				while (true) {
					child.send("x".repeat(100_000));
				}
			}
			catch (RuntimeException ex) {
				assertThat(ex).isNotInstanceOf(DuctTimeoutException.class);
			}
		}, "filling");
		filling.setDaemon(true);
		filling.start();
		Peers.eventually().until(() -> filling.getState() == Thread.State.TIMED_WAITING);
	}

	static class Store implements SmartLifecycle {

		private final List<String> events = new CopyOnWriteArrayList<>();

		private volatile boolean running;

		@Override
		public void start() {
			this.running = true;
			this.events.add("store started");
		}

		@Override
		public void stop() {
			this.running = false;
			this.events.add("store stopped");
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

	}

	static class Slow {

		private final CountDownLatch begun = new CountDownLatch(1);

		@DuctListener("orders")
		String take(String sku) throws InterruptedException {
			this.begun.countDown();
			assertThat(new CountDownLatch(1).await(3, TimeUnit.SECONDS)).isFalse();
			return sku + " after 3 s";
		}

	}

	static class Using {

		private final CountDownLatch begun = new CountDownLatch(1);

		private final CountDownLatch goOn = new CountDownLatch(1);

		private final Store store;

		Using(Store store) {
			this.store = store;
		}

		@DuctListener("orders")
		void take(String text) throws InterruptedException {
			this.begun.countDown();
			this.goOn.await();
			this.store.events.add("handler done");
		}

	}

	static class Ending {

		private final ConfigurableApplicationContext context;

		Ending(ConfigurableApplicationContext context) {
			this.context = context;
		}

		@DuctListener("orders")
		void take(String text) {
			this.context.close();
		}

	}

}
