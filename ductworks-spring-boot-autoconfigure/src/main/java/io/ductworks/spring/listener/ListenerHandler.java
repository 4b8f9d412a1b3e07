package io.ductworks.spring.listener;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import io.ductworks.message.DuctMessage;
import io.ductworks.message.MessageDuct;
import org.jspecify.annotations.Nullable;

/**
 * Takes messages for a listener, and answers those whose senders wait with its results.
 * What fails is thrown to the duct, which tells the requester and the log.
 */
final class ListenerHandler {

	private final ListenerEndpoint endpoint;

	private final ReplyWriter replies;

	private final ListenerInterceptors interceptors;

	private final ListenerGate gate;

	/**
	 * Creates a handler.
	 * @param endpoint the listener
	 * @param interceptors invoke it, and handle its failures
	 * @param gate lets messages in
	 */
	ListenerHandler(ListenerEndpoint endpoint, ListenerInterceptors interceptors, ListenerGate gate) {
		this.endpoint = endpoint;
		this.interceptors = interceptors;
		this.replies = new ReplyWriter(endpoint);
		this.gate = gate;
	}

	ListenerEndpoint endpoint() {
		return this.endpoint;
	}

	RegisteredListener listener() {
		return this.interceptors.listener();
	}

	/**
	 * Adds the listener, and tells its interceptors.
	 */
	RegisteredListener register(DuctListenerRegistry listeners) {
		listeners.add(listener());
		this.interceptors.registered();
		return listener();
	}

	/**
	 * Stops and removes the listener, and tells its interceptors.
	 */
	void unregister(DuctListenerRegistry listeners) {
		listener().stop();
		listeners.remove(listener());
		this.interceptors.unregistered();
	}

	/**
	 * Handles one message. Answers by itself, so that interceptors are told whether that
	 * worked. A result that is not there yet is waited for only if nobody else waits for
	 * it: what follows keeps its order.
	 */
	void handle(MessageDuct from, DuctMessage message) throws Exception {
		if (this.gate.enter(message)) {
			handleNow(from, message);
		}
	}

	private void handleNow(MessageDuct from, DuctMessage message) throws Exception {
		Interception interception = this.interceptors.begin(from, message);
		ListenerOutcome outcome = ListenerOutcome.ERROR;
		Throwable failure = null;
		boolean later = false;
		try {
			Object result = invoke(interception, from, message);
			if (result instanceof Pending pending) {
				new LaterAnswer(this.endpoint, this.replies, (ex) -> this.interceptors.handle(from, message, ex),
						(ended, reason) -> ended(interception, ended, reason))
					.defer(message, pending.result());
				later = true;
				return;
			}
			outcome = ListenerOutcome.UNREPLIED;
			if (isAnswered(message) || this.replies.write(message, result)) {
				outcome = ListenerOutcome.SUCCESS;
			}
		}
		catch (RejectedMessageException ex) {
			outcome = ListenerOutcome.REJECTED;
			failure = ex;
			throw ex;
		}
		catch (Exception | Error ex) {
			failure = ex;
			throw ex;
		}
		finally {
			if (!later) {
				ended(interception, outcome, failure);
			}
		}
	}

	private void ended(@Nullable Interception interception, ListenerOutcome outcome, @Nullable Throwable failure) {
		this.gate.leave();
		if (interception != null) {
			interception.ended(outcome, failure);
		}
	}

	/**
	 * Whether a message has got all that is due. One that the duct has answered in the
	 * method's place, since that took too long, has not.
	 */
	private boolean isAnswered(DuctMessage message) {
		return !message.isRequest() || message.isAnswered() && this.interceptors.mayAnswerThemselves();
	}

	/**
	 * Invokes the method.
	 * @return its result, {@link Pending} if that is not there yet and is an answer
	 */
	private @Nullable Object invoke(@Nullable Interception interception, MessageDuct from, DuctMessage message)
			throws Exception {
		try {
			Object result = (interception != null) ? LaterResult.begun(interception.proceed())
					: this.interceptors.invoker().invoke(from, message);
			if (!(result instanceof CompletableFuture<?> future)) {
				return result;
			}
			return (future.isDone() || !message.isRequest()) ? await(future) : new Pending(future);
		}
		catch (Exception ex) {
			if (interception != null && interception.hasHandled(ex)) {
				throw ex;
			}
			return this.interceptors.handle(from, message, ex);
		}
	}

	private static @Nullable Object await(CompletableFuture<?> future) throws Exception {
		try {
			return future.get();
		}
		catch (InterruptedException ex) {
			future.cancel(true);
			throw ex;
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof Error error) {
				throw error;
			}
			throw (ex.getCause() instanceof Exception cause) ? cause : ex;
		}
	}

	/**
	 * A result that is an answer, and not there yet.
	 */
	private record Pending(CompletableFuture<?> result) {
	}

}
