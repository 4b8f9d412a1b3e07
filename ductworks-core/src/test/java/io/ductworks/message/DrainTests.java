package io.ductworks.message;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.DuctInterruptedException;
import io.ductworks.DuctProblemException;
import io.ductworks.Gate;
import io.ductworks.NothingLeftBehind;
import io.ductworks.RemoteHandlerException;
import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Stopping to hand out messages, for a while or before the end.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class DrainTests implements DuctFixture {

	private final BlockingQueue<Object> handled = new LinkedBlockingQueue<>();

	@Override
	public DuctAddress address() {
		return DuctAddress.Unix.pseudoAnonymous();
	}

	private DuctPair handledBy(DuctHandler handler) {
		return pair((parent) -> parent.handler(handler), (child) -> child);
	}

	private DuctHandler noting() {
		return (from, message) -> this.handled.add(String.valueOf(message.as(Object.class)));
	}

	private @Nullable Object next() throws InterruptedException {
		return this.handled.poll(5, TimeUnit.SECONDS);
	}

	@Test
	void drainWhenNoHandlerRunsThenIsDoneAtOnce() {
		try (DuctPair pair = handledBy(noting())) {
			assertThat(pair.parent().drain(Duration.ZERO)).isTrue();
		}
	}

	@Test
	void drainWhenAHandlerRunsThenWaitsForItAtMostTheTimeout() throws Exception {
		Gate gate = new Gate();
		try (gate; DuctPair pair = handledBy((from, message) -> gate.pass())) {
			pair.child().send(1);
			gate.awaitVisitor();
			assertThat(pair.parent().drain(SHORT)).isFalse();

			Caller<Boolean> drain = Caller.of(() -> pair.parent().drain(Duration.ofSeconds(10))).awaitWaiting();
			gate.open();
			assertThat(drain.result()).isTrue();
		}
	}

	@Test
	void drainWhenInterruptedThenSaysSoAndTheHandlerGoesOn() throws Exception {
		Gate gate = new Gate();
		try (gate; DuctPair pair = handledBy((from, message) -> {
			gate.pass();
			this.handled.add("done");
		})) {
			pair.child().send(1);
			gate.awaitVisitor();
			Caller<Boolean> drain = Caller.of(() -> pair.parent().drain(Duration.ofSeconds(10))).awaitWaiting();
			drain.interrupt();

			assertThat(drain.failure()).isInstanceOf(DuctInterruptedException.class);
			assertThat(drain.interruptedAtEnd()).isTrue();
			gate.open();
			assertThat(next()).isEqualTo("done");
		}
	}

	@Test
	void messagesWhenDrainedThenStayUnreadUntilResumed() throws Exception {
		try (DuctPair pair = handledBy(noting())) {
			assertThat(pair.parent().drain(SHORT)).isTrue();
			pair.child().send("first");
			pair.child().send("second");
			assertThat(this.handled.poll(SHORT.toMillis(), TimeUnit.MILLISECONDS)).isNull();

			pair.parent().resume();
			assertThat(next()).isEqualTo("first");
			assertThat(next()).isEqualTo("second");
		}
	}

	@Test
	void messagesWhenSuspendedAndTheirSenderHasGoneThenAreHandledWhenResumed() throws Exception {
		try (DuctPair pair = handledBy(noting())) {
			pair.parent().suspend();
			pair.child().send("left behind");
			pair.child().close();
			Awaiting.soon().until(() -> !pair.parent().isConnected());

			pair.parent().resume();
			assertThat(next()).isEqualTo("left behind");
		}
	}

	@Test
	void requestWhenAnAnsweringHandlerIsDrainedThenIsRefusedWithStatus503() {
		try (DuctPair pair = handledBy(DuctHandler.answering((from, message) -> "answer"))) {
			assertThat(pair.child().<String>request(1, String.class)).isEqualTo("answer");
			assertThat(pair.parent().drain(SHORT)).isTrue();
			assertThatExceptionOfType(RemoteHandlerException.class)
				.isThrownBy(() -> pair.child().request(2, String.class))
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(503))
				.matches(RemoteHandlerException::isRefused);

			pair.parent().resume();
			assertThat(pair.child().<String>request(3, String.class)).isEqualTo("answer");
		}
	}

	@Test
	void requestWhenTheHandlerFailsThenIsNotTakenForRefused() {
		try (DuctPair pair = handledBy(DuctHandler.answering((from, message) -> {
			throw new DuctProblemException(503, "No database");
		}))) {
			assertThatExceptionOfType(RemoteHandlerException.class)
				.isThrownBy(() -> pair.child().request(1, String.class))
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(503))
				.matches((ex) -> !ex.isRefused());
		}
	}

	@Test
	void requestWhenAHandlerSaysThatItIsNotAvailableThenIsRefused() {
		try (DuctPair pair = handledBy(DuctHandler.answering((from, message) -> {
			throw DuctProblemException.unavailable("its cache is cold");
		}))) {
			assertThatExceptionOfType(RemoteHandlerException.class)
				.isThrownBy(() -> pair.child().request(1, String.class))
				.withMessageContaining("its cache is cold")
				.matches(RemoteHandlerException::isRefused);
		}
	}

	@Test
	void requestWhenAnotherIsBeingAnsweredWhileDrainingThenThatIsAnsweredAndTheNextRefused() throws Exception {
		Gate gate = new Gate();
		try (gate; DuctPair pair = handledBy(DuctHandler.answering((from, message) -> {
			gate.pass();
			return "answer";
		}))) {
			CompletableFuture<String> first = pair.child().requestAsync(1, String.class);
			gate.awaitVisitor();
			assertThat(pair.parent().drain(Duration.ZERO)).isFalse();
			CompletableFuture<String> second = pair.child().requestAsync(2, String.class);
			gate.open();

			assertThat(first.get(5, TimeUnit.SECONDS)).isEqualTo("answer");
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> second.get(5, TimeUnit.SECONDS))
				.withCauseInstanceOf(RemoteHandlerException.class);
		}
	}

	@Test
	void drainWhenSuspendedBeforeThenWhatWasHeldBackIsRefused() throws Exception {
		try (DuctPair pair = handledBy(DuctHandler.answering((from, message) -> "answer"))) {
			pair.parent().suspend();
			CompletableFuture<String> held = pair.child().requestAsync(1, String.class);
			// By then the connection is quiet, and nobody looks at it by chance.
			Awaiting.soon().during(Duration.ofSeconds(1)).until(() -> !held.isDone());
			assertThat(pair.parent().drain(SHORT)).isTrue();

			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> held.get(5, TimeUnit.SECONDS))
				.withCauseInstanceOf(RemoteHandlerException.class);
		}
	}

}
