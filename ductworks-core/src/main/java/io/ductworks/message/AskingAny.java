package io.ductworks.message;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * What a parent or child asks: any of its connections. Thread-safe.
 */
final class AskingAny {

	private final DuctScope scope;

	private final LiveConnections live;

	private final Supplier<@Nullable Requests> open;

	/**
	 * Creates one for a parent or child.
	 * @param open gives the requests of the duct while it is open
	 */
	AskingAny(DuctScope scope, LiveConnections live, Supplier<@Nullable Requests> open) {
		this.scope = scope;
		this.live = live;
		this.open = open;
	}

	<T> @Nullable T request(@Nullable Object payload, Type replyType, Duration timeout) {
		this.scope.requireMethods("request", payload instanceof RpcCall);
		long started = System.nanoTime();
		long nanos = DuctOptions.nanos(timeout);
		ObservedSend observed = this.scope.outgoing().begin(payload, true);
		return (observed == null) ? request(payload, replyType, started, nanos)
				: observed.ask((traced) -> request(traced, replyType, started, nanos));
	}

	private <T> @Nullable T request(@Nullable Object payload, Type replyType, long started, long nanos) {
		return awaitRequests(started, nanos).request(payload, replyType, started, nanos, Candidates.all());
	}

	<T> CompletableFuture<T> requestAsync(@Nullable Object payload, Type replyType, Duration timeout) {
		long started = System.nanoTime();
		long nanos = DuctOptions.nanos(timeout);
		ObservedSend observed = null;
		try {
			this.scope.requireMethods("requestAsync", payload instanceof RpcCall);
			observed = this.scope.outgoing().begin(payload, true);
			return AsyncRequest.begin(awaitRequests(started, nanos), payload, replyType, started, nanos,
					Candidates.all(), observed);
		}
		catch (RuntimeException | Error ex) {
			if (observed != null) {
				observed.ended(ex);
			}
			return CompletableFuture.failedFuture(ex);
		}
	}

	/**
	 * Waits for a connection, without which nothing can be asked.
	 */
	private Requests awaitRequests(long started, long nanos) {
		this.scope.traffic().requireMayAsk();
		Requests requests;
		do {
			this.live.await(started + Requests.bounded(nanos));
			requests = this.open.get();
		}
		while (requests == null);
		return requests;
	}

}
