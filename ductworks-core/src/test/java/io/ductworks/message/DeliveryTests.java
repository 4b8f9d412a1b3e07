package io.ductworks.message;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.ductworks.Awaiting;
import io.ductworks.DuctTimeoutException;
import io.ductworks.NothingLeftBehind;
import io.ductworks.internal.transport.ByteConnection;
import io.ductworks.peer.DuctPeer;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What becomes of a message that was sent, or could not be, and what is known of it.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class DeliveryTests implements DuctFixture {

	private static final Duration SEND_TIMEOUT = Duration.ofSeconds(1);

	@Override
	public DuctAddress address() {
		return DuctAddress.Unix.pseudoAnonymous();
	}

	private MessageDuctParent bound(String transport) {
		return bound(
				(builder) -> builder.address(transport.equals("tcp") ? new DuctAddress.Tcp("127.0.0.1", 0) : address())
					.accept(Accept.AGAIN));
	}

	/** A peer that takes a byte now and then, until it hurries. */
	private static final class Trickling extends ForwardingConnection {

		private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

		private volatile boolean hurries;

		private long last = System.nanoTime();

		Trickling(ByteConnection connection) {
			super(connection);
		}

		@Override
		public int write(ByteBuffer source) throws IOException {
			if (this.hurries) {
				return super.write(source);
			}
			if (System.nanoTime() - this.last < PAUSE_NANOS) {
				return 0;
			}
			this.last = System.nanoTime();
			int count = super.write(source.slice(source.position(), 1));
			source.position(source.position() + count);
			return count;
		}

	}

	@Test
	void sendWhenThereIsNoRoomInTimeThenNothingWasQueuedAndTheConnectionIsGood() throws Exception {
		Trickling[] connection = { null };
		try (RiggedChild child = RiggedChild.of((settings) -> settings.sendTimeout(SEND_TIMEOUT), (channel, peer) -> {
			connection[0] = new Trickling(channel);
			return connection[0];
		})) {
			int sent = fill(child.child());
			assertThatExceptionOfType(DuctTimeoutException.class).isThrownBy(() -> child.child().send(tooMuch()))
				.withMessageContaining("nothing was queued")
				.satisfies((ex) -> assertThat(ex.sent()).isFalse());
			connection[0].hurries = true;
			child.child().send("next");

			assertThat(receive(child.peer(), sent * (CHUNK.length() + 7) + DuctPeer.frame("\"next\"").length))
				.endsWith(DuctPeer.frame("\"next\""));
			assertThat(child.child().statistics().messagesSent()).isEqualTo(sent + 1);
		}
	}

	private static byte[] receive(SocketChannel peer, int count) throws IOException {
		ByteBuffer buffer = ByteBuffer.allocate(count);
		while (buffer.hasRemaining() && peer.read(buffer) >= 0) {
			continue;
		}
		return buffer.array();
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	void sendWhenThePeerGoesWithoutReadingThenItsMessageIsLostAndNotCounted(String transport) throws Exception {
		try (MessageDuctParent parent = bound(transport)) {
			try (DuctPeer peer = Peers.of(parent)) {
				parent.send("lost");
				assertThat(peer).isNotNull();
			}
			Awaiting.soon().until(() -> !parent.isConnected());

			assertThat(parent.statistics().messagesSent()).isEqualTo(1);
			assertThat(parent.statistics().messagesUnsent()).isZero();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	void sendWhenTheConnectionIsReplacedThenWhatWasNotWrittenIsCountedAndNeverSentAgain(String transport)
			throws Exception {
		try (MessageDuctParent parent = bound(transport)) {
			try (DuctPeer peer = Peers.of(parent)) {
				fill(parent);
				assertThat(peer).isNotNull();
			}
			Awaiting.soon().until(() -> parent.statistics().messagesUnsent() > 0);
			try (DuctPeer next = Peers.of(parent)) {
				parent.send("first of the next");

				assertThat(next.receive()).isEqualTo("\"first of the next\"");
			}
		}
	}

}
