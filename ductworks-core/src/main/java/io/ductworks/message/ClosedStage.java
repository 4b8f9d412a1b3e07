package io.ductworks.message;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.ductworks.CloseReason;
import io.ductworks.internal.loop.Uninterrupted;
import org.jspecify.annotations.Nullable;

/**
 * The end of something that closes, for callers that want to wait for it. Costs nothing
 * until one asks. Thread-safe.
 */
final class ClosedStage {

	/** One for each caller, so that what depends on one holds up no other. */
	private final List<CompletableFuture<CloseReason>> futures = new ArrayList<>();

	private @Nullable CloseReason reason;

	/**
	 * A stage of the caller's own: one that completes it itself misleads nobody else.
	 */
	synchronized CompletionStage<CloseReason> stage() {
		if (this.reason != null) {
			return CompletableFuture.completedFuture(this.reason);
		}
		CompletableFuture<CloseReason> future = new CompletableFuture<>();
		this.futures.add(future);
		return future;
	}

	/**
	 * Completes the stages on workers.
	 */
	void closed(CloseReason reason, Completions completions) {
		List<CompletableFuture<CloseReason>> futures;
		synchronized (this) {
			this.reason = reason;
			futures = List.copyOf(this.futures);
		}
		futures.forEach((future) -> completions.add(() -> future.complete(reason)));
	}

	/**
	 * Waits until all stages are complete, though not for what depends on them. An
	 * interrupt does not end the wait, and stays.
	 */
	void awaitCompleted(long deadline) {
		List<CompletableFuture<CloseReason>> futures;
		synchronized (this) {
			futures = List.copyOf(this.futures);
		}
		CompletableFuture<?> all = CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new));
		Uninterrupted.await((nanos) -> isDone(all, nanos), deadline);
	}

	private static boolean isDone(CompletableFuture<?> all, long nanos) throws InterruptedException {
		try {
			all.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
			return true;
		}
		catch (ExecutionException | TimeoutException ex) {
			return false;
		}
	}

}
