package io.ductworks.message;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.Gate;
import io.ductworks.NotConnectedException;
import io.ductworks.NothingLeftBehind;
import io.ductworks.RemoteDuctClosedException;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Callers that want a connection cut short the pause before the next attempt.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class AttemptsForCallersTests implements DuctFixture {

	private static final Duration DAY = Duration.ofDays(1);

	private final DuctAddress address = DuctAddress.Unix.pseudoAnonymous();

	@Override
	public DuctAddress address() {
		return this.address;
	}

	private MessageDuctChild child(WhenDisconnected whenDisconnected) {
		return MessageDuctChild.builder()
			.address(this.address)
			.timeout(Duration.ofSeconds(8))
			.whenDisconnected(whenDisconnected)
			.reconnect(new Backoff(DAY, 1, DAY))
			.build();
	}

	private static void awaitFailed(MessageDuctChild child, int attempts) {
		Awaiting.soon().until(() -> child.statistics().connectsFailed() >= attempts);
	}

	@Test
	void sendWhenItFailsForWantOfAConnectionThenTheNextAttemptIsMadeNow() {
		try (MessageDuctChild child = child(WhenDisconnected.FAIL)) {
			child.connectInBackground();
			for (int attempts = 1; attempts <= 3; attempts++) {
				awaitFailed(child, attempts);
				assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> child.send(1));
			}
			awaitFailed(child, 4);
		}
	}

	@Test
	void sendWhenManyFailThenAtMostTenAttemptsASecondAreMade() {
		try (MessageDuctChild child = child(WhenDisconnected.FAIL)) {
			long started = System.nanoTime();
			child.connectInBackground();
			while (child.statistics().connectsFailed() < 6) {
				assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> child.send(1));
			}
			assertThat(System.nanoTime() - started).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(500));
		}
	}

	@Test
	void m9SendWhenItWaitsThenAttemptsAreMadeUntilOneSucceeds() throws Exception {
		try (MessageDuctChild child = child(WhenDisconnected.WAIT)) {
			child.connectInBackground();
			Caller<Void> sending = Caller.running(() -> child.send("patience"));
			awaitFailed(child, 3);
			try (MessageDuctParent parent = bound()) {
				sending.result(SOON);
				assertThat(parent.listen(SOON)).isTrue();
				assertThat(parent.recv()).isEqualTo("patience");
			}
		}
	}

	@Test
	void awaitConnectedWhenItWaitsThenAttemptsAreMadeUntilOneSucceeds() throws Exception {
		try (MessageDuctChild child = child(WhenDisconnected.FAIL)) {
			child.connectInBackground();
			Caller<Boolean> waiting = Caller.of(() -> child.awaitConnected(SOON));
			awaitFailed(child, 3);
			try (MessageDuctParent parent = bound()) {
				assertThat(waiting.result(SOON)).isTrue();
				assertThat(parent.listen(SOON)).isTrue();
			}
		}
	}

	@Test
	void requestWhenItWaitsForABusyConnectionThatEndsThenGoesOutOverTheNext() throws Exception {
		Gate gate = new Gate();
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.AGAIN)
			.closeTimeout(SHORT)
			.handler(DuctHandler.answering((from, message) -> {
				if (message.as(Integer.class) == 1) {
					gate.pass();
				}
				return message.as(Integer.class);
			}))); MessageDuctChild child = child(WhenDisconnected.WAIT); gate) {
			child.connect();
			Caller<Integer> first = Caller.of(() -> child.request(1, Integer.class));
			gate.awaitVisitor();
			Caller<Integer> second = Caller.of(() -> child.request(2, Integer.class)).awaitWaiting();
			parent.close();
			assertThat(first.failure()).isInstanceOf(RemoteDuctClosedException.class);
			awaitFailed(child, 1);
			parent.bind();

			assertThat(second.result(SOON)).isEqualTo(2);
		}
	}

	@Test
	void closeWhenCallersWaitThenNoAttemptIsMadeAfterwards() throws Exception {
		MessageDuctChild child = child(WhenDisconnected.WAIT);
		child.connectInBackground();
		Caller<Void> sending = Caller.running(() -> child.send(1));
		awaitFailed(child, 2);
		Caller.running(child::close).result(SOON);
		long failed = child.statistics().connectsFailed();

		assertThat(sending.failure()).isInstanceOf(NotConnectedException.class);
		assertThat(child.awaitConnected(SHORT)).isFalse();
		assertThat(child.statistics().connectsFailed()).isEqualTo(failed);
	}

}
