package io.ductworks.message;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

import io.ductworks.Awaiting;
import io.ductworks.CloseReason;
import io.ductworks.NothingLeftBehind;
import io.ductworks.RemoteDuctClosedException;
import io.ductworks.internal.transport.ByteConnection;
import io.ductworks.peer.DuctPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * That a connection for which there is no memory ends and says why.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class MemoryShortageTests {

	/** A connection that takes memory which there is not. */
	private static final class Starved extends ForwardingConnection {

		private final boolean reading;

		private volatile boolean starved = true;

		Starved(ByteConnection connection, boolean reading) {
			super(connection);
			this.reading = reading;
		}

		@Override
		public int read(ByteBuffer target) throws IOException {
			int count = super.read(target);
			starveIf(this.reading && count > 0);
			return count;
		}

		@Override
		public int write(ByteBuffer source) throws IOException {
			starveIf(!this.reading);
			return super.write(source);
		}

		private void starveIf(boolean wanted) {
			if (wanted && this.starved) {
				this.starved = false;
				throw new OutOfMemoryError("expected by the test");
			}
		}

	}

	private static void assertEndedForWantOfMemory(MessageDuctChild child) {
		Awaiting.soon().until(() -> child.statistics().connectionsClosed(CloseReason.OUT_OF_MEMORY) == 1);
		assertThat(child.isConnected()).isFalse();
		assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(() -> child.send("more"))
			.withMessageContaining("OutOfMemoryError")
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(CloseReason.OUT_OF_MEMORY));
	}

	@Test
	void i5ConnectionWhenThereIsNoMemoryToReadThenEndsForThatReason() throws Exception {
		try (RiggedChild rigged = RiggedChild.of((settings) -> settings,
				(channel, peer) -> new Starved(channel, true))) {
			rigged.peer().write(ByteBuffer.wrap(DuctPeer.frame("1")));
			assertEndedForWantOfMemory(rigged.child());
		}
	}

	@Test
	void i5ConnectionWhenThereIsNoMemoryToWriteThenEndsForThatReason() throws Exception {
		try (RiggedChild rigged = RiggedChild.of((settings) -> settings.sendTimeout(Duration.ofSeconds(5)),
				(channel, peer) -> new Starved(channel, false))) {
			assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> rigged.child().send("message"));
			assertEndedForWantOfMemory(rigged.child());
		}
	}

}
