package io.ductworks.spring.listener;

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

	/**
	 * Creates a handler.
	 * @param endpoint the listener
	 * @param invoker invokes it
	 * @param recorder is told of every invocation
	 */
	ListenerHandler(ListenerEndpoint endpoint, ListenerInvoker invoker, ListenerRecorder recorder) {
		this.endpoint = endpoint;
		this.invoker = invoker;
		this.replies = new ReplyWriter(endpoint);
		this.recorder = recorder;
	}

	ListenerEndpoint endpoint() {
		return this.endpoint;
	}

	/**
	 * Handles one message. Answers by itself, so that the recorder is told whether that
	 * worked.
	 */
	void handle(MessageDuct from, DuctMessage message) throws Exception {
		long started = System.nanoTime();
		ListenerOutcome outcome = ListenerOutcome.ERROR;
		try {
			Object result = invoke(from, message);
			outcome = ListenerOutcome.UNREPLIED;
			if (!message.isRequest() || message.isAnswered() || this.replies.write(message, result)) {
				outcome = ListenerOutcome.SUCCESS;
			}
		}
		catch (RejectedMessageException ex) {
			outcome = ListenerOutcome.REJECTED;
			throw ex;
		}
		finally {
			this.recorder.record(this.endpoint.duct(), this.endpoint.id(), outcome, System.nanoTime() - started);
		}
	}

	private @Nullable Object invoke(MessageDuct from, DuctMessage message) throws Exception {
		try {
			return this.invoker.invoke(from, message);
		}
		catch (Exception ex) {
			throw FailureAnswer.of(this.endpoint, ex);
		}
	}

}
