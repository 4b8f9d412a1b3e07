package io.ductworks.message;

import java.time.Duration;
import java.util.Map;

import io.ductworks.Awaiting;
import io.ductworks.CloseReason;
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
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a child learns of a parent that does not take it, and what each side logs of those
 * that come and go.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class RefusalTests implements DuctFixture {

	private static final String STRANGER = "54321";

	@Override
	public DuctAddress address() {
		return DuctAddress.Unix.pseudoAnonymous();
	}

	private DuctAddress address(String transport) {
		return transport.equals("unix") ? address() : DuctAddress.parse("tcp://127.0.0.1:0");
	}

	private static MessageDuctChild child(MessageDuctParent parent) {
		return MessageDuctChild.builder().address(parent.listenerAddress()).timeout(SOON).build();
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	void m6ChildWhenItIsOneTooManyThenLearnsIt(String transport) {
		try (MessageDuctParent parent = bound(
				(builder) -> builder.address(address(transport)).accept(Accept.MANY).maxChildren(1).refusalFrame(true));
				MessageDuctChild first = child(parent);
				MessageDuctChild second = child(parent)) {
			first.connect();
			assertThat(parent.listen(SOON)).isTrue();
			second.connect();

			assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(second::recv)
				.withMessageContaining(
						"the parent refused this child, status 429: Too many children: 1 of 1 are connected")
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(CloseReason.REFUSED));
			assertThat(second.statistics().connectionsClosed(CloseReason.REFUSED)).isEqualTo(1);
			assertThat(parent.statistics().connectionsClosed(CloseReason.TOO_MANY_CHILDREN)).isEqualTo(1);
			assertThat(first.isConnected()).isTrue();
		}
	}

	@Test
	void m6ChildWhenItsUserIsNotAllowedThenLearnsItButNotWhoIs() {
		try (MessageDuctParent parent = bound((builder) -> builder.allowedUsers(STRANGER).refusalFrame(true));
				MessageDuctChild child = child(parent)) {
			child.connect();

			assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(child::recv)
				.withMessageContaining("status 403: Not allowed")
				.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain(STRANGER));
		}
	}

	@Test
	void m6ChildWhenSentBytesLieUnreadThenLearnsTheReasonAllTheSame() {
		try (MessageDuctParent parent = bound((
				builder) -> builder.address("tcp://127.0.0.1:0").accept(Accept.MANY).maxChildren(1).refusalFrame(true));
				MessageDuctChild first = child(parent)) {
			first.connect();
			assertThat(parent.listen(SOON)).isTrue();
			for (int i = 0; i < 10; i++) {
				try (MessageDuctChild second = child(parent)) {
					second.connect();
					try {
						second.send("x".repeat(10_000));
					}
					catch (RemoteDuctClosedException ex) {
						// It was refused before that.
					}
					Awaiting.soon().until(() -> second.statistics().connectionsClosed(CloseReason.REFUSED) == 1);
				}
			}
		}
	}

	@Test
	void m6ParentWhenItClosesThenSocketsOfRefusedChildrenAreClosedToo() throws Exception {
		try (MessageDuctParent parent = bound((
				builder) -> builder.address("tcp://127.0.0.1:0").accept(Accept.MANY).maxChildren(1).refusalFrame(true));
				DuctPeer first = Peers.of(parent);
				DuctPeer second = Peers.connect(parent.listenerAddress())) {
			assertThat(second.receive()).startsWith("{\"ductworks:error\":{\"status\":429,")
				.contains("\"type\":\"ductworks:refused\"");
			parent.close();

			second.awaitEnd();
			first.awaitEnd();
		}
	}

	@Test
	void m6MessageWhenItLooksLikeARefusalAndIsNotTheFirstThenIsReceived() {
		Map<String, Object> refusal = Map.of("ductworks:error", Map.of("type", "ductworks:refused"));
		try (DuctPair pair = pair()) {
			pair.parent().send("first");
			pair.parent().send(refusal);
			assertThat(pair.child().<String>recv(String.class)).isEqualTo("first");
			assertThat(pair.child().recv()).isEqualTo(refusal);
		}
	}

	@Test
	void m6MessageToAParentWhenItLooksLikeARefusalThenIsReceived() {
		Map<String, Object> refusal = Map.of("ductworks:error", Map.of("type", "ductworks:refused"));
		try (DuctPair pair = pair()) {
			pair.child().send(refusal);
			assertThat(pair.parent().recv()).isEqualTo(refusal);
		}
	}

	@Test
	void m6ChildWhenItsConnectionsEndAtOnceAgainAndAgainThenWarnsOnceAndSaysNoMore() {
		try (TakenLog log = new TakenLog();
				MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY).allowedUsers(STRANGER));
				MessageDuctChild child = MessageDuctChild.builder()
					.address(parent.listenerAddress())
					.reconnect(new Backoff(Duration.ofMillis(1), 1, Duration.ofMillis(1)))
					.build()) {
			child.connectInBackground();
			Awaiting.soon().until(() -> parent.statistics().connectionsClosed(CloseReason.UNAUTHORISED) >= 10);

			assertThat(log.warnings("the parent seems to refuse it")).hasSize(1);
			assertThat(log.lines("lost its connection:")).hasSize(2);
			assertThat(log.lines("lost its connection again")).hasSizeGreaterThan(4);
		}
	}

	@Test
	void u14ParentWhenChildrenComeAndGoThenSaysWhenTheFirstIsThereAndTheLastHasGone() throws Exception {
		try (TakenLog log = new TakenLog();
				MessageDuctParent parent = bound((builder) -> builder.name("shop").accept(Accept.MANY))) {
			try (DuctPeer one = Peers.of(parent); DuctPeer other = Peers.of(parent)) {
				one.close();
				Awaiting.soon().until(() -> parent.statistics().connections() == 1);
				other.close();
				Awaiting.soon().until(() -> parent.statistics().connections() == 0);
			}
			Awaiting.soon().until(() -> !log.lines("has no child any more").isEmpty());

			assertThat(log.lines("Duct 'shop' has a child")).hasSize(1);
			assertThat(log.lines("Duct 'shop' has no child any more: peer-closed")).hasSize(1);
			assertThat(log.lines("children are left")).hasSize(2);
			assertThat(parent.statistics()).hasToString("messages: 0 sent (0 unsent), 0 received (0 more unhandled); "
					+ "connections: 0 of 2; bytes waiting: 0");
		}
	}

}
