package io.ductworks.message;

import io.ductworks.DuctProblemException;
import io.ductworks.MessageCodecException;
import io.ductworks.internal.loop.LogText;
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
				message.replyWithError(message.answer().problem(failure));
			}
			else if (message.answer().isDeferred()) {
				// Nobody may have what takes the answer.
				message.answer().abandon(message.answer().problem(failure));
			}
		}
		catch (RuntimeException ex) {
			failure.addSuppressed(ex);
		}
	}

	/**
	 * Warns of a handler that failed, each kind of failure for itself, so that what a
	 * peer provokes hides nothing else. What the handler did not mean to throw is a fault
	 * of its own, and told each time.
	 */
	void log(int size, Throwable failure) {
		SparingLog log = this.link.scope().log();
		String what = this.link.subject() + ": the handler failed on a message of " + size
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
	 * Warns of a message that is for nobody, and counts it if nobody is told.
	 */
	void logNotFound(int size, String what, boolean told) {
		if (!told) {
			this.link.scope().statistics().messagesUnhandled.increment();
		}
		this.link.scope()
			.log()
			.warn("not-found", this.link.subject() + ": nobody handles a message of " + size + " bytes, "
					+ (told ? "which was answered with status 404: " : "which was dropped and counted as unhandled: ")
					+ LogText.shown(what));
	}

	/**
	 * What was thrown and where, which the virtual machine may not say.
	 */
	private static String reason(Throwable failure) {
		StackTraceElement[] trace = failure.getStackTrace();
		return failure.getClass().getName() + ((trace.length > 0) ? " at " + trace[0] : "");
	}

}
