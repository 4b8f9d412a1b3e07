package io.ductworks.message;

import io.ductworks.DuctProblemException;
import io.ductworks.MessageCodecException;
import io.ductworks.internal.loop.SparingLog;

/**
 * What becomes of what a handler throws: a problem for the requester, and a line in the
 * log. Thread-safe.
 */
final class HandlerFailures {

	private final Link link;

	HandlerFailures(Link link) {
		this.link = link;
	}

	/**
	 * Tells the requester, unless the message is answered already.
	 */
	void answer(DuctMessage message, Throwable failure) {
		try {
			if (message.answer().isOpen()) {
				message.replyWithError(problem(message, failure));
			}
			else if (message.answer().isDeferred()) {
				// Nobody may have what takes the answer.
				message.answer().abandon(problem(message, failure));
			}
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
				message.answer().isUnsendable(failure) ? "The reply cannot be sent" : "The listener failed");
	}

	/**
	 * Warns of a handler that failed, each kind of failure for itself, so that what a
	 * peer provokes hides nothing else. What the handler did not mean to throw is a fault
	 * of its own, and told each time.
	 */
	void log(DuctMessage message, Throwable failure) {
		SparingLog log = this.link.scope().log();
		String what = this.link.subject() + ": the handler failed on a message of " + message.size()
				+ " bytes; the next message follows";
		if (failure instanceof MessageCodecException || failure instanceof DuctProblemException) {
			// Without its causes, which quote the payload.
			log.warn(reason(failure), what + ": " + failure.getMessage());
		}
		else {
			log.warnOfEach(reason(failure), what, failure);
		}
	}

	/**
	 * What was thrown and where, which the virtual machine may not say.
	 */
	private static String reason(Throwable failure) {
		StackTraceElement[] trace = failure.getStackTrace();
		return failure.getClass().getName() + ((trace.length > 0) ? " at " + trace[0] : "");
	}

}
