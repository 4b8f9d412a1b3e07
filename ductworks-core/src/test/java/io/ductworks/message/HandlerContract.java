package io.ductworks.message;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.CloseReason;
import io.ductworks.DuctworksException;
import io.ductworks.Gate;
import io.ductworks.MessageCodecException;
import io.ductworks.RemoteDuctClosedException;
import io.ductworks.peer.DuctPeer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Messages that are handed to a handler.
 */
interface HandlerContract extends DuctFixture {

	private DuctPair handling(DuctHandler handler) {
		return pair((parent) -> parent.handler(handler), (child) -> child);
	}

	private static Object next(BlockingQueue<Object> handled) throws InterruptedException {
		return handled.poll(5, TimeUnit.SECONDS);
	}

	@Test
	default void handlerWhenThousandsOfMessagesComeThenInOrderAndOneAtATime() throws Exception {
		BlockingQueue<Object> handled = new LinkedBlockingQueue<>();
		AtomicInteger atATime = new AtomicInteger();
		try (DuctPair pair = handling((from, message) -> {
			handled.add((atATime.incrementAndGet() == 1) ? message.as(Integer.class) : "two at a time");
			atATime.decrementAndGet();
		})) {
			pair.child().sendAll(IntStream.range(0, 2500).boxed().toList());
			IntStream.range(2500, 5000).forEach(pair.child()::send);

			for (int i = 0; i < 5000; i++) {
				assertThat(next(handled)).isEqualTo(i);
			}
		}
	}

	@Test
	default void h1HandlerWhenItThrowsThenNextMessageIsHandedOut() throws Exception {
		BlockingQueue<Object> handled = new LinkedBlockingQueue<>();
		List<Throwable> failures = List.of(new IllegalStateException("expected by the test"), new Exception("expected"),
				new InterruptedException("expected"), new LinkageError("expected"));
		try (DuctPair pair = handling((from, message) -> {
			handled.add(message.as(Integer.class));
			sneak(failures.get(message.as(Integer.class)));
		})) {
			for (int i = 0; i < failures.size(); i++) {
				pair.child().send(i);
				assertThat(next(handled)).isEqualTo(i);
			}
			assertThat(pair.parent().isConnected()).isTrue();
		}
	}

	@Test
	default void h5HandlerWhenThePeerHasGoneThenItsAnswerFailsThereAndTheNextChildIsServed() throws Exception {
		Gate gate = new Gate();
		BlockingQueue<Object> handled = new LinkedBlockingQueue<>();
		try (gate;
				MessageDuctParent parent = bound((builder) -> builder.accept(Accept.AGAIN).handler((from, message) -> {
					gate.pass();
					try {
						from.send(message.as(Object.class));
					}
					catch (DuctworksException ex) {
						handled.add(ex);
					}
				}))) {
			try (DuctPeer gone = peerOf(parent)) {
				gone.send("1");
				gate.awaitVisitor();
			}
			Awaiting.soon().until(() -> !parent.isConnected());
			gate.open();
			assertThat(next(handled)).isInstanceOf(RemoteDuctClosedException.class);

			try (DuctPeer peer = peerOf(parent)) {
				peer.send("2");
				assertThat(peer.receive()).isEqualTo("2");
			}
		}
	}

	@SuppressWarnings("unchecked")
	private static <X extends Throwable> void sneak(Throwable failure) throws X {
		throw (X) failure;
	}

	@Test
	default void handlerWhenItLeavesTheThreadInterruptedThenNextOneIsNot() throws Exception {
		BlockingQueue<Object> interrupted = new LinkedBlockingQueue<>();
		try (DuctPair pair = handling((from, message) -> {
			interrupted.add(Thread.currentThread().isInterrupted());
			Thread.currentThread().interrupt();
		})) {
			pair.child().sendAll(List.of(1, 2, 3));

			assertThat(List.of(next(interrupted), next(interrupted), next(interrupted))).containsOnly(false);
		}
	}

	@Test
	default void handlerWhenContentIsBrokenThenItDecidesAndNextMessageIsHandedOut() throws Exception {
		BlockingQueue<Object> handled = new LinkedBlockingQueue<>();
		try (MessageDuctParent parent = bound((builder) -> builder.handler((from, message) -> {
			try {
				handled.add(message.as(Object.class));
			}
			catch (MessageCodecException ex) {
				handled.add("broken, " + message.size() + " bytes");
			}
		})); DuctPeer peer = peerOf(parent)) {
			peer.send("[1,");
			peer.send("[1]");

			assertThat(next(handled)).isEqualTo("broken, 3 bytes");
			assertThat(next(handled)).isEqualTo(List.of(1));
		}
	}

