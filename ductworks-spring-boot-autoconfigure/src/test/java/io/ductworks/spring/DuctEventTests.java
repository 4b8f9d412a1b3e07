package io.ductworks.spring;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

import io.ductworks.CloseReason;
import io.ductworks.DuctworksException;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.spring.listener.DuctListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(NothingLeftBehind.class)
class DuctEventTests {

	@RepeatedTest(5)
	void eventsWhenAParentOpensServesAndClosesThenComeInOrder() {
		Recorder recorder;
		try (ConfigurableApplicationContext context = Peers
			.start(new String[] { "ductworks.parent.orders.address=tcp://localhost:0" }, Recorder.class)) {
			recorder = context.getBean(Recorder.class);
			MessageDuctParent parent = context.getBean(MessageDuctParent.class);
			try (MessageDuctChild child = Peers.childOf(parent)) {
				child.send("x");
				assertThat(parent.recv()).isEqualTo("x");
			}
			Peers.eventually().until(() -> recorder.seen.size() == 4);
			String address = parent.listenerAddress().toString();
			assertThat(recorder.seen).containsExactly("bound orders " + address, "listening orders " + address,
					"connected orders", "disconnected orders " + CloseReason.PEER_CLOSED);
		}
		assertThat(recorder.seen).hasSize(5).last().isEqualTo("closed orders");
	}

	@Test
	void eventsWhenAChildConnectsAndIsClosedThenComeInOrder() {
		try (MessageDuctParent parent = Peers.parentAt(Peers.freshAddress())) {
			Recorder recorder;
			try (ConfigurableApplicationContext context = Peers.start(
					new String[] { "ductworks.child.billing.address=" + parent.listenerAddress() }, Recorder.class)) {
				recorder = context.getBean(Recorder.class);
				Peers.eventually().until(() -> recorder.seen.size() == 1);
			}
			assertThat(recorder.seen).containsExactly("connected billing",
					"disconnected billing " + CloseReason.LOCAL_SHUTDOWN, "closed billing");
		}
	}

	@Test
	void connectFailedWhenNobodyListensThenSaysWhichChildAndWhy() {
		try (ConfigurableApplicationContext context = Peers
			.start(new String[] { "ductworks.child.billing.address=" + Peers.freshAddress() }, Failures.class)) {
			Failures failures = context.getBean(Failures.class);
			Peers.eventually().until(() -> !failures.seen.isEmpty());

			DuctEvent.ConnectFailed first = failures.seen.get(0);
			assertThat(first.duct()).isSameAs(context.getBean(MessageDuctChild.class));
			assertThat(first.failure()).isNotNull();
		}
	}

	@Test
	void eventsWhenAChildIsOneTooManyThenSayWhy() {
		try (ConfigurableApplicationContext context = Peers.start(new String[] {
				"ductworks.parent.orders.address=" + Peers.freshAddress(), "ductworks.parent.orders.max-children=1" },
				Recorder.class)) {
			Recorder recorder = context.getBean(Recorder.class);
			try (MessageDuctChild first = Peers.childOf(context, "orders");
					MessageDuctChild second = Peers.childOf(context, "orders")) {
				Peers.eventually()
					.until(() -> recorder.seen.contains("disconnected orders " + CloseReason.TOO_MANY_CHILDREN));
				assertThat(first.isConnected()).isTrue();
				Peers.eventually().until(() -> !second.isConnected());
			}
		}
	}

	@Test
	void disconnectedWhenAConnectionEndsThenHasTheOneThatWasConnected() {
		try (ConfigurableApplicationContext context = Peers
			.start(new String[] { "ductworks.parent.orders.address=" + Peers.freshAddress() }, Connections.class)) {
			Connections connections = context.getBean(Connections.class);
			Peers.childOf(context, "orders").close();

			Peers.eventually().until(() -> connections.ended.size() == 1);
			assertThat(connections.ended).isEqualTo(connections.begun);
		}
	}

	@Test
	void connectedWhenAListenerIsSlowThenComesBeforeTheFirstMessage() {
		try (ConfigurableApplicationContext context = Peers.start(
				new String[] { "ductworks.parent.orders.address=" + Peers.freshAddress() }, Greeter.class,
				Recorder.class)) {
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				child.send("hello");
				assertThat(child.recv()).isEqualTo("welcome");
				assertThat(child.recv()).isEqualTo("[connected, hello]");
			}
		}
	}

	@Test
	void listenerWhenItSendsOnTheDuctThatLostItsConnectionThenTheConnectionComesBack() {
		String address = Peers.freshAddress();
		try (MessageDuctParent parent = Peers.parentAt(address)) {
			try (ConfigurableApplicationContext context = Peers
				.start(new String[] { "ductworks.child.billing.address=" + address }, Complainer.class)) {
				Peers.eventually().until(parent::isConnected);
				parent.children().get(0).close();
				Peers.eventually().until(() -> context.getBean(Complainer.class).result.get() != null);
				assertThat(context.getBean(Complainer.class).result).hasValue("sent");
				assertThat(parent.recv()).isEqualTo("lost");
			}
		}
	}

	static class Recorder {

		final List<String> seen = new CopyOnWriteArrayList<>();

		@EventListener
		void on(DuctEvent.Bound event) {
			this.seen.add("bound " + event.duct().name() + " " + event.address());
		}

		@EventListener
		void on(DuctEvent.Listening event) {
			this.seen.add("listening " + event.duct().name() + " " + event.address());
		}

		@EventListener
		void on(DuctEvent.Connected event) {
			this.seen.add("connected " + event.duct().name());
		}

		@EventListener
		void on(DuctEvent.Disconnected event) {
			this.seen.add("disconnected " + event.duct().name() + " " + event.reason());
		}

		@EventListener
		void on(DuctEvent.Closed event) {
			this.seen.add("closed " + event.duct().name());
		}

	}

	static class Failures {

		final List<DuctEvent.ConnectFailed> seen = new CopyOnWriteArrayList<>();

		@EventListener
		void on(DuctEvent.ConnectFailed event) {
			this.seen.add(event);
		}

	}

	static class Connections {

		final List<MessageDuct> begun = new CopyOnWriteArrayList<>();

		final List<MessageDuct> ended = new CopyOnWriteArrayList<>();

		@EventListener
		void on(DuctEvent.Connected event) {
			this.begun.add(event.connection());
		}

		@EventListener
		void on(DuctEvent.Disconnected event) {
			this.ended.add(Objects.requireNonNull(event.connection()));
		}

	}

	static class Greeter {

		private final List<String> order = new CopyOnWriteArrayList<>();

		@EventListener
		void on(DuctEvent.Connected event) {
			event.connection().send("welcome");
			this.order.add("connected");
		}

		@DuctListener("orders")
		void take(String message, MessageDuct from) {
			this.order.add(message);
			from.send(this.order.toString());
		}

	}

	static class Complainer {

		final AtomicReference<@Nullable String> result = new AtomicReference<>();

		@EventListener
		void on(DuctEvent.Disconnected event) {
			try {
				event.duct().send("lost");
				this.result.compareAndSet(null, "sent");
			}
			catch (DuctworksException ex) {
				this.result.compareAndSet(null, ex.toString());
			}
		}

	}

}
