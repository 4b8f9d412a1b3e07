package io.ductworks.message;

import java.lang.reflect.Type;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.ductworks.CloseReason;
import io.ductworks.DuctTimeoutException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.message.Inbound.Next;
import org.jspecify.annotations.Nullable;

/**
 * The requests over one connection: who asks sends, and reads until the answer is there
 * unless another thread reads for it. Answers are told by their order.
 */
final class Requests {

	private final Connection connection;

	Requests(Connection connection) {
		this.connection = connection;
	}

	/**
	 * Asks, and waits for the answer.
	 * @param started since when the caller waits
	 */
	<T> @Nullable T request(@Nullable Object payload, Type type, long started, long timeoutNanos) {
		requireOtherThanServing();
		PendingRequest request = PendingRequest.ofCaller(type, started, timeoutNanos);
		long left = request.deadline() - System.nanoTime();
		if (left <= 0 && timeoutNanos > 0) {
			throw new DuctTimeoutException(this.connection.subject() + ": connected too late to ask within "
					+ millis(timeoutNanos) + " ms, nothing was sent", null);
		}
		this.connection.outbound().send(payload, () -> this.connection.inbound().pending.add(request), left);
		try {
			awaitAnswer(request);
		}
		catch (InterruptedException ex) {
			if (request.abandon()) {
				abandoned();
				completed(request, RequestOutcome.ABORTED);
				throw this.connection.interrupted("waiting for an answer", ex);
			}
			Thread.currentThread().interrupt();
		}
		if (request.abandon()) {
			abandoned();
			completed(request, RequestOutcome.TIMEOUT);
			throw unansweredInTime(request);
		}
		return answer(request);
	}

	private void awaitAnswer(PendingRequest request) throws InterruptedException {
		long deadline = request.deadline();
		boolean inTime = true;
		while (inTime && !request.isDone()) {
			inTime = this.connection.inbound().turn.acquire(request::isDone, deadline);
			if (inTime) {
				try {
					inTime = lead(request, deadline);
				}
				finally {
					this.connection.releaseTurn();
				}
			}
		}
	}

	/**
	 * Reads for everybody until the own answer is there.
	 */
	private boolean lead(PendingRequest request, long deadline) throws InterruptedException {
		boolean inTime = true;
		while (inTime && this.connection.inbound().next() != Next.END && !request.isDone()) {
			inTime = this.connection.inbound().readOrWait(deadline);
		}
		// The end fails the request, in a moment at the latest.
		return inTime && (request.isDone() || deadline - System.nanoTime() > 0);
	}

	@SuppressWarnings("unchecked")
	<T> CompletableFuture<T> requestAsync(@Nullable Object payload, Type type, long timeoutNanos) {
		requireOtherThanServing();
		CompletableFuture<@Nullable Object> future = new CompletableFuture<>();
		PendingRequest request = PendingRequest.ofFuture(type, timeoutNanos, future);
		this.connection.outbound()
			.send(payload, () -> this.connection.inbound().pending.add(request),
					this.connection.endpoint().sendTimeoutNanos());
		this.connection.watch();
		this.connection.keepTime();
		return (CompletableFuture<T>) future;
	}

	private void requireOtherThanServing() {
		if (this.connection.isServing()) {
			throw new IllegalStateException(
					this.connection.subject() + ": a handler cannot request over the connection that it is "
							+ "serving, since an answer could not be told from a message; ask over another duct");
		}
	}

	/**
	 * Hands an answer to its requester; the turn is held.
	 */
	void answered(PendingRequest request, byte[] payload) {
		if (request.answer(payload) && request.future != null) {
			completeAsync(request);
		}
	}

	private void completeAsync(PendingRequest request) {
		CompletableFuture<@Nullable Object> future = request.future;
		if (future != null) {
			this.connection.session().execute(() -> {
				try {
					future.complete(answer(request));
				}
				catch (RuntimeException | Error ex) {
					future.completeExceptionally(ex);
				}
			});
		}
	}

	@SuppressWarnings("unchecked")
	private <T> @Nullable T answer(PendingRequest request) {
		RequestOutcome outcome = RequestOutcome.ABORTED;
		try {
			byte[] payload = request.payload();
			outcome = RequestOutcome.ERROR;
			RemoteHandlerException error = ErrorReply.decode(this.connection, payload);
			if (error != null) {
				throw error;
			}
			T answer = (T) this.connection.endpoint().decode(payload, 0, payload.length, request.type);
			outcome = RequestOutcome.SUCCESS;
			return answer;
		}
		finally {
			completed(request, outcome);
		}
	}

	private void completed(PendingRequest request, RequestOutcome outcome) {
		long nanos = System.nanoTime() - request.started;
		this.connection.endpoint().statistics().requested(outcome, nanos);
		this.connection.session().notifier().requestCompleted(this.connection.endpoint(), outcome, nanos);
	}

	private void abandoned() {
		this.connection.watch();
		this.connection.keepTime();
	}

	private DuctTimeoutException unansweredInTime(PendingRequest request) {
		return new DuctTimeoutException(this.connection.subject() + ": no answer within " + millis(request.timeoutNanos)
				+ " ms; a late one will be skipped, and the connection ends if it takes as long again", null);
	}

	private static long millis(long nanos) {
		return (nanos + 999_999) / 1_000_000;
	}

	/**
	 * Looks after requests that no caller waits for, on the loop's thread.
	 * @return in how many nanoseconds to look again
	 */
	long onTime(long now) {
		if (!this.connection.inbound().pending.overdue(now).isEmpty()) {
			// If this process was held up, answers that came in time may still be unread.
			this.connection.look();
		}
		for (PendingRequest request : this.connection.inbound().pending.overdue(now)) {
			if (request.isAbandoned()) {
				this.connection.finish(new End(CloseReason.UNANSWERED,
						"a request was not answered within twice its time-out of "
								+ TimeUnit.NANOSECONDS.toMillis(request.timeoutNanos)
								+ " ms; what comes now could not be told apart",
						null));
				return Long.MAX_VALUE;
			}
			CompletableFuture<@Nullable Object> future = request.future;
			if (future != null && request.abandon()) {
				completed(request, RequestOutcome.TIMEOUT);
				this.connection.session().execute(() -> future.completeExceptionally(unansweredInTime(request)));
			}
		}
		return this.connection.inbound().pending.nanosToDeadline(now);
	}

	/**
	 * Fails what waits when the connection has ended.
	 */
	void fail(End end) {
		for (PendingRequest request : this.connection.inbound().pending.takeAll()) {
			if (request.fail(end.exception(this.connection.subject())) && request.future != null) {
				completeAsync(request);
			}
		}
	}

}