	@Test
	default void x3HandlerWhenItAnswersThenSenderReceives() throws Exception {
		try (DuctPair pair = handling((from, message) -> from.sendAll(List.of("to", message.as(String.class))))) {
			pair.child().send("you");

			assertThat(pair.child().recv()).isEqualTo("to");
			assertThat(pair.child().recv()).isEqualTo("you");
		}
	}

	@Test
	default void x4HandlerWhenItRequestsOverItsOwnConnectionThenIllegalState() throws Exception {
		BlockingQueue<Object> failures = new LinkedBlockingQueue<>();
		try (DuctPair pair = pair((parent) -> parent, (child) -> child.handler((from, message) -> {
			failures.add(failureOf(() -> from.request("back", String.class)));
			failures.add(from.requestAsync("back", String.class).handle((answer, failure) -> failure).join());
		}))) {
			pair.parent().send("go");

			for (int i = 0; i < 2; i++) {
				assertThat(next(failures)).isInstanceOfSatisfying(IllegalStateException.class,
						(ex) -> assertThat(ex).hasMessageContaining("ask over another duct"));
			}
		}
	}

	private static Object failureOf(Runnable call) {
		try {
			call.run();
			return "none";
		}
		catch (RuntimeException ex) {
			return ex;
		}
	}

	@Test
	default void x4HandlerWhenItRequestsOverAnotherDuctThenAnswered() throws Exception {
		try (DuctPair behind = handling((from, message) -> from.send("from behind"));
				DuctPair pair = handling((from, message) -> from.send(behind.child().request("ask", String.class)))) {
			assertThat(pair.child().<String>request("ask", String.class)).isEqualTo("from behind");
		}
	}

	@Test
	default void c5HandlerWhenItClosesItsDuctThenDoesNotWaitForItself() throws Exception {
		CompletableFuture<MessageDuct> own = new CompletableFuture<>();
		CompletableFuture<Boolean> closed = new CompletableFuture<>();
		try (DuctPair pair = handling((from, message) -> {
			own.get().close();
			closed.complete(own.get().isConnected());
		})) {
			own.complete(pair.parent());
			pair.child().send("close");

			assertThat(closed.get(2, TimeUnit.SECONDS)).isFalse();
		}
	}

	@Test
	default void closeWhenHandlerIsBusyThenDoesNotWaitForIt() throws Exception {
		Gate gate = new Gate();
		try (gate; DuctPair pair = handling((from, message) -> gate.pass())) {
			pair.child().send("wait");
			gate.awaitVisitor();

			Caller.running(pair.parent()::close).result(SOON);
		}
	}

	@Test
	default void handlerWhenPeerClosesRightAfterSendingThenAllIsHandedOut() throws Exception {
		BlockingQueue<Object> handled = new LinkedBlockingQueue<>();
		try (DuctPair pair = handling((from, message) -> handled.add(message.as(Object.class)))) {
			pair.child().sendAll(List.of(1, 2, 3));
			pair.child().close();

			assertThat(List.of(next(handled), next(handled), next(handled))).isEqualTo(List.of(1, 2, 3));
		}
	}

	@Test
	default void handlerWhenSetAfterOpeningThenIllegalState() {
		DuctHandler handler = (from, message) -> {
		};
		try (DuctPair pair = pair()) {
			assertThatIllegalStateException().isThrownBy(() -> pair.parent().handler(handler))
				.withMessageContaining("open already");
			assertThatIllegalStateException().isThrownBy(() -> pair.parent().children().get(0).handler(handler));
		}
		MessageDuctParent parent = parentBuilder().handler(handler).build();
		assertThatIllegalStateException().isThrownBy(() -> parent.handler(handler)).withMessageContaining("takes one");
	}

