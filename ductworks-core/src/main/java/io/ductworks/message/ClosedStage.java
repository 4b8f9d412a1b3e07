package io.ductworks.message;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.ductworks.CloseReason;
import org.jspecify.annotations.Nullable;

/**
 * The end of something that closes, for callers that want to wait for it. Costs nothing
 * until somebody asks. Thread-safe.
 */
final class ClosedStage {

	private @Nullable CompletableFuture<CloseReason> future;

	private @Nullable CloseReason reason;

	/**
	 * The stage, which only {@link #closed} completes.
	 */
	synchronized CompletionStage<CloseReason> stage() {
		CompletableFuture<CloseReason> future = this.future;
		if (future == null) {
			future = new CompletableFuture<>();
			this.future = future;
			if (this.reason != null) {
				future.complete(this.reason);
			}
		}
		return future.minimalCompletionStage();
	}

	synchronized boolean isClosed() {
		return this.reason != null;
	}

	/**
	 * Completes the stage on a worker.
	 */
	void closed(CloseReason reason, Completions completions) {
		CompletableFuture<CloseReason> future;
		synchronized (this) {
			this.reason = reason;
			future = this.future;
		}
		if (future != null) {
			completions.add(() -> future.complete(reason));
		}
	}

}
