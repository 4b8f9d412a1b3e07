package io.ductworks.message;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.CloseReason;
import io.ductworks.DuctProblemException;
import io.ductworks.Gate;
import io.ductworks.MessageCodecException;
import io.ductworks.NothingLeftBehind;
import io.ductworks.RemoteHandlerException;
import io.ductworks.TakenLog;
import io.ductworks.peer.DuctPeer;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Corners where one promise meets another.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class CornerTests implements DuctFixture {

	private final DuctAddress address = DuctAddress.Unix.pseudoAnonymous();

	@Override
	public DuctAddress address() {
		return this.address;
	}

	@Test
	void recvWhenTimeoutIsZeroAgainAndAgainThenFindsEachMessageThatIsThere() throws Exception {
		try (MessageDuctParent parent = bound(); DuctPeer peer = Peers.of(parent)) {
			peer.send("-1");
			assertThat(parent.recv()).isEqualTo(-1);
			for (int i = 0; i < 100; i++) {
				peer.send(String.valueOf(i));
				assertThat(parent.<Object>recv(Object.class, Duration.ZERO)).isEqualTo(i);
			}
		}
	}

	@Test
	void pollWhenTimeoutIsZeroAgainAndAgainThenSeesEachMessageThatIsThere() throws Exception {
		try (MessageDuctParent parent = bound(); DuctPeer peer = Peers.of(parent)) {
			peer.send("-1");
			assertThat(parent.recv()).isEqualTo(-1);
			for (int i = 0; i < 100; i++) {
				peer.send(String.valueOf(i));
				assertThat(parent.poll(Duration.ZERO)).as("message %d", i).isTrue();
				assertThat(parent.recv()).isEqualTo(i);
			}
		}
	}

	@Test
	void longestWhenTheBoundIsForEverThenDoesNotFail() {
		Backoff forEver = new Backoff(Duration.ofMillis(100), 2, Duration.ofSeconds(Long.MAX_VALUE));
		assertThat(Duration.ofNanos(forEver.longestNanos(2))).isEqualTo(Duration.ofMillis(200));
	}

	@Test
	void reconnectWhenTheBoundIsForEverThenIsConnectedAgain() {
		try (MessageDuctChild child = MessageDuctChild.builder()
			.address(this.address)
			.reconnect(new Backoff(Duration.ofMillis(5), 1, Duration.ofSeconds(Long.MAX_VALUE)))
			.build()) {
			child.connectInBackground();
			Awaiting.soon().until(() -> child.statistics().connectsFailed() > 0);
			try (MessageDuctParent parent = bound()) {
				assertThat(child.awaitConnected(SOON)).isTrue();
			}
		}
	}

	@Test
	void connectionWhenClosedThenItsStageIsDoneBeforeCloseReturns() {
		int early = 0;
		for (int i = 0; i < 20; i++) {
			try (DuctPair pair = DuctPair.create()) {
				MessageDuct connection = pair.child().connections().get(0);
				CompletableFuture<CloseReason> closed = connection.whenClosed().toCompletableFuture();
				connection.close();
				early += closed.isDone() ? 0 : 1;
			}
		}
		assertThat(early).as("returned before the stage was done").isZero();
	}

	@Test
	void whenClosedWhenOneDependentBlocksThenTheOthersAreToldAllTheSame() throws Exception {
		try (Gate gate = new Gate(); DuctPair pair = pair()) {
			MessageDuct connection = pair.parent().connections().get(0);
			CompletableFuture<CloseReason> other = connection.whenClosed().toCompletableFuture();
			connection.whenClosed().thenRun(gate.asTask());
			pair.child().close();
			gate.awaitVisitor();

			assertThat(catchThrowable(() -> other.get(3, TimeUnit.SECONDS))).isNull();
		}
	}

	@Test
	void closeWhenAnObserverOpensTheChildAgainThenReturnsAndTheNextPeriodHasOneThread() throws Exception {
		AtomicBoolean reopen = new AtomicBoolean(true);
		AtomicReference<MessageDuctChild> child = new AtomicReference<>();
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.AGAIN))) {
			child.set(MessageDuctChild.builder()
				.name("reopened")
				.address(this.address)
				.closeTimeout(Duration.ofSeconds(15))
				.reconnect(Backoff.standard())
				.observer(new EventLog() {
					@Override
					public void closed(MessageDuct duct) {
						if (reopen.getAndSet(false)) {
							child.get().connectInBackground();
						}
					}
				})
				.build());
			child.get().connectInBackground();
			assertThat(child.get().awaitConnected(SOON)).isTrue();
			Caller<Void> closing = Caller.running(() -> child.get().close());
			Throwable failure = catchThrowable(() -> closing.result(SOON));
			String first = String.valueOf(failure);
			closing.result();
			child.get().connectInBackground();
			Awaiting.soon().until(() -> child.get().isConnected());
			long threads = Thread.getAllStackTraces()
				.keySet()
				.stream()
				.filter((thread) -> thread.getName().equals("duct-reopened-connect"))
				.count();
			child.get().close();
			assertThat(first + ", threads that connect: " + threads).isEqualTo("null, threads that connect: 1");
		}
	}

	static final class Held {

		private final Gate gate;

		Held(Gate gate) {
			this.gate = gate;
		}

		public int getValue() throws InterruptedException {
			this.gate.pass();
			throw new IllegalStateException("cannot be encoded, says the test");
		}

	}

	@Test
	void replyWhenAnotherThreadFailedToEncodeAfterTheHandlerReturnedThenIllegalState() throws Exception {
		CompletableFuture<DuctMessage> kept = new CompletableFuture<>();
		List<Throwable> failures = new CopyOnWriteArrayList<>();
		try (Gate gate = new Gate(); DuctPair pair = pair((parent) -> parent.handler((from, message) -> {
			if (kept.complete(message)) {
				new Thread(() -> failures.add(catchThrowable(() -> message.reply(new Held(gate))))).start();
				gate.awaitVisitor();
			}
			else {
				message.reply("next");
			}
		}), (child) -> child)) {
			pair.child().send("kept");
			DuctMessage message = kept.get(10, TimeUnit.SECONDS);
			pair.child().send("next");
			assertThat(pair.child().recv(String.class)).isEqualTo("next");
			gate.open();
			Awaiting.soon().until(() -> failures.size() == 1);
			assertThat(failures.get(0)).isInstanceOf(MessageCodecException.class);

			assertThatIllegalStateException().isThrownBy(() -> message.reply("late"));
		}
	}

	private RemoteHandlerException problem(DuctHandler.Answering answering) {
		RemoteHandlerException[] failure = { null };
		try (TakenLog log = new TakenLog();
				DuctPair pair = pair((parent) -> parent.handler(DuctHandler.answering(answering)), (child) -> child)) {
			assertThatExceptionOfType(RemoteHandlerException.class)
				.isThrownBy(() -> pair.child().request("text", String.class))
				.satisfies((ex) -> failure[0] = ex);
			Awaiting.soon().until(() -> !log.warnings("handler failed").isEmpty());
		}
		return failure[0];
	}

	@Test
	void failureWhenTheHandlerTriedAnotherTypeBeforeAndItsResultCannotBeEncodedThenStatus500() {
		assertThat(problem((from, message) -> {
			try {
				return message.as(Integer.class);
			}
			catch (MessageCodecException ex) {
				return new MessageContract.Unencodable();
			}
		}).getMessage()).contains("500").contains("The reply cannot be sent");
	}

	@Test
	void failureWhenTheHandlerFailsAfterAReplyThatCouldNotBeEncodedThenSaysThatItFailed() {
		assertThat(problem((from, message) -> {
			try {
				message.reply(new MessageContract.Unencodable());
			}
			catch (MessageCodecException ex) {
				// Goes on.
			}
			throw new IllegalStateException("something else, says the test");
		}).getMessage()).contains("The listener failed");
	}

	@Test
	void failureWhenAPropertyCannotBeEncodedThenTheRequesterIsToldWithoutIt() {
		assertThat(problem((from, message) -> {
			throw new DuctProblemException(409, "Conflict", null, Map.of("bad", new MessageContract.Unencodable()));
		}).status()).isIn(409, 500);
	}

	@Test
	void taskQueueWhenATaskOffersAnotherAndTheThreadsAreGoneThenItsThreadIsStillKnown() throws Exception {
		ExecutorService threads = Executors.newCachedThreadPool();
		TaskQueue queue = new TaskQueue(threads, 2);
		CompletableFuture<Boolean> current = new CompletableFuture<>();
		queue.offer(() -> {
			threads.shutdown();
			queue.offer(() -> {
			}, 10);
			current.complete(queue.isCurrentThread());
		}, 10);
		assertThat(current.get(10, TimeUnit.SECONDS)).isTrue();
	}

	static final class Failing {

		public int getValue() {
			throw new LinkageError("an error, says the test");
		}

	}

	@Test
	void requestAsyncWhenEncodingThrowsAnErrorThenFutureFails() {
		try (DuctPair pair = pair()) {
			assertThat(catchThrowable(() -> pair.child().requestAsync(new Failing(), String.class, SOON))).isNull();
		}
	}

	@Test
	void textWhenThePeersAddressIsOfIpVersion6ThenHostAndPortCanBeToldApart() {
		try (DuctPair pair = pair((parent) -> parent.address("tcp://[::1]:0"), (child) -> child)) {
			assertThat(pair.child().connections().get(0).toString()).contains(" with [");
		}
	}

	@Test
	void taskQueueAwaitIdleWhenATaskCouldNotBeStartedThenFalseAtItsDeadline() {
		TaskQueue queue = new TaskQueue((run) -> {
			throw new IllegalStateException("no thread, says the test");
		}, 1);
		catchThrowable(() -> queue.offer(() -> {
		}, 10));
		assertThat(queue.size()).isEqualTo(1);
		assertThat(queue.awaitIdle(System.nanoTime() + 1_000_000)).isFalse();
	}

}
