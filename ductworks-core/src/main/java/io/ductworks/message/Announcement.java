package io.ductworks.message;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/**
 * Whether observers know of a connection, which is handed out to others only then.
 * Thread-safe.
 */
final class Announcement {

	private static final CompletableFuture<@Nullable Void> MADE = CompletableFuture.completedFuture(null);

	private volatile CompletableFuture<@Nullable Void> future = new CompletableFuture<>();

	/**
	 * Notes that observers know.
	 */
	void made() {
		CompletableFuture<@Nullable Void> future = this.future;
		// One for all, since there are many connections.
		this.future = MADE;
		future.complete(null);
	}

	boolean isMade() {
		return this.future == MADE;
	}

	/**
	 * Runs something once observers know, at once if they do.
	 */
	void afterwards(Runnable action) {
		this.future.thenRun(action);
	}

	/**
	 * Waits until observers know.
	 * @return false if the deadline passed first
	 */
	boolean await(long deadline) throws InterruptedException {
		try {
			this.future.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
			return true;
		}
		catch (TimeoutException ex) {
			return false;
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
