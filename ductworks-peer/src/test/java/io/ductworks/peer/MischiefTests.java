package io.ductworks.peer;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Timeout(60)
class MischiefTests implements NothingLeft {

	private static final Duration SHORT = Duration.ofMillis(100);

	@Test
	void partWhenItIsSentThenNoMoreComes() {
		try (DuctPeer parent = DuctPeer.listen(); DuctPeer child = DuctPeer.connect(parent.address())) {
			child.sendPart("12", 3);
			child.halfClose();

			assertThat(parent.receiveRest()).asHexString().isEqualTo("540000");
			assertThatIllegalArgumentException().isThrownBy(() -> child.sendPart("12", 8))
				.withMessage("A frame of 7 bytes has no part of 8");
		}
	}

	@Test
	void headerWhenItAnnouncesTooMuchThenIsTheLongestOfTheWire() {
		try (DuctPeer parent = DuctPeer.listen(); DuctPeer child = DuctPeer.connect(parent.address())) {
			child.sendOversized();
			assertThatExceptionOfType(AssertionError.class).isThrownBy(parent::receive)
				.withMessageContaining("a frame of 4294967295 bytes");
			assertThat(parent.receiveRaw(5)).asHexString().isEqualTo("54FFFFFFFF");
		}
	}

	@Test
	void trickleWhenItIsSlowThenEachByteComesByItself() {
		try (DuctPeer parent = DuctPeer.listen(); DuctPeer child = DuctPeer.connect(parent.address())) {
			long before = System.nanoTime();
			child.trickle("123", Duration.ofMillis(10));

			assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(70));
			parent.expect("123");
		}
	}

	@Test
	void halfCloseWhenItIsDoneThenTheOtherSideCanStillSend() {
		try (DuctPeer parent = DuctPeer.listen(); DuctPeer child = DuctPeer.connect(parent.address())) {
			child.send("1");
			child.halfClose();

			parent.expect("1");
			assertThat(parent.awaitEnd()).isEqualTo(PeerEnd.CLOSED);
			parent.send("2");
			child.expect("2");
			assertThatIllegalStateException().isThrownBy(() -> child.send("3"))
				.withMessageContaining("sending half, itself");
		}
	}

	@Test
	void resetWhenItIsTcpThenTheOtherSideIsReset() {
		try (DuctPeer parent = DuctPeer.listen("tcp://127.0.0.1:0");
				DuctPeer child = DuctPeer.connect(parent.address())) {
			parent.connection(1);
			child.reset();

			assertThat(parent.awaitEnd()).isEqualTo(PeerEnd.RESET);
			assertThatExceptionOfType(AssertionError.class).isThrownBy(parent::receive)
				.withMessageEndingWith("the other side has reset the connection");
		}
	}

	@Test
	void resetWhenItIsUnixThenTheOtherSideIsResetIfBytesAreUnread() {
		try (DuctPeer parent = DuctPeer.listen();
				DuctPeer reader = DuctPeer.connect(parent.address());
				DuctPeer lazy = DuctPeer.connect(parent.address())) {
			reader.reset();
			parent.connection(2).send("1");
			lazy.reset();

			assertThat(parent.awaitEnd()).isEqualTo(PeerEnd.CLOSED);
			assertThat(parent.connection(2).awaitEnd()).isEqualTo(PeerEnd.RESET);
			assertThatExceptionOfType(AssertionError.class).isThrownBy(parent.connection(2)::receiveRest)
				.withMessageContaining("has reset the connection");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	void peerWhenItDoesNotReadThenTheOtherSideHasNoRoomInTheEnd(String transport) {
		try (DuctPeer parent = transport.equals("tcp") ? DuctPeer.listen("tcp://127.0.0.1:0") : DuctPeer.listen();
				DuctPeer child = DuctPeer.connect(parent.address())) {
			parent.stopReading();
			child.withTimeout(SHORT);

			assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> child.send(new byte[64 * 1024 * 1024]))
				.withMessageContaining("the other side does not read");
			assertThatIllegalStateException().isThrownBy(parent::receive)
				.withMessage("The peer has stopped reading, so it cannot receive");
		}
	}

	@Test
	void awaitEndWhenTheOtherSideGoesOnThenFails() {
		try (DuctPeer parent = DuctPeer.listen(); DuctPeer child = DuctPeer.connect(parent.address())) {
			child.send("1");
			parent.withTimeout(SHORT);

			assertThatExceptionOfType(AssertionError.class).isThrownBy(parent::awaitEnd)
				.withMessage("connection 1, step 1, await the end: no end within 100 ms");
			assertThatExceptionOfType(AssertionError.class).isThrownBy(parent::receiveRest)
				.withMessage("connection 1, step 2, receive the rest: no end within 100 ms");
		}
	}

}
