package io.ductworks.message;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.CloseReason;
import io.ductworks.Gate;
import io.ductworks.RemoteDuctClosedException;
import io.ductworks.peer.DuctPeer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Closing while messages are unread: what was sent arrives all the same, and what came is
 * counted.
 */
interface UnreadContract extends DuctFixture {

	@Test
	default void b7CloseWhenBothSidesHaveUnreadMessagesThenAllThatWasSentArrives() throws Exception {
		int count = 100;
		List<String> messages = Collections.nCopies(count, "x".repeat(4000));
		for (int round = 0; round < 5; round++) {
			try (DuctPair pair = pair()) {
				pair.parent().sendAll(messages.subList(0, 20));
				Caller<Void> closing = Caller.running(() -> {
					pair.child().sendAll(messages);
					pair.child().close();
				});
				for (int i = 0; i < count; i++) {
					assertThat(pair.parent().recv(String.class)).as("message %d", i).hasSize(4000);
				}
				// A Unix domain socket says so if its peer had not read everything.
				assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(pair.parent()::recv)
					.satisfies((ex) -> assertThat(ex.reason()).isIn(CloseReason.PEER_CLOSED, CloseReason.PEER_RESET));
				closing.result();
				assertThat(pair.child().statistics().messagesUnsent()).isZero();
			}
		}
	}

	@Test
	default void b7CloseWhenThePeerDoesNotEndThenTakesNoLongerThanItsTimeout() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.closeTimeout(SHORT));
				DuctPeer peer = peerOf(parent)) {
			peer.send("\"unread\"");
			parent.send("last");
			long begun = System.nanoTime();
			parent.close();
			assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
			assertThat(peer.receiveRest()).isEqualTo(DuctPeer.frame("\"last\""));
		}
	}

	@Test
	default void i9CloseWhenInterruptedThenAllThatWasSentArrives() throws Exception {
		try (MessageDuctParent parent = bound(); DuctPeer peer = peerOf(parent)) {
			peer.send("\"unread\"");
			List<String> messages = Collections.nCopies(30, "x".repeat(4000));
			Caller<Void> closing = Caller.interrupted(() -> {
				boolean interrupted = Thread.interrupted();
				parent.sendAll(messages);
				if (interrupted) {
					Thread.currentThread().interrupt();
				}
				parent.close();
				return null;
			});
			assertThat(Peers.countFrames(peer.receiveRest())).isEqualTo(30);
			peer.close();
			closing.result();
			assertThat(closing.interruptedAtEnd()).isTrue();
			assertThat(parent.statistics().messagesUnsent()).isZero();
		}
	}

	@Test
	default void m5CloseWhenMessagesWaitForTheHandlerThenTheyAreCounted() throws Exception {
		Gate gate = new Gate();
		try (gate;
				MessageDuctParent parent = bound(
						(builder) -> builder.closeTimeout(SHORT).handler((from, message) -> gate.pass()));
				DuctPeer peer = peerOf(parent)) {
			ByteArrayOutputStream frames = new ByteArrayOutputStream();
			for (int i = 0; i < 20; i++) {
				frames.write(DuctPeer.frame(String.valueOf(i)));
			}
			peer.sendRaw(frames.toByteArray());
			gate.awaitVisitor();
			parent.close();
			assertThat(parent.statistics().messagesUnhandled()).isEqualTo(19);
			assertThat(parent.statistics().messagesReceived()).isEqualTo(1);
		}
	}

	@Test
	default void m5CloseWhenNobodyReceivedWhatAPeerHasLeftThenItIsCounted() throws Exception {
		try (MessageDuctParent parent = bound()) {
			try (DuctPeer peer = peerOf(parent)) {
				peer.sendRaw(Peers.concat(DuctPeer.frame("1"), DuctPeer.frame("2")));
				assertThat(parent.recv(Integer.class)).isEqualTo(1);
			}
			Awaiting.soon().until(() -> !parent.isConnected());
			parent.close();
			assertThat(parent.statistics().messagesUnhandled()).isEqualTo(1);
		}
	}

}
