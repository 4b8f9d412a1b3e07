package io.ductworks.message;

import java.lang.reflect.Type;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import io.ductworks.DuctInterruptedException;
import io.ductworks.DuctTimeoutException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.internal.connection.Connection;
import io.ductworks.internal.connection.End;
import io.ductworks.internal.connection.PendingAnswer;
import org.jspecify.annotations.Nullable;

/**
 * Asks over one connection: a caller sends, and reads until its answer is there unless
 * another thread reads for it. Answers are told by their order. Thread-safe.
 */
final class Requester {

	/** How many answers may be owed over one connection. */
	static final int MAX_PENDING = 16 * 1024;

	private final Named connectionName;

	private final Connection connection;

	private final Sender sender;

	private final DuctScope scope;

	private final Completions completions;

	private final Observers observers;

	Requester(Named connectionName, Connection connection, Sender sender, DuctScope scope, Completions completions,
			Observers observers) {
		this.connectionName = connectionName;
		this.connection = connection;
		this.sender = sender;
		this.scope = scope;
		this.completions = completions;
		this.observers = observers;
	}

	/**
	 * Asks, and waits for the answer.
	 * @param started since when the caller waits
	 */
	<T> @Nullable T request(@Nullable Object payload, Type type, long started, long timeoutNanos) {
		PendingAnswer answer = PendingAnswer.ofCaller(started, timeoutNanos, this::countFailed);
		send(payload, answer);
		try {
			this.connection.reading().awaitAnswer(answer, started + answer.timeoutNanos());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			if (this.connection.giveUp(answer)) {
				count(answer, RequestOutcome.ABORTED);
				throw new DuctInterruptedException(
						this.connectionName.subject() + ": interrupted while waiting for an answer; the duct lives on",
						ex);
			}
		}
		if (this.connection.giveUp(answer)) {
			count(answer, RequestOutcome.TIMEOUT);
			throw notInTime(answer);
		}
		return decode(answer, type);
	}

	/**
	 * Asks, and has the loop and a worker see to the answer.
	 * @param started since when the answer is waited for
	 * @return the answer; fails with whatever keeps it from coming
	 */
	<T> CompletableFuture<T> requestAsync(@Nullable Object payload, Type type, long started, long timeoutNanos) {
		CompletableFuture<@Nullable T> future = new CompletableFuture<>();
		PendingAnswer answer = PendingAnswer.ofLoop(started, timeoutNanos, (ended) -> {
			countFailed(ended);
			this.completions.add(() -> complete(future, ended, type));
		});
		try {
			send(payload, answer);
			this.connection.readAnswers();
		}
		catch (RuntimeException | Error ex) {
			future.completeExceptionally(ex);
		}
		return nullable(future);
	}

	@SuppressWarnings("unchecked")
	private static <T> CompletableFuture<T> nullable(CompletableFuture<?> future) {
		return (CompletableFuture<T>) future;
	}

	private void send(@Nullable Object payload, PendingAnswer answer) {
		long left = answer.started() + answer.timeoutNanos() - System.nanoTime();
		if (left <= 0) {
			throw refused("its time-out of " + millis(answer.timeoutNanos()) + " ms had passed before it was sent");
		}
		if (this.connection.pendingAnswers() >= MAX_PENDING) {
			throw refused(MAX_PENDING + " requests wait for their answers over this connection, which is the limit");
		}
		if (this.completions.isFull()) {
			throw refused(Completions.CAPACITY + " answers wait for the code that depends on them, which is the limit; "
					+ "what takes it so long?");
		}
		this.sender.request(payload, () -> this.connection.expect(answer), left);
	}

	private DuctTimeoutException refused(String why) {
		this.scope.statistics().requestsRefused.increment();
		return new DuctTimeoutException(this.connectionName.subject() + ": a request was not sent, since " + why, null);
	}

	private <T> void complete(CompletableFuture<@Nullable T> future, PendingAnswer answer, Type type) {
		try {
			if (answer.isGivenUp()) {
				count(answer, RequestOutcome.TIMEOUT);
				throw notInTime(answer);
			}
			future.complete(decode(answer, type));
		}
		catch (RuntimeException | Error ex) {
			future.completeExceptionally(ex);
		}
	}

	private <T> @Nullable T decode(PendingAnswer answer, Type type) {
		End end = answer.failure();
		if (end != null) {
			throw end.exception(this.connectionName.subject());
		}
		byte[] payload = Objects.requireNonNull(answer.payload(), "not answered");
		RequestOutcome outcome = RequestOutcome.ERROR;
		try {
			RemoteHandlerException problem = Problems.decode(this.connectionName, payload);
			if (problem != null) {
				throw problem;
			}
			T decoded = this.scope.payloads().decode(payload, 0, payload.length, type);
			outcome = RequestOutcome.SUCCESS;
			return decoded;
		}
		finally {
			count(answer, outcome);
		}
	}

	/**
	 * Counts a request that failed with its connection, before anybody can know.
	 */
	private void countFailed(PendingAnswer answer) {
		if (answer.failure() != null) {
			count(answer, RequestOutcome.ABORTED);
		}
	}

	private void count(PendingAnswer answer, RequestOutcome outcome) {
		long nanos = System.nanoTime() - answer.started();
		this.scope.statistics().requested(outcome, nanos);
		this.observers.requestCompleted(outcome, nanos);
	}

	private DuctTimeoutException notInTime(PendingAnswer answer) {
		return new DuctTimeoutException(this.connectionName.subject() + ": no answer within "
				+ millis(answer.timeoutNanos())
				+ " ms; a late one will be skipped, and the connection ends if it takes as long again, or the duct's "
				+ "request time-out if that is longer", true, null);
	}

	private static long millis(long nanos) {
		return (nanos + 999_999) / 1_000_000;
	}

}
