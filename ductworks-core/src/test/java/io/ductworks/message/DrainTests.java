package io.ductworks.message;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.DuctInterruptedException;
import io.ductworks.Gate;
import io.ductworks.NothingLeftBehind;
import io.ductworks.RemoteHandlerException;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Ducts whose handlers are to come to an end before the duct is closed.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class DrainTests implements DuctFixture {

	private static final Duration LONG = Duration.ofSeconds(20);

	/** What a peer is told while the duct drains. */
	private static final String REFUSAL = "\"status\":503";

	private final BlockingQueue<Object> handled = new LinkedBlockingQueue<>();

	private final DuctHandler noting = (from, message) -> this.handled.add(message.as(Object.class));

	/** Answers with what came. */
	private final DuctHandler echo = answering((from, message) -> {
		this.handled.add(message.as(Object.class));
		message.reply(message.as(Object.class));
	});

	@Override
	public DuctAddress address() {
		return DuctAddress.Unix.pseudoAnonymous();
	}

	/**
	 * A handler that says of itself that it answers every message.
	 */
	private static DuctHandler answering(DuctHandler handler) {
		return DuctHandler.answering((from, message) -> {
			handler.handle(from, message);
			return null;
		});
	}

	private MessageDuctParent parent(DuctHandler handler) {
		return bound((builder) -> builder.accept(Accept.MANY).handler(handler));
	}

	private Object nextHandled() throws InterruptedException {
		return this.handled.poll(5, TimeUnit.SECONDS);
	}

	// Waiting for handlers

	@Test
	void drainWhenNoHandlerRunsThenReturnsAtOnce() throws Exception {
		try (MessageDuctParent parent = parent(this.noting); RawPeer peer = acceptedPeer(parent)) {
			assertThat(parent.drain(Duration.ZERO)).isTrue();
			parent.resume();
			peer.sendFrame("1");
			assertThat(nextHandled()).isEqualTo(1);

			assertThat(parent.drain(LONG)).isTrue();
		}
	}

	@Test
	void drainWhenAHandlerRunsThenWaitsForIt() throws Exception {
		try (Gate gate = new Gate();
				MessageDuctParent parent = parent((from, message) -> gate.pass());
				RawPeer peer = acceptedPeer(parent)) {
			peer.sendFrame("1");
			gate.awaitVisitor();
			Caller<Boolean> drain = Caller.of(() -> parent.drain(LONG)).awaitWaiting();
			assertThat(drain.isDone()).isFalse();
			gate.open();

			assertThat(drain.result()).isTrue();
		}
	}

	@Test
	void drainWhenHandlersOfSeveralConnectionsRunThenWaitsForTheLast() throws Exception {
		try (Gate first = new Gate();
				Gate second = new Gate();
				MessageDuctParent parent = parent(
						(from, message) -> (message.as(Object.class).equals(1) ? first : second).pass());
				RawPeer peer = acceptedPeer(parent);
				RawPeer other = acceptedPeer(parent)) {
			peer.sendFrame("1");
			other.sendFrame("2");
			first.awaitVisitor();
			second.awaitVisitor();
			first.open();
			assertThat(parent.drain(SHORT)).isFalse();
			Caller<Boolean> drain = Caller.of(() -> parent.drain(LONG)).awaitWaiting();
			second.open();

			assertThat(drain.result()).isTrue();
		}
	}

	@Test
	void drainWhenAHandlerTakesLongerThanItMayThenFalseAndTheHandlerGoesOn() throws Exception {
		try (Gate gate = new Gate(); MessageDuctParent parent = parent((from, message) -> {
			gate.pass();
			this.handled.add("to the end");
		}); RawPeer peer = acceptedPeer(parent)) {
			peer.sendFrame("1");
			gate.awaitVisitor();
			long started = System.nanoTime();

			assertThat(parent.drain(SHORT)).isFalse();
			assertThat(Duration.ofNanos(System.nanoTime() - started)).isBetween(SHORT, SOON);
			gate.open();
			assertThat(nextHandled()).isEqualTo("to the end");
			assertThat(parent.drain(LONG)).isTrue();
		}
	}

	@Test
	void drainWhenAHandlerFailsThenItDoesNotRunAnyMore() throws Exception {
		try (Gate gate = new Gate(); MessageDuctParent parent = parent((from, message) -> {
			gate.pass();
			throw new LinkageError("expected by the test");
		}); RawPeer peer = acceptedPeer(parent)) {
			peer.sendFrame("1");
			gate.awaitVisitor();
			Caller<Boolean> drain = Caller.of(() -> parent.drain(LONG)).awaitWaiting();
			gate.open();

			assertThat(drain.result()).isTrue();
		}
	}

	@Test
	void drainWhenInterruptedThenSaysSoAndNothingIsHandedOutUntilResumed() throws Exception {
		try (Gate gate = new Gate(); MessageDuctParent parent = parent((from, message) -> {
			gate.pass();
			this.handled.add(message.as(Object.class));
		}); RawPeer peer = acceptedPeer(parent)) {
			peer.sendFrame("1");
			gate.awaitVisitor();
			Caller<Boolean> drain = Caller.of(() -> parent.drain(LONG)).awaitWaiting();
			drain.interrupt();

			assertThat(drain.failure()).isInstanceOf(DuctInterruptedException.class)
				.hasMessageContaining("waiting for its handlers");
			assertThat(drain.interruptedAtEnd()).isTrue();
			peer.sendFrame("2");
			gate.open();
			assertThat(nextHandled()).isEqualTo(1);
			assertThat(this.handled.poll(SHORT.toMillis(), TimeUnit.MILLISECONDS)).isNull();
			parent.resume();
			assertThat(nextHandled()).isEqualTo(2);
		}
	}

	@Test
	void drainWhenInterruptIsPendingThenSaysSoOnlyIfAHandlerRuns() throws Exception {
		try (Gate gate = new Gate();
				MessageDuctParent parent = parent((from, message) -> gate.pass());
				RawPeer peer = acceptedPeer(parent)) {
			Caller<Boolean> idle = Caller.interrupted(() -> parent.drain(LONG));
			assertThat(idle.result()).isTrue();
			assertThat(idle.interruptedAtEnd()).isTrue();
			parent.resume();
			peer.sendFrame("1");
			gate.awaitVisitor();
			Caller<Boolean> drain = Caller.interrupted(() -> parent.drain(LONG));

			assertThat(drain.failure()).isInstanceOf(DuctInterruptedException.class);
			assertThat(drain.interruptedAtEnd()).isTrue();
		}
	}

	// Handlers that do not answer

	@Test
	void drainWhenTheHandlerDoesNotAnswerThenMessagesWaitUntilResumed() throws Exception {
		try (MessageDuctParent parent = parent(this.noting); RawPeer peer = acceptedPeer(parent)) {
			assertThat(parent.drain(LONG)).isTrue();
			peer.sendFrame("1");
			peer.sendFrame("2");
			assertThat(this.handled.poll(SHORT.toMillis(), TimeUnit.MILLISECONDS)).isNull();
			assertThat(parent.statistics().messagesReceived()).isZero();
			parent.resume();

			assertThat(List.of(nextHandled(), nextHandled())).isEqualTo(List.of(1, 2));
		}
	}

	@Test
	void drainWhenTheHandlerDoesNotAnswerThenTheNextMessageOfItsConnectionWaits() throws Exception {
		try (Gate gate = new Gate(); MessageDuctParent parent = parent((from, message) -> {
			gate.pass();
			this.handled.add(message.as(Object.class));
		}); RawPeer peer = acceptedPeer(parent)) {
			peer.sendFrame("1");
			peer.sendFrame("2");
			gate.awaitVisitor();
			Caller<Boolean> drain = Caller.of(() -> parent.drain(LONG)).awaitWaiting();
			gate.open();
			assertThat(drain.result()).isTrue();
			assertThat(nextHandled()).isEqualTo(1);
			assertThat(this.handled.poll(SHORT.toMillis(), TimeUnit.MILLISECONDS)).isNull();
			parent.resume();

			assertThat(nextHandled()).isEqualTo(2);
		}
	}

	@Test
	void drainWhenThePeerGoesMeanwhileThenWhatItLeftIsHandedOutWhenResumed() throws Exception {
		try (MessageDuctParent parent = parent(this.noting)) {
			try (RawPeer peer = acceptedPeer(parent)) {
				assertThat(parent.drain(LONG)).isTrue();
				peer.sendFrame("1");
				peer.sendFrame("2");
			}
			Awaiting.soon().until(() -> !parent.isConnected());
			assertThat(this.handled).isEmpty();
			parent.resume();

			assertThat(List.of(nextHandled(), nextHandled())).isEqualTo(List.of(1, 2));
		}
	}

	@Test
	void drainWhenThereIsNoHandlerThenMessagesAreReceivedAllTheSame() throws Exception {
		try (DuctPair pair = pair()) {
			assertThat(pair.parent().drain(Duration.ZERO)).isTrue();
			pair.child().send("received");

			assertThat(pair.parent().recv()).isEqualTo("received");
		}
	}

	// Handlers that answer

	@Test
	void drainWhenTheHandlerAnswersThenRequestsAreRefusedUntilResumed() throws Exception {
		try (DuctPair pair = pair((parent) -> parent.handler(this.echo), (child) -> child)) {
			assertThat(pair.child().<String>request("before", String.class)).isEqualTo("before");
			assertThat(pair.parent().drain(LONG)).isTrue();
			assertThatExceptionOfType(RemoteHandlerException.class)
				.isThrownBy(() -> pair.child().request("meanwhile", String.class))
				.satisfies((ex) -> {
					assertThat(ex.status()).isEqualTo(503);
					assertThat(ex.title()).isEqualTo("Shutting down");
				});
			pair.parent().resume();

			assertThat(pair.child().<String>request("after", String.class)).isEqualTo("after");
			assertThat(this.handled).containsExactly("before", "after");
		}
	}

	@Test
	void drainWhenTheHandlerOfAChildAnswersThenRequestsOfTheParentAreRefused() {
		try (DuctPair pair = pair((parent) -> parent, (child) -> child.handler(this.echo))) {
			assertThat(pair.child().drain(LONG)).isTrue();

			assertThatExceptionOfType(RemoteHandlerException.class)
				.isThrownBy(() -> pair.parent().request("ask", String.class))
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(503));
		}
	}

	@Test
	void drainWhenAnAnswerIsUnderWayThenItComesBeforeTheRefusalOfTheNext() throws Exception {
		try (Gate gate = new Gate(); MessageDuctParent parent = parent(answering((from, message) -> {
			gate.pass();
			message.reply(message.as(Object.class));
		})); RawPeer peer = acceptedPeer(parent)) {
			peer.sendFrame("1");
			peer.sendFrame("2");
			gate.awaitVisitor();
			Caller<Boolean> drain = Caller.of(() -> parent.drain(LONG)).awaitWaiting();
			gate.open();

			assertThat(peer.receiveFrame()).isEqualTo("1");
			assertThat(peer.receiveFrame()).contains(REFUSAL);
			assertThat(drain.result()).isTrue();
		}
	}

	@Test
	void drainWhenAHandlerRunsThenOthersAreRefusedMeanwhile() throws Exception {
		try (Gate gate = new Gate(); MessageDuctParent parent = parent(answering((from, message) -> {
			gate.pass();
			message.reply(message.as(Object.class));
		})); RawPeer peer = acceptedPeer(parent); RawPeer other = acceptedPeer(parent)) {
			peer.sendFrame("1");
			gate.awaitVisitor();
			Caller<Boolean> drain = Caller.of(() -> parent.drain(LONG)).awaitWaiting();
			other.sendFrame("2");
			assertThat(other.receiveFrame()).contains(REFUSAL);
			assertThat(drain.isDone()).isFalse();
			gate.open();

			assertThat(peer.receiveFrame()).isEqualTo("1");
			assertThat(drain.result()).isTrue();
		}
	}

	@Test
	void drainWhenTheFailureOfAnotherComesThenIsNotAnswered() throws Exception {
		try (MessageDuctParent parent = parent(this.echo); RawPeer peer = acceptedPeer(parent)) {
			assertThat(parent.drain(LONG)).isTrue();
			peer.sendFrame("{\"ductworks:error\":{\"status\":500,\"title\":\"failed\"}}");
			peer.sendFrame("1");

			assertThat(peer.receiveFrame()).contains(REFUSAL);
			parent.resume();
			peer.sendFrame("2");
			assertThat(peer.receiveFrame()).isEqualTo("2");
			assertThat(this.handled).containsExactly(2);
		}
	}

	@Test
	void drainWhenAChildComesMeanwhileThenItsRequestsAreRefusedToo() throws Exception {
		try (MessageDuctParent parent = parent(this.echo)) {
			assertThat(parent.drain(LONG)).isTrue();
			try (RawPeer late = acceptedPeer(parent)) {
				late.sendFrame("1");

				assertThat(late.receiveFrame()).contains(REFUSAL);
			}
		}
	}

	@Test
	void drainWhenSuspendedBeforeThenWhatWasHeldBackIsRefused() throws Exception {
		try (MessageDuctParent parent = parent(this.echo); RawPeer peer = acceptedPeer(parent)) {
			parent.suspend();
			peer.sendFrame("1");
			assertThat(this.handled.poll(1, TimeUnit.SECONDS)).as("by now the connection is quiet").isNull();
			assertThat(parent.drain(LONG)).isTrue();

			assertThat(peer.receiveFrame()).contains(REFUSAL);
		}
	}

}
