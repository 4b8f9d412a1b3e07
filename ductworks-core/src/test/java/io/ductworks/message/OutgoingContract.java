package io.ductworks.message;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

import io.ductworks.DuctProblemException;
import io.ductworks.DuctTimeoutException;
import io.ductworks.DuctworksException;
import io.ductworks.MessageCodecException;
import io.ductworks.NotConnectedException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.TakenLog;
import io.ductworks.message.OutgoingLog.Told;
import io.ductworks.peer.DuctPeer;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What is promised of observers of what is sent, whatever the protocol.
 */
interface OutgoingContract extends DuctFixture {

	/**
	 * The protocol that all ducts of the tests speak.
	 */
	Protocol protocol();

	private DuctPair served(OutgoingObserver observer, DuctHandler handler) {
		return pair((parent) -> parent.protocol(protocol()).handler(handler),
				(child) -> child.protocol(protocol()).name("asking").outgoingObserver(observer));
	}

	private MessageDuctParent sending(UnaryOperator<MessageDuctParent.Builder> settings) {
		return bound((builder) -> settings.apply(builder.protocol(protocol()).name("sending").accept(Accept.MANY)));
	}

	private boolean isRpc() {
		return protocol() == Protocol.JSON_RPC;
	}

	private void send(MessageDuct duct, Object payload) {
		if (isRpc()) {
			duct.send("note", payload);
		}
		else {
			duct.send(payload);
		}
	}

	private <T> T ask(MessageDuct duct, Object payload, Class<T> type) {
		return isRpc() ? duct.request("ask", payload, type) : duct.request(payload, type);
	}

	private <T> CompletableFuture<T> askAsync(MessageDuct duct, Object payload, Class<T> type) {
		return isRpc() ? duct.requestAsync("ask", payload, type) : duct.requestAsync(payload, type);
	}

	@Test
	default void sendWhenObservedThenIsToldBeforeAndAfterByTheThreadThatSends() {
		OutgoingLog log = new OutgoingLog();
		try (MessageDuctParent parent = sending((builder) -> builder.outgoingObserver(log));
				DuctPeer peer = peerOf(parent)) {
			send(parent, "hello");
			assertThat(peer.receive()).contains("hello");
			Told told = log.only();
			assertThat(told.message.duct()).isEqualTo("sending");
			assertThat(told.message.role()).isEqualTo("parent");
			assertThat(told.message.transport()).isEqualTo(parent.bindAddress().transport());
			assertThat(told.message.method()).isEqualTo(isRpc() ? "note" : null);
			assertThat(told.message.isRequest()).isFalse();
			assertThat(told.outcome).isEqualTo(RequestOutcome.SUCCESS);
			assertThat(told.failure).isNull();
			assertThat(List.of(told.began, told.ended)).containsOnly(Thread.currentThread());
		}
	}

	@Test
	default void sendWhenItIsByAConnectionOrTheLastOrToSeveralThenIsToldOnce() {
		OutgoingLog log = new OutgoingLog();
		try (MessageDuctParent parent = sending((builder) -> builder.outgoingObserver(log));
				DuctPeer first = peerOf(parent);
				DuctPeer second = peerOf(parent)) {
			send(parent, "each");
			send(parent.children().get(0), "one");
			if (isRpc()) {
				parent.sendLast("stop", null);
			}
			else {
				parent.sendAll(List.of(1, 2));
				parent.children().get(1).sendAll(List.of(1, 2));
				parent.sendLast(null);
			}
			assertThat(log.told()).hasSize(isRpc() ? 3 : 5)
				.allSatisfy((told) -> assertThat(told.outcome).isEqualTo(RequestOutcome.SUCCESS));
			assertThat(first.receive()).contains("each");
			assertThat(second.receive()).contains("each");
		}
	}

