package io.ductworks.message;

import java.time.Duration;
import java.util.List;

import io.ductworks.AlreadyConnectedException;
import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.CloseReason;
import io.ductworks.DuctworksException;
import io.ductworks.MessageProtocolException;
import io.ductworks.NotConnectedException;
import io.ductworks.NothingLeftBehind;
import io.ductworks.RemoteDuctClosedException;
import io.ductworks.peer.DuctPeer;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a parent receives whose children come one after the other.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class OneChildAtATimeTests implements DuctFixture {

	@Override
	public DuctAddress address() {
		return DuctAddress.Unix.pseudoAnonymous();
	}

	private MessageDuctParent again() {
		return bound((builder) -> builder.accept(Accept.AGAIN).timeout(SOON));
	}

	/**
	 * Has a child that sends some bytes and is gone, which the parent has noticed.
	 */
	private static void visit(MessageDuctParent parent, byte[]... sent) throws Exception {
		long before = parent.statistics().connectionsOpened();
		try (DuctPeer peer = Peers.connect(parent.listenerAddress())) {
			Awaiting.soon().until(() -> parent.statistics().connectionsOpened() > before && parent.isConnected());
			for (byte[] bytes : sent) {
				peer.sendRaw(bytes);
			}
		}
		Awaiting.soon().until(() -> !parent.isConnected());
	}

	private static CloseReason end(MessageDuctParent parent) {
		try {
			return fail(parent.recv());
		}
		catch (RemoteDuctClosedException ex) {
			return ex.reason();
		}
		catch (MessageProtocolException ex) {
			return ex.reason();
		}
	}

	private static CloseReason fail(Object received) {
		throw new AssertionError("received " + received);
	}

	private static void assertNothingLeft(MessageDuctParent parent) {
		assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> parent.recv(Object.class, SHORT));
	}

	@Test
	void recvWhenOneSilentChildHasGoneThenItsEndOnce() throws Exception {
		try (MessageDuctParent parent = again()) {
			visit(parent);

			assertThat(end(parent)).isEqualTo(CloseReason.PEER_CLOSED);
			assertNothingLeft(parent);
		}
	}

	@Test
	void recvWhenSeveralSilentChildrenHaveGoneThenTheLastEndOnly() throws Exception {
		try (MessageDuctParent parent = again()) {
			visit(parent, new byte[] { 1 });
			visit(parent);
			visit(parent);
			visit(parent, new byte[] { 0x54 });

			assertThat(end(parent)).as("of the last").isEqualTo(CloseReason.TRUNCATED);
			assertNothingLeft(parent);
		}
	}

	@Test
	void recvWhenManySilentChildrenHaveGoneThenOneEndIsLeft() throws Exception {
		try (MessageDuctParent parent = again()) {
			for (int i = 0; i < 2 * Inbox.MAX_ENDED; i++) {
				visit(parent);
			}

			assertThat(end(parent)).isEqualTo(CloseReason.PEER_CLOSED);
			assertNothingLeft(parent);
		}
	}

	@Test
	void recvWhenChildrenLeftMessagesThenEachOnesMessagesBeforeItsEnd() throws Exception {
		try (MessageDuctParent parent = again()) {
			visit(parent, DuctPeer.frame("1"), DuctPeer.frame("2"));
			visit(parent, DuctPeer.frame("3"), new byte[] { 0x54 });

			assertThat(parent.recv()).isEqualTo(1);
			assertThat(parent.recv()).isEqualTo(2);
			assertThat(end(parent)).isEqualTo(CloseReason.PEER_CLOSED);
			assertThat(parent.recv()).isEqualTo(3);
			assertThat(end(parent)).isEqualTo(CloseReason.TRUNCATED);
			assertNothingLeft(parent);
		}
	}

	@Test
	void recvWhenSilentChildrenCameBetweenTwoThatLeftMessagesThenTheirEndsAreOne() throws Exception {
		try (MessageDuctParent parent = again()) {
			visit(parent, DuctPeer.frame("1"));
			visit(parent);
			visit(parent);
			visit(parent, DuctPeer.frame("2"));

			assertThat(parent.recv()).isEqualTo(1);
			assertThat(end(parent)).isEqualTo(CloseReason.PEER_CLOSED);
			assertThat(parent.<Object>recv(Object.class, SOON)).isEqualTo(2);
			assertThat(end(parent)).isEqualTo(CloseReason.PEER_CLOSED);
			assertNothingLeft(parent);
		}
	}

	@Test
	void recvWhenASilentChildHasGoneAndTheNextIsThereThenTheEndComesFirst() throws Exception {
		try (MessageDuctParent parent = again()) {
			visit(parent);
			try (DuctPeer next = Peers.of(parent)) {
				next.send("1");

				assertThat(end(parent)).isEqualTo(CloseReason.PEER_CLOSED);
				assertThat(parent.recv()).isEqualTo(1);
			}
		}
	}

	@Test
	void recvWhenItWaitsWhileTheChildGoesThenTheEnd() throws Exception {
		try (MessageDuctParent parent = again()) {
			Caller<Object> waiting;
			try (DuctPeer peer = Peers.of(parent)) {
				waiting = Caller.of(() -> parent.recv(Object.class, Duration.ofSeconds(20))).awaitWaiting();
				assertThat(waiting.isDone()).isFalse();
				assertThat(peer).isNotNull();
			}

			assertThat(waiting.failure()).isInstanceOf(RemoteDuctClosedException.class);
			assertNothingLeft(parent);
		}
	}

	@Test
	void recvWhenTheConnectionWasClosedByThisSideThenItsMessagesAndEndAreGone() throws Exception {
		try (MessageDuctParent parent = again(); DuctPeer peer = Peers.of(parent)) {
			peer.send("1");
			assertThat(parent.poll(SOON)).isTrue();
			parent.connections().get(0).close();

			assertNothingLeft(parent);
		}
	}

	@Test
	void pollWhenOnlyAnEndIsLeftThenTrueUntilItIsReceived() throws Exception {
		try (MessageDuctParent parent = again()) {
			visit(parent);
			assertThat(parent.poll(Duration.ZERO)).isTrue();
			end(parent);

			assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> parent.poll(Duration.ZERO));
		}
	}

	@Test
	void listenWhenOnlyAnEndIsLeftThenTrueUntilItIsReceived() throws Exception {
		try (MessageDuctParent parent = again()) {
			visit(parent);
			assertThat(parent.listen(Duration.ZERO)).isTrue();
			end(parent);

			assertThat(parent.listen(Duration.ZERO)).isFalse();
		}
	}

	@Test
	void listenWhenMessagesAreLeftThenTrueUntilAllIsReceived() throws Exception {
		try (MessageDuctParent parent = again()) {
			visit(parent, DuctPeer.frame("1"));
			assertThat(parent.listen(Duration.ZERO)).isTrue();
			assertThat(parent.recv()).isEqualTo(1);
			assertThat(parent.listen(Duration.ZERO)).isTrue();
			end(parent);

			assertThat(parent.listen(Duration.ZERO)).isFalse();
		}
	}

	@Test
	void listenWhenTheOnlyChildHasGoneAndAllWasReceivedThenAlreadyConnected() throws Exception {
		try (MessageDuctParent parent = bound()) {
			visit(parent, DuctPeer.frame("1"));
			assertThat(parent.listen(Duration.ZERO)).isTrue();
			assertThat(parent.recv()).isEqualTo(1);
			end(parent);

			assertThatExceptionOfType(AlreadyConnectedException.class).isThrownBy(() -> parent.listen(SOON));
			assertThatExceptionOfType(AlreadyConnectedException.class).isThrownBy(parent::bind);
		}
	}

	@Test
	void listenWhenItsMessagesGoToAHandlerThenNoEndIsLeft() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.AGAIN).handler((from, message) -> {
		}))) {
			visit(parent);

			assertThat(parent.listen(Duration.ZERO)).isFalse();
		}
	}

	@Test
	void closeWhenMessagesAndEndsAreLeftThenTheyAreGoneWhenItIsBoundAgain() throws Exception {
		try (MessageDuctParent parent = again()) {
			visit(parent, DuctPeer.frame("1"));
			visit(parent);
			parent.close();
			assertThatExceptionOfType(NotConnectedException.class).isThrownBy(parent::recv)
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(CloseReason.LOCAL_SHUTDOWN));
			parent.bind();

			assertThat(parent.listen(Duration.ZERO)).isFalse();
			assertNothingLeft(parent);
		}
	}

	@Test
	void sendWhenTheLastConnectionHasEndedThenSaysHow() throws Exception {
		try (MessageDuctParent parent = again()) {
			visit(parent, new byte[] { 1 });

			assertThatExceptionOfType(DuctworksException.class).isThrownBy(() -> parent.send(1))
				.isInstanceOfSatisfying(MessageProtocolException.class,
						(ex) -> assertThat(ex.reason()).isEqualTo(CloseReason.BAD_MAGIC));
			assertThat(List.of(end(parent))).containsExactly(CloseReason.BAD_MAGIC);
		}
	}

}
