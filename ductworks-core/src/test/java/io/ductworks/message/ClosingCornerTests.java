package io.ductworks.message;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.CloseReason;
import io.ductworks.CommunicationFaultException;
import io.ductworks.Gate;
import io.ductworks.NothingLeftBehind;
import io.ductworks.peer.DuctPeer;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Closing while others close, open or wait.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class ClosingCornerTests implements DuctFixture {

	private final DuctAddress address = DuctAddress.Unix.pseudoAnonymous();

	@Override
	public DuctAddress address() {
		return this.address;
	}

	private static DuctObserver held(Gate gate) {
		return new DuctObserver() {
			@Override
			public void closed(MessageDuct duct) {
				gate.asTask().run();
			}
		};
	}

	@Test
	void closeWhenInterruptedWhileAnotherThreadClosesThenWaitsForThatAllTheSame() throws Exception {
		try (Gate gate = new Gate()) {
			MessageDuctParent parent = bound(
					(builder) -> builder.closeTimeout(Duration.ofSeconds(15)).observer(held(gate)));
			Caller<Void> first = Caller.running(parent::close);
			gate.awaitVisitor();
			Caller<Boolean> second = Caller.interrupted(() -> {
				parent.close();
				return first.isDone();
			});
			second.awaitWaiting();
			boolean early = second.isDone();
			gate.open();
			first.result();
			second.result();
			assertThat(early).as("returned while the other still closes").isFalse();
		}
	}

	@Test
	void whenClosedWhenBoundAgainWhileCloseIsUnderWayThenTheNextPeriodIsNotOver() throws Exception {
		try (Gate gate = new Gate();
				MessageDuctParent parent = bound((builder) -> builder.closeTimeout(Duration.ofSeconds(3)));
				DuctPeer peer = Peers.of(parent)) {
			fill(parent);
			CompletableFuture<CloseReason> past = parent.whenClosed().toCompletableFuture();
			Caller<Void> closing = Caller.running(parent::close);
			Awaiting.soon().until(() -> parent.listening() != null && parent.open() == null);
			parent.bind();
			CompletableFuture<CloseReason> next = parent.whenClosed().toCompletableFuture();
			assertThat(past).isNotDone();
			closing.result();
			past.get(10, TimeUnit.SECONDS);

			assertThat(parent.isListening()).isTrue();
			assertThat(next).as("the end of the next period").isNotDone();
			assertThat(peer).isNotNull();
		}
	}

	@Test
	void whenClosedWhenObserversHaveNotBeenToldThenNotDone() throws Exception {
		try (Gate gate = new Gate()) {
			MessageDuctParent parent = bound(
					(builder) -> builder.closeTimeout(Duration.ofSeconds(15)).observer(held(gate)));
			CompletableFuture<CloseReason> closed = parent.whenClosed().toCompletableFuture();
			Caller<Void> closing = Caller.running(parent::close);
			gate.awaitVisitor();
			boolean early = closed.isDone();
			gate.open();
			closing.result();
			assertThat(early).as("done while an observer is still being told").isFalse();
		}
	}

	@Test
	void closeWhenInterruptedThenTheThreadThatConnectsIsGoneAllTheSame() throws Exception {
		int left = 0;
		for (int i = 0; i < 20; i++) {
			MessageDuctChild child = MessageDuctChild.builder()
				.name("interrupted")
				.address(this.address)
				.reconnect(new Backoff(Duration.ofDays(1), 1, Duration.ofDays(1)))
				.build();
			child.connectInBackground();
			Awaiting.soon().until(() -> child.statistics().connectsFailed() == 1);
			left += Caller.interrupted(() -> {
				child.close();
				return Thread.getAllStackTraces()
					.keySet()
					.stream()
					.filter((thread) -> thread.getName().equals("duct-interrupted-connect"))
					.count();
			}).result().intValue();
		}
		assertThat(left).as("threads that are left").isZero();
	}

	@Test
	void connectWhenItFailsWhileConnectedInTheBackgroundThenThatGoesOn() throws Exception {
		try (MessageDuctChild child = MessageDuctChild.builder()
			.address(this.address)
			.connectTimeout(Duration.ofMillis(100))
			.reconnect(new Backoff(Duration.ofMillis(5), 1, Duration.ofMillis(5)))
			.build()) {
			child.connectInBackground();
			assertThat(catchThrowable(child::connect)).isInstanceOf(CommunicationFaultException.class);
			try (MessageDuctParent parent = bound()) {
				assertThat(child.awaitConnected(SOON)).isTrue();
				assertThat(parent.listen(SOON)).isTrue();
			}
		}
	}

}
