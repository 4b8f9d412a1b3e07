package io.ductworks.message;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.CloseReason;
import io.ductworks.DuctTimeoutException;
import io.ductworks.RemoteDuctClosedException;
import io.ductworks.codec.MessageCodec;
import io.ductworks.peer.DuctPeer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Peers that do not read.
 */
interface SendTimeoutContract extends DuctFixture {

	@Test
	default void p5ConnectionWhenNoByteIsWrittenForSendTimeoutThenClosesAndCountsUnsent() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.sendTimeout(Duration.ofMillis(500)));
				DuctPeer peer = peerOf(parent)) {
			int sent = fill(parent);
			Caller<Void> send = Caller.running(() -> parent.send(tooMuch()));

			// Its own time-out and that of the connection pass at the same time.
			assertThat(send.failure()).isInstanceOfAny(DuctTimeoutException.class, RemoteDuctClosedException.class);
			Awaiting.soon().until(() -> parent.statistics().connectionsClosed(CloseReason.SEND_TIMEOUT) == 1);
			Awaiting.soon().until(() -> !parent.isConnected());
			assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(() -> parent.send("late"))
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(CloseReason.SEND_TIMEOUT));
			int whole = Peers.countFrames(peer.receiveRest());
			assertThat(parent.statistics().messagesUnsent())
				.isBetween((long) sent - whole, (long) sent - whole + countedTwice())
				.isPositive();
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
		try (MessageDuctParent parent = bound(); DuctPeer peer = peerOf(parent)) {
			int sent = fill(parent);
			Caller<Void> send = Caller.running(() -> parent.send(tooMuch())).awaitWaiting();
			for (int i = 0; i < sent; i++) {
				peer.receive();
			}

			assertThat(peer.receive()).isEqualTo('"' + tooMuch() + '"');
			send.result();
			Awaiting.soon().until(() -> parent.statistics().outboundPending() == 0);
		}
	}

	@Test
	default void pollWhenThePeerDoesNotReadThenEndsInTime() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.closeTimeout(Duration.ofMillis(10)));
				DuctPeer peer = peerOf(parent)) {
			fill(parent);
			long started = System.nanoTime();

			assertThat(parent.poll(Duration.ofSeconds(1))).isFalse();
			assertThat(Duration.ofNanos(System.nanoTime() - started)).isBetween(Duration.ofSeconds(1),
					Duration.ofSeconds(5));
			peer.send("1");
			assertThat(parent.poll(Duration.ofSeconds(1))).isTrue();
		}
	}

	@Test
	default void p10PeerWhenItEndsSendingAndDoesNotReadThenThatIsNoticed() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.closeTimeout(Duration.ofMillis(10)));
				DuctPeer peer = peerOf(parent)) {
			Caller<Object> receiving = Caller.of(() -> parent.recv()).awaitWaiting();
			peer.send("1");
			assertThat(receiving.result()).isEqualTo(1);
			fill(parent);

			peer.halfClose();

			Awaiting.soon().atMost(Duration.ofSeconds(3)).until(() -> !parent.isConnected());
		}
	}

	@Test
	default void peerWhenItGoesWithoutReadingThenUnsentMessagesAreCounted() throws Exception {
		try (MessageDuctParent parent = bound()) {
			int sent;
			try (DuctPeer peer = peerOf(parent)) {
				sent = fill(parent);
			}
			Awaiting.soon().atMost(Duration.ofSeconds(1)).until(() -> !parent.isConnected());

			assertThat(parent.statistics().messagesUnsent()).isBetween(10L, (long) sent);
			assertThat(parent.statistics().messagesSent()).isEqualTo(sent);
			assertThat(parent.statistics().outboundPending()).isZero();
		}
	}

	@Test
	default void connectionWhenItHasEndedBySendTimeoutThenEachCallSaysSo() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.sendTimeout(SHORT).mixedTraffic(true));
				DuctPeer peer = peerOf(parent)) {
			MessageDuct connection = parent.children().get(0);
			fill(parent);
			Awaiting.soon().until(() -> !parent.isConnected());

			for (Runnable call : List.<Runnable>of(() -> connection.send(2), () -> connection.request(2, String.class),
					() -> parent.send(2), () -> parent.request(2, String.class), parent::recv, connection::recv)) {
				assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(call::run)
					.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(CloseReason.SEND_TIMEOUT));
			}
		}
	}

	@Test
	default void requestWhenConnectionEndsBySendTimeoutThenFailsWithThatReason() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.sendTimeout(SHORT).maxFrameSize(32 * 1024 * 1024));
				DuctPeer peer = peerOf(parent)) {
			Caller<String> request = Caller
				.of(() -> parent.request("z".repeat(16 * 1024 * 1024), String.class, Duration.ofSeconds(20)));

			assertThat(request.failure()).isInstanceOfSatisfying(RemoteDuctClosedException.class,
					(ex) -> assertThat(ex.reason()).isEqualTo(CloseReason.SEND_TIMEOUT));
		}
	}

	@Test
	default void broadcastWhenMessagesAreLargerThanUsualThenPeersThatReadSteadilyAreNotCutOff() throws Exception {
		byte[] large = new byte[9 * 1024 * 1024];
		try (MessageDuctParent parent = bound(
				(builder) -> builder.accept(Accept.MANY).codec(MessageCodec.bytes()).maxFrameSize(16 * 1024 * 1024));
				DuctPeer first = peerOf(parent);
				DuctPeer second = peerOf(parent)) {
			List<Caller<Integer>> reading = Stream.of(first, second)
				.map((peer) -> Caller.of(() -> receiveSteadily(peer, 2 * (large.length + 5))))
				.toList();
			parent.send(large);
			parent.send(large);

			for (Caller<Integer> peer : reading) {
				assertThat(peer.result()).isEqualTo(2 * (large.length + 5));
			}
			assertThat(parent.statistics().connectionsClosed(CloseReason.SEND_TIMEOUT)).isZero();
		}
	}

	/**
	 * Receives 25 MB a second at most, as over a network.
	 */
	private static int receiveSteadily(DuctPeer peer, int count) throws IOException {
		int received = 0;
		while (received < count) {
			int part = peer.receiveRaw(Math.min(256 * 1024, count - received)).length;
			if (part == 0) {
				break;
			}
			received += part;
			LockSupport.parkNanos(10_000_000);
		}
		return received;
	}

}
