package io.ductworks.message;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.ductworks.Awaiting;
import io.ductworks.CloseReason;
import io.ductworks.NothingLeftBehind;
import io.ductworks.peer.DuctPeer;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The end of a connection and of a duct, as a stage.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class WhenClosedTests implements DuctFixture {

	@Override
	public DuctAddress address() {
		return DuctAddress.Unix.pseudoAnonymous();
	}

	private static CompletableFuture<CloseReason> whenClosed(MessageDuct duct) {
		return duct.whenClosed().toCompletableFuture();
	}

	private static CloseReason reason(MessageDuct duct) throws Exception {
		return whenClosed(duct).get(10, TimeUnit.SECONDS);
	}

	@Test
	void whenClosedWhenThePeerClosesThenTheConnectionSaysSo() throws Exception {
		try (DuctPair pair = pair()) {
			MessageDuct connection = pair.parent().connections().get(0);
			CompletableFuture<CloseReason> closed = whenClosed(connection);
			assertThat(closed).isNotDone();
			pair.child().close();

			assertThat(closed.get(10, TimeUnit.SECONDS)).isEqualTo(CloseReason.PEER_CLOSED);
			assertThat(whenClosed(pair.parent())).isNotDone();
		}
	}

	@Test
	void whenClosedWhenThePeerSendsNoFrameThenTheConnectionSaysSo() throws Exception {
		try (MessageDuctParent parent = bound(); DuctPeer peer = Peers.of(parent)) {
			MessageDuct connection = parent.connections().get(0);
			peer.sendHex("47 45 54 20");

			assertThat(reason(connection)).isEqualTo(CloseReason.BAD_MAGIC);
		}
	}

	@Test
	void whenClosedWhenTheConnectionIsClosedByThisSideThenItSaysSoAndTheDuctStaysOpen() throws Exception {
		try (DuctPair pair = pair()) {
			MessageDuct connection = pair.child().connections().get(0);
			CompletableFuture<CloseReason> closed = whenClosed(connection);
			connection.close();

			assertThat(closed.get(10, TimeUnit.SECONDS)).isEqualTo(CloseReason.LOCAL_SHUTDOWN);
			assertThat(whenClosed(pair.child())).isNotDone();
		}
	}

	@Test
	void whenClosedWhenTheConnectionHasEndedLongAgoThenDoneAtOnce() throws Exception {
		try (DuctPair pair = pair()) {
			MessageDuct connection = pair.parent().connections().get(0);
			pair.child().close();
			reason(connection);

			assertThat(whenClosed(connection)).isCompletedWithValue(CloseReason.PEER_CLOSED);
		}
	}

	@Test
	void whenClosedWhenSomethingDependsOnTheEndOfAConnectionThenItRunsOnAWorker() throws Exception {
		try (DuctPair pair = pair((parent) -> parent.name("orders"), (child) -> child)) {
			CompletableFuture<String> thread = pair.parent()
				.connections()
				.get(0)
				.whenClosed()
				.thenApply((reason) -> Thread.currentThread().getName())
				.toCompletableFuture();
			pair.child().close();

			assertThat(thread.get(10, TimeUnit.SECONDS)).startsWith("duct-orders-").doesNotEndWith("-loop");
		}
	}

	@Test
	void whenClosedWhenDuctHasNeverBeenOpenThenIsTheEndOfTheTimeToCome() throws Exception {
		MessageDuctParent parent = parentBuilder().build();
		CompletableFuture<CloseReason> closed = whenClosed(parent);
		parent.close();
		assertThat(closed).isNotDone();
		parent.bind();
		assertThat(closed).isNotDone();
		parent.close();

		assertThat(closed).isCompletedWithValue(CloseReason.LOCAL_SHUTDOWN);
	}

	@Test
	void whenClosedWhenDuctClosesThenDoneBeforeCloseReturns() {
		for (int round = 0; round < 50; round++) {
			try (DuctPair pair = pair()) {
				CompletableFuture<CloseReason> parent = whenClosed(pair.parent());
				CompletableFuture<CloseReason> child = whenClosed(pair.child());
				pair.child().close();
				assertThat(child).isCompletedWithValue(CloseReason.LOCAL_SHUTDOWN);
				assertThat(parent).isNotDone();
				pair.parent().close();
				assertThat(parent).isCompletedWithValue(CloseReason.LOCAL_SHUTDOWN);
			}
		}
	}

	@Test
	void whenClosedWhenDuctClosesThenItsConnectionsAreOverToo() {
		for (int round = 0; round < 50; round++) {
			try (DuctPair pair = pair()) {
				CompletableFuture<CloseReason> connection = whenClosed(pair.child().connections().get(0));
				pair.child().close();

				assertThat(connection).isCompletedWithValue(CloseReason.LOCAL_SHUTDOWN);
			}
		}
	}

	@Test
	void whenClosedWhenDuctHasClosedThenDoneUntilItOpensAgain() {
		try (MessageDuctParent parent = bound()) {
			parent.close();
			CompletableFuture<CloseReason> past = whenClosed(parent);
			assertThat(past).isCompletedWithValue(CloseReason.LOCAL_SHUTDOWN);
			parent.bind();
			CompletableFuture<CloseReason> next = whenClosed(parent);

			assertThat(past).isDone();
			assertThat(next).isNotDone();
			parent.close();
			assertThat(next).isCompletedWithValue(CloseReason.LOCAL_SHUTDOWN);
		}
	}

	@Test
	void whenClosedWhenItsDependentClosesTheDuctThenDoesNotWaitForItself() throws Exception {
		try (DuctPair pair = pair()) {
			CompletableFuture<Void> again = pair.child()
				.whenClosed()
				.thenRun(() -> pair.child().close())
				.toCompletableFuture();
			pair.child().close();

			assertThat(again).isCompleted();
		}
	}

	@Test
	void whenClosedWhenADependentOfAConnectionClosesTheDuctThenAllComesToItsEnd() throws Exception {
		try (DuctPair pair = pair()) {
			CompletableFuture<CloseReason> closed = whenClosed(pair.parent());
			CompletableFuture<Void> closing = pair.parent()
				.connections()
				.get(0)
				.whenClosed()
				.thenRun(() -> pair.parent().close())
				.toCompletableFuture();
			pair.child().close();

			closing.get(10, TimeUnit.SECONDS);
			assertThat(closed.get(10, TimeUnit.SECONDS)).isEqualTo(CloseReason.LOCAL_SHUTDOWN);
		}
	}

	@Test
	void whenClosedWhenADependentFailsThenTheDuctClosesAllTheSame() {
		try (DuctPair pair = pair()) {
			CompletableFuture<Void> failing = pair.child().whenClosed().thenRun(() -> {
				throw new IllegalStateException("failed, says the test");
			}).toCompletableFuture();
			pair.child().close();

			assertThat(failing).isCompletedExceptionally();
			Awaiting.soon().until(() -> !pair.parent().isConnected());
		}
	}

	@Test
	void whenClosedWhenAUserCompletesAFutureOfItThenOthersAreNotTold() {
		try (DuctPair pair = pair()) {
			whenClosed(pair.child()).complete(CloseReason.BAD_MAGIC);

			assertThat(whenClosed(pair.child())).isNotDone();
			assertThat(pair.child().isConnected()).isTrue();
		}
	}

}
