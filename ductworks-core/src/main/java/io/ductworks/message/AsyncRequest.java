package io.ductworks.message;

import java.lang.reflect.Type;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

import io.ductworks.internal.connection.PendingAnswer;
import io.ductworks.internal.loop.EventLoop;
import io.ductworks.message.ConnectionQueue.Place;
import org.jspecify.annotations.Nullable;

/**
 * A request for whose answer no thread waits. While no connection is free it waits in the
 * queue, encoded, and the loop keeps its time; the future is completed by a worker.
 *
 * @param <T> the type of the answer
 */
final class AsyncRequest<T> implements EventLoop.Timed {

	private final Requests requests;

	private final Type type;

	private final long started;

	private final long timeoutNanos;

	private final Candidates candidates;

	private final @Nullable ObservedSend observed;

	private final CompletableFuture<@Nullable T> future = new CompletableFuture<>();

	private @Nullable Object payload;

	private volatile @Nullable Place place;

	private AsyncRequest(Requests requests, @Nullable Object payload, Type type, long started, long timeoutNanos,
			Candidates candidates, @Nullable ObservedSend observed) {
		this.requests = requests;
		this.payload = (observed != null) ? observed.payload() : payload;
		this.type = type;
		this.started = started;
		this.timeoutNanos = timeoutNanos;
		this.candidates = candidates;
		this.observed = observed;
	}

	/**
	 * Asks, and has the loop and a worker see to the answer.
	 * @param started since when the answer is waited for
	 * @param observed is told when it is over, and has the payload to send; {@code null}
	 * if nobody is
	 * @return the answer; fails with whatever keeps it from coming
	 */
	static <T> CompletableFuture<T> begin(Requests requests, @Nullable Object payload, Type type, long started,
			long timeoutNanos, Candidates candidates, @Nullable ObservedSend observed) {
		AsyncRequest<T> request = new AsyncRequest<>(requests, payload, type, started, Requests.bounded(timeoutNanos),
				candidates, observed);
		if (observed != null) {
			// Should its caller complete it, be it by cancelling.
			request.future.whenComplete((answer, failure) -> observed.ended(failure));
		}
		request.begin();
		return nullable(request.future);
	}

	@SuppressWarnings("unchecked")
	private static <T> CompletableFuture<T> nullable(CompletableFuture<?> future) {
		return (CompletableFuture<T>) future;
	}

	private long deadline() {
		return this.started + this.timeoutNanos;
	}

	/**
	 * Sends the request, or has it wait.
	 */
	private void begin() {
		try {
			this.requests.traffic().requireMayAsk();
			this.requests.awaitCandidate(this.candidates, deadline());
			Link link = this.requests.tryTake(this.candidates);
			if (link != null) {
				ask(link);
			}
			else {
				await();
			}
		}
		catch (RuntimeException | Error ex) {
			failed(ex);
		}
	}

	private void await() {
		// The caller may change it before it goes out.
		this.payload = EncodedPayload.of(this.payload, this.requests.payloads());
		this.place = this.requests.enter(this.candidates, this::granted);
		this.requests.loop().addTimer(this);
	}

	@Override
	public long onTime(long now) {
		Place place = this.place;
		if (place == null) {
			return Long.MAX_VALUE;
		}
		long left = deadline() - now;
		if (left > 0) {
			return left;
		}
		if (this.requests.leave(place)) {
			fail(this.requests.busy(this.timeoutNanos));
		}
		return Long.MAX_VALUE;
	}

	private void fail(RuntimeException failure) {
		this.requests.completions().add(() -> failed(failure));
	}

	private void failed(Throwable failure) {
		ended(failure);
		this.future.completeExceptionally(failure);
	}

	/**
	 * Tells that it is over, before what depends on the future begins.
	 */
	private void ended(@Nullable Throwable failure) {
		if (this.observed != null) {
			this.observed.ended(failure);
		}
	}

	/**
	 * Goes on with a connection, or without if none is left, on a worker: encoding and
	 * waiting for room would hold up the thread that has freed it.
	 */
	private void granted(@Nullable Link link) {
		this.place = null;
		this.requests.loop().removeTimer(this);
		if (link == null) {
			this.requests.completions().add(this::begin);
			return;
		}
		try {
			this.requests.workers().execute(() -> askGranted(link));
		}
		catch (RejectedExecutionException ex) {
			// The duct was closed meanwhile.
			this.requests.giveBack(link);
			fail(link.failure());
		}
	}

	private void askGranted(Link link) {
		try {
			ask(link);
		}
		catch (RuntimeException | Error ex) {
			failed(ex);
		}
	}

	private void ask(Link link) {
		PendingAnswer answer = link.requester()
			.answerOfLoop(this.started, this.timeoutNanos,
					(ended) -> this.requests.completions().add(() -> complete(link, ended)));
		if (this.requests.ask(link, this.payload, answer)) {
			link.connection().asking().readAnswers();
			if (link.scope().options().isRpc()) {
				this.future.whenComplete((value, failure) -> {
					if (this.future.isCancelled()) {
						// First, since a worker ends it otherwise once it is given up.
						ended(failure);
						link.requester().cancel(answer);
					}
				});
			}
		}
		else {
			tryNext(link);
		}
	}

	private void tryNext(Link ended) {
		this.candidates.tried(ended);
		begin();
	}

	private void complete(Link link, PendingAnswer answer) {
		if (answer.isUnsent()) {
			tryNext(link);
			return;
		}
		T decoded;
		try {
			decoded = link.requester().decodeInTime(answer, this.type);
		}
		catch (RuntimeException | Error ex) {
			failed(ex);
			return;
		}
		ended(null);
		this.future.complete(decoded);
	}

}
