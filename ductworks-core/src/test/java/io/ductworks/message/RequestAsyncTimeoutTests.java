package io.ductworks.message;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.ductworks.Caller;
import io.ductworks.DuctTimeoutException;
import io.ductworks.MessageCodecException;
import io.ductworks.NotConnectedException;
import io.ductworks.NothingLeftBehind;
import io.ductworks.peer.DuctPeer;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Requests whose answers are futures, with a time-out of their own.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class RequestAsyncTimeoutTests implements DuctFixture {

	@Override
	public DuctAddress address() {
		return DuctAddress.Unix.pseudoAnonymous();
	}

	private static Throwable failure(CompletableFuture<?> answer) throws Exception {
		try {
			return new AssertionError("answered: " + answer.get(5, TimeUnit.SECONDS));
		}
		catch (ExecutionException ex) {
			return ex.getCause();
		}
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, -1, Long.MIN_VALUE })
	void requestAsyncWhenItsTimeIsOverBeforeItBeginsThenFutureFailsAndNothingIsSent(long nanos) throws Exception {
		try (MessageDuctParent parent = bound(); DuctPeer peer = Peers.of(parent)) {
			CompletableFuture<String> other = parent.requestAsync("a", String.class, SOON);
			assertThat(peer.receive()).isEqualTo("\"a\"");
			CompletableFuture<String> late = parent.requestAsync("b", String.class, Duration.ofNanos(nanos));

			assertThat(failure(late)).isInstanceOfSatisfying(DuctTimeoutException.class,
					(ex) -> assertThat(ex.sent()).isFalse());
			assertThat(parent.statistics().messagesSent()).isEqualTo(1);
			peer.send("\"answer\"");
			assertThat(other.get(5, TimeUnit.SECONDS)).isEqualTo("answer");
			assertThat(parent.isConnected()).isTrue();
		}
	}

	@Test
	void requestAsyncWhenItsOwnTimeoutPassesThenThatCountsAndItWasSent() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.requestTimeout(Duration.ofMinutes(1)));
				DuctPeer peer = Peers.of(parent)) {
			CompletableFuture<String> answer = parent.requestAsync("a", String.class, Duration.ofSeconds(1));
			assertThat(peer.receive()).isEqualTo("\"a\"");

			assertThat(failure(answer)).isInstanceOfSatisfying(DuctTimeoutException.class,
					(ex) -> assertThat(ex.sent()).isTrue());
			assertThat(parent.isConnected()).isTrue();
		}
	}

	@Test
	void requestAsyncWhenThereIsNoRoomThenFutureFailsInTimeAndNothingIsSent() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.mixedTraffic(true));
				DuctPeer peer = Peers.of(parent)) {
			int sent = fill(parent);
			Caller<CompletableFuture<String>> ask = Caller
				.of(() -> parent.requestAsync(tooMuch(), String.class, SHORT));

			assertThat(failure(ask.result(SOON))).isInstanceOfSatisfying(DuctTimeoutException.class,
					(ex) -> assertThat(ex.sent()).isFalse());
			for (int i = 0; i < sent; i++) {
				peer.receive();
			}
			assertThat(parent.statistics().messagesSent()).isEqualTo(sent);
		}
	}

	@Test
	void requestAsyncWhenItCannotBeSentThenFutureFailsAndNothingIsThrown() throws Exception {
		MessageDuctParent parent = bound();
		try (parent) {
			assertThat(failure(parent.requestAsync(1, String.class, SOON))).isInstanceOf(NotConnectedException.class);
			assertThat(failure(parent.requestAsync(1, String.class))).isInstanceOf(NotConnectedException.class);
			try (DuctPeer peer = Peers.of(parent)) {
				assertThat(failure(parent.requestAsync(new MessageContract.Unencodable(), String.class, SOON)))
					.isInstanceOf(MessageCodecException.class);
				assertThat(parent.isConnected()).isTrue();
				assertThat(peer).isNotNull();
			}
		}
		assertThat(failure(parent.requestAsync(1, String.class, SOON))).isInstanceOf(NotConnectedException.class);
	}

	@Test
	void requestWhenItsTimeIsOverBeforeItBeginsThenSaysThatNothingWasSent() throws Exception {
		try (MessageDuctParent parent = bound(); DuctPeer peer = Peers.of(parent)) {
			assertThatExceptionOfType(DuctTimeoutException.class)
				.isThrownBy(() -> parent.request("late", String.class, Duration.ZERO))
				.satisfies((ex) -> assertThat(ex.sent()).isFalse());
			assertThat(parent.statistics().messagesSent()).isZero();
			assertThat(peer).isNotNull();
		}
	}

	@Test
	void requestWhenItIsNotAnsweredInTimeThenSaysThatItWasSent() throws Exception {
		try (MessageDuctParent parent = bound(); DuctPeer peer = Peers.of(parent)) {
			assertThatExceptionOfType(DuctTimeoutException.class)
				.isThrownBy(() -> parent.request("asked", String.class, Duration.ofSeconds(1)))
				.satisfies((ex) -> assertThat(ex.sent()).isTrue());
			assertThat(peer.receive()).isEqualTo("\"asked\"");
		}
	}

}