	@Test
	default void requestWhenObservedThenItsOutcomeIsToldByTheThreadThatAsks() {
		OutgoingLog log = new OutgoingLog();
		try (DuctPair pair = served(log, DuctHandler.answering((from, message) -> {
			int status = message.as(Integer.class);
			if (status > 0) {
				throw new DuctProblemException(status, "On purpose");
			}
			return "fine";
		}))) {
			assertThat(ask(pair.child(), 0, String.class)).isEqualTo("fine");
			for (int status : List.of(404, 503)) {
				assertThatExceptionOfType(RemoteHandlerException.class)
					.isThrownBy(() -> ask(pair.child(), status, String.class));
			}
			assertThatExceptionOfType(MessageCodecException.class)
				.isThrownBy(() -> ask(pair.child(), 0, Integer.class));
			assertThat(ask(pair.child().connections().get(0), 0, String.class)).isEqualTo("fine");
			assertThat(log.told()).extracting((told) -> told.outcome)
				.containsExactly(RequestOutcome.SUCCESS, RequestOutcome.REJECTED, RequestOutcome.ERROR,
						RequestOutcome.ERROR, RequestOutcome.SUCCESS);
			assertThat(log.told()).allSatisfy((told) -> {
				assertThat(told.message.duct()).isEqualTo("asking");
				assertThat(told.message.role()).isEqualTo("child");
				assertThat(told.message.isRequest()).isTrue();
				assertThat(told.message.method()).isEqualTo(isRpc() ? "ask" : null);
				assertThat(List.of(told.began, told.ended)).containsOnly(Thread.currentThread());
			});
			assertThat(log.told().get(1).failure).isInstanceOf(RemoteHandlerException.class);
		}
	}

	@Test
	default void requestWhenItIsNotAnsweredInTimeThenIsToldAsTimeout() {
		OutgoingLog log = new OutgoingLog();
		try (MessageDuctParent parent = sending((builder) -> builder.requestTimeout(SHORT).outgoingObserver(log));
				DuctPeer peer = peerOf(parent)) {
			assertThatExceptionOfType(DuctTimeoutException.class).isThrownBy(() -> ask(parent, 1, String.class))
				.isSameAs(log.only().failure);
			assertThat(log.only().outcome).isEqualTo(RequestOutcome.TIMEOUT);
		}
	}

	@Test
	default void requestAsyncWhenObservedThenItsEndIsToldBeforeWhatDependsOnIt() {
		OutgoingLog log = new OutgoingLog();
		try (DuctPair pair = served(log, DuctHandler.answering((from, message) -> message.as(Integer.class) + 1))) {
			for (MessageDuct duct : List.of(pair.child(), pair.child().connections().get(0))) {
				CompletableFuture<RequestOutcome> seen = askAsync(duct, 1, Integer.class)
					.thenApply((answer) -> log.told().get(log.told().size() - 1).outcome);
				assertThat(seen).succeedsWithin(SOON).isEqualTo(RequestOutcome.SUCCESS);
			}
			assertThat(askAsync(pair.child(), 1, List.class)).failsWithin(SOON);
			assertThat(log.told()).hasSize(3).allSatisfy((told) -> {
				assertThat(told.began).isSameAs(Thread.currentThread());
				assertThat(told.ended).isNotSameAs(Thread.currentThread());
			});
			assertThat(log.told().get(2).outcome).isEqualTo(RequestOutcome.ERROR);
			assertThat(log.told().get(2).failure).isInstanceOf(MessageCodecException.class);
		}
	}

	@Test
	default void requestAsyncWhenItIsCancelledThenIsToldAsAborted() {
		OutgoingLog log = new OutgoingLog();
		try (MessageDuctParent parent = sending((builder) -> builder.outgoingObserver(log));
				DuctPeer peer = peerOf(parent)) {
			CompletableFuture<Object> asked = askAsync(parent, 1, Object.class);
			peer.receive();
			assertThat(log.only().outcome).isNull();
			asked.cancel(false);
			assertThat(log.only().outcome).isEqualTo(RequestOutcome.ABORTED);
			assertThat(log.only().failure).isInstanceOf(CancellationException.class);
		}
	}

	@Test
	default void requestAsyncWhenItsConnectionEndsThenIsToldAsAborted() {
		OutgoingLog log = new OutgoingLog();
		try (MessageDuctParent parent = sending((builder) -> builder.outgoingObserver(log))) {
			CompletableFuture<Object> asked;
			try (DuctPeer peer = peerOf(parent)) {
				asked = askAsync(parent, 1, Object.class);
				peer.receive();
			}
			assertThat(asked).failsWithin(SOON);
			assertThat(log.only().outcome).isEqualTo(RequestOutcome.ABORTED);
			assertThat(log.only().failure).isInstanceOf(DuctworksException.class);
		}
	}

