package io.ductworks.message;

import java.util.List;

import io.ductworks.Caller;
import io.ductworks.DuctInterruptedException;
import io.ductworks.peer.DuctPeer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Interrupts end a wait and nothing else.
 */
interface InterruptContract extends DuctFixture {

	@Test
	default void c15RecvWhenInterruptedThenDuctLivesOn() throws Exception {
		try (DuctPair pair = pair()) {
			Caller<Object> recv = Caller.of(pair.parent()::recv).awaitWaiting();
			recv.interrupt();

			assertInterrupted(recv, pair);
		}
	}

	@Test
	default void c15RecvWhenInterruptIsPendingThenDuctLivesOn() throws Exception {
		try (DuctPair pair = pair()) {
			assertInterrupted(Caller.interrupted(pair.parent()::recv), pair);
		}
	}

	@Test
	default void recvWhenInterruptedBehindAnotherReaderThenThatOneReadsOn() throws Exception {
		try (DuctPair pair = pair()) {
			Caller<Object> reader = Caller.of(pair.parent()::recv).awaitWaiting();
			Caller<Object> recv = Caller.of(pair.parent()::recv).awaitWaiting();
			recv.interrupt();

			assertThat(recv.failure()).isInstanceOf(DuctInterruptedException.class);
			assertThat(recv.interruptedAtEnd()).isTrue();
			pair.child().send("still read");
			assertThat(reader.result(SOON)).isEqualTo("still read");
		}
	}

	@Test
	default void pollWhenInterruptedThenDuctLivesOn() throws Exception {
		try (DuctPair pair = pair()) {
			Caller<Boolean> poll = Caller.of(() -> pair.parent().poll(SOON)).awaitWaiting();
			poll.interrupt();

			assertInterrupted(poll, pair);
			assertInterrupted(Caller.interrupted(() -> pair.parent().poll(SOON)), pair);
		}
	}

	@Test
	default void c15SendWhenInterruptIsPendingAndThereIsRoomThenSentAndFlagStays() throws Exception {
		try (DuctPair pair = pair()) {
			Caller<Void> send = Caller.interrupted(Caller.callable(() -> pair.parent().send("sent")));

			send.result();
			assertThat(send.interruptedAtEnd()).isTrue();
			assertThat(pair.child().recv()).isEqualTo("sent");
		}
	}

	@Test
	default void sendWhenInterruptedWithoutRoomThenNothingIsQueuedAndDuctLivesOn() throws Exception {
		try (MessageDuctParent parent = bound(); DuctPeer peer = peerOf(parent)) {
			int sent = fill(parent);
			Caller<Void> waiting = Caller.running(() -> parent.send(tooMuch())).awaitWaiting();
			waiting.interrupt();
			Caller<Void> pending = Caller.interrupted(Caller.callable(() -> parent.send(tooMuch())));

			for (Caller<Void> send : List.of(waiting, pending)) {
				assertThat(send.failure()).isInstanceOf(DuctInterruptedException.class);
				assertThat(send.interruptedAtEnd()).isTrue();
			}
			for (int i = 0; i < sent; i++) {
				assertThat(peer.receive()).hasSize(CHUNK.length() + 2);
			}
			parent.send("next");
			assertThat(peer.receive()).isEqualTo("\"next\"");
		}
	}

	@Test
	default void requestWhenInterruptedThenItsLateAnswerIsSkippedAndDuctLivesOn() throws Exception {
		try (MessageDuctParent parent = bound(); DuctPeer peer = peerOf(parent)) {
			Caller<String> request = Caller.of(() -> parent.request("one", String.class));
			assertThat(peer.receive()).isEqualTo("\"one\"");
			request.awaitWaiting().interrupt();
			assertThat(request.failure()).isInstanceOf(DuctInterruptedException.class);
			assertThat(request.interruptedAtEnd()).isTrue();

			Caller<String> next = Caller.of(() -> parent.request("two", String.class));
			peer.send("\"late\"");
			assertThat(peer.receive()).isEqualTo("\"two\"");
			peer.send("\"second\"");
			assertThat(next.result(SOON)).isEqualTo("second");
			assertThat(parent.statistics().requests(RequestOutcome.ABORTED)).isEqualTo(1);
			assertThat(parent.statistics().requests(RequestOutcome.SUCCESS)).isEqualTo(1);
		}
	}

	@Test
	default void c15RequestWhenInterruptIsPendingThenDuctLivesOn() throws Exception {
		try (MessageDuctParent parent = bound(); DuctPeer peer = peerOf(parent)) {
			Caller<String> request = Caller.interrupted(() -> parent.request("one", String.class));
			assertThat(request.failure()).isInstanceOf(DuctInterruptedException.class);
			assertThat(request.interruptedAtEnd()).isTrue();

			Caller<String> next = Caller.of(() -> parent.request("two", String.class));
			assertThat(peer.receive()).isEqualTo("\"one\"");
			peer.send("\"late\"");
			assertThat(peer.receive()).isEqualTo("\"two\"");
			peer.send("\"second\"");
			assertThat(next.result(SOON)).isEqualTo("second");
		}
	}

	private static void assertInterrupted(Caller<?> caller, DuctPair pair) {
		assertThat(caller.failure()).isInstanceOf(DuctInterruptedException.class)
			.hasMessageContaining("the duct lives on");
		assertThat(caller.interruptedAtEnd()).isTrue();
		pair.child().send("to parent");
		pair.parent().send("to child");
		assertThat(pair.parent().recv()).isEqualTo("to parent");
		assertThat(pair.child().recv()).isEqualTo("to child");
	}

}
