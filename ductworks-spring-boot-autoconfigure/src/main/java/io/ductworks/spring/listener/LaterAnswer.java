package io.ductworks.spring.listener;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;

import io.ductworks.DuctworksException;
import io.ductworks.message.Deferred;
import io.ductworks.message.DuctMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers a message when the result of its listener is there, on the thread that gives
 * it. The result is cancelled when nobody waits for it any more.
 */
final class LaterAnswer {

	private static final Logger logger = LoggerFactory.getLogger(LaterAnswer.class);

	private final ListenerEndpoint endpoint;

	private final ReplyWriter replies;

	private final Failed failed;

	private final BiConsumer<ListenerOutcome, @Nullable Throwable> ended;

	/** Whether nobody waits any more. */
	private volatile boolean abandoned;

	/**
	 * Creates an answer.
	 * @param endpoint the listener
	 * @param replies answers with its results
	 * @param failed handles what the result fails with
	 * @param ended is told how it went
	 */
	LaterAnswer(ListenerEndpoint endpoint, ReplyWriter replies, Failed failed,
			BiConsumer<ListenerOutcome, @Nullable Throwable> ended) {
		this.endpoint = endpoint;
		this.replies = replies;
		this.failed = failed;
		this.ended = ended;
	}

	/**
	 * Defers the answer to a message until a result is there.
	 */
	void defer(DuctMessage message, CompletableFuture<?> result) {
		Deferred deferred = deferred(message);
		if (deferred == null) {
			result.cancel(true);
			this.ended.accept(ListenerOutcome.UNREPLIED, null);
			return;
		}
		deferred.onAbandoned(() -> {
			this.abandoned = true;
			result.cancel(true);
		});
		result.whenComplete((value, failure) -> {
			End end = new End(ListenerOutcome.ERROR, failure);
			try {
				end = (failure != null) ? fail(deferred, failure) : answer(deferred, value);
			}
			finally {
				this.ended.accept(end.outcome(), end.failure());
			}
		});
	}

	/**
	 * Nobody may wait any more, since the duct or the method has answered already.
	 */
	private static @Nullable Deferred deferred(DuctMessage message) {
		try {
			return message.deferReply();
		}
		catch (IllegalStateException ex) {
			return null;
		}
	}

	private End answer(Deferred deferred, @Nullable Object value) {
		try {
			return new End(this.replies.write(deferred, value) ? ListenerOutcome.SUCCESS : ListenerOutcome.UNREPLIED,
					null);
		}
		catch (RuntimeException | Error ex) {
			tell(deferred, ex);
			return new End(ListenerOutcome.UNREPLIED, ex);
		}
	}

	private End fail(Deferred deferred, Throwable failure) {
		Throwable told = (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
				: failure;
		if (told instanceof Exception ex && !(this.abandoned && ex instanceof CancellationException)) {
			Object answer;
			try {
				answer = this.failed.handle(ex);
			}
			catch (Exception | Error handled) {
				return tellOf(deferred, handled);
			}
			return answer(deferred, answer);
		}
		return tellOf(deferred, told);
	}

	private End tellOf(Deferred deferred, Throwable told) {
		if (!tell(deferred, told)) {
			return new End(ListenerOutcome.UNREPLIED, null);
		}
		return new End((told instanceof RejectedMessageException) ? ListenerOutcome.REJECTED : ListenerOutcome.ERROR,
				told);
	}

	/**
	 * Tells the requester and the log of a failure.
	 * @return false if nobody waits for the answer any more
	 */
	private boolean tell(Deferred deferred, Throwable failure) {
		try {
			return deferred.fail(failure);
		}
		catch (DuctworksException ex) {
			logger.debug("The failure of listener {} came too late", this.endpoint.id(), ex);
			return true;
		}
	}

	/**
	 * Handles what a result has failed with.
	 */
	@FunctionalInterface
	interface Failed {

		/**
		 * Handles a failure.
		 * @return the answer
		 * @throws Exception what the requester is told of
		 */
		@Nullable Object handle(Exception failure) throws Exception;

	}

	/**
	 * How it went.
	 */
	private record End(ListenerOutcome outcome, @Nullable Throwable failure) {
	}

}
