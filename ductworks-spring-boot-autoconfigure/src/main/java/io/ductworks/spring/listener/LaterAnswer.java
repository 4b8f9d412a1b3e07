package io.ductworks.spring.listener;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

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

	private final Consumer<ListenerOutcome> ended;

	/**
	 * Creates an answer.
	 * @param endpoint the listener
	 * @param replies answers with its results
	 * @param ended is told how it went
	 */
	LaterAnswer(ListenerEndpoint endpoint, ReplyWriter replies, Consumer<ListenerOutcome> ended) {
		this.endpoint = endpoint;
		this.replies = replies;
		this.ended = ended;
	}

	/**
	 * Defers the answer to a message until a result is there.
	 */
	void defer(DuctMessage message, CompletableFuture<?> result) {
		Deferred deferred = deferred(message);
		if (deferred == null) {
			result.cancel(true);
			this.ended.accept(ListenerOutcome.UNREPLIED);
			return;
		}
		deferred.onAbandoned(() -> result.cancel(true));
		result.whenComplete((value, failure) -> {
			ListenerOutcome outcome = ListenerOutcome.ERROR;
			try {
				outcome = (failure != null) ? fail(deferred, failure) : answer(deferred, value);
			}
			finally {
				this.ended.accept(outcome);
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

	private ListenerOutcome answer(Deferred deferred, @Nullable Object value) {
		try {
			return this.replies.write(deferred, value) ? ListenerOutcome.SUCCESS : ListenerOutcome.UNREPLIED;
		}
		catch (RuntimeException | Error ex) {
			tell(deferred, ex);
			return ListenerOutcome.UNREPLIED;
		}
	}

	private ListenerOutcome fail(Deferred deferred, Throwable failure) {
		Throwable cause = (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
				: failure;
		Throwable told = (cause instanceof Exception ex) ? FailureAnswer.of(this.endpoint, ex) : cause;
		if (!tell(deferred, told)) {
			return ListenerOutcome.UNREPLIED;
		}
		return (told instanceof RejectedMessageException) ? ListenerOutcome.REJECTED : ListenerOutcome.ERROR;
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

}
