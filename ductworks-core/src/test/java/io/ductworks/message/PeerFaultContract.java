package io.ductworks.message;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import io.ductworks.Awaiting;
import io.ductworks.CloseReason;
import io.ductworks.MessageProtocolException;
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
				RawPeer header = peer(parent.listenerAddress());
				RawPeer payload = peer(parent.listenerAddress())) {
			header.sendHex("54 0000");
			payload.sendHex("54 00000004 31");

			assertThat(header.receiveAll()).isEmpty();
			assertThat(payload.receiveAll()).isEmpty();
			Awaiting.soon().until(() -> parent.statistics().connectionsClosed(CloseReason.FRAME_TIMEOUT) == 2);
		}
	}

	@Test
	default void p6FrameWhenItComesInDropsThenConnectionEndsAllTheSame() throws Exception {
		try (MessageDuctParent parent = impatient(); RawPeer dripper = peer(parent.listenerAddress())) {
			dripper.sendHex("54 00001000");

			Awaiting.soon().pollInterval(Duration.ofMillis(50)).until(() -> {
				if (parent.isConnected() || parent.statistics().connectionsOpened() == 0) {
					drip(dripper);
				}
				return parent.statistics().connectionsClosed(CloseReason.FRAME_TIMEOUT) == 1;
			});
		}
	}

	private static void drip(RawPeer dripper) {
		try {
			dripper.send(new byte[] { 'x' });
		}
		catch (IOException ex) {
			// The connection has ended meanwhile.
		}
	}

	@Test
	default void p6ConnectionWhenSilentBetweenFramesThenStays() throws Exception {
		try (MessageDuctParent parent = impatient(); RawPeer peer = peer(parent.listenerAddress())) {
			peer.sendFrame("1");
			assertThat(peer.receiveFrame()).isEqualTo("1");
			long silent = System.nanoTime();
			Awaiting.soon().until(() -> System.nanoTime() - silent > Duration.ofMillis(900).toNanos());

			peer.sendFrame("2");
			assertThat(peer.receiveFrame()).isEqualTo("2");
		}
	}

	@Test
	default void p6FrameWhenNobodyReadsThenTimeDoesNotCount() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.frameTimeout(Duration.ofMillis(700)));
				RawPeer peer = peerOf(parent)) {
			peer.sendFrame("1");
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
				RawPeer peer = peerOf(parent)) {
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
				RawPeer first = peer(parent.listenerAddress());
				RawPeer second = peer(parent.listenerAddress())) {
			Awaiting.soon().until(() -> parent.children().size() == 2);
			for (int i = 0; i < 20; i++) {
				try (RawPeer third = peer(parent.listenerAddress())) {
					assertThat(third.receiveAll()).isEmpty();
				}
			}

			assertThat(parent.statistics().connectionsClosed(CloseReason.TOO_MANY_CHILDREN)).isEqualTo(20);
			first.sendFrame("1");
			second.sendFrame("2");
			assertThat(first.receiveFrame()).isEqualTo("1");
			assertThat(second.receiveFrame()).isEqualTo("2");
		}
	}

	@Test
	default void p8ChildrenWhenTheyComeFasterThanMayThenWaitInTheBacklog() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY)
			.acceptsPerSecond(5)
			.handler((from, message) -> from.send(message.as(Object.class))))) {
			long started = System.nanoTime();
			for (int i = 0; i < 10; i++) {
				try (RawPeer peer = peer(parent.listenerAddress())) {
					peer.sendFrame("1");
					assertThat(peer.receiveFrame()).isEqualTo("1");
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
		})); RawPeer peer = peer(parent.listenerAddress())) {
			peer.sendFrame("1");
			peer.sendFrame("2");
			peer.endSending();
			go.countDown();

			assertThat(peer.receiveFrame()).isEqualTo("1");
			assertThat(peer.receiveFrame()).isEqualTo("2");
			assertThat(peer.receiveAll()).isEmpty();
			Awaiting.soon().until(() -> parent.statistics().connectionsClosed(CloseReason.PEER_CLOSED) == 1);
		}
	}

	@Test
	default void p10PeerWhenItEndsSendingAndTheHandlerTakesLongThenIsLetGo() throws Exception {
		CountDownLatch go = new CountDownLatch(1);
		try (MessageDuctParent parent = bound((builder) -> builder.handler((from, message) -> await(go)));
				RawPeer peer = peer(parent.listenerAddress())) {
			peer.sendFrame("1");
			peer.endSending();

			assertThat(peer.receiveAll()).isEmpty();
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
				RawPeer greedy = peer(parent.listenerAddress());
				RawPeer healthy = peer(parent.listenerAddress())) {
			String question = "1".repeat(100);
			Awaiting.soon().until(() -> {
				try {
					for (int i = 0; i < 10; i++) {
						greedy.sendFrame(question);
					}
				}
				catch (IOException ex) {
					// Cut off.
				}
				healthy.sendFrame("1");
				assertThat(healthy.receiveFrame()).hasSize(CHUNK.length() + 2);
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
