package io.ductworks.message;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.CloseReason;
import io.ductworks.CommunicationFaultException;
import io.ductworks.Gate;
import io.ductworks.NothingLeftBehind;
import io.ductworks.peer.DuctPeer;
import io.ductworks.transport.DuctAddress;
import org.assertj.core.api.Condition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What observers are told, when and by whom.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class ObserverTests implements DuctFixture {

	private static final Condition<String> DISCONNECTED = new Condition<>((event) -> event.startsWith("disconnected"),
			"of an end");

	@Override
	public DuctAddress address() {
		return DuctAddress.Unix.pseudoAnonymous();
	}

	@Test
	void eventsWhenParentAndChildLiveThenAreToldInOrder() {
		Recorder parentEvents = new Recorder();
		Recorder childEvents = new Recorder();
		try (DuctPair pair = pair((parent) -> parent.observer(parentEvents),
				(child) -> child.observer(childEvents).handler((from, message) -> from.send("answer")))) {
			pair.parent().request("ask", String.class);
			parentEvents.await(4);
			assertThat(pair.parent().listenerAddress()).hasToString(parentEvents.address);
			pair.child().close();
			parentEvents.await(5);
		}

		Awaiting.soon()
			.untilAsserted(() -> assertThat(parentEvents.events).containsExactly("bound", "listening", "connected",
					"request SUCCESS", "disconnected PEER_CLOSED 0", "closed"));
		Awaiting.soon()
			.untilAsserted(() -> assertThat(childEvents.events).containsExactly("connected",
					"disconnected LOCAL_SHUTDOWN 0", "closed"));
	}

	@Test
	void observerWhenAddedToADuctThatWasBuiltThenIsToldToo() {
		Recorder first = new Recorder();
		Recorder added = new Recorder();
		try (MessageDuctParent parent = MessageDuctParent.builder().address(address()).observer(first).build()) {
			parent.observer(added);
			parent.bind();
			assertThatIllegalStateException().isThrownBy(() -> parent.observer(new Recorder()))
				.withMessageContaining("is open already; add the observer before it opens");
		}

		for (Recorder recorder : List.of(first, added)) {
			Awaiting.soon()
				.untilAsserted(() -> assertThat(recorder.events).containsExactly("bound", "listening", "closed"));
		}
	}

	@Test
	void eventsWhenBothSidesCloseAtATimeThenClosedComesLast() throws Exception {
		for (int i = 0; i < 50; i++) {
			Recorder parentEvents = new Recorder();
			Recorder childEvents = new Recorder();
			DuctPair pair = pair((parent) -> parent.observer(parentEvents), (child) -> child.observer(childEvents));
			Caller<Void> close = Caller.running(pair.child()::close);
			pair.parent().close();
			close.result();

			for (Recorder events : List.of(parentEvents, childEvents)) {
				Awaiting.soon().until(() -> events.events.contains("closed"));
				assertThat(events.events).endsWith("closed").haveExactly(1, DISCONNECTED);
			}
		}
	}

	@Test
	void x12EventsWhenToldThenNotByAThreadThatReadsOrWritesOrCalls() {
		Recorder events = new Recorder();
		try (DuctPair pair = pair((parent) -> parent.name("observed").observer(events), (child) -> child)) {
			pair.parent().requestAsync(1, Object.class).cancel(true);
		}
		events.await(5);

		assertThat(events.threads).noneMatch(Thread.currentThread().getName()::equals)
			.noneMatch("duct-observed-loop"::equals)
			.allMatch((name) -> name.startsWith("duct-observed-"));
	}

	@Test
	void connectFailedWhenNobodyListensThenToldForEachAttempt() {
		Recorder events = new Recorder();
		MessageDuctChild child = MessageDuctChild.builder()
			.address(address())
			.observer(events)
			.connectTimeout(Duration.ofMillis(500))
			.build();
		assertThatExceptionOfType(CommunicationFaultException.class).isThrownBy(child::connect);

		int attempts = (int) child.statistics().connectsFailed();
		Awaiting.soon().until(() -> events.events.contains("closed"));
		assertThat(events.events).hasSize(attempts + 1).startsWith("connectFailed", "connectFailed").endsWith("closed");
	}

	@Test
	void disconnectedWhenMessagesWereNotWrittenThenCarriesTheirNumberAndTheReason() throws Exception {
		Recorder events = new Recorder();
		try (MessageDuctParent parent = bound((builder) -> builder.observer(events).sendTimeout(Duration.ofSeconds(1)));
				DuctPeer peer = Peers.of(parent)) {
			int sent = fill(parent);
			Awaiting.soon().until(() -> !parent.isConnected());
			int whole = Peers.countFrames(peer.receiveRest());

			events.await(4);
			assertThat(events.events).last().isEqualTo("disconnected SEND_TIMEOUT " + (sent - whole));
		}
	}

	@Test
	void disconnectedWhenChildIsRefusedThenSaysTooMany() {
		Recorder events = new Recorder();
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.AGAIN).observer(events));
				MessageDuctChild first = MessageDuctChild.pseudoAnonymous(parent.listenerAddress());
				MessageDuctChild second = MessageDuctChild.pseudoAnonymous(parent.listenerAddress())) {
			first.connect();
			assertThat(parent.listen(SOON)).isTrue();
			second.connect();

			events.await(4);
			assertThat(events.events).containsExactly("bound", "listening", "connected",
					"disconnected TOO_MANY_CHILDREN 0");
		}
	}

	@Test
	void connectedWhenItTakesItsTimeThenFirstMessageIsHandedToHandlerAfterwards() throws Exception {
		Gate gate = new Gate();
		CountDownLatch handled = new CountDownLatch(1);
		try (gate;
				DuctPair pair = pair(
						(parent) -> parent.observer(new Slow(gate)).handler((from, message) -> handled.countDown()),
						(child) -> child)) {
			pair.child().send("early");
			gate.awaitVisitor();
			assertThat(handled.await(200, TimeUnit.MILLISECONDS)).isFalse();
			gate.open();

			assertThat(handled.await(5, TimeUnit.SECONDS)).isTrue();
		}
	}

	@Test
	void connectedWhenItTakesItsTimeThenFirstMessageIsReceivedAfterwards() throws Exception {
		for (Accept accept : Accept.values()) {
			Gate gate = new Gate();
			try (gate;
					DuctPair pair = pair((parent) -> parent.accept(accept).observer(new Slow(gate)),
							(child) -> child)) {
				pair.child().send("early");
				gate.awaitVisitor();
				Caller<Object> recv = Caller.of(pair.parent()::recv);
				assertThat(pair.parent().poll(SHORT)).isFalse();
				assertThat(recv.isDone()).isFalse();
				gate.open();

				assertThat(recv.result(SOON)).isEqualTo("early");
			}
		}
	}

	@Test
	void b11ConnectedWhenItTakesItsTimeForOneChildThenOthersAreToldAndHandledMeanwhile() throws Exception {
		Recorder events = new Recorder();
		Gate gate = new Gate();
		DuctObserver slowForTheFirst = new DuctObserver() {

			@Override
			public void connected(MessageDuct duct, MessageDuct connection) {
				events.connected(duct, connection);
				if (events.events.stream().filter("connected"::equals).count() == 1) {
					new Slow(gate).connected(duct, connection);
				}
			}

			@Override
			public void disconnected(MessageDuct duct, @Nullable MessageDuct connection, CloseReason reason,
					int unsent) {
				events.disconnected(duct, connection, reason, unsent);
			}

		};
		try (gate;
				MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY)
					.observer(slowForTheFirst)
					.handler((from, message) -> from.send(message.as(Object.class))));
				DuctPeer first = Peers.of(parent)) {
			gate.awaitVisitor();
			try (MessageDuctChild second = MessageDuctChild.pseudoAnonymous(parent.listenerAddress())) {
				second.connect();
				assertThat(second.request("second", String.class)).isEqualTo("second");
			}
			events.await(3);
			assertThat(events.events).containsExactly("connected", "connected", "disconnected PEER_CLOSED 0");

			first.close();
			gate.open();
			events.await(4);
			assertThat(events.events).endsWith("disconnected PEER_CLOSED 0");
		}
	}

	@Test
	void connectedWhenItUsesTheConnectionThenMaySendAndReceive() throws Exception {
		CountDownLatch received = new CountDownLatch(1);
		DuctObserver greeting = new DuctObserver() {

			@Override
			public void connected(MessageDuct duct, MessageDuct connection) {
				connection.send("name?");
				if ("me".equals(connection.recv())) {
					received.countDown();
				}
			}

		};
		try (DuctPair pair = pair((parent) -> parent.observer(greeting), (child) -> child)) {
			assertThat(pair.child().recv()).isEqualTo("name?");
			pair.child().send("me");

			assertThat(received.await(5, TimeUnit.SECONDS)).isTrue();
		}
	}

	@Test
	void connectedWhenItClosesTheConnectionThenNextChildMayCome() {
		DuctObserver refusing = new DuctObserver() {

			@Override
			public void connected(MessageDuct duct, MessageDuct connection) {
				connection.close();
			}

		};
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.AGAIN).observer(refusing))) {
			for (int i = 1; i <= 20; i++) {
				int count = i;
				try (MessageDuctChild child = MessageDuctChild.pseudoAnonymous(parent.listenerAddress())) {
					child.connect();
					Awaiting.soon()
						.until(() -> parent.statistics().connectionsClosed(CloseReason.LOCAL_SHUTDOWN) == count);
				}
				Awaiting.soon().until(() -> !parent.isConnected());
			}
			Awaiting.soon().until(() -> parent.statistics().connections() == 0);
		}
	}

	@Test
	void closeWhenConnectedStillRunsThenWakesRecv() {
		Gate gate = new Gate();
		try (gate; DuctPair pair = pair((parent) -> parent.observer(new Slow(gate)), (child) -> child)) {
			Caller<Object> recv = Caller.of(pair.parent()::recv).awaitWaiting();
			pair.parent().close();

			assertThat(recv.failure()).hasMessageContaining("closed by this side");
		}
	}

	@Test
	void x12ObserverWhenItFailsThenNothingIsHarmed() {
		Recorder events = new Recorder();
		for (Throwable failure : List.of(new IllegalStateException("expected"), new LinkageError("expected"))) {
			events.events.clear();
			try (DuctPair pair = pair((parent) -> parent.observer(new Failing(failure)).observer(events),
					(child) -> child.handler((from, message) -> from.send(message.as(Object.class))))) {
				assertThat(pair.parent().<String>request("ask", String.class)).isEqualTo("ask");
				pair.child().close();
				events.await(5);
			}
			Awaiting.soon().until(() -> events.events.contains("closed"));
			assertThat(events.events).containsExactly("bound", "listening", "connected", "request SUCCESS",
					"disconnected PEER_CLOSED 0", "closed");
		}
	}

	@Test
	void observerWhenAnotherHangsThenIsToldAllTheSame() throws Exception {
		EventLog log = new EventLog();
		Gate gate = new Gate();
		try (gate;
				MessageDuctParent parent = bound((builder) -> builder.observer(new Slow(gate)).observer(log));
				DuctPeer peer = Peers.connect(parent.listenerAddress())) {
			gate.awaitVisitor();
			log.await("connected");
			peer.close();
			log.await("disconnected peer-closed");

			assertThat(log.events()).containsExactly("bound", "listening", "connected", "disconnected peer-closed");
			gate.open();
		}
		Awaiting.soon().until(() -> log.events().contains("closed"));
	}

	/**
	 * Notes all events.
	 */
	private static final class Recorder implements DuctObserver {

		final List<String> events = new CopyOnWriteArrayList<>();

		final List<String> threads = new CopyOnWriteArrayList<>();

		volatile String address = "";

		void await(int count) {
			Awaiting.soon().until(() -> this.events.size() >= count);
		}

		private void add(String event) {
			this.threads.add(Thread.currentThread().getName());
			this.events.add(event);
		}

		@Override
		public void bound(MessageDuct duct, DuctAddress address) {
			this.address = address.toString();
			add("bound");
		}

		@Override
		public void listening(MessageDuct duct, DuctAddress address) {
			add("listening");
		}

		@Override
		public void connected(MessageDuct duct, MessageDuct connection) {
			add("connected");
		}

		@Override
		public void disconnected(MessageDuct duct, @Nullable MessageDuct connection, CloseReason reason, int unsent) {
			add("disconnected " + reason + " " + unsent);
		}

		@Override
		public void closed(MessageDuct duct) {
			add("closed");
		}

		@Override
		public void connectFailed(MessageDuct duct, Exception failure) {
			add("connectFailed");
		}

		@Override
		public void requestCompleted(MessageDuct duct, RequestOutcome outcome, long nanos) {
			add("request " + outcome);
		}

	}

	/**
	 * Is held up when a connection opens.
	 */
	private record Slow(Gate gate) implements DuctObserver {

		@Override
		public void connected(MessageDuct duct, MessageDuct connection) {
			try {
				this.gate.pass();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

	/**
	 * Fails at everything.
	 */
	private record Failing(Throwable failure) implements DuctObserver {

		private void fail() {
			if (this.failure instanceof Error error) {
				throw error;
			}
			throw (RuntimeException) this.failure;
		}

		@Override
		public void bound(MessageDuct duct, DuctAddress address) {
			fail();
		}

		@Override
		public void connected(MessageDuct duct, MessageDuct connection) {
			fail();
		}

		@Override
		public void disconnected(MessageDuct duct, @Nullable MessageDuct connection, CloseReason reason, int unsent) {
			fail();
		}

		@Override
		public void requestCompleted(MessageDuct duct, RequestOutcome outcome, long nanos) {
			fail();
		}

	}

}
