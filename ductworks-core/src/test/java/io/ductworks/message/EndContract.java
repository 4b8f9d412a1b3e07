package io.ductworks.message;

import java.io.EOFException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.CloseReason;
import io.ductworks.DuctTimeoutException;
import io.ductworks.Gate;
import io.ductworks.MessageCodecException;
import io.ductworks.NotConnectedException;
import io.ductworks.RemoteDuctClosedException;
import io.ductworks.peer.DuctPeer;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How connections and ducts end, and what is known of it.
 */
interface EndContract extends DuctFixture {

	// By this side

	@Test
	default void c4CloseWhenRecvWaitsThenWakesIt() throws Exception {
		try (DuctPair pair = pair()) {
			Caller<Object> first = Caller.of(pair.parent()::recv).awaitWaiting();
			Caller<Object> second = Caller.of(pair.parent()::recv).awaitWaiting();
			Caller<Boolean> peersPoll = Caller.of(() -> pair.child().poll(SOON)).awaitWaiting();
			pair.parent().close();

			assertThat(first.failure()).isInstanceOf(NotConnectedException.class).hasMessageContaining("closed by");
			assertThat(second.failure()).isInstanceOf(NotConnectedException.class).hasMessageContaining("closed by");
			assertThat(peersPoll.result(Duration.ofSeconds(1))).isTrue();
		}
	}

	@Test
	default void c10CloseWhenRequestWaitsThenWakesIt() {
		try (DuctPair pair = pair()) {
			Caller<String> request = Caller.of(() -> pair.parent().request("never answered", String.class));
			assertThat(pair.child().recv()).isEqualTo("never answered");
			request.awaitWaiting();
			pair.parent().close();

			assertThat(request.failure()).isInstanceOf(NotConnectedException.class);
			assertThat(pair.parent().statistics().requests(RequestOutcome.ABORTED)).isEqualTo(1);
		}
	}