	@Test
	default void suspendWhenMessagesComeThenHeldBackUntilResumed() throws Exception {
		BlockingQueue<Object> handled = new LinkedBlockingQueue<>();
		try (DuctPair pair = handling((from, message) -> handled.add(message.as(Object.class)))) {
			pair.parent().suspend();
			pair.child().sendAll(List.of(1, 2));
			assertThat(handled.poll(100, TimeUnit.MILLISECONDS)).isNull();

			pair.parent().resume();
			assertThat(next(handled)).isEqualTo(1);
			assertThat(next(handled)).isEqualTo(2);
			pair.child().send(3);
			assertThat(next(handled)).isEqualTo(3);
		}
	}

	@Test
	default void suspendWhenMoreComesThanIsReadAheadThenAllIsHandedOutWhenResumed() throws Exception {
		BlockingQueue<Object> handled = new LinkedBlockingQueue<>();
		try (DuctPair pair = handling((from, message) -> handled.add(message.as(Object.class)))) {
			pair.parent().suspend();
			Caller<Void> sender = Caller
				.running(() -> IntStream.range(0, 300).forEach((i) -> pair.child().send(CHUNK)));
			Awaiting.soon().until(() -> pair.child().statistics().outboundPending() > 0);
			pair.parent().resume();

			for (int i = 0; i < 300; i++) {
				assertThat(next(handled)).isEqualTo(CHUNK);
			}
			sender.result();
		}
	}

	@Test
	default void suspendWhenPeerHasGoneMeanwhileThenItsMessagesAreHandedOutWhenResumed() throws Exception {
		BlockingQueue<Object> handled = new LinkedBlockingQueue<>();
		try (DuctPair pair = handling((from, message) -> handled.add(message.as(Object.class)))) {
			pair.parent().suspend();
			pair.child().sendAll(List.of(1, 2));
			pair.child().close();
			Awaiting.soon().until(() -> !pair.parent().isConnected());
			assertThat(handled).isEmpty();

			pair.parent().resume();
			assertThat(next(handled)).isEqualTo(1);
			assertThat(next(handled)).isEqualTo(2);
		}
	}

	@Test
	default void suspendWhenPeerHasGoneWhileItsMessageWasHandledThenItsNextIsHandedOutWhenResumed() throws Exception {
		BlockingQueue<Object> handled = new LinkedBlockingQueue<>();
		AtomicReference<Thread> left = new AtomicReference<>();
		try (Gate gate = new Gate();
				MessageDuctParent parent = bound((builder) -> builder.accept(Accept.AGAIN).handler((from, message) -> {
					handled.add(message.as(Object.class));
					gate.pass();
					left.set(Thread.currentThread());
				}))) {
			try (DuctPeer peer = peer(parent.listenerAddress())) {
				peer.send("1");
				peer.send("2");
				gate.awaitVisitor();
			}
			Awaiting.soon().until(() -> parent.statistics().connectionsClosed(CloseReason.PEER_CLOSED) == 1);
			parent.suspend();
			gate.open();
			Awaiting.soon().until(() -> left.get() != null && left.get().getState() == Thread.State.TIMED_WAITING);
			assertThat(handled).containsExactly(1);

			parent.resume();
			assertThat(next(handled)).isEqualTo(1);
			assertThat(next(handled)).isEqualTo(2);
		}
	}

