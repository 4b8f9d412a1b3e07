package io.ductworks.message;

import java.io.EOFException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.CloseReason;
import io.ductworks.MessageProtocolException;
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
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Connections that come and go while nobody looks.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class UnattendedConnectionTests implements DuctFixture {

	private static final String GARBAGE = "47 45 54 20 2f";

	@Override
	public DuctAddress address() {
		return DuctAddress.Unix.pseudoAnonymous();
	}

	private static void comeAndGo(MessageDuctParent parent, boolean garbage) throws Exception {
		try (DuctPeer peer = Peers.connect(parent.listenerAddress())) {
			if (garbage) {
				peer.sendHex(GARBAGE);
			}
		}
	}

	private static void awaitClosed(MessageDuctParent parent, CloseReason reason, int count) {
		Awaiting.soon()
			.until(() -> parent.statistics().connectionsClosed(reason) == count
					&& parent.statistics().connections() == 0);
	}

	// Listening

	@ParameterizedTest
	@EnumSource(names = { "ONCE", "AGAIN" })
	void listenWhenAChildSentGarbageAndHasGoneThenTrueAndRecvSaysWhatEndedIt(Accept accept) throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(accept))) {
			comeAndGo(parent, true);
			awaitClosed(parent, CloseReason.BAD_MAGIC, 1);

			assertThat(Caller.of(() -> parent.listen(Duration.ofMinutes(1))).result(SOON)).isTrue();
			assertThatExceptionOfType(MessageProtocolException.class).isThrownBy(parent::recv)
				.withMessageContaining("HTTP");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "ONCE", "AGAIN" })
	void listenWhenAChildSentNothingAndHasGoneThenTrueAndRecvSaysSo(Accept accept) throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(accept))) {
			comeAndGo(parent, false);
			awaitClosed(parent, CloseReason.PEER_CLOSED, 1);

			assertThat(Caller.of(() -> parent.listen(Duration.ofMinutes(1))).result(SOON)).isTrue();
			assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(parent::recv)
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(CloseReason.PEER_CLOSED));
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "ONCE", "AGAIN" })
	void listenWhenAChildComesAndGoesWhileItWaitsThenTrueAtOnce(Accept accept) throws Exception {
		for (int round = 0; round < 30; round++) {
			boolean garbage = round % 2 == 0;
			try (MessageDuctParent parent = bound((builder) -> builder.accept(accept))) {
				Caller<Boolean> listen = Caller.of(() -> parent.listen(Duration.ofMinutes(1))).awaitWaiting();
				comeAndGo(parent, garbage);

				assertThat(listen.result(SOON)).isTrue();
				assertThat(Caller.of(parent::recv).failure())
					.isInstanceOf(garbage ? MessageProtocolException.class : RemoteDuctClosedException.class);
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "ONCE", "AGAIN" })
	void listenWhenCalledInALoopThenAChildThatComesAndGoesEndsTheLoop(Accept accept) throws Exception {
		for (int round = 0; round < 30; round++) {
			boolean garbage = round % 2 == 0;
			try (MessageDuctParent parent = bound((builder) -> builder.accept(accept));
					Listening loop = new Listening(parent)) {
				comeAndGo(parent, garbage);

				loop.call.result(SOON);
			}
		}
	}

	/**
	 * A thread that listens until there is a child. It has to end before the parent is
	 * closed, which it would bind again.
	 */
	private static final class Listening implements AutoCloseable {

		private final AtomicBoolean over = new AtomicBoolean();

		private final Caller<Void> call;

		Listening(MessageDuctParent parent) {
			this.call = Caller.running(() -> {
				while (!this.over.get() && !parent.listen(Duration.ofMillis(2))) {
					Thread.onSpinWait();
				}
			});
		}

		@Override
		public void close() {
			this.over.set(true);
			Awaiting.soon().until(this.call::isDone);
		}

	}

	@Test
	void recvWhenThePeerHasClosedBetweenMessagesThenTheCauseIsTheEndOfTheStream() throws Exception {
		try (MessageDuctParent parent = bound(); DuctPeer peer = Peers.of(parent)) {
			peer.close();

			assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(parent::recv)
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(CloseReason.PEER_CLOSED))
				.withCauseInstanceOf(EOFException.class);
		}
	}

	// What is said of them

	@Test
	void childrenWhenManyComeAndGoAndLeaveNothingThenNobodyIsWarned() throws Exception {
		try (TakenLog log = new TakenLog();
				MessageDuctParent parent = bound((builder) -> builder.accept(Accept.AGAIN))) {
			for (int i = 0; i < 20; i++) {
				comeAndGo(parent, false);
			}
			awaitClosed(parent, CloseReason.PEER_CLOSED, 20);

			assertThat(log.warnings("")).isEmpty();
		}
	}

	@Test
	void childWhenItOnlyRequestsAndReconnectsOftenThenNobodyIsWarned() {
		try (TakenLog log = new TakenLog();
				MessageDuctParent parent = bound(
						(builder) -> builder.accept(Accept.AGAIN).handler((from, message) -> from.close()));
				MessageDuctChild child = MessageDuctChild.builder().address(parent.listenerAddress()).build()) {
			for (int i = 0; i < 20; i++) {
				child.connect();
				assertThatExceptionOfType(RemoteDuctClosedException.class)
					.isThrownBy(() -> child.request("ask", Integer.class));
			}

			// One that comes back at once may be refused, which is told.
			assertThat(log.warnings("nobody received")).isEmpty();
		}
	}

}
