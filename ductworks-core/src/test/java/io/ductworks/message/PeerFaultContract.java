package io.ductworks.message;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import io.ductworks.Awaiting;
import io.ductworks.CloseReason;
import io.ductworks.MessageProtocolException;
import io.ductworks.peer.DuctPeer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Peers that are slow, stuck or gone.
 */
interface PeerFaultContract extends DuctFixture {

	private MessageDuctParent impatient() {
		return bound((builder) -> builder.accept(Accept.MANY)
			.frameTimeout(Duration.ofMillis(300))
			.handler((from, message) -> from.send(message.as(Object.class))));
	}

	@Test
	default void p6FrameWhenItStopsInTheMiddleThenConnectionEnds() throws Exception {
		try (MessageDuctParent parent = impatient();
				DuctPeer header = peer(parent.listenerAddress());
				DuctPeer payload = peer(parent.listenerAddress())) {
			header.sendHex("54 0000");
			payload.sendHex("54 00000004 31");

			assertThat(header.receiveRest()).isEmpty();
			assertThat(payload.receiveRest()).isEmpty();
			Awaiting.soon().until(() -> parent.statistics().connectionsClosed(CloseReason.FRAME_TIMEOUT) == 2);
		}
	}

	@Test
	default void p6FrameWhenItComesInDropsThenConnectionEndsAllTheSame() throws Exception {
		try (MessageDuctParent parent = impatient(); DuctPeer dripper = peer(parent.listenerAddress())) {
			dripper.sendHex("54 00001000");

			Awaiting.soon().pollInterval(Duration.ofMillis(50)).until(() -> {
				if (parent.isConnected() || parent.statistics().connectionsOpened() == 0) {
					drip(dripper);
				}
				return parent.statistics().connectionsClosed(CloseReason.FRAME_TIMEOUT) == 1;
			});
		}
	}

	private static void drip(DuctPeer dripper) {
		try {
			dripper.sendRaw(new byte[] { 'x' });
		}
		catch (AssertionError ex) {
			// The connection has ended meanwhile.
		}
	}

	@Test
	default void p6ConnectionWhenSilentBetweenFramesThenStays() throws Exception {
		try (MessageDuctParent parent = impatient(); DuctPeer peer = peer(parent.listenerAddress())) {
			peer.send("1");
			assertThat(peer.receive()).isEqualTo("1");
			long silent = System.nanoTime();
			Awaiting.soon().until(() -> System.nanoTime() - silent > Duration.ofMillis(900).toNanos());

			peer.send("2");
			assertThat(peer.receive()).isEqualTo("2");
		}
	}

	@Test
	default void p6FrameWhenNobodyReadsThenTimeDoesNotCount() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.frameTimeout(Duration.ofMillis(700)));
				DuctPeer peer = peerOf(parent)) {
			peer.send("1");
			peer.sendHex("54 00000001");
			long silent = System.nanoTime();
			Awaiting.soon().until(() -> System.nanoTime() - silent > Duration.ofMillis(1500).toNanos());
			assertThat(parent.recv()).isEqualTo(1);
			peer.sendHex("32");

			assertThat(parent.recv()).isEqualTo(2);
		}
	}

	@Test
	default void p6FrameWhenRecvWaitsForItThenThatSaysWhy() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.frameTimeout(Duration.ofMillis(300)));
				DuctPeer peer = peerOf(parent)) {
			peer.sendHex("54 00000004 31");

			assertThatExceptionOfType(MessageProtocolException.class).isThrownBy(parent::recv)
				.withMessageContaining("within 300 ms")
				.withMessageContaining("6 bytes of it came");
		}
	}

	@Test
	default void p8ChildrenWhenMoreComeThanMayThenAreRefusedAtOnceAndOthersStay() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY)
			.maxChildren(2)
			.handler((from, message) -> from.send(message.as(Object.class))));
				DuctPeer first = peer(parent.listenerAddress());
				DuctPeer second = peer(parent.listenerAddress())) {
			Awaiting.soon().until(() -> parent.children().size() == 2);
			for (int i = 0; i < 20; i++) {
				try (DuctPeer third = peer(parent.listenerAddress())) {
					assertThat(third.receiveRest()).isEmpty();
				}
			}

			assertThat(parent.statistics().connectionsClosed(CloseReason.TOO_MANY_CHILDREN)).isEqualTo(20);
			first.send("1");
			second.send("2");
			assertThat(first.receive()).isEqualTo("1");
			assertThat(second.receive()).isEqualTo("2");
		}
	}

	@Test
	default void p8ChildrenWhenTheyComeFasterThanMayThenWaitInTheBacklog() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY)
			.acceptsPerSecond(5)
			.handler((from, message) -> from.send(message.as(Object.class))))) {
			long started = System.nanoTime();
			for (int i = 0; i < 10; i++) {
				try (DuctPeer peer = peer(parent.listenerAddress())) {
					peer.send("1");
					assertThat(peer.receive()).isEqualTo("1");
				}
			}

			assertThat(Duration.ofNanos(System.nanoTime() - started)).isBetween(Duration.ofMillis(800),
					Duration.ofSeconds(5));
		}
	}

	@Test
	default void p10PeerWhenItEndsSendingThenGetsTheAnswersUnderWayAndThenTheEnd() throws Exception {
		CountDownLatch go = new CountDownLatch(1);
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY).handler((from, message) -> {
			await(go);
			from.send(message.as(Object.class));
		})); DuctPeer peer = peer(parent.listenerAddress())) {
			peer.send("1");
			peer.send("2");
			peer.halfClose();
			go.countDown();

			assertThat(peer.receive()).isEqualTo("1");
			assertThat(peer.receive()).isEqualTo("2");
			assertThat(peer.receiveRest()).isEmpty();
			Awaiting.soon().until(() -> parent.statistics().connectionsClosed(CloseReason.PEER_CLOSED) == 1);
		}
	}

	@Test
	default void p10PeerWhenItEndsSendingAndTheHandlerTakesLongThenIsLetGo() throws Exception {
		CountDownLatch go = new CountDownLatch(1);
		try (MessageDuctParent parent = bound((builder) -> builder.handler((from, message) -> await(go)));
				DuctPeer peer = peer(parent.listenerAddress())) {
			peer.send("1");
			peer.halfClose();

			assertThat(peer.receiveRest()).isEmpty();
			Awaiting.soon().until(() -> parent.statistics().connectionsClosed(CloseReason.PEER_CLOSED) == 1);
			go.countDown();
		}
		finally {
			go.countDown();
		}
	}

	@Test
	default void p12ChildWhenItAsksAndNeverReadsThenIsCutOffAndOthersAreAnswered() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY)
			.sendTimeout(Duration.ofMillis(300))
			.handler((from, message) -> from.send(CHUNK)));
				DuctPeer greedy = peer(parent.listenerAddress());
				DuctPeer healthy = peer(parent.listenerAddress())) {
			String question = "1".repeat(100);
			Awaiting.soon().until(() -> {
				try {
					for (int i = 0; i < 10; i++) {
						greedy.send(question);
					}
				}
				catch (AssertionError ex) {
					// Cut off.
				}
				healthy.send("1");
				assertThat(healthy.receive()).hasSize(CHUNK.length() + 2);
				return parent.statistics().connectionsClosed(CloseReason.SEND_TIMEOUT) == 1;
			});
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
