package io.ductworks.message;

import java.time.Duration;

import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.CloseReason;
import io.ductworks.DuctTimeoutException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Peers that do not read.
 */
interface SendTimeoutContract extends DuctFixture {

	@Test
	default void p5ConnectionWhenNoByteIsWrittenForSendTimeoutThenClosesAndCountsUnsent() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.sendTimeout(Duration.ofMillis(500)));
				RawPeer peer = RawPeer.of(parent)) {
			int sent = fill(parent);
			Caller<Void> send = Caller.running(() -> parent.send(tooMuch()));

			assertThat(send.failure()).isInstanceOf(DuctTimeoutException.class);
			Awaiting.soon().until(() -> parent.statistics().connectionsClosed(CloseReason.SEND_TIMEOUT) == 1);
			int whole = RawPeer.countFrames(peer.receiveAll());
			// The peer sees the end a moment before what is left of it is counted.
			Awaiting.soon().until(() -> !parent.isConnected());
			assertThat(parent.statistics().messagesUnsent()).isEqualTo(sent - whole).isPositive();
		}
	}

	@Test
	default void connectionWhenNothingIsQueuedThenStaysForLongerThanSendTimeout() {
		try (DuctPair pair = pair((parent) -> parent.sendTimeout(SHORT), (child) -> child)) {
			pair.parent().send(1);
			assertThat(pair.parent().poll(SHORT.multipliedBy(2))).isFalse();

			pair.parent().send(2);
			assertThat(pair.child().recv()).isEqualTo(1);
			assertThat(pair.child().recv()).isEqualTo(2);
		}
	}

	@Test
	default void sendWhenPeerReadsAgainThenGoesOn() throws Exception {
		try (MessageDuctParent parent = bound(); RawPeer peer = RawPeer.of(parent)) {
			int sent = fill(parent);
			Caller<Void> send = Caller.running(() -> parent.send(tooMuch())).awaitWaiting();
			for (int i = 0; i < sent; i++) {
				peer.receiveFrame();
			}

			assertThat(peer.receiveFrame()).isEqualTo('"' + tooMuch() + '"');
			send.result();
			Awaiting.soon().until(() -> parent.statistics().outboundPending() == 0);
		}
	}

	@Test
	default void pollWhenThePeerDoesNotReadThenEndsInTime() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.closeTimeout(Duration.ofMillis(10)));
				RawPeer peer = RawPeer.of(parent)) {
			fill(parent);
			long started = System.nanoTime();

			assertThat(parent.poll(Duration.ofSeconds(1))).isFalse();
			assertThat(Duration.ofNanos(System.nanoTime() - started)).isBetween(Duration.ofSeconds(1),
					Duration.ofSeconds(5));
			peer.sendFrame("1");
			assertThat(parent.poll(Duration.ofSeconds(1))).isTrue();
		}
	}

	@Test
	default void p10PeerWhenItEndsSendingAndDoesNotReadThenThatIsNoticed() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.closeTimeout(Duration.ofMillis(10)));
				RawPeer peer = RawPeer.of(parent)) {
			Caller<Object> receiving = Caller.of(() -> parent.recv()).awaitWaiting();
			peer.sendFrame("1");
			assertThat(receiving.result()).isEqualTo(1);
			fill(parent);

			peer.endSending();

			Awaiting.soon().atMost(Duration.ofSeconds(3)).until(() -> !parent.isConnected());
		}
	}

	@Test
	default void peerWhenItGoesWithoutReadingThenUnsentMessagesAreCounted() throws Exception {
		try (MessageDuctParent parent = bound()) {
			int sent;
			try (RawPeer peer = RawPeer.of(parent)) {
				sent = fill(parent);
			}
			Awaiting.soon().atMost(Duration.ofSeconds(1)).until(() -> !parent.isConnected());

			assertThat(parent.statistics().messagesUnsent()).isBetween(10L, (long) sent);
			assertThat(parent.statistics().messagesSent()).isEqualTo(sent);
			assertThat(parent.statistics().outboundPending()).isZero();
		}
	}

}
