package io.ductworks.message;

import java.lang.reflect.Type;
import java.util.Objects;
import java.util.function.Consumer;

import io.ductworks.DuctInterruptedException;
import io.ductworks.DuctTimeoutException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.internal.connection.Asking;
import io.ductworks.internal.connection.Connection;
import io.ductworks.internal.connection.End;
import io.ductworks.internal.connection.PendingAnswer;
import io.ductworks.internal.protocol.Part;
import io.ductworks.internal.protocol.RpcErrors;
import io.ductworks.internal.protocol.RpcWriter;
import org.jspecify.annotations.Nullable;

/**
 * Asks over one connection: a caller sends, and reads until its answer is there unless
 * another thread reads for it. Thread-safe.
 */
final class Requester {

	/** How many answers may be owed over one connection. */
	static final int MAX_PENDING = 16 * 1024;

	private final Named connectionName;

	private final Connection connection;

	private final Sender sender;

	private final DuctScope scope;

	private final Observers observers;

	private final boolean rpc;

	Requester(Named connectionName, Connection connection, Sender sender, DuctScope scope, Observers observers) {
		this.connectionName = connectionName;
		this.connection = connection;
		this.sender = sender;
		this.scope = scope;
		this.observers = observers;
		this.rpc = scope.options().isRpc();
	}

	/**
	 * An answer that the calling thread is to wait for.
	 * @param started since when it waits
	 */
	PendingAnswer answerOfCaller(long started, long timeoutNanos) {
		return PendingAnswer.ofCaller(started, timeoutNanos, this::ended);
	}

	/**
	 * An answer that no thread waits for.
	 * @param started since when it is waited for
	 * @param ended told when it has come, failed or been given up; must not block
	 */
	PendingAnswer answerOfLoop(long started, long timeoutNanos, Consumer<PendingAnswer> ended) {
		return PendingAnswer.ofLoop(started, timeoutNanos, (answer) -> {
			ended(answer);
			ended.accept(answer);
		});
	}

	/**
	 * Sends a request.
	 * @param answer waits for its answer
	 * @return false if the connection had ended, or ended since something lay there that
	 * nobody had asked for: nothing was sent
	 */
	boolean ask(@Nullable Object payload, PendingAnswer answer) {
		long left = answer.started() + answer.timeoutNanos() - System.nanoTime();
		if (left <= 0) {
			throw refused("its time-out of " + millis(answer.timeoutNanos()) + " ms had passed before it was sent");
		}
		if (this.connection.asking().due() >= MAX_PENDING) {
			throw refused(MAX_PENDING + " requests wait for their answers over this connection, which is the limit");
		}
		Asking asking = this.connection.asking();
		return asking.getReady()
				&& this.sender.request(withId(payload, answer, left), () -> asking.expect(answer), left);
	}

	private @Nullable Object withId(@Nullable Object payload, PendingAnswer answer, long left) {
		if (!(payload instanceof RpcCall call)) {
			return payload;
		}
		answer.id(this.connection.asking().nextId());
		return call.with(answer.id(), this.scope.options().rpc().meta() ? millis(left) : 0);
	}

	private DuctTimeoutException refused(String why) {
		this.scope.statistics().requestsRefused.increment();
		return new DuctTimeoutException(this.connectionName.subject() + ": a request was not sent, since " + why, null);
	}

	/**
	 * Waits for the answer of the calling thread.
	 */
	void await(PendingAnswer answer) {
		try {
			this.connection.asking().await(answer, answer.started() + answer.timeoutNanos());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			if (this.connection.asking().giveUp(answer)) {
				count(answer, RequestOutcome.ABORTED);
				throw new DuctInterruptedException(
						this.connectionName.subject() + ": interrupted while waiting for an answer; the duct lives on",
						ex);
			}
		}
		if (this.connection.asking().giveUp(answer)) {
			count(answer, RequestOutcome.TIMEOUT);
			throw notInTime(answer);
		}
	}

	/**
	 * Decodes an answer that may have been given up.
	 */
	<T> @Nullable T decodeInTime(PendingAnswer answer, Type type) {
		if (answer.isGivenUp()) {
			count(answer, RequestOutcome.TIMEOUT);
			throw notInTime(answer);
		}
		return decode(answer, type);
	}

	/**
	 * Decodes an answer that has come.
	 * @throws io.ductworks.DuctworksException if the connection ended instead, or the
	 * other side's handler failed
	 */
	<T> @Nullable T decode(PendingAnswer answer, Type type) {
		End end = answer.failure();
		if (end != null) {
			throw end.exception(this.connectionName.subject());
		}
		PendingAnswer.Answer came = Objects.requireNonNull(answer.answer(), "not answered");
		RequestOutcome outcome = RequestOutcome.ERROR;
		try {
			RemoteHandlerException problem = problem(came);
			if (problem != null) {
				outcome = RequestOutcome.of(problem);
				throw problem;
			}
			T decoded = this.scope.payloads().decode(came.payload(), came.offset(), came.length(), type);
			outcome = RequestOutcome.SUCCESS;
			return decoded;
		}
		finally {
			count(answer, outcome);
		}
	}

	private @Nullable RemoteHandlerException problem(PendingAnswer.Answer came) {
		if (!this.rpc) {
			return Problems.decode(this.connectionName, came.payload());
		}
		return came.failure()
				? RpcErrors.read(this.connectionName.subject(), came.payload(), new Part(came.offset(), came.length()))
				: null;
	}

	private void ended(PendingAnswer answer) {
		countFailed(answer);
		if (this.rpc && answer.isGivenUp() && answer.id() != 0) {
			// Should there be no room, the peer goes on with what nobody waits for.
			this.sender.offer(RpcWriter.cancel(answer.id()));
		}
	}

	/**
	 * Gives up a request that its caller has cancelled.
	 */
	void cancel(PendingAnswer answer) {
		if (this.connection.asking().giveUp(answer)) {
			count(answer, RequestOutcome.ABORTED);
		}
	}

	/**
	 * Counts a request that failed with its connection, before anybody can know. One of
	 * which nothing was written may go out over another.
	 */
	private void countFailed(PendingAnswer answer) {
		if (answer.failure() != null && !answer.isUnsent()) {
			count(answer, RequestOutcome.ABORTED);
		}
	}

	private void count(PendingAnswer answer, RequestOutcome outcome) {
		long nanos = System.nanoTime() - answer.started();
		this.scope.statistics().requested(outcome, nanos);
		for (RequestRecorder recorder : this.scope.statistics().recorders()) {
			record(recorder, outcome, nanos);
		}
		this.observers.requestCompleted(this.connectionName, outcome, nanos);
	}

	/**
	 * The requester, or a thread that reads for others, does not notice that a recorder
	 * fails.
	 */
	private void record(RequestRecorder recorder, RequestOutcome outcome, long nanos) {
		try {
			recorder.record(outcome, nanos);
		}
		catch (RuntimeException | Error ex) {
			this.scope.log()
				.warn("request-recorder-" + ex.getClass().getName(), this.scope.subject() + ": request recorder "
						+ recorder + " failed and missed a request, which was not affected", ex);
		}
	}

	private DuctTimeoutException notInTime(PendingAnswer answer) {
		return new DuctTimeoutException(this.connectionName.subject() + ": no answer within "
				+ millis(answer.timeoutNanos()) + " ms; "
				+ (this.rpc ? "a late one will be dropped and counted"
						: "a late one will be skipped, and the connection ends if it takes as long again, or the duct's "
								+ "request time-out if that is longer"),
				true, null);
	}

	static long millis(long nanos) {
		return (nanos + 999_999) / 1_000_000;
	}

}
