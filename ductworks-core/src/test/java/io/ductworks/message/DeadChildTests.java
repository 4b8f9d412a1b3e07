package io.ductworks.message;

import java.nio.ByteBuffer;
import java.time.Duration;

import io.ductworks.Awaiting;
import io.ductworks.CloseReason;
import io.ductworks.NothingLeftBehind;
import io.ductworks.RemoteDuctClosedException;
import io.ductworks.TakenLog;
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
 * Children that have gone and have left more than anybody reads, and messages that nobody
 * takes.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class DeadChildTests implements DuctFixture {

	/** More than is read ahead, and less than the buffers of the system hold. */
	private static final int MESSAGES = 1500;

	private static final String MESSAGE = "\"" + "x".repeat(90) + "\"";

	@Override
	public DuctAddress address() {
		return DuctAddress.Unix.pseudoAnonymous();
	}

	private MessageDuctParent listening(String transport, Accept accept) {
		return bound((builder) -> builder
			.address(transport.equals("unix") ? address() : DuctAddress.parse("tcp://127.0.0.1:0"))
			.accept(accept)
			.maxChildren((accept == Accept.MANY) ? 1 : 256));
	}

	private static void sendAndGo(MessageDuctParent parent) throws Exception {
		try (DuctPeer peer = Peers.of(parent)) {
			// Written one by one, each would take its own buffer of the system.
			byte[] frame = DuctPeer.frame(MESSAGE);
			ByteBuffer frames = ByteBuffer.allocate(MESSAGES * frame.length);
			while (frames.hasRemaining()) {
				frames.put(frame);
			}
			peer.sendRaw(frames.array());
		}
	}

	private static void assertAllAreReceived(MessageDuctParent parent) {
		for (int i = 0; i < MESSAGES; i++) {
			assertThat(parent.<String>recv(String.class)).hasSize(90);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "AGAIN", "MANY" })
	void i4ChildWhenItLeftMoreThanAnybodyReadsThenIsFoundGone(Accept accept) throws Exception {
		try (MessageDuctParent parent = listening("unix", accept)) {
			sendAndGo(parent);

			Awaiting.soon().until(() -> parent.statistics().connectionsClosed(CloseReason.PEER_CLOSED) == 1);
			assertThat(parent.isConnected()).isFalse();
			assertAllAreReceived(parent);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix AGAIN", "unix MANY", "tcp AGAIN", "tcp MANY" })
	void i4ChildWhenItLeftMoreThanAnybodyReadsThenItsSuccessorHasItsPlace(String how) throws Exception {
		String[] parts = how.split(" ");
		try (MessageDuctParent parent = listening(parts[0], Accept.valueOf(parts[1]))) {
			sendAndGo(parent);
			try (DuctPeer successor = Peers.of(parent)) {
				Awaiting.soon().until(() -> parent.statistics().connectionsOpened() == 2);
				assertThat(parent.statistics().connectionsClosed(CloseReason.TOO_MANY_CHILDREN)).isZero();
				assertAllAreReceived(parent);
				if (parent.accept() == Accept.AGAIN) {
					assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(parent::recv);
				}
				successor.send("\"new\"");
				assertThat(parent.<String>recv(String.class)).isEqualTo("new");
			}
		}
	}

	/**
	 * The thread that finds the end of a connection has not put everything away yet when
	 * the end is counted.
	 */
	@Test
	void messageWhenItsConnectionEndsJustNowThenIsReceived() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY))) {
			for (int i = 1; i <= 500; i++) {
				try (DuctPeer peer = Peers.of(parent)) {
					peer.send("\"last words\"");
				}
				while (parent.statistics().connectionsClosed(CloseReason.PEER_CLOSED) < i) {
					Thread.onSpinWait();
				}
				assertThat(parent.<String>recv(String.class)).as("round %d", i).isEqualTo("last words");
			}
		}
	}

	@Test
	void unreadTimeoutWhenNobodyReceivesThenConnectionEndsForThatReason() throws Exception {
		try (MessageDuctParent parent = bound(
				(builder) -> builder.accept(Accept.MANY).unreadTimeout(Duration.ofMillis(300)));
				DuctPeer peer = Peers.of(parent)) {
			peer.send("\"one\"");
			Awaiting.soon().until(() -> parent.statistics().connectionsClosed(CloseReason.UNREAD) == 1);
			assertThat(parent.<String>recv(String.class)).isEqualTo("one");
		}
	}

	@Test
	void unreadTimeoutWhenMessagesAreTakenThenConnectionStays() throws Exception {
		try (MessageDuctParent parent = bound(
				(builder) -> builder.accept(Accept.MANY).unreadTimeout(Duration.ofMillis(600)));
				DuctPeer peer = Peers.of(parent)) {
			for (int i = 0; i < 20; i++) {
				peer.send("\"one\"");
				peer.send("\"two\"");
				assertThat(parent.<String>recv(String.class)).isEqualTo("one");
				assertThat(parent.<String>recv(String.class)).isEqualTo("two");
				// Nothing waits meanwhile, and that takes longer than the time-out in
				// all.
				assertThat(parent.poll(Duration.ofMillis(40))).isFalse();
			}
			assertThat(parent.isConnected()).isTrue();
		}
	}

	@Test
	void m12MessagesWhenNobodyReceivesThenThatIsSaidOnceWithTheRemedy() throws Exception {
		try (TakenLog log = new TakenLog(); MessageDuctParent parent = bound(); DuctPeer peer = Peers.of(parent)) {
			peer.send("\"one\"");
			Awaiting.soon().atMost(Duration.ofSeconds(20)).until(() -> !log.warnings("nobody receives").isEmpty());
			assertThat(log.warnings("nobody receives")).singleElement()
				.satisfies((line) -> assertThat(line.getFormattedMessage()).contains("call recv", "@DuctListener"));
		}
	}

}
