package io.ductworks.message;

import java.time.Duration;

import io.ductworks.CloseReason;
import io.ductworks.DuctTimeoutException;
import io.ductworks.MessageProtocolException;
import io.ductworks.NotConnectedException;
import io.ductworks.NothingLeftBehind;
import io.ductworks.peer.DuctPeer;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * That each exception of a connection that has ended says why.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class EndReasonTests implements DuctFixture {

	@Override
	public DuctAddress address() {
		return DuctAddress.Unix.pseudoAnonymous();
	}

	@Test
	void recvWhenBytesAreNoFrameThenTheReasonIsBadMagic() throws Exception {
		try (MessageDuctParent parent = bound(); DuctPeer peer = Peers.of(parent)) {
			peer.sendHex("47 45 54 20");

			assertThatExceptionOfType(MessageProtocolException.class).isThrownBy(parent::recv)
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(CloseReason.BAD_MAGIC));
		}
	}

	@Test
	void recvWhenFrameIsTooLargeThenTheReasonIsFrameTooLarge() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.maxFrameSize(100));
				DuctPeer peer = Peers.of(parent)) {
			peer.sendHex("54 00000065");

			assertThatExceptionOfType(MessageProtocolException.class).isThrownBy(parent::recv)
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(CloseReason.FRAME_TOO_LARGE));
		}
	}

	@Test
	void recvWhenFrameDoesNotComeToItsEndThenTheReasonIsFrameTimeout() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.frameTimeout(SHORT));
				DuctPeer peer = Peers.of(parent)) {
			peer.sendHex("54 00000004 31");

			assertThatExceptionOfType(MessageProtocolException.class).isThrownBy(parent::recv)
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(CloseReason.FRAME_TIMEOUT));
		}
	}

	@Test
	void sendWhenClosedByThisSideThenTheReasonIsLocalShutdown() throws Exception {
		try (MessageDuctParent parent = bound(); DuctPeer peer = Peers.of(parent)) {
			MessageDuct connection = parent.children().get(0);
			connection.close();

			assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> connection.send(1))
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(CloseReason.LOCAL_SHUTDOWN));
			assertThat(peer.receiveRest()).isEmpty();
		}
	}

	@Test
	void recvWhenNothingComesInTimeThenNothingWasSentAndTheConnectionIsGood() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.timeout(SHORT).sendTimeout(Duration.ofSeconds(5)));
				DuctPeer peer = Peers.of(parent)) {
			assertThatExceptionOfType(DuctTimeoutException.class).isThrownBy(parent::recv)
				.satisfies((ex) -> assertThat(ex.sent()).isFalse());
			peer.send("1");
			assertThat(parent.recv()).isEqualTo(1);
		}
	}

}
