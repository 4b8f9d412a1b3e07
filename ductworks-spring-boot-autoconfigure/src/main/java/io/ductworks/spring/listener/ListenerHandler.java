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

	private final ListenerInvoker invoker;

	private final ReplyWriter replies;

	private final ListenerRecorder recorder;

	private final ListenerGate gate;

	/**
	 * Creates a handler.
	 * @param endpoint the listener
	 * @param invoker invokes it
	 * @param recorder is told of every invocation
	 * @param gate lets messages in
	 */
	ListenerHandler(ListenerEndpoint endpoint, ListenerInvoker invoker, ListenerRecorder recorder, ListenerGate gate) {
		this.endpoint = endpoint;
		this.invoker = invoker;
		this.replies = new ReplyWriter(endpoint);
		this.recorder = recorder;
		this.gate = gate;
	}

	ListenerEndpoint endpoint() {
		return this.endpoint;
	}

	/**
	 * Handles one message. Answers by itself, so that the recorder is told whether that
	 * worked. A result that is not there yet is waited for only if nobody else waits for
	 * it: what follows keeps its order.
	 */
	void handle(MessageDuct from, DuctMessage message) throws Exception {
		if (this.gate.enter(message)) {
			handleNow(from, message);
		}
	}

	private void handleNow(MessageDuct from, DuctMessage message) throws Exception {
		long started = System.nanoTime();
		ListenerOutcome outcome = ListenerOutcome.ERROR;
		boolean later = false;
		try {
			Object result = invoke(from, message);
			if (result instanceof Pending pending) {
				new LaterAnswer(this.endpoint, this.replies, (ended) -> ended(ended, started)).defer(message,
						pending.result());
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
			throw ex;
		}
		finally {
			if (!later) {
				ended(outcome, started);
			}
		}
	}

	private void ended(ListenerOutcome outcome, long started) {
		this.gate.leave();
		this.recorder.record(this.endpoint.duct(), this.endpoint.id(), outcome, System.nanoTime() - started);
	}

	/**
	 * Whether a message has got all that is due. One that the duct has answered in the
	 * method's place, since that took too long, has not.
	 */
	private boolean isAnswered(DuctMessage message) {
		return !message.isRequest() || message.isAnswered() && this.endpoint.mayAnswerItself();
	}

	/**
	 * Invokes the method.
	 * @return its result, {@link Pending} if that is not there yet and is an answer
	 */
	private @Nullable Object invoke(MessageDuct from, DuctMessage message) throws Exception {
		try {
			Object result = this.invoker.invoke(from, message);
			if (result == null || !LaterResult.isGivenBy(result.getClass())) {
				return result;
			}
			CompletableFuture<?> future = LaterResult.future(result);
			return (future.isDone() || !message.isRequest()) ? await(future) : new Pending(future);
		}
		catch (Exception ex) {
			throw FailureAnswer.of(this.endpoint, ex);
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