	@Test
	default void messageWhenItIsNeverSentThenIsToldWithWhatItsSenderGets() {
		OutgoingLog log = new OutgoingLog();
		MessageDuctChild child = childBuilder().address(new DuctAddress.Inproc("nobody-" + System.nanoTime()))
			.protocol(protocol())
			.outgoingObserver(log)
			.build();
		assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> send(child, 1));
		assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> ask(child, 1, Object.class));
		assertThat(askAsync(child, 1, Object.class)).isCompletedExceptionally();
		assertThat(log.told()).hasSize(3).allSatisfy((told) -> {
			assertThat(told.outcome).isEqualTo(RequestOutcome.ABORTED);
			assertThat(told.failure).isInstanceOf(NotConnectedException.class);
			assertThat(told.ended).isSameAs(Thread.currentThread());
		});
	}

	@Test
	default void messageWhenItCannotBeEncodedThenIsToldAsError() {
		OutgoingLog log = new OutgoingLog();
		try (MessageDuctParent parent = sending((builder) -> builder.outgoingObserver(log));
				DuctPeer peer = peerOf(parent)) {
			assertThatExceptionOfType(MessageCodecException.class).isThrownBy(() -> send(parent, new Unwritable()));
			assertThat(log.only().outcome).isEqualTo(RequestOutcome.ERROR);
		}
	}

	@Test
	default void messageWhenItIsOfTheOtherProtocolThenIsNotTold() {
		OutgoingLog log = new OutgoingLog();
		try (MessageDuctParent parent = sending((builder) -> builder.outgoingObserver(log));
				DuctPeer peer = peerOf(parent)) {
			for (MessageDuct duct : List.of(parent, parent.children().get(0))) {
				if (isRpc()) {
					assertThatIllegalStateException().isThrownBy(() -> duct.send(1));
					assertThatIllegalStateException().isThrownBy(() -> duct.sendLast(1));
					assertThatIllegalStateException().isThrownBy(() -> duct.sendAll(List.of(1)));
					assertThatIllegalStateException().isThrownBy(() -> duct.request(1, Object.class));
					assertThat(duct.requestAsync(1, Object.class)).isCompletedExceptionally();
				}
				else {
					assertThatIllegalStateException().isThrownBy(() -> duct.send("a", 1));
					assertThatIllegalStateException().isThrownBy(() -> duct.sendLast("a", 1));
					assertThatIllegalStateException().isThrownBy(() -> duct.request("a", 1, Object.class));
					assertThat(duct.requestAsync("a", 1, Object.class)).isCompletedExceptionally();
				}
			}
			assertThat(log.told()).isEmpty();
		}
	}

	@Test
	default void observerWhenItThrowsThenTheMessageAndOtherObserversDoNotNotice() {
		OutgoingLog log = new OutgoingLog();
		List<String> failed = new CopyOnWriteArrayList<>();
		try (TakenLog lines = new TakenLog();
				MessageDuctParent parent = sending((builder) -> builder.outgoingObserver((message) -> {
					failed.add("begin");
					throw new IllegalStateException("on purpose");
				}).outgoingObserver((message) -> (outcome, failure) -> {
					failed.add("end");
					throw new UnsupportedOperationException("on purpose");
				}).outgoingObserver((message) -> null).outgoingObserver(log));
				DuctPeer peer = peerOf(parent)) {
			for (int i = 0; i < 3; i++) {
				send(parent, "hello");
				assertThat(peer.receive()).contains("hello");
			}
			assertThat(log.told()).hasSize(3)
				.allSatisfy((told) -> assertThat(told.outcome).isEqualTo(RequestOutcome.SUCCESS));
			assertThat(failed).containsExactly("begin", "end", "begin", "end", "begin", "end");
			assertThat(lines.warnings("Duct 'sending': outgoing observer")).hasSize(2);
		}
	}

	@Test
	default void observerWhenItIsAddedToAnOpenDuctThenIsToldFromThenOn() {
		OutgoingLog log = new OutgoingLog();
		try (MessageDuctParent parent = sending((builder) -> builder); DuctPeer peer = peerOf(parent)) {
			send(parent, 1);
			parent.outgoingObserver(log);
			send(parent, 2);
			assertThat(log.told()).hasSize(1);
		}
	}

}
