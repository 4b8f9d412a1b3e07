package io.ductworks.message;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.CloseReason;
import io.ductworks.DuctTimeoutException;
import io.ductworks.Gate;
import io.ductworks.MessageCodecException;
import io.ductworks.MessageProtocolException;
import io.ductworks.codec.MessageCodec;
import io.ductworks.peer.DuctPeer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Messages: sent, received, refused and counted.
 */
interface MessageContract extends DuctFixture {

	@Test
	default void messageWhenSentEitherWayThenReceived() {
		try (DuctPair pair = pair()) {
			pair.parent().send(Map.of("to", "child"));
			pair.child().send(List.of("to", "parent"));

			assertThat(pair.child().recv()).isEqualTo(Map.of("to", "child"));
			assertThat(pair.parent().recv()).isEqualTo(List.of("to", "parent"));
		}
	}

	@Test
	default void recvWhenTypeIsGivenThenMessageHasThatType() {
		try (DuctPair pair = pair()) {
			pair.parent().send(new Point(1, 2));
			pair.parent().send(List.of(new Point(3, 4)));

			assertThat(pair.child().recv(Point.class)).isEqualTo(new Point(1, 2));
			List<Point> points = pair.child().recv(new TypeReference<List<Point>>() {
			}.getType());
			assertThat(points).containsExactly(new Point(3, 4));
		}
	}

