package io.ductworks.internal.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.CloseReason;
import io.ductworks.internal.connection.Lifecycle.Phase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The life of a connection goes one way only.
 */
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class LifecycleTests {

	private static final End FAULT = new End(CloseReason.BAD_MAGIC, "no frame", null);

	private final Lifecycle lifecycle = new Lifecycle();

	private End begin(End reported) {
		return this.lifecycle.beginEnding(reported, (end) -> {
		});
	}

	private static long in(Duration duration) {
		return System.nanoTime() + duration.toNanos();
	}

	@Test
	void lifecycleWhenNewThenOpenWithoutAnEnd() {
		assertThat(this.lifecycle.phase()).isEqualTo(Phase.OPEN);
		assertThat(this.lifecycle.end()).isNull();
		assertThat(this.lifecycle.isInputEnded()).isFalse();
	}

	@Test
	void lastAnswersWhenOpenThenOnlyTheInputHasEnded() {
		End inputEnd = End.ofStream(null);

		assertThat(this.lifecycle.lastAnswers(inputEnd, 42)).isTrue();
		assertThat(this.lifecycle.phase()).isEqualTo(Phase.LAST_ANSWERS);
		assertThat(this.lifecycle.isInputEnded()).isTrue();
		assertThat(this.lifecycle.inputEnd()).isSameAs(inputEnd);
		assertThat(this.lifecycle.lastAnswersUntil()).isEqualTo(42);
		assertThat(this.lifecycle.end()).isNull();
	}

	@Test
	void lastAnswersWhenKnownAlreadyThenTheFirstEndAndItsTimeStay() {
		End inputEnd = End.ofStream(null);
		this.lifecycle.lastAnswers(inputEnd, 1);

		assertThat(this.lifecycle.lastAnswers(FAULT, 2)).isFalse();
		assertThat(this.lifecycle.inputEnd()).isSameAs(inputEnd);
		assertThat(this.lifecycle.lastAnswersUntil()).isEqualTo(1);
	}

	@Test
	void lastAnswersWhenEndingThenRefused() {
		begin(FAULT);

		assertThat(this.lifecycle.lastAnswers(End.ofStream(null), 1)).isFalse();
		assertThat(this.lifecycle.phase()).isEqualTo(Phase.ENDING);
		assertThat(this.lifecycle.isInputEnded()).isFalse();
	}

	@Test
	void beginEndingWhenOpenThenTheEndIsKnown() {
		assertThat(begin(FAULT)).isSameAs(FAULT);
		assertThat(this.lifecycle.end()).isSameAs(FAULT);
		assertThat(this.lifecycle.phase()).isEqualTo(Phase.ENDING);
	}

	@Test
	void beginEndingWhenCalledAgainThenAnnouncedOnceAndTheFirstEndStays() {
		List<End> announced = new ArrayList<>();

		assertThat(this.lifecycle.beginEnding(FAULT, announced::add)).isSameAs(FAULT);
		assertThat(this.lifecycle.beginEnding(End.LOCAL, announced::add)).isNull();
		assertThat(announced).containsExactly(FAULT);
		assertThat(this.lifecycle.end()).isSameAs(FAULT);
	}

	@Test
	void beginEndingWhenAnnouncedThenNobodySeesTheEndYet() {
		List<Object> seen = new ArrayList<>();
		this.lifecycle.beginEnding(FAULT, (end) -> {
			seen.add(this.lifecycle.phase());
			assertThat(this.lifecycle.end()).isNull();
		});

		assertThat(seen).containsExactly(Phase.OPEN);
	}

	@Test
	void beginEndingWhenSeveralThreadsCallThenOneHasTheWork() throws Exception {
		List<Caller<End>> callers = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			callers.add(Caller.of(() -> begin(FAULT)));
		}
		int workers = 0;
		for (Caller<End> caller : callers) {
			workers += (caller.result() != null) ? 1 : 0;
		}

		assertThat(workers).isEqualTo(1);
	}

	@Test
	void beginEndingWhenPeerIsResetAfterTheInputEndedThenTheInputEndIsTold() {
		End inputEnd = End.ofStream(null);
		this.lifecycle.lastAnswers(inputEnd, 0);
		List<End> announced = new ArrayList<>();

		assertThat(this.lifecycle.beginEnding(End.broken(null), announced::add)).isSameAs(inputEnd);
		assertThat(announced).containsExactly(inputEnd);
		assertThat(this.lifecycle.end()).isSameAs(inputEnd);
	}

	@Test
	void beginEndingWhenAnotherFaultComesAfterTheInputEndedThenTheFaultIsTold() {
		this.lifecycle.lastAnswers(End.ofStream(null), 0);

		assertThat(begin(FAULT)).isSameAs(FAULT);
	}

	@Test
	void beginEndingWhenPeerIsResetWhileOpenThenThatIsTold() {
		End reset = End.broken(null);

		assertThat(begin(reset)).isSameAs(reset);
	}

	@Test
	void endedWhenEndingThenEnded() {
		begin(FAULT);
		this.lifecycle.ended();

		assertThat(this.lifecycle.phase()).isEqualTo(Phase.ENDED);
		assertThat(this.lifecycle.end()).isSameAs(FAULT);
	}

	@Test
	void endedWhenOpenThenRefusedWithBothPhases() {
		assertThatIllegalStateException().isThrownBy(this.lifecycle::ended).withMessageContaining("from OPEN to ENDED");
		assertThat(this.lifecycle.phase()).isEqualTo(Phase.OPEN);
	}

	@Test
	void endedWhenLastAnswersAreUnderWayThenRefusedWithBothPhases() {
		this.lifecycle.lastAnswers(End.ofStream(null), 0);

		assertThatIllegalStateException().isThrownBy(this.lifecycle::ended)
			.withMessageContaining("from LAST_ANSWERS to ENDED");
	}

	@Test
	void endedWhenCalledAgainThenRefusedWithBothPhases() {
		begin(FAULT);
		this.lifecycle.ended();

		assertThatIllegalStateException().isThrownBy(this.lifecycle::ended)
			.withMessageContaining("from ENDED to ENDED");
	}

	@Test
	void awaitEndedWhenEndedThenTrueAtOnce() {
		begin(FAULT);
		this.lifecycle.ended();

		assertThat(this.lifecycle.awaitEnded(System.nanoTime())).isTrue();
	}

	@Test
	void awaitEndedWhenDeadlinePassesFirstThenFalse() {
		begin(FAULT);
		long deadline = in(Duration.ofMillis(50));

		assertThat(this.lifecycle.awaitEnded(deadline)).isFalse();
		assertThat(System.nanoTime() - deadline).isNotNegative();
	}

	@Test
	void awaitEndedWhenTheEndIsWorkedOffMeanwhileThenTrue() throws Exception {
		begin(FAULT);
		Waiting waiting = new Waiting();
		waiting.begin();
		this.lifecycle.ended();

		assertThat(waiting.result()).isTrue();
		assertThat(waiting.interrupted).isFalse();
	}

	@Test
	void awaitEndedWhenInterruptedThenWaitsOnAndTheInterruptStays() throws Exception {
		begin(FAULT);
		Waiting waiting = new Waiting();
		waiting.begin();
		waiting.interrupt();
		Awaiting.soon().until(() -> !waiting.isInterrupted() && waiting.getState() == Thread.State.TIMED_WAITING);
		this.lifecycle.ended();

		assertThat(waiting.result()).isTrue();
		assertThat(waiting.interrupted).isTrue();
	}

	/** A thread that waits for the end. */
	private final class Waiting extends Thread {

		private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

		private volatile boolean interrupted;

		@Override
		public void run() {
			boolean ended = LifecycleTests.this.lifecycle.awaitEnded(in(Duration.ofSeconds(20)));
			this.interrupted = Thread.interrupted();
			this.ended.complete(ended);
		}

		void begin() {
			start();
			Awaiting.soon().until(() -> getState() == Thread.State.TIMED_WAITING);
		}

		boolean result() throws Exception {
			return this.ended.get(20, TimeUnit.SECONDS);
		}

	}

}
