package io.ductworks.message;

import io.ductworks.DuctProblemException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.message.DuctHandler.Answering;

/**
 * A handler that answers each message, be it with a failure. Answers are told by their
 * order: after a missing one each would go to the wrong request, so a connection over
 * which one could not be sent is closed.
 */
final class AnsweringHandler implements DuctHandler {

	private final Answering answering;

	AnsweringHandler(Answering answering) {
		this.answering = answering;
	}

	@Override
	public void handle(MessageDuct from, DuctMessage message) throws Exception {
		RemoteHandlerException report = message.error();
		if (report != null) {
			// Two sides that answer each other's failures would never stop.
			throw new DuctProblemException(400, "A report of a failure came that answers no request",
					report.getMessage());
		}
		try {
			Object result = this.answering.answer(from, message);
			if (message.isOpen()) {
				message.reply(result);
			}
		}
		catch (Throwable ex) {
			answerFailure(message, ex);
			throw ex;
		}
		finally {
			if (!message.isAnswered()) {
				from.close();
			}
		}
	}

	private static void answerFailure(DuctMessage message, Throwable failure) {
		if (!message.isOpen()) {
			return;
		}
		try {
			message.replyWithError(problem(message, failure));
		}
		catch (RuntimeException ex) {
			failure.addSuppressed(ex);
		}
	}

	private static DuctProblemException problem(DuctMessage message, Throwable failure) {
		if (failure instanceof DuctProblemException problem) {
			return problem;
		}
		if (message.isUnreadable(failure)) {
			return new DuctProblemException(400, "The message cannot be read");
		}
		return new DuctProblemException(500,
				message.isUnsendable(failure) ? "The reply cannot be sent" : "The listener failed");
	}

}
