package io.ductworks.spring;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.ductworks.NotConnectedException;
import io.ductworks.message.DuctHandler;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Calls before the application has opened its ducts, after it has closed them, and when
 * it opens them again.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(60)
class CallsOutsideOfTheLifeTests {

	private static final String NOT_STARTED = "Duct 'billing': the application has not started its ducts yet; "
			+ "call from an ApplicationRunner or later";

	private static final String STOPPING = "Duct 'billing': the application is stopping";

	private final String address = Peers.freshAddress();

	private ConfigurableApplicationContext start(String address, Class<?>... classes) {
		return Peers.start(new String[] { "ductworks.child.billing.address=" + address }, classes);
	}

	private MessageDuctParent parent() {
		return Peers.parentAt(this.address,
				(builder) -> builder.handler(DuctHandler.answering((from, message) -> message.as(Object.class))));
	}

	/**
	 * What a request fails with, {@code null} if it is answered. One that waits does so
	 * for seconds.
	 */
	private static @Nullable String failure(MessageDuctChild child) {
		long started = System.nanoTime();
		try {
			child.request("ping", Object.class);
			return null;
		}
		catch (NotConnectedException ex) {
			long nanos = System.nanoTime() - started;
			return (nanos < Duration.ofSeconds(3).toNanos()) ? ex.getMessage() : "took " + nanos + " ns";
		}
	}

	@Test
	void b15RequestWhenTheDuctsAreNotStartedYetThenFailsAtOnceAndSaysSo() {
		try (ConfigurableApplicationContext context = start(this.address, Constructed.class)) {
			assertThat(context.getBean(Constructed.class).failures).hasSize(2)
				.allSatisfy((failure) -> assertThat(failure).startsWith(NOT_STARTED));
		}
	}

	@Test
	void b15RequestWhenTheApplicationIsStoppingThenFailsAtOnceAndSaysSo() {
		Constructed constructed;
		try (ConfigurableApplicationContext context = start(this.address, Constructed.class)) {
			constructed = context.getBean(Constructed.class);
		}
		assertThat(constructed.failures).hasSize(3);
		assertThat(constructed.failures.get(2)).startsWith(STOPPING);
	}

	@Test
	void b5RequestWhenTheApplicationIsRestartedThenWaitsAsAfterTheFirstStart() {
		try (MessageDuctParent parent = parent(); ConfigurableApplicationContext context = start(this.address)) {
			MessageDuctChild child = context.getBean(MessageDuctChild.class);
			for (int times = 0; times < 20; times++) {
				assertThat(failure(child)).isNull();
				context.stop();
				assertThat(failure(child)).startsWith(STOPPING);
				context.start();
			}
			assertThat(parent.isListening()).isTrue();
		}
	}

	@Test
	void b5RequestWhenAnotherLifecycleStartsLaterThenWaitsEachTime() {
		try (MessageDuctParent parent = parent();
				ConfigurableApplicationContext context = start(this.address, Late.class)) {
			context.stop();
			context.start();
			assertThat(context.getBean(Late.class).started).containsExactly(null, null);
			assertThat(parent.isListening()).isTrue();
		}
	}

	@Test
	void requestWhenAnotherLifecycleStartsEarlierThenFailsAtOnceEachTime() {
		try (MessageDuctParent parent = parent();
				ConfigurableApplicationContext context = start(this.address, Early.class)) {
			context.stop();
			context.start();
			List<@Nullable String> started = context.getBean(Early.class).started;
			assertThat(started.get(0)).startsWith(NOT_STARTED);
			assertThat(started.get(1)).contains("has not started its ducts again yet");
			assertThat(parent.isListening()).isTrue();
		}
	}

	@Test
	void requestWhenTheApplicationStopsAndThePeerIsGoneThenFailsAtOnce() {
		Late late;
		try (MessageDuctParent parent = parent();
				ConfigurableApplicationContext context = start(this.address, Late.class)) {
			late = context.getBean(Late.class);
			MessageDuctChild child = context.getBean(MessageDuctChild.class);
			parent.close();
			Peers.eventually().until(() -> !child.isConnected());
		}
		assertThat(late.stopped.get(0)).startsWith(STOPPING);
	}

	@Test
	void u7SendWhenTheChildWasNeverConnectedAndFailsThenTheTextIsTrue() {
		try (ConfigurableApplicationContext context = Peers.start(new String[] {
				"ductworks.child.billing.address=" + this.address, "ductworks.child.billing.disconnected=fail" })) {
			MessageDuctChild child = context.getBean(MessageDuctChild.class);
			Peers.eventually().until(() -> child.statistics().connectsFailed() > 0);

			assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> child.send("x"))
				.withMessageContainingAll("it is being connected", "the last attempt failed: Connection refused")
				.withMessageNotContaining("connect()");
		}
	}

	static class Constructed implements InitializingBean, DisposableBean {

		final List<@Nullable String> failures = new ArrayList<>();

		private final MessageDuctChild child;

		Constructed(MessageDuctChild child) {
			this.child = child;
			this.failures.add(failure(child));
		}

		@Override
		public void afterPropertiesSet() {
			this.failures.add(failure(this.child));
		}

		@Override
		public void destroy() {
			this.failures.add(failure(this.child));
		}

	}

	/** Starts after the ducts, and stops before them. */
	static class Late implements SmartLifecycle {

		final List<@Nullable String> started = new ArrayList<>();

		final List<@Nullable String> stopped = new ArrayList<>();

		private final MessageDuctChild child;

		private boolean running;

		Late(MessageDuctChild child) {
			this.child = child;
		}

		@Override
		public void start() {
			this.running = true;
			this.started.add(failure(this.child));
		}

		@Override
		public void stop() {
			this.stopped.add(failure(this.child));
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

		@Override
		public int getPhase() {
			return DEFAULT_PHASE - 1;
		}

	}

	/** Starts before the ducts. */
	static class Early extends Late {

		Early(MessageDuctChild child) {
			super(child);
		}

		@Override
		public int getPhase() {
			return 0;
		}

	}

}
