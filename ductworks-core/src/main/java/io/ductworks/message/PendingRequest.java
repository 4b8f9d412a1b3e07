package io.ductworks.message;

import java.lang.reflect.Type;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

import io.ductworks.DuctworksException;
import org.jspecify.annotations.Nullable;

/**
 * A request that was sent and waits for its answer. It ends exactly once: answered,
 * failed or abandoned.
 */
final class PendingRequest {

	private static final Object ABANDONED = new Object();

	/** Twice this can still be told from the past. */
	private static final long MAX_TIMEOUT_NANOS = Long.MAX_VALUE / 4;

	final Type type;

	final long started;

	final long timeoutNanos;

	private final @Nullable Thread waiter;

	final @Nullable CompletableFuture<@Nullable Object> future;

	/** The answer's payload, a {@link DuctworksException}, {@link #ABANDONED} or null. */
	private final AtomicReference<@Nullable Object> result = new AtomicReference<>();

	private PendingRequest(Type type, long started, long timeoutNanos, @Nullable Thread waiter,
			@Nullable CompletableFuture<@Nullable Object> future) {
		this.type = type;
		this.started = started;
		this.timeoutNanos = Math.min(timeoutNanos, MAX_TIMEOUT_NANOS);
		this.waiter = waiter;
		this.future = future;
	}

	/**
	 * A request of the calling thread, which may have waited for a connection before.
	 */
	static PendingRequest ofCaller(Type type, long started, long timeoutNanos) {
		return new PendingRequest(type, started, timeoutNanos, Thread.currentThread(), null);
	}

	static PendingRequest ofFuture(Type type, long timeoutNanos, CompletableFuture<@Nullable Object> future) {
		return new PendingRequest(type, System.nanoTime(), timeoutNanos, null, future);
	}

	boolean answer(byte[] payload) {
		return end(payload);
	}

	boolean fail(DuctworksException failure) {
		return end(failure);
	}

	boolean abandon() {
		return end(ABANDONED);
	}

	private boolean end(Object result) {
		if (!this.result.compareAndSet(null, result)) {
			return false;
		}
		if (this.waiter != null && this.waiter != Thread.currentThread()) {
			LockSupport.unpark(this.waiter);
		}
		return true;
	}

	boolean isDone() {
		return this.result.get() != null;
	}

	boolean isAbandoned() {
		return this.result.get() == ABANDONED;
	}

	/**
	 * When the request is to be abandoned; once it is, when its late answer is given up.
	 */
	long deadline() {
		return this.started + (isAbandoned() ? 2 * this.timeoutNanos : this.timeoutNanos);
	}

	/**
	 * The payload of the answer.
	 * @throws DuctworksException if the request failed
	 */
	byte[] payload() {
		Object result = this.result.get();
		if (result instanceof DuctworksException failure) {
			throw failure;
		}
		if (result instanceof byte[] payload) {
			return payload;
		}
		throw new IllegalStateException("not answered");
	}

}
