package io.ductworks.spring.listener;

import io.ductworks.message.DuctHandler;
import io.ductworks.message.DuctMessage;
import io.ductworks.message.MessageDuct;
import org.jspecify.annotations.Nullable;

/**
 * Takes the messages of a duct for its listener, and answers with the listener's results.
 * What fails is thrown to the duct, which tells the requester and the log.
 */
final class ListenerHandler {

	private final ListenerEndpoint endpoint;

	private final ListenerInvoker invoker;

	private final ReplyWriter replies;

	private final ListenerRecorder recorder;

	private ListenerHandler(ListenerEndpoint endpoint, ListenerInvoker invoker, ListenerRecorder recorder) {
		this.endpoint = endpoint;
		this.invoker = invoker;
		this.replies = new ReplyWriter(endpoint);
		this.recorder = recorder;
	}

	/**
	 * Makes the handler of a duct.
	 * @param endpoint the listener
	 * @param invoker invokes it
	 * @param recorder is told of every invocation
	 * @return a handler that answers if the method has a result
	 */
	static DuctHandler of(ListenerEndpoint endpoint, ListenerInvoker invoker, ListenerRecorder recorder) {
		ListenerHandler handler = new ListenerHandler(endpoint, invoker, recorder);
		return endpoint.answers() ? DuctHandler.answering(handler::answer) : handler::handle;
	}

	/**
	 * Answers by itself, so that the recorder is told whether that worked.
	 */
	private @Nullable Object answer(MessageDuct from, DuctMessage message) throws Exception {
		handle(from, message);
		return null;
	}

	private void handle(MessageDuct from, DuctMessage message) throws Exception {
		long started = System.nanoTime();
		ListenerOutcome outcome = ListenerOutcome.ERROR;
		try {
			Object result = invoke(from, message);
			outcome = ListenerOutcome.UNREPLIED;
			if (!this.endpoint.answers() || this.replies.write(message, result)) {
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
