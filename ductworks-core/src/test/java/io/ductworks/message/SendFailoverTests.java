package io.ductworks.message;

import java.time.Duration;
import java.util.List;

import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.CloseReason;
import io.ductworks.DuctTimeoutException;
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
 * A send whose connection ends before anything of it was queued.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class SendFailoverTests implements DuctFixture {

	@Override
	public DuctAddress address() {
		return DuctAddress.Unix.pseudoAnonymous();
	}

	private MessageDuctParent parent(WhenDisconnected whenDisconnected) {
		return bound((builder) -> builder.accept(Accept.AGAIN)
			.mixedTraffic(true)
			.whenDisconnected(whenDisconnected)
			// Time enough to fill the connection on a busy machine before it ends.
			.requestTimeout(Duration.ofMillis(750)));
	}

	/**
	 * Messages of which one waits for room on a connection that ends since a request over
	 * it was not answered.
	 */
	private Caller<Void> sending(MessageDuctParent parent) throws Exception {
		Caller<Void> sending;
		try (DuctPeer silent = Peers.of(parent)) {
			Caller<Object> asking = Caller.of(() -> parent.request(1, Object.class));
			assertThat(silent.receive()).isEqualTo("1");
			fill(parent);
			sending = Caller.running(() -> {
				for (int sent = 0; sent < 4; sent++) {
					parent.send(tooMuch());
				}
			});
			assertThat(asking.failure()).isInstanceOf(DuctTimeoutException.class);
			Awaiting.soon().until(() -> parent.statistics().connectionsClosed(CloseReason.UNANSWERED) == 1);
		}
		return sending;
	}

	@Test
	void m11SendWhenARequestOfOthersEndsItsConnectionThenGoesOutOverTheNext() throws Exception {
		try (MessageDuctParent parent = parent(WhenDisconnected.WAIT)) {
			Caller<Void> sending = sending(parent);
			try (DuctPeer next = Peers.of(parent)) {
				assertThat(next.receive()).isEqualTo('"' + tooMuch() + '"');
				sending.result(SOON);
			}
		}
	}

	@Test
	void sendWhenItsConnectionEndsAndItsDuctFailsThenSaysHow() throws Exception {
		try (MessageDuctParent parent = parent(WhenDisconnected.FAIL)) {
			assertThat(sending(parent).failure()).isInstanceOf(RemoteDuctClosedException.class);
		}
	}

	@Test
	void sendWhenNoOtherConnectionComesThenIsBoundedByItsTimeout() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.AGAIN)
			.whenDisconnected(WhenDisconnected.WAIT)
			.sendTimeout(Duration.ofSeconds(1)))) {
			Caller<Void> sending;
			long started = System.nanoTime();
			try (DuctPeer peer = Peers.of(parent)) {
				fill(parent);
				sending = Caller.running(() -> {
					for (int sent = 0; sent < 4; sent++) {
						parent.send(tooMuch());
					}
				});
				Awaiting.soon().until(() -> parent.statistics().messagesSent() > 4);
				assertThat(peer).isNotNull();
			}
			assertThat(sending.failure()).isInstanceOf(DuctTimeoutException.class);
			assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofMillis(2500));
		}
	}

	/**
	 * Has a child come and go. The end is counted a moment before the connection is gone.
	 */
	private static void comeAndGo(MessageDuctParent parent) throws Exception {
		Peers.of(parent).close();
		Awaiting.soon().until(() -> parent.statistics().connectionsClosed(CloseReason.PEER_CLOSED) == 1);
	}

	@Test
	void sendAllWhenItsConnectionHasEndedThenGoesOutOverTheNext() throws Exception {
		try (MessageDuctParent parent = parent(WhenDisconnected.WAIT)) {
			comeAndGo(parent);
			Caller<Void> sending = Caller.running(() -> parent.sendAll(List.of(1, 2)));
			try (DuctPeer next = Peers.of(parent)) {
				assertThat(next.receive()).isEqualTo("1");
				assertThat(next.receive()).isEqualTo("2");
				sending.result(SOON);
			}
		}
	}

	@Test
	void sendLastWhenItsConnectionHasEndedThenGoesOutOverTheNext() throws Exception {
		try (MessageDuctParent parent = parent(WhenDisconnected.WAIT)) {
			comeAndGo(parent);
			Caller<Void> sending = Caller.running(() -> parent.sendLast(1));
			try (DuctPeer next = Peers.of(parent)) {
				assertThat(next.receive()).isEqualTo("1");
				sending.result(SOON);
			}
		}
	}

	@Test
	void sendWhenItsOnlyConnectionWasClosedByThisSideThenSaysSo() throws Exception {
		try (MessageDuctParent parent = parent(WhenDisconnected.WAIT); DuctPeer peer = Peers.of(parent)) {
			MessageDuct connection = parent.connections().get(0);
			connection.close();
			assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> connection.send(1));
			assertThat(peer).isNotNull();
		}
	}

}
