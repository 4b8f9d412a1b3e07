package io.ductworks.message;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.CloseReason;
import io.ductworks.CommunicationFaultException;
import io.ductworks.DuctworksException;
import io.ductworks.Gate;
import io.ductworks.MessageProtocolException;
import io.ductworks.NotConnectedException;
import io.ductworks.NothingLeftBehind;
import io.ductworks.TakenLog;
import io.ductworks.peer.DuctPeer;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code close()} waits for, and what is over when it returns.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class ClosingTests implements DuctFixture {

	private static final int ROUNDS = 60;

	@Override
	public DuctAddress address() {
		return DuctAddress.Unix.pseudoAnonymous();
	}

	// While another thread ends the connection

	/**
	 * A child whose connection is being ended by a thread that is held up at it.
	 */
	private record Ending(RiggedChild rigged, EventLog log, Gate gate,
			CompletableFuture<String> threadOfAnswer) implements AutoCloseable {

		static Ending begin() throws Exception {
			EventLog log = new EventLog();
			Gate gate = new Gate();
			RiggedChild rigged = RiggedChild.of(
					(builder) -> builder.name("ending").observer(log).closeTimeout(Duration.ofSeconds(15)),
					(channel, peer) -> new ForwardingConnection(channel) {

						@Override
						public void close() throws IOException {
							gate.asTask().run();
							super.close();
						}

					});
			log.await("connected");
			CompletableFuture<String> threadOfAnswer = rigged.child()
				.requestAsync("never answered", String.class)
				.handle((answer, failure) -> Thread.currentThread().getName());
			Caller<Object> recv = Caller.of(rigged.child()::recv).awaitWaiting();
			// Whoever closes without having read what came resets the connection.
			assertThat(rigged.peer().read(ByteBuffer.allocate(1024))).isPositive();
			rigged.peer().close();
			gate.awaitVisitor();
			assertThat(recv.isDone()).isFalse();
			return new Ending(rigged, log, gate, threadOfAnswer);
		}

		MessageDuctChild child() {
			return this.rigged.child();
		}

		@Override
		public void close() throws IOException {
			this.gate.open();
			this.rigged.close();
		}

	}

	@Test
	void closeWhenAnotherThreadIsEndingTheConnectionThenWaitsForThat() throws Exception {
		try (Ending ending = Ending.begin()) {
			Caller<Void> close = Caller.running(ending.child()::close);

			Awaiting.soon().during(Duration.ofMillis(300)).atMost(Duration.ofSeconds(2)).until(() -> !close.isDone());
			ending.gate().open();
			close.result();
		}
	}

	@Test
	void closeWhenAnotherThreadIsEndingTheConnectionThenDisconnectedIsToldBeforeClosed() throws Exception {
		try (Ending ending = Ending.begin()) {
			Caller<Void> close = Caller.running(ending.child()::close).awaitWaiting();
			awaitDoneOrMoment(close);
			ending.gate().open();
			close.result();

			ending.log().await("disconnected peer-closed");
			assertThat(ending.log().events()).containsExactly("connected", "disconnected peer-closed", "closed");
		}
	}

	@Test
	void closeWhenAnotherThreadIsEndingTheConnectionThenObserversAreNotToldByThatThread() throws Exception {
		try (Ending ending = Ending.begin()) {
			Caller<Void> close = Caller.running(ending.child()::close).awaitWaiting();
			awaitDoneOrMoment(close);
			ending.gate().open();
			close.result();

			ending.log().await("disconnected peer-closed");
			assertThat(ending.log().threads()).allMatch((name) -> name.startsWith("duct-ending-"))
				.noneMatch("duct-ending-loop"::equals);
		}
	}

	@Test
	void closeWhenAnotherThreadIsEndingTheConnectionThenFuturesAreNotCompletedByThatThread() throws Exception {
		try (Ending ending = Ending.begin()) {
			Caller<Void> close = Caller.running(ending.child()::close).awaitWaiting();
			awaitDoneOrMoment(close);
			ending.gate().open();
			close.result();

			assertThat(ending.threadOfAnswer().get(5, TimeUnit.SECONDS)).startsWith("duct-ending-")
				.isNotEqualTo("duct-ending-loop");
		}
	}

	@Test
	void closeWhenAnotherThreadIsEndingTheConnectionThenCountsAreFinalWhenItReturns() throws Exception {
		try (Ending ending = Ending.begin()) {
			Caller<Integer> close = Caller.of(() -> {
				ending.child().close();
				return ending.child().statistics().connections();
			}).awaitWaiting();
			awaitDoneOrMoment(close);
			ending.gate().open();

			assertThat(close.result()).as("connections when close() returned").isZero();
		}
	}

	/**
	 * Gives a call that does not wait as it should the time to end.
	 */
	private static void awaitDoneOrMoment(Caller<?> call) {
		long until = System.nanoTime() + SHORT.toNanos();
		Awaiting.soon().until(() -> call.isDone() || System.nanoTime() - until > 0);
	}

	// Both sides

	@Test
	void closeWhenBothSidesCloseAtOnceThenDisconnectedIsToldBeforeClosedOnBoth() throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			EventLog parentLog = new EventLog();
			EventLog childLog = new EventLog();
			try (DuctPair pair = pair((parent) -> parent.observer(parentLog), (child) -> child.observer(childLog))) {
				parentLog.await("connected");
				childLog.await("connected");
				closeAtOnce(List.of(pair.parent(), pair.child()));
			}

			for (EventLog log : List.of(parentLog, childLog)) {
				List<String> events = log.events();
				assertThat(events).as("round " + round).endsWith("closed");
				assertThat(events.get(events.size() - 2)).as("round " + round).startsWith("disconnected ");
				assertThat(events).as("round " + round).doesNotHaveDuplicates();
			}
		}
	}

	@Test
	void closeWhenBothSidesCloseAtOnceThenCountsAreFinalWhenItReturns() throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			try (DuctPair pair = pair()) {
				Gate gate = new Gate();
				List<Caller<List<Long>>> closers = new ArrayList<>();
				for (MessageDuct duct : List.of(pair.parent(), pair.child())) {
					closers.add(Caller.of(() -> {
						gate.pass();
						duct.close();
						return counts(duct);
					}).awaitWaiting());
				}
				gate.open();

				for (Caller<List<Long>> closer : closers) {
					assertThat(closer.result()).as("connections that are open, and that have ended")
						.containsExactly(0L, 1L);
				}
			}
		}
	}

	private static List<Long> counts(MessageDuct duct) {
		return List.of((long) duct.statistics().connections(), ended(duct));
	}

	private static long ended(MessageDuct duct) {
		return Arrays.stream(CloseReason.values()).mapToLong(duct.statistics()::connectionsClosed).sum();
	}

	private static void closeAtOnce(List<MessageDuct> ducts) throws Exception {
		Gate gate = new Gate();
		List<Caller<Void>> closers = new ArrayList<>();
		for (MessageDuct duct : ducts) {
			closers.add(Caller.<Void>of(() -> {
				gate.pass();
				duct.close();
				return null;
			}).awaitWaiting());
		}
		gate.open();
		for (Caller<Void> closer : closers) {
			closer.result();
		}
	}

	@Test
	void closeWhenManyChildrenGoAtOnceThenCountsAreFinalWhenItReturns() throws Exception {
		for (int round = 0; round < ROUNDS / 4; round++) {
			EventLog log = new EventLog();
			MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY).observer(log));
			List<DuctPeer> peers = new ArrayList<>();
			try (parent) {
				for (int i = 0; i < 10; i++) {
					peers.add(Peers.of(parent));
				}
				Caller<Void> going = Caller.running(() -> peers.forEach(DuctPeer::close));
				parent.close();

				assertThat(parent.statistics().connections()).isZero();
				assertThat(ended(parent)).isEqualTo(10);
				assertThat(log.events()).endsWith("closed").filteredOn("closed"::equals).hasSize(1);
				assertThat(log.events()).filteredOn((event) -> event.startsWith("disconnected")).hasSize(10);
				going.result();
			}
			finally {
				peers.forEach(DuctPeer::close);
			}
		}
	}

	@Test
	void closeWhenADeferredAnswerWaitsForRoomThenEndsWithinItsTimeout() throws Exception {
		BlockingQueue<Deferred> deferred = new LinkedBlockingQueue<>();
		MessageDuctParent parent = bound((builder) -> builder.closeTimeout(Duration.ofMillis(500))
			.sendTimeout(Duration.ofSeconds(20))
			.handler((from, message) -> deferred.add(message.deferReply())));
		try (parent; DuctPeer peer = Peers.of(parent)) {
			peer.send("1");
			peer.send("2");
			Deferred first = Objects.requireNonNull(deferred.poll(10, TimeUnit.SECONDS));
			deferred.poll(10, TimeUnit.SECONDS);
			fill(parent);
			Caller<Boolean> answer = Caller.of(() -> first.reply(tooMuch())).awaitWaiting();
			long started = System.nanoTime();
			parent.close();

			assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
			assertThat(answer.failure()).isInstanceOf(DuctworksException.class);
		}
	}

	// Twice, and from within

	@Test
	void closeWhenAnotherThreadIsClosingThenReturnsWhenThatIsDone() throws Exception {
		EventLog log = new EventLog();
		MessageDuctParent parent = bound((builder) -> builder.observer(log).closeTimeout(Duration.ofSeconds(15)));
		try (parent; DuctPeer peer = Peers.of(parent)) {
			int sent = fill(parent);
			Caller<Void> first = Caller.running(parent::close).awaitWaiting();
			Caller<Integer> second = Caller.of(() -> {
				parent.close();
				return parent.statistics().connections();
			});
			awaitDoneOrMoment(second);
			assertThat(Peers.countFrames(peer.receiveRest())).isEqualTo(sent);

			first.result();
			assertThat(second.result()).as("connections when the second close() returned").isZero();
			assertThat(log.events()).containsExactly("bound", "listening", "connected", "disconnected local-shutdown",
					"closed");
		}
	}

	@Test
	void closeWhenCalledByAnObserverThenTheRestIsToldAfterItsCallback() throws Exception {
		EventLog log = new EventLog() {

			@Override
			public void connected(MessageDuct duct, MessageDuct connection) {
				super.connected(duct, connection);
				duct.close();
				note("open: " + duct.statistics().connections());
			}

		};
		try (MessageDuctParent parent = bound((builder) -> builder.observer(log));
				DuctPeer peer = Peers.connect(parent.listenerAddress())) {
			log.await("closed");

			assertThat(peer.receiveRest()).isEmpty();
			assertThat(log.events()).containsExactly("bound", "listening", "connected", "open: 0",
					"disconnected local-shutdown", "closed");
		}
	}

	@Test
	void closeWhenCalledByAHandlerThenItIsCalledNoMoreAndCountsAreFinal() throws Exception {
		AtomicInteger handled = new AtomicInteger();
		CompletableFuture<List<Long>> counts = new CompletableFuture<>();
		CompletableFuture<Thread> worker = new CompletableFuture<>();
		CompletableFuture<MessageDuct> own = new CompletableFuture<>();
		EventLog log = new EventLog();
		try (MessageDuctParent parent = bound((builder) -> builder.observer(log).handler((from, message) -> {
			handled.incrementAndGet();
			worker.complete(Thread.currentThread());
			own.get().close();
			counts.complete(counts(own.get()));
		})); DuctPeer peer = Peers.of(parent)) {
			peer.sendRaw(Peers.concat(DuctPeer.frame("1"), DuctPeer.frame("2")));
			own.complete(parent);

			assertThat(counts.get(10, TimeUnit.SECONDS)).containsExactly(0L, 1L);
			log.await("closed");
			assertThat(log.events()).containsExactly("bound", "listening", "connected", "disconnected local-shutdown",
					"closed");
			Awaiting.soon().until(() -> !worker.get().isAlive());
			assertThat(handled).hasValue(1);
		}
	}

	@Test
	void closeWhenAChildThatHasGoneLeftMessagesThenTheHandlerOfTheNextOpeningSeesNoneOfThem() throws Exception {
		List<Object> handled = new ArrayList<>();
		AtomicReference<Thread> worker = new AtomicReference<>();
		try (Gate gate = new Gate(); MessageDuctParent parent = bound((builder) -> builder.handler((from, message) -> {
			synchronized (handled) {
				handled.add(message.as(Object.class));
			}
			if (worker.compareAndSet(null, Thread.currentThread())) {
				gate.pass();
			}
		}))) {
			try (DuctPeer peer = Peers.of(parent)) {
				for (String message : List.of("\"old 1\"", "\"old 2\"", "\"old 3\"")) {
					peer.send(message);
				}
				gate.awaitVisitor();
			}
			Awaiting.soon().until(() -> !parent.isConnected());
			parent.close();
			parent.bind();
			try (DuctPeer peer = Peers.of(parent)) {
				peer.send("\"new\"");
				Awaiting.soon().until(() -> {
					synchronized (handled) {
						return handled.contains("new");
					}
				});
				gate.open();
				Awaiting.soon().until(() -> !worker.get().isAlive());
				assertThat(handled).containsExactly("old 1", "new");
			}
		}
	}

	// While the duct is being opened

	@Test
	void closeWhenConnectWaitsThenClosedIsToldOnceAndLast() throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			EventLog log = new EventLog();
			try (MessageDuctChild child = MessageDuctChild.builder().address(address()).observer(log).build()) {
				Caller<Void> connect = Caller.running(child::connect);
				log.await("connectFailed");
				child.close();
				List<String> atReturn = log.events();

				assertThat(connect.failure()).isInstanceOf(NotConnectedException.class);
				assertThat(log.events()).isEqualTo(atReturn).endsWith("closed");
				assertThat(atReturn).filteredOn("closed"::equals).hasSize(1);
			}
		}
	}

	@Test
	void closeWhenConnectRunsThenNothingIsToldAfterItHasReturned() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY).acceptsPerSecond(10_000))) {
			for (int round = 0; round < ROUNDS; round++) {
				EventLog log = new EventLog();
				try (MessageDuctChild child = MessageDuctChild.builder()
					.address(parent.listenerAddress())
					.observer(log)
					.build()) {
					Caller<Void> connect = Caller.running(() -> connectOrFail(child));
					child.close();
					List<String> first = log.events();
					connect.result();
					child.close();

					assertPeriods(log.events());
					assertEmptyOrClosed(first);
					assertThat(child.statistics().connections()).isZero();
				}
			}
		}
	}

	private static void connectOrFail(MessageDuctChild child) {
		try {
			child.connect();
		}
		catch (DuctworksException ex) {
			// The other thread was faster.
		}
	}

	@Test
	void closeWhenBindRunsThenNothingIsToldAfterItHasReturned() throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			EventLog log = new EventLog();
			try (MessageDuctParent parent = parentBuilder().observer(log).build()) {
				Caller<Void> bind = Caller.running(() -> bindOrFail(parent));
				Awaiting.soon().until(() -> bind.isDone() || parent.open() != null);
				parent.close();
				List<String> first = log.events();
				bind.result();
				parent.close();

				assertPeriods(log.events());
				assertEmptyOrClosed(first);
			}
		}
	}

	private static void bindOrFail(MessageDuctParent parent) {
		try {
			parent.bind();
		}
		catch (CommunicationFaultException ex) {
			// The other thread was faster.
		}
	}

	private static void assertEmptyOrClosed(List<String> events) {
		if (!events.isEmpty()) {
			assertThat(events).endsWith("closed");
		}
	}

	/**
	 * That each opening has its events, and one close that is the last of them.
	 */
	private static void assertPeriods(List<String> events) {
		assertThat(String.join(",", events))
			.matches("((bound,listening,|bound,)?(connectFailed,)*(connected,disconnected [a-z-]+,)?closed,?)*");
	}

	// What waits for the end

	@Test
	void requesterWhenTheEndIsHeldUpThenWaitsWithoutTheProcessor() throws Exception {
		Gate gate = new Gate();
		try (TakenLog log = new TakenLog().with("did not come", gate.asTask());
				MessageDuctParent parent = bound(
						(builder) -> builder.accept(Accept.MANY).frameTimeout(Duration.ofMillis(300)));
				DuctPeer peer = Peers.of(parent);
				gate) {
			Caller<String> request = Caller.of(() -> parent.request("ask", String.class));
			peer.receive();
			peer.sendHex("54 00000004 31");
			gate.awaitVisitor();
			Duration before = request.processorTime();

			Awaiting.soon()
				.during(Duration.ofSeconds(1))
				.atMost(Duration.ofSeconds(3))
				.untilAsserted(() -> assertThat(request.processorTime().minus(before))
					.as("processor time of one that waits for a second")
					.isLessThan(Duration.ofMillis(500)));
			gate.open();
			assertThat(request.failure()).isInstanceOf(MessageProtocolException.class);
			assertThat(log.warnings("did not come")).hasSize(1);
		}
	}

}
