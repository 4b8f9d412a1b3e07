package io.ductworks.message;

import org.jspecify.annotations.Nullable;

/**
 * Calls the handler with the messages of one connection, one after the other. What it
 * throws is logged, and answered if a requester may wait: answers are told by their
 * order, so that after a missing one each would go to the wrong request. A connection
 * over which an answer that is due could not be sent is closed.
 */
final class HandlerCalls {

	private final Link link;

	private final Handling handling;

	private final HandlerFailures failures;

	private volatile @Nullable Thread thread;

	/** Whether the handler has sent something; belongs to its thread. */
	private boolean sent;

	HandlerCalls(Link link, Handling handling) {
		this.link = link;
		this.handling = handling;
		this.failures = new HandlerFailures(link);
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
		HandlerTimer.Watched watched = this.handling.timer().handling(message);
		try {
			this.handling.handler().handle(this.link.duct(), message);
		}
		catch (Throwable ex) {
			due |= !this.sent && traffic.hasAnswered();
			if (due) {
				this.failures.answer(message, ex);
			}
			this.failures.log(message.size(), ex);
		}
		finally {
			message.answer().handled();
			this.handling.timer().handled(watched);
			if (message.answer().isGiven() || this.sent) {
				traffic.answered();
			}
			this.thread = null;
			if (due && !message.answer().isDeferred() && !message.answer().isGiven()
					&& !this.link.connection().isBroken()) {
				// Else later answers would go to the wrong requests.
				this.link.duct().close();
			}
			// What a handler leaves behind must not hit the next one.
			Thread.interrupted();
		}
	}

}