	@Test
	default void h11HandlersWhenChildrenComeAndGoWhileTheyRunThenOthersWaitAndNoMessageIsLost() throws Exception {
		int children = 60;
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		AtomicInteger handled = new AtomicInteger();
		try (Gate gate = new Gate();
				MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY)
					.maxChildren(2)
					.acceptsPerSecond(10_000)
					.handler((from, message) -> {
						most.accumulateAndGet(running.incrementAndGet(), Math::max);
						gate.pass();
						running.decrementAndGet();
						handled.incrementAndGet();
					}))) {
			for (int i = 0; i < children; i++) {
				try (DuctPeer peer = peer(parent.listenerAddress())) {
					peer.send("1");
				}
			}
			Awaiting.soon().until(() -> running.get() >= 2 + 16);
			gate.open();
			Awaiting.soon().until(() -> handled.get() == children);

			// A few may have connected and gone while the last of these began.
			assertThat(most.get()).isBetween(2 + 16, 30);
			assertThat(parent.statistics().connectionsClosed(CloseReason.TOO_MANY_CHILDREN)).isZero();
		}
	}

	@Test
	default void h11MaxHandlersWhenManyChildrenComeAndGoThenTheyWaitInTheBacklogAndNoMessageIsLost() throws Exception {
		int children = 60;
		AtomicInteger seen = new AtomicInteger();
		try (Gate gate = new Gate();
				MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY)
					.maxChildren(2)
					.acceptsPerSecond(10_000)
					.maxHandlers(1)
					.handler((from, message) -> {
						seen.incrementAndGet();
						gate.pass();
					}))) {
			for (int i = 0; i < children; i++) {
				try (DuctPeer peer = peer(parent.listenerAddress())) {
					peer.send("1");
				}
			}
			Awaiting.soon().until(() -> parent.statistics().connectionsOpened() >= 2 + 16);
			assertThat(parent.statistics().connectionsOpened()).isBetween(2L + 16, 30L);
			gate.open();
			Awaiting.soon().until(() -> seen.get() == children);
		}
	}

	@Test
	default void h11MaxHandlersWhenManyChildrenHaveGoneWhileTheyWaitedThenNoMessageIsLost() throws Exception {
		int children = 3 * Inbox.MAX_ENDED;
		AtomicInteger handled = new AtomicInteger();
		try (Gate gate = new Gate();
				MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY)
					.maxChildren(2 * children)
					.lastAnswersTimeout(Duration.ofMillis(1))
					.maxHandlers(1)
					.handler((from, message) -> {
						gate.pass();
						handled.incrementAndGet();
					}))) {
			for (int i = 0; i < children; i++) {
				try (DuctPeer peer = peer(parent.listenerAddress())) {
					peer.send("1");
				}
			}
			Awaiting.soon().until(() -> parent.parts().handlerSwitch().waiting() == children - 1);
			Awaiting.soon().until(() -> !parent.isConnected());
			// No thread is at work for those that wait.
			Awaiting.soon().until(() -> Objects.requireNonNull(parent.open()).runs() == children);
			gate.open();
			Awaiting.soon().until(() -> handled.get() == children);

			assertThat(parent.statistics().messagesUnhandled()).isZero();
		}
	}

	@Test
	default void p10MaxHandlersWhenAPeerSendsNoMoreAndWaitsThenItIsAnswered() throws Exception {
		try (Gate gate = new Gate();
				MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY)
					.lastAnswersTimeout(SOON)
					.maxHandlers(1)
					.handler((from, message) -> {
						gate.pass();
						from.send(message.as(Object.class));
					}));
				DuctPeer first = peerOf(parent);
				DuctPeer second = peerOf(parent)) {
			first.send("1");
			gate.awaitVisitor();
			second.send("2");
			second.halfClose();
			Awaiting.soon().until(() -> parent.parts().handlerSwitch().waiting() == 1);
			gate.open();

			assertThat(first.receive()).isEqualTo("1");
			assertThat(second.receive()).isEqualTo("2");
		}
	}

	@Test
	default void closeWhenChildrenHaveGoneThatWaitedForAHandlerThenTheirMessagesAreCounted() throws Exception {
		try (Gate gate = new Gate();
				MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY)
					.lastAnswersTimeout(Duration.ofMillis(1))
					.maxHandlers(1)
					.handler((from, message) -> gate.pass()))) {
			try (DuctPeer first = peerOf(parent); DuctPeer second = peerOf(parent)) {
				first.send("1");
				gate.awaitVisitor();
				second.send("2");
				Awaiting.soon().until(() -> parent.parts().handlerSwitch().waiting() == 1);
			}
			Awaiting.soon().until(() -> !parent.isConnected());
			parent.close();

			assertThat(parent.statistics().messagesUnhandled()).isEqualTo(1);
		}
	}

	@Test
	default void closeWhenAChildThatHasGoneLeftMessagesThenTheHandlerIsCalledNoMore() throws Exception {
		AtomicInteger handled = new AtomicInteger();
		AtomicReference<Thread> worker = new AtomicReference<>();
		try (Gate gate = new Gate(); MessageDuctParent parent = bound((builder) -> builder.handler((from, message) -> {
			handled.incrementAndGet();
			worker.set(Thread.currentThread());
			gate.pass();
		}))) {
			try (DuctPeer peer = peerOf(parent)) {
				for (int i = 0; i < 3; i++) {
					peer.send("1");
				}
				gate.awaitVisitor();
			}
			Awaiting.soon().until(() -> !parent.isConnected());
			parent.close();
			gate.open();

			Awaiting.soon().until(() -> !worker.get().isAlive());
			assertThat(handled).hasValue(1);
		}
	}

}
