package io.ductworks.message;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.ductworks.CloseReason;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ClosedStageTests {

	private final Deque<Runnable> workers = new ArrayDeque<>();

	private final Completions completions = new Completions(this.workers::add);

	private final ClosedStage closed = new ClosedStage();

	private static CompletableFuture<CloseReason> future(CompletionStage<CloseReason> stage) {
		return stage.toCompletableFuture();
	}

	private void work() {
		while (!this.workers.isEmpty()) {
			this.workers.remove().run();
		}
	}

	@Test
	void stageWhenNotClosedThenNotDone() {
		assertThat(future(this.closed.stage())).isNotDone();
	}

	@Test
	void closedWhenNobodyHasAskedThenTakesNoWorker() {
		this.closed.closed(CloseReason.PEER_CLOSED, this.completions);

		assertThat(this.workers).isEmpty();
	}

	@Test
	void stageWhenClosedAlreadyThenDoneAtOnce() {
		this.closed.closed(CloseReason.PEER_CLOSED, this.completions);

		assertThat(future(this.closed.stage())).isCompletedWithValue(CloseReason.PEER_CLOSED);
	}

	@Test
	void closedWhenSomebodyHasAskedThenAWorkerCompletesIt() {
		CompletableFuture<CloseReason> first = future(this.closed.stage());
		CompletableFuture<CloseReason> second = future(this.closed.stage());
		this.closed.closed(CloseReason.BAD_MAGIC, this.completions);
		assertThat(first).isNotDone();
		work();

		assertThat(first).isCompletedWithValue(CloseReason.BAD_MAGIC);
		assertThat(second).isCompletedWithValue(CloseReason.BAD_MAGIC);
	}

	@Test
	void stageWhenAUserCompletesAFutureOfItThenNobodyElseIsTold() {
		CompletableFuture<CloseReason> own = future(this.closed.stage());
		own.complete(CloseReason.UNANSWERED);

		assertThat(future(this.closed.stage())).isNotDone();
		this.closed.closed(CloseReason.PEER_CLOSED, this.completions);
		work();
		assertThat(future(this.closed.stage())).isCompletedWithValue(CloseReason.PEER_CLOSED);
	}

}
