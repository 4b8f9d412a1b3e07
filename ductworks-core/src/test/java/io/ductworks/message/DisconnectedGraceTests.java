package io.ductworks.message;

import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.ductworks.Awaiting;
import io.ductworks.Caller;
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
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Ducts that wait for a connection do so for a while only.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class DisconnectedGraceTests implements DuctFixture {

	private static final Duration GRACE = Duration.ofMillis(700);

	private static final Duration LONG = Duration.ofSeconds(20);

	private final DuctAddress address = DuctAddress.Unix.pseudoAnonymous();

	@Override
	public DuctAddress address() {
		return this.address;
	}

	private MessageDuctChild child() {
		return MessageDuctChild.builder()
			.name("shop")
			.address(this.address)
			.timeout(LONG)
			.whenDisconnected(WhenDisconnected.WAIT)
			.disconnectedGrace(GRACE)
			.reconnect(Backoff.standard())
			.build();
	}

	private MessageDuctParent parent() {
		return bound((builder) -> builder.accept(Accept.AGAIN)
			.timeout(LONG)
			.whenDisconnected(WhenDisconnected.WAIT)
			.disconnectedGrace(GRACE));
	}

	private static void assertWaitsForTheGrace(Runnable call) {
		long started = System.nanoTime();
		assertThat(Caller.running(call).failure()).isInstanceOf(NotConnectedException.class);
		assertThat(System.nanoTime() - started).isGreaterThan(GRACE.toNanos() / 2);
	}

	private static void awaitOver(MessageDuct duct) {
		assertThat(Caller.running(() -> duct.send(0)).failure()).isInstanceOf(NotConnectedException.class);
	}

	@Test
	void m1SendWhenNobodyListensThenWaitsForTheGraceAndTellsTheLastFailure() {
		try (MessageDuctChild child = child()) {
			child.connectInBackground();

			assertThat(Caller.running(() -> child.send(1)).failure()).isInstanceOf(NotConnectedException.class)
				.hasMessageContainingAll("Duct 'shop': without a connection for ", "700 ms (disconnected-grace)",
						"the last attempt failed: No such file or directory: nobody listens at")
				.hasCauseInstanceOf(ConnectException.class);
		}
	}

	@Test
	void m1RequestWhenNobodyListensThenWaitsForTheGrace() {
		try (MessageDuctChild child = child()) {
			child.connectInBackground();

			assertWaitsForTheGrace(() -> child.request(1, Object.class));
		}
	}

	@Test
	void sendWhenTheGraceIsOverThenFailsAtOnce() {
		try (MessageDuctChild child = child()) {
			child.connectInBackground();
			awaitOver(child);
			long started = System.nanoTime();
			for (int calls = 0; calls < 10; calls++) {
				assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> child.send(1));
				assertThat(child.requestAsync(1, Object.class)).isCompletedExceptionally();
			}
			assertThat(System.nanoTime() - started).isLessThan(2 * GRACE.toNanos());
		}
	}

	@Test
	void sendWhenTheGraceIsOverAndThereIsAConnectionAgainThenGoesOut() {
		try (MessageDuctChild child = child()) {
			child.connectInBackground();
			awaitOver(child);
			try (MessageDuctParent parent = parent()) {
				assertThat(child.awaitConnected(SOON)).isTrue();
				child.send("back");
				assertThat(parent.recv()).isEqualTo("back");
			}
		}
	}

	@Test
	void sendWhenOpenedAnewThenWaitsAnew() {
		try (MessageDuctChild child = child()) {
			child.connectInBackground();
			awaitOver(child);
			child.close();
			child.connectInBackground();

			assertWaitsForTheGrace(() -> child.send(1));
		}
	}

	@Test
	void sendWhenAConnectionThatHeldHasEndedThenWaitsAnew() throws Exception {
		try (MessageDuctParent parent = parent()) {
			try (DuctPeer peer = Peers.of(parent)) {
				long connected = System.nanoTime();
				Awaiting.soon().until(() -> System.nanoTime() - connected > TimeUnit.MILLISECONDS.toNanos(1100));
				assertThat(peer).isNotNull();
			}
			Awaiting.soon().until(() -> !parent.isConnected());
			assertWaitsForTheGrace(() -> parent.send(1));
		}
	}

	@Test
	void sendWhenAConnectionEndedWithinASecondThenTheGraceGoesOn() throws Exception {
		try (MessageDuctParent parent = parent()) {
			awaitOver(parent);
			Peers.of(parent).close();
			Awaiting.soon().until(() -> !parent.isConnected());

			assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> parent.send(1))
				.withMessageContaining("the last one ended: the peer closed the connection");
		}
	}

	@Test
	void requestWhenItWaitsForABusyConnectionThatEndsThenWaitsForTheGraceOnly() throws Exception {
		try (MessageDuctParent parent = parent()) {
			Caller<Object> first;
			Caller<Object> second;
			CompletableFuture<Object> third;
			try (DuctPeer peer = Peers.of(parent)) {
				first = Caller.of(() -> parent.request(1, Object.class));
				assertThat(peer.receive()).isEqualTo("1");
				second = Caller.of(() -> parent.request(2, Object.class)).awaitWaiting();
				third = parent.requestAsync(3, Object.class);
			}
			assertThat(first.failure()).isInstanceOf(RemoteDuctClosedException.class);
			assertThat(second.failure()).isInstanceOf(NotConnectedException.class);
			assertThat(third).failsWithin(SOON)
				.withThrowableOfType(ExecutionException.class)
				.withCauseInstanceOf(NotConnectedException.class);
		}
	}

	@Test
	void recvWhenTheGraceIsOverThenWaitsForItsOwnTimeout() {
		try (MessageDuctParent parent = parent()) {
			awaitOver(parent);

			assertThatExceptionOfType(DuctTimeoutException.class)
				.isThrownBy(() -> parent.recv(Object.class, Duration.ofMillis(20)));
			assertThat(parent.poll(Duration.ofMillis(20))).isFalse();
		}
	}

	@Test
	void sendWhenItsTimeoutIsShorterThanTheGraceThenTimesOut() {
		try (MessageDuctParent parent = bound(
				(builder) -> builder.sendTimeout(SHORT).whenDisconnected(WhenDisconnected.WAIT))) {
			assertThat(parent.disconnectedGrace()).isEqualTo(Duration.ofSeconds(10));
			assertThatExceptionOfType(DuctTimeoutException.class).isThrownBy(() -> parent.send(1))
				.withMessageContaining("is the other side running?");
		}
	}

	@Test
	void stopWaitingWhenCallersWaitThenTheyFailAtOnceAndSayWhy() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.AGAIN)
			.timeout(LONG)
			.whenDisconnected(WhenDisconnected.WAIT)
			.whenNotOpen("not started yet", "stopping"))) {
			Caller<Void> send = Caller.running(() -> parent.send(1)).awaitWaiting();
			Caller<Object> recv = Caller.of(parent::recv).awaitWaiting();
			parent.stopWaiting();

			assertThat(send.failure()).isInstanceOf(NotConnectedException.class).hasMessageEndingWith(": stopping");
			assertThat(recv.failure()).isInstanceOf(NotConnectedException.class);
			try (DuctPeer peer = Peers.of(parent)) {
				parent.send("connected");
				assertThat(peer.receive()).isEqualTo("\"connected\"");
			}
		}
	}

	@Test
	void stopWaitingWhenOpenedAnewThenWaitsAgain() throws Exception {
		try (MessageDuctParent parent = parent()) {
			parent.stopWaiting();
			parent.close();
			parent.bind();
			Caller<Void> send = Caller.running(() -> parent.send(1)).awaitWaiting();
			try (DuctPeer peer = Peers.of(parent)) {
				assertThat(peer.receive()).isEqualTo("1");
				send.result(SOON);
			}
		}
	}

	@Test
	void whenNotOpenWhenSetThenIsTold() {
		MessageDuctChild child = MessageDuctChild.builder()
			.name("shop")
			.address(this.address)
			.whenNotOpen("not started yet", "stopping")
			.reconnect(Backoff.standard())
			.build();
		assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> child.send(1))
			.withMessage("Duct 'shop': not started yet");
		child.connectInBackground();
		child.close();
		assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> child.request(1, Object.class))
			.withMessage("Duct 'shop': stopping");
	}

	@Test
	void disconnectedGraceWhenNotPositiveThenIllegalArgument() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> MessageDuctChild.builder().disconnectedGrace(Duration.ZERO))
			.withMessageContaining("disconnectedGrace");
	}

}
