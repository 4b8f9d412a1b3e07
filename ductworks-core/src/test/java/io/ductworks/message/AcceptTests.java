package io.ductworks.message;

import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.file.Files;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import io.ductworks.AlreadyConnectedException;
import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.CloseReason;
import io.ductworks.CommunicationFaultException;
import io.ductworks.DuctInterruptedException;
import io.ductworks.DuctTimeoutException;
import io.ductworks.Gate;
import io.ductworks.NotConnectedException;
import io.ductworks.NothingLeftBehind;
import io.ductworks.RemoteDuctClosedException;
import io.ductworks.internal.loop.EventLoop;
import io.ductworks.internal.transport.ByteConnection;
import io.ductworks.internal.transport.ByteListener;
import io.ductworks.peer.DuctPeer;
import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Who is taken as a child, and how the two ends find each other.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class AcceptTests implements DuctFixture {

	@Override
	public DuctAddress address() {
		return DuctAddress.Unix.pseudoAnonymous();
	}

	private MessageDuctParent bound(Accept accept) {
		return bound((builder) -> builder.accept(accept));
	}

	private static MessageDuctChild child(DuctAddress address) {
		return child(address, (builder) -> builder);
	}

	private static MessageDuctChild child(DuctAddress address, UnaryOperator<MessageDuctChild.Builder> settings) {
		return settings.apply(MessageDuctChild.builder().address(address).timeout(Duration.ofSeconds(10))).build();
	}

	/**
	 * Connects a child, and waits until the parent has it.
	 */
	private static MessageDuctChild connected(MessageDuctParent parent) {
		int before = parent.children().size();
		MessageDuctChild child = child(parent.listenerAddress());
		child.connect();
		try {
			Awaiting.soon().until(() -> parent.children().size() > before);
			return child;
		}
		catch (RuntimeException ex) {
			child.close();
			throw ex;
		}
	}

	@Test
	void o8StatisticsWhenChildrenAreConnectedThenKnowEachConnectionAndForgetItWithItsEnd() {
		try (MessageDuctParent parent = bound(Accept.MANY); MessageDuctChild first = connected(parent)) {
			assertThat(parent.isListening()).isTrue();
			try (MessageDuctChild second = connected(parent)) {
				first.send("one");
				second.send("two");
				second.send("three");
				for (int i = 0; i < 3; i++) {
					assertThat(parent.recv()).isNotNull();
				}
				parent.send("to both");

				List<ConnectionStatistics> open = parent.statistics().openConnections();
				assertThat(open).extracting(ConnectionStatistics::number).containsExactly(1, 2);
				assertThat(open).extracting(ConnectionStatistics::messagesReceived).containsExactly(1L, 2L);
				assertThat(open).extracting(ConnectionStatistics::messagesSent).containsExactly(1L, 1L);
				assertThat(open).extracting(ConnectionStatistics::peer).containsOnly(first.peer());
				assertThat(open).allSatisfy((connection) -> assertThat(connection.age()).isPositive());
				assertThat(second.statistics().openConnections()).hasSize(1);
			}
			Awaiting.soon().until(() -> parent.statistics().openConnections().size() == 1);
			assertThat(parent.statistics().openConnections().get(0).number()).isEqualTo(1);
		}
	}

	// Once

	@Test
	void onceWhenChildIsInThenListenerAndFileAreGoneAndAnotherIsRefused() {
		try (MessageDuctParent parent = bound(Accept.ONCE); MessageDuctChild child = connected(parent)) {
			DuctAddress.Unix address = (DuctAddress.Unix) parent.listenerAddress();
			Awaiting.soon().until(() -> Files.notExists(address.path().getParent()));

			assertThat(isRefused(address)).isTrue();
			parent.send("still there");
			assertThat(child.recv()).isEqualTo("still there");
		}
	}

	@Test
	void onceWhenChildHasGoneThenWhatItLeftIsReceivedAndNoOtherTaken() {
		try (MessageDuctParent parent = bound(Accept.ONCE)) {
			try (MessageDuctChild child = connected(parent)) {
				child.send("bye");
			}
			Awaiting.soon().until(() -> !parent.isConnected());

			assertThat(parent.listen(Duration.ZERO)).isTrue();
			assertThat(parent.recv()).isEqualTo("bye");
			assertThat(parent.listen(Duration.ZERO)).isTrue();
			assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(parent::recv);
			assertThatExceptionOfType(AlreadyConnectedException.class).isThrownBy(() -> parent.listen(SOON))
				.withMessageContaining("close() and bind()");
			assertThatExceptionOfType(AlreadyConnectedException.class).isThrownBy(parent::bind);
		}
	}

	@Test
	void onceWhenChildSendsAndGoesBeforeListenThenListenIsTrueAndMessageIsReceived() {
		try (MessageDuctParent parent = bound(Accept.ONCE)) {
			try (MessageDuctChild child = child(parent.listenerAddress())) {
				child.connect();
				child.send("brief");
			}
			Awaiting.soon().until(() -> parent.statistics().connectionsClosed(CloseReason.PEER_CLOSED) == 1);

			assertThat(parent.listen(SOON)).isTrue();
			assertThat(parent.recv()).isEqualTo("brief");
		}
	}

	@Test
	void onceWhenAskedWhetherItListensThenOnlyUntilItHasItsChild() {
		MessageDuctParent parent = parentBuilder().build();
		assertThat(parent.isListening()).isFalse();
		parent.bind();
		assertThat(parent.isListening()).isTrue();
		try (parent; MessageDuctChild child = connected(parent)) {
			Awaiting.soon().until(() -> !parent.isListening());
			assertThat(child.isConnected()).isTrue();
		}
		assertThat(parent.isListening()).isFalse();
	}

	// Again

	@Test
	void againWhenSecondChildComesMeanwhileThenRefusedAndCounted() {
		try (MessageDuctParent parent = bound(Accept.AGAIN);
				MessageDuctChild first = connected(parent);
				MessageDuctChild second = child(parent.listenerAddress())) {
			second.connect();

			assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(second::recv);
			Awaiting.soon().until(() -> parent.statistics().connectionsClosed(CloseReason.TOO_MANY_CHILDREN) == 1);
			parent.send("to the first");
			assertThat(first.recv()).isEqualTo("to the first");
			assertThat(parent.statistics().connectionsOpened()).isEqualTo(1);
		}
	}

	@Test
	void againWhenChildrenFollowEachOtherAtOnceThenNoneIsRefused() throws Exception {
		try (MessageDuctParent parent = bound(Accept.AGAIN)) {
			Caller<List<Object>> receiver = Caller.of(() -> {
				List<Object> received = new ArrayList<>();
				while (received.size() < 12 && parent.listen(SOON)) {
					receiveUntilEnd(parent, received);
				}
				return received;
			});
			for (int i = 0; i < 12; i++) {
				try (MessageDuctChild child = child(parent.listenerAddress())) {
					child.connect();
					child.send(i);
				}
			}

			assertThat(receiver.result()).isEqualTo(IntStream.range(0, 12).boxed().toList());
			assertThat(parent.statistics().connectionsClosed(CloseReason.TOO_MANY_CHILDREN)).isZero();
		}
	}

	private static void receiveUntilEnd(MessageDuct duct, List<Object> received) {
		try {
			while (true) {
				received.add(duct.recv());
			}
		}
		catch (RemoteDuctClosedException ex) {
			// One child has gone, the next may come.
		}
	}

	@Test
	void againWhenNextChildIsInThenLeftoversOfTheFirstAndItsEndAreReceivedBefore() {
		try (MessageDuctParent parent = bound(Accept.AGAIN)) {
			try (MessageDuctChild first = connected(parent)) {
				first.sendAll(List.of("first 1", "first 2"));
			}
			Awaiting.soon().until(() -> !parent.isConnected());
			try (MessageDuctChild second = connected(parent)) {
				second.send("second");

				assertThat(parent.recv()).isEqualTo("first 1");
				assertThat(parent.recv()).isEqualTo("first 2");
				assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(parent::recv);
				assertThat(parent.recv()).isEqualTo("second");
			}
		}
	}

	@Test
	void againWhenChildHasGoneThenAddressAndPortStay() {
		try (MessageDuctParent parent = bound(
				(builder) -> builder.address(new DuctAddress.Tcp("localhost", 0)).accept(Accept.AGAIN))) {
			DuctAddress address = parent.listenerAddress();
			assertThat(((DuctAddress.Tcp) address).port()).isPositive();
			for (int i = 0; i < 3; i++) {
				try (MessageDuctChild child = child(address)) {
					child.connect();
					assertThat(parent.listen(SOON)).isTrue();
				}
				Awaiting.soon().until(() -> !parent.isConnected());
				assertThat(parent.listen(Duration.ZERO)).isTrue();
				assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(parent::recv);
				assertThat(parent.listen(Duration.ZERO)).isFalse();
			}
			assertThat(parent.listenerAddress()).isEqualTo(address);
			assertThat(parent.bindAddress()).isEqualTo(new DuctAddress.Tcp("localhost", 0));
		}
	}

	@Test
	void againWhenFirstChildIsClosedByTheParentThenNextMayCome() {
		try (MessageDuctParent parent = bound(Accept.AGAIN); MessageDuctChild first = connected(parent)) {
			parent.children().get(0).close();
			assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(first::recv);

			try (MessageDuctChild second = connected(parent)) {
				second.send("next");
				assertThat(parent.recv()).isEqualTo("next");
			}
		}
	}

	// Many

	@Test
	void manyWhenParentSendsThenEachChildReceives() {
		try (MessageDuctParent parent = bound(Accept.MANY);
				MessageDuctChild first = connected(parent);
				MessageDuctChild second = connected(parent);
				MessageDuctChild third = connected(parent)) {
			parent.send("to all");
			parent.sendAll(List.of(1, 2));

			for (MessageDuctChild child : List.of(first, second, third)) {
				assertThat(child.recv()).isEqualTo("to all");
				assertThat(child.recv()).isEqualTo(1);
				assertThat(child.recv()).isEqualTo(2);
			}
			assertThat(parent.statistics().messagesSent()).isEqualTo(9);
		}
	}

	@Test
	void manyWhenOneChildIsBusyThenOthersAreReceivedInTurn() {
		try (MessageDuctParent parent = bound(Accept.MANY);
				MessageDuctChild busy = connected(parent);
				MessageDuctChild quiet = connected(parent)) {
			busy.sendAll(IntStream.range(0, 1000).boxed().toList());
			assertThat(parent.recv()).isEqualTo(0);
			quiet.send("quiet");
			Awaiting.soon().until(() -> parent.children().get(1).poll(Duration.ZERO));

			assertThat(List.of(parent.recv(), parent.recv(), parent.recv())).contains("quiet");
			for (int i = 3; i < 1000; i++) {
				assertThat(parent.recv()).isEqualTo(i);
			}
		}
	}

	@Test
	void manyWhenSeveralReceiveThenEachMessageIsReceivedOnceAndNoneIsForgotten() throws Exception {
		try (MessageDuctParent parent = bound(Accept.MANY)) {
			List<MessageDuctChild> children = IntStream.range(0, 4).mapToObj((i) -> connected(parent)).toList();
			List<Caller<List<Object>>> receivers = IntStream.range(0, 3).mapToObj((i) -> Caller.of(() -> {
				List<Object> received = new ArrayList<>();
				for (int n = 0; n < 400; n++) {
					received.add(parent.recv());
				}
				return received;
			})).toList();
			List<Caller<Void>> senders = IntStream.range(0, 4)
				.mapToObj((child) -> Caller
					.running(() -> IntStream.range(0, 300).forEach((i) -> children.get(child).send(child * 1000 + i))))
				.toList();

			List<Object> all = new ArrayList<>();
			for (Caller<List<Object>> receiver : receivers) {
				all.addAll(receiver.result());
			}
			for (Caller<Void> sender : senders) {
				sender.result();
			}
			assertThat(all).doesNotHaveDuplicates().hasSize(1200);
			children.forEach(MessageDuctChild::close);
		}
	}

	@Test
	void manyWhenRecvWaitsThenAnyChildMayWakeIt() throws Exception {
		try (MessageDuctParent parent = bound(Accept.MANY);
				MessageDuctChild first = connected(parent);
				MessageDuctChild second = connected(parent)) {
			for (MessageDuctChild child : List.of(second, first, second)) {
				Caller<Object> recv = Caller.of(parent::recv).awaitWaiting();
				child.send("wake");
				assertThat(recv.result(SOON)).isEqualTo("wake");
			}
			Caller<Boolean> poll = Caller.of(() -> parent.poll(SOON)).awaitWaiting();
			first.send("stays");
			assertThat(poll.result(SOON)).isTrue();
			assertThat(parent.poll(Duration.ZERO)).isTrue();
			assertThat(parent.recv()).isEqualTo("stays");
			assertThat(parent.poll(SHORT)).isFalse();
		}
	}

	@Test
	void manyWhenChildHasGoneThenItsMessagesAreReceivedWithoutAnEnd() {
		try (MessageDuctParent parent = bound(Accept.MANY); MessageDuctChild stays = connected(parent)) {
			try (MessageDuctChild goes = connected(parent)) {
				goes.sendAll(List.of(1, 2));
			}
			Awaiting.soon().until(() -> parent.children().size() == 1);

			assertThat(parent.recv()).isEqualTo(1);
			assertThat(parent.recv()).isEqualTo(2);
			assertThat(parent.poll(Duration.ZERO)).isFalse();
			stays.send(3);
			assertThat(parent.recv()).isEqualTo(3);
		}
	}

	@Test
	void childrenWhenOneIsAddressedThenOnlyThatOneReceives() {
		try (MessageDuctParent parent = bound(Accept.MANY);
				MessageDuctChild first = connected(parent);
				MessageDuctChild second = connected(parent)) {
			parent.children().get(1).send("second only");
			assertThat(second.recv()).isEqualTo("second only");
			first.send("from first");
			assertThat(parent.children().get(0).recv()).isEqualTo("from first");
			assertThat(first.poll(Duration.ZERO)).isFalse();

			MessageDuct gone = parent.children().get(0);
			gone.close();
			assertThat(gone.isConnected()).isFalse();
			assertThat(parent.children()).hasSize(1);
			assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> gone.send("late"));
			assertThatExceptionOfType(NotConnectedException.class).isThrownBy(gone::recv);
		}
	}

	@Test
	void requestWhenOneChildIsBusyThenGoesToTheOther() throws Exception {
		CountDownLatch bothAsked = new CountDownLatch(2);
		try (MessageDuctParent parent = bound(Accept.MANY);
				MessageDuctChild one = connected(parent, whenAll(bothAsked, "first"));
				MessageDuctChild other = connected(parent, whenAll(bothAsked, "second"))) {
			CompletableFuture<String> answer = parent.requestAsync("who?", String.class);
			CompletableFuture<String> another = parent.requestAsync("who?", String.class);

			assertThat(List.of(answer.get(5, TimeUnit.SECONDS), another.get(5, TimeUnit.SECONDS)))
				.containsExactlyInAnyOrder("first", "second");
			assertThat(one.statistics().messagesReceived()).isEqualTo(1);
			assertThat(other.statistics().messagesReceived()).isEqualTo(1);
		}
	}

	/**
	 * Answers once all children have been asked.
	 */
	private static DuctHandler whenAll(CountDownLatch asked, String answer) {
		return DuctHandler.answering((from, message) -> {
			asked.countDown();
			asked.await();
			return answer;
		});
	}

	@Test
	void requestWhenOneChildOwesAnAnswerThenTheOtherIsAsked() throws Exception {
		BlockingQueue<String> asked = new LinkedBlockingQueue<>();
		Gate gate = new Gate();
		DuctHandler slow = DuctHandler.answering((from, message) -> {
			asked.add("slow");
			gate.pass();
			return null;
		});
		try (gate;
				MessageDuctParent parent = bound(Accept.MANY);
				MessageDuctChild one = connected(parent, slow);
				MessageDuctChild other = connected(parent, DuctHandler.answering((from, message) -> "quick"))) {
			CompletableFuture<String> held = parent.connections().get(0).requestAsync("wait", String.class);
			assertThat(asked.poll(5, TimeUnit.SECONDS)).isEqualTo("slow");

			for (int i = 0; i < 50; i++) {
				assertThat(parent.<String>request("who?", String.class)).isEqualTo("quick");
			}
			assertThat(one.isConnected()).isTrue();
			assertThat(other.isConnected()).isTrue();
			gate.open();
			assertThat(held.get(5, TimeUnit.SECONDS)).isNull();
		}
	}

	private static MessageDuctChild connected(MessageDuctParent parent, DuctHandler handler) {
		int before = parent.connections().size();
		MessageDuctChild child = MessageDuctChild.builder().address(parent.listenerAddress()).handler(handler).build();
		child.connect();
		Awaiting.soon().until(() -> parent.connections().size() > before);
		return child;
	}

	@Test
	void manyWhenFullThenNextIsRefusedUntilOneGoes() {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY).maxChildren(2));
				MessageDuctChild first = connected(parent);
				MessageDuctChild second = connected(parent);
				MessageDuctChild third = child(parent.listenerAddress())) {
			third.connect();
			assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(third::recv);
			assertThat(parent.statistics().connectionsClosed(CloseReason.TOO_MANY_CHILDREN)).isEqualTo(1);

			first.close();
			third.connect();
			// That two are there does not tell the third from the first.
			third.send("in");
			assertThat(parent.recv()).isEqualTo("in");
			parent.send("to those in");
			assertThat(third.recv()).isEqualTo("to those in");
			assertThat(second.recv()).isEqualTo("to those in");
		}
	}

	@Test
	void p5ManyWhenOneChildDoesNotReadThenOthersAreNotDelayedAndItIsCutOff() throws Exception {
		try (MessageDuctParent parent = bound(
				(builder) -> builder.accept(Accept.MANY).sendTimeout(Duration.ofSeconds(2)));
				DuctPeer stuck = Peers.of(parent);
				MessageDuctChild reads = connected(parent)) {
			List<Duration> delays = new ArrayList<>();
			while (parent.children().size() == 2) {
				long started = System.nanoTime();
				parent.send(CHUNK);
				delays.add(Duration.ofNanos(System.nanoTime() - started));
				assertThat(reads.recv()).isEqualTo(CHUNK);
			}

			delays.sort(Comparator.naturalOrder());
			// The promise is of 100 ms; what is above it is what the machine is held up.
			assertThat(delays.get(delays.size() / 2)).isLessThan(Duration.ofMillis(100));
			assertThat(delays.get(delays.size() - 1)).isLessThan(Duration.ofMillis(1700));
			assertThat(parent.statistics().connectionsClosed(CloseReason.SEND_TIMEOUT)).isEqualTo(1);
			parent.send("goes on");
			assertThat(reads.recv()).isEqualTo("goes on");
			assertThat(parent.statistics().messagesUnsent()).isBetween(1L, (long) delays.size());
		}
	}

	@Test
	void manyWhenSenderIsInterruptedThenAllChildrenStillReceive() throws Exception {
		try (MessageDuctParent parent = bound(Accept.MANY);
				DuctPeer slow = Peers.of(parent);
				MessageDuctChild reads = connected(parent)) {
			int sent = fill(parent);
			for (int i = 0; i < sent; i++) {
				reads.recv();
			}
			Caller<Void> send = Caller.interrupted(Caller.callable(() -> parent.send(tooMuch())));

			send.result();
			assertThat(send.interruptedAtEnd()).isTrue();
			assertThat(reads.recv()).isEqualTo(tooMuch());
			for (int i = 0; i < sent; i++) {
				slow.receive();
			}
			assertThat(slow.receive()).isEqualTo('"' + tooMuch() + '"');
		}
	}

	@Test
	void manyWhenHandlerOfOneConnectionBlocksThenOthersAreHandled() throws Exception {
		Gate gate = new Gate();
		CountDownLatch handled = new CountDownLatch(1);
		try (gate;
				MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY).handler((from, message) -> {
					if ("block".equals(message.as(String.class))) {
						gate.pass();
					}
					handled.countDown();
				}));
				MessageDuctChild first = connected(parent);
				MessageDuctChild second = connected(parent)) {
			first.send("block");
			gate.awaitVisitor();
			second.send("pass");

			assertThat(handled.await(5, TimeUnit.SECONDS)).isTrue();
		}
	}

	// Nobody there

	@Test
	void parentWhenNoChildIsThereThenNotConnected() {
		for (Accept accept : Accept.values()) {
			try (MessageDuctParent parent = bound(accept)) {
				assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> parent.send(1))
					.withMessageContaining("listen()");
				assertThatExceptionOfType(NotConnectedException.class).isThrownBy(parent::recv);
				assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> parent.poll(SOON));
				assertThatExceptionOfType(NotConnectedException.class)
					.isThrownBy(() -> parent.request(1, Integer.class));
				assertThat(parent.isConnected()).isFalse();
				assertThat(parent.peer()).isNull();
			}
		}
	}

	@Test
	void waitingParentWhenNoChildComesThenTimesOut() {
		for (Accept accept : Accept.values()) {
			try (MessageDuctParent parent = bound((builder) -> builder.accept(accept)
				.timeout(Duration.ofMillis(100))
				.whenDisconnected(WhenDisconnected.WAIT))) {
				assertThatExceptionOfType(DuctTimeoutException.class).isThrownBy(() -> parent.send(1))
					.withMessageContaining("still not connected");
				assertThatExceptionOfType(DuctTimeoutException.class).isThrownBy(parent::recv);
				assertThatExceptionOfType(DuctTimeoutException.class)
					.isThrownBy(() -> parent.request(1, Integer.class));
				assertThat(parent.poll(Duration.ofMillis(10))).isFalse();
			}
		}
	}

	@Test
	void waitingParentWhenChildComesThenGoesOn() throws Exception {
		for (Accept accept : Accept.values()) {
			try (MessageDuctParent parent = bound(
					(builder) -> builder.accept(accept).whenDisconnected(WhenDisconnected.WAIT))) {
				Caller<Void> send = Caller.running(() -> parent.send("awaited")).awaitWaiting();
				Caller<Object> recv = Caller.of(parent::recv).awaitWaiting();
				try (MessageDuctChild child = connected(parent)) {
					send.result(SOON);
					assertThat(child.recv()).isEqualTo("awaited");
					child.send("too");
					assertThat(recv.result(SOON)).isEqualTo("too");
				}
			}
		}
	}

	@Test
	void waitingParentWhenClosedOrInterruptedThenWaitEnds() {
		try (MessageDuctParent parent = bound((builder) -> builder.whenDisconnected(WhenDisconnected.WAIT))) {
			Caller<Void> interrupted = Caller.running(() -> parent.send(1)).awaitWaiting();
			Caller<Void> send = Caller.running(() -> parent.send(1)).awaitWaiting();
			Caller<Object> recv = Caller.of(parent::recv).awaitWaiting();
			interrupted.interrupt();
			assertThat(interrupted.failure()).isInstanceOf(DuctInterruptedException.class);
			assertThat(interrupted.interruptedAtEnd()).isTrue();
			parent.close();

			assertThat(send.failure()).isInstanceOf(NotConnectedException.class);
			assertThat(recv.failure()).isInstanceOf(NotConnectedException.class);
		}
	}

	// Listening

	@Test
	void listenWhenNobodyComesThenFalseAfterItsTimeout() {
		try (MessageDuctParent parent = parentBuilder().build()) {
			long started = System.nanoTime();
			assertThat(parent.listen(SHORT)).isFalse();
			assertThat(Duration.ofNanos(System.nanoTime() - started)).isBetween(SHORT, SOON);
		}
	}

	@Test
	void listenWhenNotBoundThenBindsAndWaitsForChild() throws Exception {
		DuctAddress address = address();
		try (MessageDuctParent parent = parentBuilder().address(address).build();
				MessageDuctChild child = child(address)) {
			assertThatExceptionOfType(NotConnectedException.class).isThrownBy(parent::listenerAddress)
				.withMessageContaining("bind()");
			Caller<Boolean> listen = Caller.of(() -> parent.listen(SOON)).awaitWaiting();
			child.connect();

			assertThat(listen.result(SOON)).isTrue();
		}
	}

	@Test
	void listenWhenParentIsClosedThenEndsAtOnce() throws Exception {
		MessageDuctParent parent = bound(Accept.AGAIN);
		Caller<Boolean> listen = Caller.of(() -> parent.listen(Duration.ofSeconds(20))).awaitWaiting();
		parent.close();

		assertThat(listen.result(Duration.ofSeconds(1))).isFalse();
	}

	@Test
	void bindWhenBoundAlreadyThenDoesNothing() {
		try (MessageDuctParent parent = bound(Accept.AGAIN)) {
			DuctAddress address = parent.listenerAddress();
			parent.bind();

			assertThat(parent.listenerAddress()).isEqualTo(address);
			connected(parent).close();
		}
	}

	@Test
	void bindWhenAddressIsInUseThenFaultNamesIt() {
		for (DuctAddress free : List.of(address(), new DuctAddress.Tcp("localhost", 0),
				new DuctAddress.Inproc("accept-tests-in-use"))) {
			// Many, since who probes whether a socket file is served comes as a child.
			try (MessageDuctParent owner = bound(
					(builder) -> builder.address(free).accept(Accept.MANY).whenDisconnected(WhenDisconnected.WAIT))) {
				DuctAddress taken = owner.listenerAddress();
				MessageDuctParent late = parentBuilder().address(taken).build();

				assertThatExceptionOfType(CommunicationFaultException.class).isThrownBy(late::bind)
					.withMessageContaining(taken.toString());
				try (MessageDuctChild child = child(taken)) {
					child.connect();
					child.send("still served");
					Awaiting.soon().until(() -> owner.poll(Duration.ZERO));
				}
				assertThat(owner.recv()).isEqualTo("still served");
			}
		}
	}

	@Test
	void bindWhenRacingCloseThenLastBindWinsAndNothingIsLeft() throws Exception {
		try (MessageDuctParent parent = parentBuilder().accept(Accept.AGAIN).build()) {
			for (int i = 0; i < 100; i++) {
				parent.bind();
				Caller<Void> close = Caller.running(parent::close);
				parent.bind();
				close.result(SOON);
			}
			parent.close();
			parent.bind();
			connected(parent).close();
		}
	}

	// Connecting

	@Test
	void connectWhenParentComesLaterThenRetriesUntilItIsThere() throws Exception {
		DuctAddress address = address();
		try (MessageDuctChild child = child(address)) {
			Caller<Void> connect = Caller.running(child::connect).awaitWaiting();
			Awaiting.soon().until(() -> child.statistics().connectsFailed() > 0);
			try (MessageDuctParent parent = bound((builder) -> builder.address(address))) {
				connect.result();
				assertThat(parent.listen(SOON)).isTrue();
				assertThat(child.isConnected()).isTrue();
				assertThat(child.statistics().connectsSucceeded()).isEqualTo(1);
			}
		}
	}

	@Test
	void connectWhenNobodyListensThenGivesUpAtItsTimeoutAndIsClosed() {
		DuctAddress address = address();
		try (MessageDuctChild child = child(address, (builder) -> builder.connectTimeout(Duration.ofMillis(400)))) {
			// What is left at last, up to 10 ms, is too little for one more attempt.
			long started = System.nanoTime();
			assertThatExceptionOfType(CommunicationFaultException.class).isThrownBy(child::connect)
				.withMessageContaining(address.toString())
				.withMessageContaining("400 ms");

			assertThat(Duration.ofNanos(System.nanoTime() - started)).isBetween(Duration.ofMillis(380),
					Duration.ofSeconds(2));
			assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> child.send(1));
		}
	}

	@Test
	void c3ConnectWhenClosedByAnotherThreadThenEndsAtOnce() {
		MessageDuctChild child = child(address());
		Caller<Void> connect = Caller.running(child::connect);
		Awaiting.soon().until(() -> child.statistics().connectsFailed() > 5);
		child.close();

		assertThat(connect.failure()).isInstanceOf(NotConnectedException.class).hasMessageContaining("closed by");
	}

	@Test
	void connectWhenInterruptedThenSaysSoAndLeavesTheChildClosed() {
		MessageDuctChild child = child(address());
		Caller<Void> connect = Caller.running(child::connect);
		Awaiting.soon().until(() -> child.statistics().connectsFailed() > 5);
		connect.interrupt();

		assertThat(connect.failure()).isInstanceOf(DuctInterruptedException.class);
		assertThat(connect.interruptedAtEnd()).isTrue();
		assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> child.send("late"))
			.withMessageContaining("closed by this side");
	}

	@Test
	void manyWhenHundredsLeaveAtOnceThenNoThreadsAreStartedForThem() throws Exception {
		List<DuctPeer> crowd = new ArrayList<>();
		try (MessageDuctParent parent = bound(
				(builder) -> builder.name("crowd").accept(Accept.MANY).handler((from, message) -> {
				}))) {
			while (crowd.size() < 200) {
				for (int i = 0; i < 50; i++) {
					crowd.add(Peers.connect(parent.listenerAddress()));
				}
				// More than the backlog holds would be turned away by the system.
				Awaiting.soon().until(() -> parent.children().size() == crowd.size());
			}

			for (DuctPeer peer : crowd) {
				peer.close();
			}
			Awaiting.soon().until(() -> parent.statistics().connectionsClosed(CloseReason.PEER_CLOSED) == 200);
			assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
				.filteredOn((name) -> name.startsWith("duct-crowd-"))
				.containsOnly("duct-crowd-loop");
		}
	}

	@Test
	void connectWhenRacingCloseThenNothingIsLeftConnected() {
		try (MessageDuctParent parent = bound(Accept.MANY)) {
			for (int i = 0; i < 100; i++) {
				MessageDuctChild child = child(parent.listenerAddress());
				Caller<Void> connect = Caller.running(child::connect);
				Awaiting.soon().until(() -> child.open() != null || connect.isDone());
				child.close();

				Awaiting.soon().until(connect::isDone);
				assertThat(child.isConnected()).isFalse();
				assertThat(child.statistics().connections()).isZero();
				child.close();
			}
			Awaiting.soon().until(() -> parent.children().isEmpty());
		}
	}

	@Test
	void connectWhenConnectedThenRefusedAndConnectionStays() {
		try (DuctPair pair = pair()) {
			assertThatExceptionOfType(AlreadyConnectedException.class).isThrownBy(pair.child()::connect);

			pair.child().send("stays");
			assertThat(pair.parent().recv()).isEqualTo("stays");
		}
	}

	@Test
	void requestWhenItWaitedForItsConnectionThenEndsInTimeAndTheConnectionStays() throws Exception {
		DuctAddress address = address();
		Gate gate = new Gate();
		try (MessageDuctChild child = child(address, (builder) -> builder.whenDisconnected(WhenDisconnected.WAIT));
				MessageDuctParent parent = MessageDuctParent.builder().address(address).handler((from, message) -> {
					gate.pass();
					from.send(message.as(Object.class));
				}).build();
				gate) {
			assertThatExceptionOfType(CommunicationFaultException.class).isThrownBy(child::connectOnce);
			long asked = System.nanoTime();
			Caller<Object> late = Caller.of(() -> child.request("late", Object.class, Duration.ofSeconds(2)))
				.awaitWaiting();
			Awaiting.soon().until(() -> System.nanoTime() - asked > Duration.ofMillis(1000).toNanos());
			parent.bind();
			child.connectOnce();

			assertThat(late.failure()).isInstanceOf(DuctTimeoutException.class).hasMessageContaining("within 2000 ms");
			Awaiting.soon().until(() -> System.nanoTime() - asked > Duration.ofMillis(3300).toNanos());
			assertThat(child.isConnected()).isTrue();
			gate.open();
			assertThat(child.request("next", String.class)).isEqualTo("next");
		}
	}

	@Test
	void timeoutsWhenForEverThenNothingIsOverAtOnceAndCloseLeavesNothing() throws Exception {
		for (Duration ever : List.of(Duration.ofNanos(Long.MAX_VALUE), ChronoUnit.FOREVER.getDuration())) {
			try (MessageDuctParent parent = bound(
					(builder) -> builder.timeout(ever).frameTimeout(ever).closeTimeout(ever));
					DuctPeer peer = Peers.connect(parent.listenerAddress())) {
				assertThat(parent.listen(ever)).isTrue();
				byte[] frame = DuctPeer.frame('"' + "x".repeat(16_000) + '"');
				peer.sendRaw(Arrays.copyOf(frame, 8000));
				long sent = System.nanoTime();
				assertThat(parent.poll(Duration.ofMillis(600))).isFalse();
				assertThat(System.nanoTime() - sent).isGreaterThan(Duration.ofMillis(600).toNanos());
				peer.sendRaw(Arrays.copyOfRange(frame, 8000, frame.length));

				assertThat(parent.poll(ever)).isTrue();
				assertThat(parent.recv()).isEqualTo("x".repeat(16_000));
			}
		}
	}

	@Test
	void connectOnceWhenNobodyListensThenFailsAtOnceAndChildStaysOpen() throws Exception {
		DuctAddress address = address();
		try (MessageDuctChild child = child(address, (builder) -> builder.whenDisconnected(WhenDisconnected.WAIT))) {
			assertThatExceptionOfType(CommunicationFaultException.class).isThrownBy(child::connectOnce);
			assertThat(child.statistics().connectsFailed()).isEqualTo(1);
			Caller<Void> send = Caller.running(() -> child.send("waits")).awaitWaiting();

			try (MessageDuctParent parent = bound((builder) -> builder.address(address))) {
				child.connectOnce();
				send.result(SOON);
				assertThat(parent.listen(SOON)).isTrue();
				assertThat(parent.recv()).isEqualTo("waits");
			}
		}
	}

	@Test
	void connectWhenParentWasRestartedThenSameObjectsWorkOn() {
		try (MessageDuctParent parent = bound(Accept.AGAIN); MessageDuctChild child = child(parent.listenerAddress())) {
			for (int i = 0; i < 3; i++) {
				child.connect();
				assertThat(parent.listen(SOON)).isTrue();
				child.send(i);
				assertThat(parent.recv()).isEqualTo(i);
				parent.close();
				assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(child::recv);
				parent.bind();
			}
		}
	}

	@Test
	void c12CloseWhenBoundAgainMeanwhileThenEndsNoConnectionOfTheNextTime() {
		try (MessageDuctParent parent = bound(Accept.MANY); MessageDuctChild before = connected(parent)) {
			OpenDuct closing = Objects.requireNonNull(parent.detach());
			parent.bind();
			try (MessageDuctChild after = connected(parent)) {
				closing.close(System.nanoTime() + SOON.toNanos());

				assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(before::recv);
				after.send("after");
				assertThat(parent.recv()).isEqualTo("after");
				assertThat(parent.children()).hasSize(1);
			}
		}
	}

	@Test
	void l16ListenWhenThereIsNoThreadThenTheListenerIsClosedAndTheParentCanBeBoundLater() {
		OutOfMemoryError failure = new OutOfMemoryError("unable to create native thread, says the test");
		FailingListener listener = new FailingListener(failure);
		try (MessageDuctParent parent = parentBuilder().build()) {
			assertThatThrownBy(() -> parent.listen(listener)).isSameAs(failure);

			assertThat(listener.closed).isTrue();
			assertThat(parent.isListening()).isFalse();
			parent.bind();
			assertThat(parent.isListening()).isTrue();
		}
	}

	@Test
	void p8ChildrenWhenManyComeAtOnceThenOthersAreServedInBetween() throws Exception {
		List<DuctPeer> crowd = new ArrayList<>();
		try (MessageDuctParent parent = bound(Accept.MANY)) {
			EventLoop loop = Objects.requireNonNull(parent.open()).loop();
			Gate gate = new Gate();
			loop.execute(gate.asTask());
			gate.awaitVisitor();
			for (int i = 0; i < 50; i++) {
				crowd.add(Peers.connect(parent.listenerAddress()));
			}
			AtomicInteger takenBeforeNextTask = new AtomicInteger();
			loop.execute(() -> takenBeforeNextTask.set(parent.children().size()));
			gate.open();

			Awaiting.soon().until(() -> parent.children().size() == 50);
			assertThat(takenBeforeNextTask).hasPositiveValue().hasValueLessThan(20);
		}
		finally {
			crowd.forEach(DuctPeer::close);
		}
	}

	private static final class FailingListener implements ByteListener {

		private final Error failure;

		private boolean closed;

		FailingListener(Error failure) {
			this.failure = failure;
		}

		@Override
		public DuctAddress address() {
			return new DuctAddress.Inproc("failing");
		}

		@Override
		public SelectableChannel acceptable() {
			throw this.failure;
		}

		@Override
		public int acceptOperation() {
			return SelectionKey.OP_READ;
		}

		@Override
		public boolean isInPlace() {
			return true;
		}

		@Override
		public @Nullable ByteConnection accept() {
			return null;
		}

		@Override
		public void close() {
			this.closed = true;
		}

	}

	@Test
	void peerWhenSocketIsLocalThenIsItsUser() {
		try (DuctPair pair = pair()) {
			assertThat(pair.parent().peer()).isNotNull();
			assertThat(pair.parent().peer().getName()).isEqualTo(System.getProperty("user.name"));
			assertThat(pair.parent().children().get(0).peer()).isEqualTo(pair.parent().peer());
			assertThat(pair.child().peer()).isEqualTo(pair.parent().peer());
		}
	}

}