	@Test
	default void scalarsWhenSentThenReceivedAsTheyAre() {
		List<@Nullable Object> scalars = Arrays.asList(true, false, 0, -1.5, Long.MAX_VALUE, "", "text", "\"quoted\"\n",
				"Grüße 🚀 \u0000", null, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
		try (DuctPair pair = pair()) {
			pair.child().sendAll(scalars);

			for (Object scalar : scalars) {
				assertThat(pair.parent().recv()).isEqualTo(scalar);
			}
		}
	}

	@Test
	default void nullWhenSentThenIsAMessage() {
		try (DuctPair pair = pair()) {
			pair.parent().send(null);

			assertThat(pair.child().poll(SOON)).isTrue();
			assertThat(pair.child().recv(String.class)).isNull();
			assertThat(pair.child().statistics().messagesReceived()).isEqualTo(1);
		}
	}

	@Test
	default void emptyPayloadWhenCodecIsBytesThenEmptyMessage() {
		try (DuctPair pair = pair((parent) -> parent.codec(MessageCodec.bytes()),
				(child) -> child.codec(MessageCodec.bytes()))) {
			pair.parent().send(new byte[0]);
			pair.parent().send(new byte[] { 1 });

			assertThat(pair.child().recv(byte[].class)).isEmpty();
			assertThat(pair.child().recv(byte[].class)).containsExactly(1);
		}
	}

	@Test
	default void codecWhenAskedForThenIsTheOneItWasBuiltWith() {
		MessageCodec codec = MessageCodec.text();
		try (DuctPair pair = pair((parent) -> parent.codec(codec), (child) -> child.codec(codec))) {
			assertThat(pair.parent().codec()).isSameAs(codec);
			assertThat(pair.child().connections()).first().extracting(MessageDuct::codec).isSameAs(codec);
		}
	}

	@Test
	default void bigMessageWhenSentEitherWayThenWhole() {
		String big = "0123456789".repeat(230_000);
		try (DuctPair pair = pair()) {
			pair.parent().send(big);
			pair.child().send(big);

			assertThat(pair.child().recv(String.class)).isEqualTo(big);
			assertThat(pair.parent().recv(String.class)).isEqualTo(big);
		}
	}

	@Test
	default void pollWhenNothingComesThenFalseAfterItsTimeout() {
		try (DuctPair pair = pair()) {
			long started = System.nanoTime();
			assertThat(pair.child().poll(SHORT)).isFalse();
			assertThat(Duration.ofNanos(System.nanoTime() - started)).isBetween(SHORT, SOON);
			assertThat(pair.child().poll(Duration.ZERO)).isFalse();
		}
	}

	@Test
	default void pollWhenMessageIsThereThenTrueAndMessageStays() {
		try (DuctPair pair = pair()) {
			pair.parent().send("stays");

			assertThat(pair.child().poll(SOON)).isTrue();
			assertThat(pair.child().poll(Duration.ofNanos(Long.MAX_VALUE))).isTrue();
			Awaiting.soon().until(() -> pair.child().poll(Duration.ZERO));
			assertThat(pair.child().recv()).isEqualTo("stays");
			assertThat(pair.child().poll(Duration.ZERO)).isFalse();
		}
	}

	@Test
	default void pollWhenMessageComesMeanwhileThenTrue() throws Exception {
		try (DuctPair pair = pair()) {
			Caller<Boolean> poll = Caller.of(() -> pair.child().poll(SOON)).awaitWaiting();
			pair.parent().send("comes");

			assertThat(poll.result()).isTrue();
		}
	}

	@Test
	default void orderWhenThousandsOfMessagesThenKept() throws Exception {
		try (DuctPair pair = pair()) {
			Caller<Void> sender = Caller.running(() -> {
				pair.parent().sendAll(IntStream.range(0, 2000).boxed().toList());
				IntStream.range(2000, 4000).forEach(pair.parent()::send);
			});

			for (int i = 0; i < 4000; i++) {
				assertThat(pair.child().recv()).isEqualTo(i);
			}
			sender.result();
		}
	}

	@Test
	default void sendAllWhenOneMessageIsRefusedThenThoseBeforeItAreSent() {
		try (DuctPair pair = pair()) {
			assertThatExceptionOfType(MessageCodecException.class)
				.isThrownBy(() -> pair.parent().sendAll(List.of(1, 2, new Unencodable(), 4)));

			assertThat(pair.child().recv()).isEqualTo(1);
			assertThat(pair.child().recv()).isEqualTo(2);
			assertThat(pair.child().poll(Duration.ZERO)).isFalse();
		}
	}

	@Test
	default void x1WritersWhenFourAtATimeThenNoMessageIsTorn() throws Exception {
		try (DuctPair pair = pair()) {
			writeAtATime(pair);
		}
	}

	@Test
	default void writersWhenFourAtATimeWithLockThenNoMessageIsTorn() throws Exception {
		Lock lock = new ReentrantLock();
		try (DuctPair pair = pair((parent) -> parent.lock(new ReentrantLock()), (child) -> child.lock(lock))) {
			writeAtATime(pair);
			assertThat(lock.tryLock()).isTrue();
		}
	}

	private static void writeAtATime(DuctPair pair) throws Exception {
		List<Caller<Void>> writers = IntStream.range(0, 4)
			.mapToObj((writer) -> Caller.running(() -> IntStream.range(0, 25)
				.forEach((number) -> pair.child().send(new Big(writer, number, bigText(writer, number))))))
			.toList();
		int[] next = new int[4];
		for (int i = 0; i < 100; i++) {
			Big big = pair.parent().recv(Big.class);
			assertThat(big.number()).isEqualTo(next[big.writer()]++);
			assertThat(big.text().equals(bigText(big.writer(), big.number()))).isTrue();
		}
		for (Caller<Void> writer : writers) {
			writer.result();
		}
	}

	private static String bigText(int writer, int number) {
		return (writer + ":" + number + " ").repeat(20_000);
	}

	@Test
	default void lockWhenRecvWaitsThenNotHeld() throws Exception {
		ReentrantLock lock = new ReentrantLock();
		try (DuctPair pair = pair((parent) -> parent.lock(lock), (child) -> child)) {
			Caller<Object> recv = Caller.of(pair.parent()::recv).awaitWaiting();

			assertThat(lock.isLocked()).isFalse();
			pair.child().send("end");
			assertThat(recv.result()).isEqualTo("end");
		}
	}

	@Test
	default void lockWhenHeldByAnotherThenSendAndRecvTimeOutAndLoseNothing() throws Exception {
		ReentrantLock lock = new ReentrantLock();
		try (DuctPair pair = pair((parent) -> parent.lock(lock).timeout(SHORT), (child) -> child)) {
			pair.child().send("kept");
			lock.lock();
			try {
				assertThat(Caller.running(() -> pair.parent().send("refused")).failure())
					.isInstanceOf(DuctTimeoutException.class);
				assertThat(Caller.of(pair.parent()::recv).failure()).isInstanceOf(DuctTimeoutException.class);
			}
			finally {
				lock.unlock();
			}

			pair.parent().send("sent");
			assertThat(pair.child().recv()).isEqualTo("sent");
			assertThat(pair.parent().recv()).isEqualTo("kept");
		}
	}

	@Test
	default void sendWhenBothEndsWaitInRecvThenNotHeldUp() throws Exception {
		try (DuctPair pair = pair()) {
			Caller<Object> atParent = Caller.of(pair.parent()::recv).awaitWaiting();
			Caller<Object> atChild = Caller.of(pair.child()::recv).awaitWaiting();

			pair.parent().send("to child");
			pair.child().send("to parent");

			assertThat(atParent.result(SOON)).isEqualTo("to parent");
			assertThat(atChild.result(SOON)).isEqualTo("to child");
		}
	}

	@Test
	default void recvWhenSeveralThreadsWaitThenEachMessageIsReceivedOnce() throws Exception {
		try (DuctPair pair = pair()) {
			List<Caller<List<Object>>> callers = IntStream.range(0, 4).mapToObj((i) -> Caller.of(() -> {
				List<Object> received = new ArrayList<>();
				for (int n = 0; n < 250; n++) {
					received.add(pair.parent().recv());
				}
				return received;
			})).toList();

			IntStream.range(0, 1000).forEach(pair.child()::send);

			List<Object> all = new ArrayList<>();
			for (Caller<List<Object>> caller : callers) {
				List<Object> received = caller.result();
				assertThat(received.stream().map(Integer.class::cast)).isSorted();
				all.addAll(received);
			}
			assertThat(all).doesNotHaveDuplicates().hasSize(1000);
		}
	}

	@Test
	default void recvWhenTimeoutPassesWithinFrameThenNothingIsLost() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.timeout(SHORT)); DuctPeer peer = peerOf(parent)) {
			byte[] frame = DuctPeer.frame("\"whole in the end\"");
			int[] cuts = { 0, 3, 9, frame.length };
			for (int i = 0; i < 2; i++) {
				peer.sendRaw(Arrays.copyOfRange(frame, cuts[i], cuts[i + 1]));
				assertThatExceptionOfType(DuctTimeoutException.class).isThrownBy(parent::recv);
				assertThat(parent.poll(Duration.ZERO)).isFalse();
			}
			peer.sendRaw(Arrays.copyOfRange(frame, cuts[2], cuts[3]));

			assertThat(parent.recv()).isEqualTo("whole in the end");
		}
	}

	@Test
	default void sendWhenMessageIsOverLimitThenRefusedWithBothNumbersAndConnectionStays() {
		try (DuctPair pair = pair((parent) -> parent.maxFrameSize(100), (child) -> child)) {
			assertThatExceptionOfType(MessageCodecException.class).isThrownBy(() -> pair.parent().send("x".repeat(200)))
				.withMessageContainingAll("202", "100");

			pair.parent().send("y".repeat(98));
			assertThat(pair.child().recv()).isEqualTo("y".repeat(98));
			assertThat(pair.parent().statistics().messagesSent()).isEqualTo(1);
		}
	}

	@Test
	default void recvWhenFrameIsOverLimitThenProtocolExceptionAndConnectionEnds() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.maxFrameSize(100)); DuctPeer peer = peerOf(parent)) {
			peer.send("\"fine\"");
			peer.sendHex("54 00000065");

			assertThat(parent.recv()).isEqualTo("fine");
			assertThatExceptionOfType(MessageProtocolException.class).isThrownBy(parent::recv)
				.withMessageContainingAll("101", "100");
			assertThat(parent.isConnected()).isFalse();
			assertThat(parent.statistics().connectionsClosed(CloseReason.FRAME_TOO_LARGE)).isEqualTo(1);
			assertThat(peer.receiveRest()).isEmpty();
		}
	}

	@Test
	default void recvWhenBytesAreNoFrameThenProtocolExceptionAfterTheMessagesBefore() throws Exception {
		try (MessageDuctParent parent = bound(); DuctPeer peer = peerOf(parent)) {
			peer.send("1");
			peer.sendHex("47 45 54 20");
			peer.send("2");

			assertThat(parent.recv()).isEqualTo(1);
			assertThatExceptionOfType(MessageProtocolException.class).isThrownBy(parent::recv)
				.withMessageContaining("HTTP");
			assertThat(parent.statistics().connectionsClosed(CloseReason.BAD_MAGIC)).isEqualTo(1);
		}
	}

	@Test
	default void recvWhenContentIsBrokenThenCodecExceptionAndNextMessageIsFine() throws Exception {
		try (MessageDuctParent parent = bound(); DuctPeer peer = peerOf(parent)) {
			peer.send("{\"half\":");
			peer.sendHex("54 00000002 c080");
			peer.sendHex("54 00000000");
			peer.send("\"fine\"");

			for (int i = 0; i < 3; i++) {
				assertThatExceptionOfType(MessageCodecException.class).isThrownBy(parent::recv);
			}
			assertThat(parent.recv()).isEqualTo("fine");
			assertThat(parent.isConnected()).isTrue();
		}
	}

	@Test
	default void recvWhenDuctHasHandlerThenIllegalState() {
		try (DuctPair pair = pair((parent) -> parent.handler((from, message) -> {
		}), (child) -> child)) {
			assertThatIllegalStateException().isThrownBy(pair.parent()::recv).withMessageContaining("handler");
			assertThatIllegalStateException().isThrownBy(() -> pair.parent().poll(Duration.ZERO));
			assertThatIllegalStateException().isThrownBy(() -> pair.parent().children().get(0).recv());
		}
	}

	@Test
	default void statisticsWhenMessagesHaveGoneBothWaysThenCountThem() {
		DuctStatistics parent;
		DuctStatistics child;
		try (DuctPair pair = pair()) {
			pair.parent().send("four");
			pair.parent().send(12);
			pair.child().send(null);
			pair.child().recv();
			pair.child().recv();
			pair.parent().recv();
			parent = pair.parent().statistics();
			child = pair.child().statistics();
			assertThat(parent.connections()).isEqualTo(1);
			assertThat(child.connections()).isEqualTo(1);
		}
		assertThat(
				List.of(parent.messagesSent(), parent.bytesSent(), parent.messagesReceived(), parent.bytesReceived()))
			.containsExactly(2L, 8L, 1L, 4L);
		assertThat(List.of(child.messagesSent(), child.bytesSent(), child.messagesReceived(), child.bytesReceived()))
			.containsExactly(1L, 4L, 2L, 8L);
		assertThat(child.connectsSucceeded()).isEqualTo(1);
		assertThat(child.connectionsClosed(CloseReason.LOCAL_SHUTDOWN)).isEqualTo(1);
		assertThat(parent.connectionsOpened()).isEqualTo(1);
		assertThat(parent.connections()).isZero();
		assertThat(parent.messagesUnsent()).isZero();
		assertThat(parent.outboundPending()).isZero();
	}

	/**
	 * What no codec can write.
	 */
	final class Unencodable {

		public String getText() {
			throw new IllegalStateException("expected by the test");
		}

	}

	/**
	 * A message.
	 */
	record Point(int x, int y) {
	}

	/**
	 * A message that says whose it is.
	 */
	record Big(int writer, int number, String text) {
	}

	// Waiting

	@Test
	default void recvWhenALivelyPeerFallsSilentThenTimesOutInTime() {
		Duration timeout = Duration.ofMillis(1000);
		try (DuctPair pair = pair((parent) -> parent.timeout(timeout), (child) -> child)) {
			for (int i = 0; i < 100; i++) {
				pair.child().send(i);
				assertThat(pair.parent().recv()).isEqualTo(i);
			}

			long started = System.nanoTime();
			assertThatExceptionOfType(DuctTimeoutException.class).isThrownBy(pair.parent()::recv);
			assertThat(Duration.ofNanos(System.nanoTime() - started)).isBetween(timeout, timeout.multipliedBy(3));
		}
	}

	@Test
	default void recvWhenMessageComesLongAfterTheLastThenReceivesIt() throws Exception {
		try (DuctPair pair = pair()) {
			pair.child().send(1);
			assertThat(pair.parent().recv()).isEqualTo(1);
			Caller<Object> recv = Caller.of(pair.parent()::recv).awaitWaiting();

			assertThat(pair.child().poll(Duration.ofMillis(1200))).as("by now the duct is quiet").isFalse();
			pair.child().send(2);
			assertThat(recv.result(SOON)).isEqualTo(2);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "spin:100us", "adaptive:100us" })
	default void messagesWhenWaitingSpinsThenReceivedAllTheSame(String idle) throws Exception {
		IdleStrategy strategy = IdleStrategy.of(idle);
		try (DuctPair pair = pair((parent) -> parent.idleStrategy(strategy).timeout(SHORT),
				(child) -> child.idleStrategy(strategy))) {
			for (int i = 0; i < 100; i++) {
				pair.child().send(i);
				assertThat(pair.parent().recv()).isEqualTo(i);
			}
			assertThatExceptionOfType(DuctTimeoutException.class).isThrownBy(pair.parent()::recv);
			Caller<Object> recv = Caller.of(pair.child()::recv).awaitWaiting();
			pair.parent().send("late");
			assertThat(recv.result(SOON)).isEqualTo("late");
		}
	}

	// Large messages

	@Test
	default void x5LargeMessagesWhenBothSidesSendBeforeTheyReceiveThenAllArrive() throws Exception {
		byte[] large = new byte[1_000_000];
		for (int i = 0; i < large.length; i++) {
			large[i] = (byte) i;
		}
		try (DuctPair pair = pair((parent) -> parent.codec(MessageCodec.bytes()),
				(child) -> child.codec(MessageCodec.bytes()))) {
			Caller<Void> send = Caller.running(() -> pair.parent().send(large));
			pair.child().send(large);
			send.result();
			assertThat(pair.parent().recv(byte[].class)).isEqualTo(large);
			assertThat(pair.child().recv(byte[].class)).isEqualTo(large);
		}
	}

	@Test
	default void largeMessageWhenChangedAfterSendThenArrivesAsItWas() {
		byte[] large = new byte[3_000_000];
		try (DuctPair pair = pair((parent) -> parent.codec(MessageCodec.bytes()),
				(child) -> child.codec(MessageCodec.bytes()))) {
			pair.parent().send(large);
			Arrays.fill(large, (byte) 1);

			assertThat(pair.child().recv(byte[].class)).isEqualTo(new byte[3_000_000]);
		}
	}

	@Test
	default void messagesWhenSmallFollowLargeThenArriveInOrder() throws Exception {
		try (DuctPair pair = pair()) {
			Caller<Void> send = Caller.running(() -> {
				for (int i = 0; i < 20; i++) {
					pair.parent().send(i);
					pair.parent().send("x".repeat(100_000));
				}
				pair.parent().sendAll(List.of("y".repeat(200_000), 1, "z".repeat(300_000), 2));
			});
			for (int i = 0; i < 20; i++) {
				assertThat(pair.child().recv()).isEqualTo(i);
				assertThat(pair.child().recv(String.class)).hasSize(100_000);
			}
			assertThat(pair.child().recv(String.class)).hasSize(200_000);
			assertThat(pair.child().recv()).isEqualTo(1);
			assertThat(pair.child().recv(String.class)).hasSize(300_000);
			assertThat(pair.child().recv()).isEqualTo(2);
			send.result();
		}
	}

	// Several at a time

	@Test
	default void sendAllWhenTheNextMessageHasToBeWaitedForThenThoseBeforeItAreWritten() throws Exception {
		Gate gate = new Gate();
		try (gate; MessageDuctParent parent = bound(); DuctPeer peer = peerOf(parent)) {
			Caller<Void> send = Caller.running(() -> parent.sendAll(() -> new Iterator<Object>() {

				private int next = 1;

				@Override
				public boolean hasNext() {
					if (this.next == 3) {
						gate.asTask().run();
					}
					return this.next < 4;
				}

				@Override
				public Object next() {
					return this.next++;
				}

			}));
			gate.awaitVisitor();

			Caller<List<String>> received = Caller.of(() -> List.of(peer.receive(), peer.receive()));
			assertThat(received.result(SOON)).containsExactly("1", "2");
			gate.open();
			send.result();
			assertThat(peer.receive()).isEqualTo("3");
		}
	}

}
