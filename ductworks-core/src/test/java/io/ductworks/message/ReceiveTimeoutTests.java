package io.ductworks.message;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.DuctTimeoutException;
import io.ductworks.NotConnectedException;
import io.ductworks.NothingLeftBehind;
import io.ductworks.peer.DuctPeer;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Receiving with a time-out of the caller's own, and the duct's.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class ReceiveTimeoutTests implements DuctFixture {

	private static final AtomicInteger number = new AtomicInteger();

	private static final Type INTEGERS = new TypeReference<List<Integer>>() {
	}.getType();

	@Override
	public DuctAddress address() {
		return DuctAddress.Unix.pseudoAnonymous();
	}

	@ParameterizedTest
	@EnumSource
	void recvWhenTimeoutIsZeroAndNothingIsThereThenTimesOutAtOnce(Accept accept) {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(accept));
				MessageDuctChild child = MessageDuctChild.pseudoAnonymous(parent.listenerAddress())) {
			child.connect();
			assertThat(parent.listen(SOON)).isTrue();

			assertThatExceptionOfType(DuctTimeoutException.class)
				.isThrownBy(() -> parent.recv(String.class, Duration.ZERO))
				.satisfies((ex) -> assertThat(ex.sent()).isFalse());
			assertThat(parent.isConnected()).isTrue();
		}
	}

	@ParameterizedTest
	@EnumSource
	void recvWhenTimeoutIsZeroAndAMessageIsThereThenReceivesIt(Accept accept) {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(accept));
				MessageDuctChild child = MessageDuctChild.pseudoAnonymous(parent.listenerAddress())) {
			child.connect();
			child.send("here");
			Awaiting.soon().until(() -> parent.isConnected() && parent.poll(SOON));

			assertThat(parent.<String>recv(String.class, Duration.ZERO)).isEqualTo("here");
		}
	}

	@Test
	void recvWhenTimeoutIsZeroOnOneOfManyThenReceivesItsMessages() {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY));
				MessageDuctChild child = MessageDuctChild.pseudoAnonymous(parent.listenerAddress())) {
			child.connect();
			assertThat(parent.listen(SOON)).isTrue();
			MessageDuct connection = parent.connections().get(0);
			assertThatExceptionOfType(DuctTimeoutException.class)
				.isThrownBy(() -> connection.recv(String.class, Duration.ZERO));
			child.send("here");
			assertThat(connection.poll(SOON)).isTrue();

			assertThat(connection.<String>recv(String.class, Duration.ZERO)).isEqualTo("here");
		}
	}

	@ParameterizedTest
	@ValueSource(longs = { -1, Long.MIN_VALUE })
	void recvWhenTimeoutIsNegativeThenLooksWithoutWaiting(long nanos) {
		try (DuctPair pair = pair()) {
			assertThatExceptionOfType(DuctTimeoutException.class)
				.isThrownBy(() -> pair.child().recv(String.class, Duration.ofNanos(nanos)));
		}
	}

	@Test
	void recvWhenItTimesOutThenTheMessageIsThereForTheNextCall() {
		try (DuctPair pair = pair()) {
			assertThatExceptionOfType(DuctTimeoutException.class)
				.isThrownBy(() -> pair.parent().recv(String.class, Duration.ofMillis(20)));
			pair.child().send("late");

			assertThat(pair.parent().<String>recv(String.class, SOON)).isEqualTo("late");
		}
	}

	@Test
	void recvWhenItTimesOutWithinAMessageThenTheNextCallReceivesAllOfIt() throws Exception {
		try (MessageDuctParent parent = bound(); DuctPeer peer = Peers.of(parent)) {
			peer.sendHex("54 00000004 31 32");
			assertThatExceptionOfType(DuctTimeoutException.class)
				.isThrownBy(() -> parent.recv(Integer.class, Duration.ofMillis(50)));
			peer.sendHex("33 34");

			assertThat(parent.<Integer>recv(Integer.class, SOON)).isEqualTo(1234);
		}
	}

	@Test
	void recvWhenTimeoutIsTheCallersOwnThenTheDuctsDoesNotCount() throws Exception {
		try (DuctPair pair = pair((parent) -> parent.receiveTimeout(Duration.ofMillis(1)), (child) -> child)) {
			Caller<String> waiting = Caller.of(() -> pair.parent().<String>recv(String.class, Duration.ofSeconds(20)))
				.awaitWaiting();
			assertThat(waiting.isDone()).isFalse();
			pair.child().send("patience");

			assertThat(waiting.result()).isEqualTo("patience");
		}
	}

	@Test
	void recvWhenTypeIsGenericThenTheElementsHaveThatType() {
		try (DuctPair pair = pair()) {
			pair.child().send(List.of(1, 2, 3));

			assertThat(pair.parent().<List<Integer>>recv(INTEGERS, SOON)).containsExactly(1, 2, 3);
		}
	}

	@Test
	void recvWhenMessageIsNullThenReturnsNull() {
		try (DuctPair pair = pair()) {
			pair.child().send(null);

			assertThat(pair.parent().<Object>recv(Object.class, SOON)).isNull();
		}
	}

	@Test
	void recvWhenWithinOneProcessThenReceivesAndTimesOutAllTheSame() {
		try (DuctPair pair = pair(
				(parent) -> parent.address(new DuctAddress.Inproc("receive-timeout-" + number.incrementAndGet())),
				(child) -> child)) {
			assertThatExceptionOfType(DuctTimeoutException.class)
				.isThrownBy(() -> pair.parent().recv(String.class, Duration.ZERO));
			pair.child().send("here");
			assertThat(pair.parent().<String>recv(String.class, SOON)).isEqualTo("here");
		}
	}

	@Test
	void recvWhenDuctIsNotOpenThenNotConnected() {
		MessageDuctParent parent = parentBuilder().build();

		assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> parent.recv(String.class, SOON));
	}

	@Test
	void recvWhenDuctHasHandlerThenIllegalState() {
		try (DuctPair pair = pair((parent) -> parent.handler((from, message) -> {
		}), (child) -> child)) {
			assertThatIllegalStateException().isThrownBy(() -> pair.parent().recv(String.class, Duration.ZERO));
			assertThatIllegalStateException()
				.isThrownBy(() -> pair.parent().connections().get(0).recv(String.class, Duration.ZERO));
		}
	}

	@Test
	void recvWhenReceiveTimeoutIsSetThenThatCountsAndNoOther() {
		try (DuctPair pair = pair(
				(parent) -> parent.timeout(Duration.ofMinutes(1)).receiveTimeout(Duration.ofMillis(50)),
				(child) -> child)) {
			assertThatExceptionOfType(DuctTimeoutException.class).isThrownBy(() -> pair.parent().recv());
			pair.child().send(1);
			assertThat(pair.parent().poll(SOON)).isTrue();
			assertThat(pair.parent().recv()).isEqualTo(1);
			assertThat(pair.parent().requestTimeout()).isEqualTo(Duration.ofMinutes(1));
		}
	}

}
