package io.ductworks.message;

import java.time.Duration;

import io.ductworks.Caller;
import io.ductworks.DuctInterruptedException;
import io.ductworks.NothingLeftBehind;
import io.ductworks.TakenLog;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Waiting for a child that is connected in the background.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class AwaitConnectedTests implements DuctFixture {

	private final DuctAddress address = DuctAddress.Unix.pseudoAnonymous();

	private TakenLog log;

	@BeforeEach
	void takeLog() {
		this.log = new TakenLog();
	}

	@AfterEach
	void giveLogBack() {
		this.log.close();
	}

	@Override
	public DuctAddress address() {
		return this.address;
	}

	private MessageDuctChild child(Duration pause) {
		return MessageDuctChild.builder().address(this.address).reconnect(new Backoff(pause, 1, pause)).build();
	}

	@Test
	void awaitConnectedWhenConnectedThenTrueAtOnce() {
		try (DuctPair pair = pair()) {
			assertThat(pair.child().awaitConnected(Duration.ZERO)).isTrue();
			assertThat(pair.child().awaitConnected(Duration.ofNanos(-1))).isTrue();
		}
	}

	@Test
	void awaitConnectedWhenNobodyListensThenFalseAtItsTimeout() {
		try (MessageDuctChild child = child(Duration.ofMillis(20))) {
			child.connectInBackground();

			assertThat(child.awaitConnected(Duration.ZERO)).isFalse();
			assertThat(child.awaitConnected(Duration.ofMillis(50))).isFalse();
		}
	}

	@Test
	void awaitConnectedWhenNotOpenThenFalseAtOnce() throws Exception {
		MessageDuctChild child = child(Duration.ofMillis(20));

		assertThat(Caller.of(() -> child.awaitConnected(Duration.ofMinutes(5))).result(SOON)).isFalse();
	}

	@Test
	void awaitConnectedWhenClosedMeanwhileThenFalseAtOnce() throws Exception {
		MessageDuctChild child = child(Duration.ofDays(1));
		child.connectInBackground();
		Caller<Boolean> waiting = Caller.of(() -> child.awaitConnected(Duration.ofMinutes(5))).awaitWaiting();
		child.close();

		assertThat(waiting.result(SOON)).isFalse();
	}

	@Test
	void awaitConnectedWhenInterruptedThenSaysSoAndConnectingGoesOn() {
		try (MessageDuctChild child = child(Duration.ofMillis(20))) {
			child.connectInBackground();
			Caller<Boolean> waiting = Caller.interrupted(() -> child.awaitConnected(Duration.ofMinutes(5)));

			assertThat(waiting.failure()).isInstanceOf(DuctInterruptedException.class);
			try (MessageDuctParent parent = bound()) {
				assertThat(child.awaitConnected(SOON)).isTrue();
				assertThat(parent.listen(SOON)).isTrue();
			}
		}
	}

}
