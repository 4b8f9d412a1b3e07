package io.ductworks.message;

import io.ductworks.DuctProblemException;
import io.ductworks.MessageCodecException;
import io.ductworks.internal.loop.SparingLog;
import org.jspecify.annotations.Nullable;

/**
 * Calls the handler with the messages of one connection, one after the other. What it
 * throws is logged, and answered if a requester may wait: answers are told by their
 * order, so that after a missing one each would go to the wrong request. A connection
 * over which an answer that is due could not be sent is closed.
 */
final class HandlerCalls {

	private final Link link;

	private final DuctHandler handler;

	private volatile @Nullable Thread thread;

	/** Whether the handler has sent something; belongs to its thread. */
	private boolean sent;

	HandlerCalls(Link link, DuctHandler handler) {
		this.link = link;
		this.handler = handler;
	}

	/**
	 * Whether the calling thread runs the handler.
	 */
	boolean isCurrentThread() {
		return this.thread == Thread.currentThread();
	}

	/**
	 * Notes that the handler has sent something, which is its answer.
	 */
	void sent() {
		this.sent = true;
	}

	void call(DuctMessage message) {
		this.thread = Thread.currentThread();
		this.sent = false;
		TrafficGuard traffic = this.link.scope().traffic();
		boolean due = message.isRequest();
		try {
			this.handler.handle(this.link.duct(), message);
		}
		catch (Throwable ex) {
			due |= !this.sent && traffic.hasAnswered();
			if (due) {
				answer(message, ex);
			}
			log(message, ex);
		}
		finally {
			message.handled();
			if (message.isAnswered() || this.sent) {
				traffic.answered();
			}
			this.thread = null;
			if (due && !message.isAnswered() && !this.link.connection().isBroken()) {
				// Else later answers would go to the wrong requests.
				this.link.duct().close();
			}
			// What a handler leaves behind must not hit the next one.
			Thread.interrupted();
		}
	}

	private static void answer(DuctMessage message, Throwable failure) {
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

	/**
	 * Warns of a handler that failed, each kind of failure for itself, so that what a
	 * peer provokes hides nothing else. What the handler did not mean to throw is a fault
	 * of its own, and told each time.
	 */
	private void log(DuctMessage message, Throwable failure) {
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