	@Test
	default void c4CloseWhenSendWaitsThenWakesIt() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.closeTimeout(SHORT));
				DuctPeer peer = peerOf(parent)) {
			fill(parent);
			Caller<Void> send = Caller.running(() -> parent.send(tooMuch())).awaitWaiting();
			parent.close();

			assertThat(send.failure()).isInstanceOf(NotConnectedException.class);
		}
	}

	@Test
	default void closeWhenReturnedThenNobodyCanConnect() throws Exception {
		MessageDuctParent parent = bound();
		DuctAddress address = parent.listenerAddress();
		parent.close();

		assertThat(isRefused(address)).isTrue();
		if (address instanceof DuctAddress.Unix unix) {
			assertThat(Files.exists(unix.path())).isFalse();
		}
	}

	@Test
	default void closeWhenReturnedThenPeerSeesTheEnd() throws Exception {
		MessageDuctParent parent = bound();
		try (DuctPeer peer = peerOf(parent)) {
			parent.send("last");
			parent.close();

			assertThat(peer.receiveRest()).isEqualTo(DuctPeer.frame("\"last\""));
		}
	}

	@Test
	default void c5CloseWhenCalledAgainThenDoesNothing() {
		DuctPair pair = pair();
		pair.close();
		pair.close();
		pair.parent().close();

		assertThat(pair.child().statistics().connectionsClosed(CloseReason.LOCAL_SHUTDOWN)).isEqualTo(1);
		// Which of the two the parent found first is open.
		assertThat(connectionsClosed(pair.parent())).isEqualTo(1);
		assertThat(connectionsClosed(pair.child())).isEqualTo(1);
		assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> pair.parent().send("late"))
			.withMessageContaining("bind() opens it");
		assertThatExceptionOfType(NotConnectedException.class).isThrownBy(pair.child()::recv)
			.withMessageContaining("connect() opens it");
	}

	private static long connectionsClosed(MessageDuct duct) {
		return Stream.of(CloseReason.values()).mapToLong(duct.statistics()::connectionsClosed).sum();
	}

	@Test
	default void openWhenDuctWasClosedThenSameObjectsWorkAgain() {
		try (DuctPair pair = pair()) {
			pair.parent().send("lost with its connection");
			pair.close();
			for (int i = 0; i < 3; i++) {
				pair.parent().bind();
				try (MessageDuctChild child = childBuilder().address(pair.parent().listenerAddress()).build()) {
					child.connect();
					assertThat(pair.parent().listen(SOON)).isTrue();
					pair.parent().send(i);
					assertThat(child.recv()).isEqualTo(i);
				}
				pair.parent().close();
			}
		}
	}

	@Test
	default void connectWhenChildWasClosedThenSameObjectWorksAgain() {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.AGAIN));
				MessageDuctChild child = childBuilder().address(parent.listenerAddress()).build()) {
			for (int i = 0; i < 5; i++) {
				child.connect();
				child.send(i);
				assertThat(parent.listen(SOON)).isTrue();
				assertThat(parent.recv()).isEqualTo(i);
				child.close();
				assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(parent::recv);
			}
			assertThat(parent.statistics().connectionsOpened()).isEqualTo(5);
		}
	}

	@Test
	default void closeWhenMuchIsAcceptedThenAllIsWrittenFirst() throws Exception {
		MessageDuctParent parent = bound();
		try (DuctPeer peer = peerOf(parent)) {
			int sent = fill(parent);
			Caller<Void> close = Caller.running(parent::close).awaitWaiting();

			assertThat(Peers.countFrames(peer.receiveRest())).isEqualTo(sent);
			peer.close();
			close.result(SOON);
			assertThat(parent.statistics().messagesUnsent()).isZero();
		}
		finally {
			parent.close();
		}
	}

	@Test
	default void closeWhenPeerDoesNotReadThenEndsWithinItsTimeoutAndCountsUnsent() throws Exception {
		MessageDuctParent parent = bound((builder) -> builder.closeTimeout(Duration.ofMillis(500)));
		try (DuctPeer peer = peerOf(parent)) {
			int sent = fill(parent);
			long started = System.nanoTime();
			parent.close();

			assertThat(Duration.ofNanos(System.nanoTime() - started)).isBetween(Duration.ofMillis(500),
					Duration.ofSeconds(2));
			int whole = Peers.countFrames(peer.receiveRest());
			assertThat(parent.statistics().messagesUnsent())
				.isBetween((long) sent - whole, (long) sent - whole + countedTwice())
				.isPositive();
		}
		finally {
			parent.close();
		}
	}

	@Test
	default void closeWhenCallerIsInterruptedThenAllThatWasAcceptedIsWrittenFirstAndFlagStays() throws Exception {
		MessageDuctParent parent = bound((builder) -> builder.closeTimeout(Duration.ofSeconds(10)));
		try (DuctPeer peer = peerOf(parent)) {
			int sent = fill(parent);
			Caller<Void> close = Caller.interrupted(Caller.callable(parent::close)).awaitWaiting();

			assertThat(Peers.countFrames(peer.receiveRest())).isEqualTo(sent);
			peer.close();
			close.result();
			assertThat(close.interruptedAtEnd()).isTrue();
			assertThat(parent.statistics().messagesUnsent()).isZero();
		}
		finally {
			parent.close();
		}
	}

	@Test
	default void closeWhenInterruptedMeanwhileThenAllThatWasAcceptedIsWrittenFirstAndFlagStays() throws Exception {
		MessageDuctParent parent = bound((builder) -> builder.closeTimeout(Duration.ofSeconds(10)));
		try (DuctPeer peer = peerOf(parent)) {
			int sent = fill(parent);
			Caller<Void> close = Caller.running(parent::close).awaitWaiting();
			close.interrupt();

			assertThat(Peers.countFrames(peer.receiveRest())).isEqualTo(sent);
			peer.close();
			close.result();
			assertThat(close.interruptedAtEnd()).isTrue();
			assertThat(parent.statistics().messagesUnsent()).isZero();
		}
		finally {
			parent.close();
		}
	}

	// By the peer

	@Test
	default void recvWhenPeerHasClosedThenEndComesOnceAfterAllMessages() {
		try (DuctPair pair = pair()) {
			pair.child().sendAll(List.of(1, 2, 3));
			pair.child().close();

			assertThat(List.of(pair.parent().recv(), pair.parent().recv(), pair.parent().recv()))
				.isEqualTo(List.of(1, 2, 3));
			assertThat(pair.parent().poll(SOON)).isTrue();
			assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(pair.parent()::recv)
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(CloseReason.PEER_CLOSED))
				.withCauseInstanceOf(EOFException.class);
			assertThatExceptionOfType(NotConnectedException.class).isThrownBy(pair.parent()::recv);
			assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(() -> pair.parent().send("late"));
		}
	}

	@Test
	default void recvWhenSeveralWaitThenEndComesToOne() {
		try (DuctPair pair = pair()) {
			Caller<Object> first = Caller.of(pair.parent()::recv).awaitWaiting();
			Caller<Object> second = Caller.of(pair.parent()::recv).awaitWaiting();
			pair.child().close();

			assertThat(List.of(first.failure(), second.failure()))
				.hasAtLeastOneElementOfType(RemoteDuctClosedException.class)
				.hasAtLeastOneElementOfType(NotConnectedException.class);
		}
	}

	@Test
	default void recvWhenLastMessageIsBrokenThenEndStillComes() throws Exception {
		try (MessageDuctParent parent = bound()) {
			try (DuctPeer peer = peerOf(parent)) {
				peer.send("broken");
			}
			Awaiting.soon().until(() -> !parent.isConnected());

			assertThatExceptionOfType(MessageCodecException.class).isThrownBy(parent::recv);
			assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(parent::recv);
		}
	}

	@Test
	default void recvWhenStreamEndsWithinMessageThenTruncated() throws Exception {
		for (String part : List.of("54", "540000", "5400000004", "54000000046e756c")) {
			try (MessageDuctParent parent = bound()) {
				try (DuctPeer peer = peerOf(parent)) {
					peer.send("\"whole\"");
					peer.sendHex(part);
				}
				assertThat(parent.recv()).isEqualTo("whole");
				assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(parent::recv)
					.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(CloseReason.TRUNCATED))
					.withCauseInstanceOf(EOFException.class)
					.withMessageContaining("in the middle of a message");
			}
		}
	}

	@Test
	default void p11RecvWhenSendingFailsThenWhatThePeerSentBeforeIsStillReceived() throws Exception {
		String long1 = "1".repeat(40_000);
		String long2 = "2".repeat(40_000);
		try (MessageDuctParent parent = bound()) {
			try (DuctPeer peer = peerOf(parent)) {
				peer.send('"' + long1 + '"');
				peer.send('"' + long2 + '"');
			}
			Awaiting.soon().until(() -> !sends(parent));

			assertThat(parent.recv()).isEqualTo(long1);
			assertThat(parent.recv()).isEqualTo(long2);
			assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(parent::recv);
		}
	}

	@Test
	default void p11RecvWhenSendingFailsMeanwhileThenWhatThePeerSentBeforeIsStillReceived() throws Exception {
		for (int i = 0; i < 20; i++) {
			try (MessageDuctParent parent = bound(); DuctPeer peer = peerOf(parent)) {
				Caller<Object> recv = Caller.of(parent::recv).awaitWaiting();
				Caller<Boolean> sender = Caller.of(() -> {
					boolean open = true;
					while (open) {
						open = sends(parent);
					}
					return open;
				});
				peer.receive();
				peer.send("\"last\"");
				peer.close();

				assertThat(recv.result(SOON)).isEqualTo("last");
				sender.result(SOON);
			}
		}
	}

	@Test
	default void p11ConnectionWhenSendingFailsAndNobodyReceivesThenEndsAndKeepsWhatWasReadAhead() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.AGAIN).sendTimeout(SHORT))) {
			sendMoreThanIsReadAheadAndGo(peerOf(parent));
			Awaiting.soon().until(() -> !sends(parent));

			Awaiting.soon().until(() -> parent.statistics().connections() == 0);
			try (MessageDuctChild next = childBuilder().address(parent.listenerAddress()).build()) {
				next.connect();
				next.send("next");
				// What was read ahead; where the system says that the peer is gone, all.
				for (int i = 0; i < 3; i++) {
					assertThat(parent.recv()).isEqualTo(CHUNK);
				}
				assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(() -> {
					for (int i = 3; i < 7; i++) {
						assertThat(parent.recv()).isEqualTo(CHUNK);
					}
				});
				assertThat(parent.listen(SOON)).isTrue();
				assertThat(parent.recv()).isEqualTo("next");
			}
		}
	}

	@Test
	default void sendWhenAllOfManyChildrenHaveGoneAndLeftMessagesThenFails() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY))) {
			DuctPeer first = peerOf(parent);
			DuctPeer second = peerOf(parent);
			sendMoreThanIsReadAheadAndGo(first);
			sendMoreThanIsReadAheadAndGo(second);

			Awaiting.soon().until(() -> !sends(parent));
		}
	}

	private static void sendMoreThanIsReadAheadAndGo(DuctPeer peer) throws Exception {
		try (peer) {
			byte[] chunk = DuctPeer.frame('"' + CHUNK + '"');
			for (int i = 0; i < 6; i++) {
				peer.sendRaw(chunk);
			}
		}
	}

	private static boolean sends(MessageDuct duct) {
		try {
			duct.send("x");
			return true;
		}
		catch (RemoteDuctClosedException ex) {
			return false;
		}
	}

	@Test
	default void p4IsConnectedWhenNobodyReadsThenFalseWithinASecondOfTheEnd() {
		try (DuctPair pair = pair()) {
			pair.child().send("not received yet");
			pair.child().close();

			Awaiting.soon().atMost(Duration.ofSeconds(1)).until(() -> !pair.parent().isConnected());
			assertThat(pair.parent().recv()).isEqualTo("not received yet");
		}
	}

	@Test
	default void isConnectedWhenNobodyReadsAnyMoreThenFalseWithinASecondOfTheEnd() {
		try (DuctPair pair = pair((parent) -> parent.timeout(SHORT), (child) -> child)) {
			pair.child().send("received");
			assertThat(pair.parent().recv()).isEqualTo("received");
			assertThatExceptionOfType(DuctTimeoutException.class).isThrownBy(pair.parent()::recv);
			assertThat(pair.parent().isConnected()).isTrue();
			pair.child().close();

			// Up to 0.7 s, and what the machine is held up.
			Awaiting.soon().atMost(Duration.ofSeconds(3)).until(() -> !pair.parent().isConnected());
		}
	}

	@Test
	default void p4IsConnectedWhenHandlerIsBusyThenFalseWithinASecondOfTheEnd() throws Exception {
		Gate gate = new Gate();
		try (gate; DuctPair pair = pair((parent) -> parent.handler((from, message) -> gate.pass()), (child) -> child)) {
			pair.child().send("keeps it busy");
			gate.awaitVisitor();
			pair.child().close();

			// Up to 0.7 s, and what the machine is held up.
			Awaiting.soon().atMost(Duration.ofSeconds(3)).until(() -> !pair.parent().isConnected());
		}
	}

	@Test
	default void p4IsConnectedWhenHandlerIsBusyAndMoreWaitsThenTheEndIsNoticedAllTheSame() throws Exception {
		Gate gate = new Gate();
		try (gate; DuctPair pair = pair((parent) -> parent.handler((from, message) -> gate.pass()), (child) -> child)) {
			pair.child().sendAll(List.of("keeps it busy", "waits"));
			gate.awaitVisitor();
			// By then it is quiet.
			Awaiting.soon().during(Duration.ofSeconds(1)).until(pair.parent()::isConnected);
			pair.child().close();

			Awaiting.soon().until(() -> !pair.parent().isConnected());
		}
	}

	@Test
	default void watchWhenMoreThanItsBufferIsUnreadThenIdle() throws Exception {
		for (List<String> unread : List.of(List.of("x".repeat(100_000), "next"),
				List.of("x".repeat(40_000), "x".repeat(40_000), "next"))) {
			try (MessageDuctParent parent = bound((builder) -> builder.name("idle")); DuctPeer peer = peerOf(parent)) {
				for (String message : unread) {
					peer.send('"' + message + '"');
				}
				Awaiting.soon().until(() -> parent.poll(Duration.ZERO));
				Supplier<Long> busy = loopMillis("duct-idle-loop");
				Awaiting.soon().during(Duration.ofMillis(400)).until(() -> busy.get() < 100);
				for (String message : unread) {
					assertThat(parent.recv()).isEqualTo(message);
				}
			}
		}
	}

	/**
	 * The processor time that a thread takes from now on.
	 */
	private static Supplier<Long> loopMillis(String name) {
		long id = Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals(name))
			.findFirst()
			.orElseThrow()
			.getId();
		long before = ManagementFactory.getThreadMXBean().getThreadCpuTime(id);
		return () -> TimeUnit.NANOSECONDS.toMillis(ManagementFactory.getThreadMXBean().getThreadCpuTime(id) - before);
	}

}
