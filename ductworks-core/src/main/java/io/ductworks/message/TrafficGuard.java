package io.ductworks.message;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

import org.jspecify.annotations.Nullable;

/**
 * Refuses what would shift the answers of a duct. Answers bear no mark, so a duct either
 * asks or sends, and one with a handler does not ask. What a duct is used for is decided
 * anew each time that it opens. Thread-safe.
 */
final class TrafficGuard {

	private static final AtomicReferenceFieldUpdater<TrafficGuard, Use> USE = AtomicReferenceFieldUpdater
		.newUpdater(TrafficGuard.class, Use.class, "use");

	private final String subject;

	private final boolean mixed;

	private volatile Use use;

	/** Whether the handler has ever answered a message. */
	private volatile boolean answered;

	/** What a duct is used for. */
	private enum Use {

		/** Nothing was sent or asked yet. */
		NONE,

		/** It sends messages that nobody answers. */
		SENDS,

		/** It makes requests. */
		ASKS,

		/** It has a handler, which may send answers and other messages. */
		HANDLES,

		/** It has a handler that answers each message. */
		ANSWERS,

		/** Anything, since the peer is known not to answer what is sent. */
		MIXED

	}

	/**
	 * Creates a guard.
	 * @param subject what messages call the duct
	 * @param mixed whether anything is allowed
	 */
	TrafficGuard(String subject, boolean mixed) {
		this.subject = subject;
		this.mixed = mixed;
		this.use = mixed ? Use.MIXED : Use.NONE;
	}

	/**
	 * Begins anew.
	 */
	void opened(@Nullable DuctHandler handler) {
		this.answered = handler instanceof AnsweringHandler;
		if (!this.mixed) {
			this.use = (handler == null) ? Use.NONE : (handler instanceof AnsweringHandler) ? Use.ANSWERS : Use.HANDLES;
		}
	}

	/**
	 * Notes that a message is about to be sent that is no request and no answer of an
	 * answering handler.
	 * @throws IllegalStateException if the duct asks, or its handler answers
	 */
	void sending() {
		switch (become(Use.SENDS)) {
			case ASKS -> throw refused("send",
					"it has made requests: if the peer answers the message, its answer goes to the next request");
			case ANSWERS ->
				throw refused("send", "its handler answers each message: the peer takes anything else for an answer");
			case NONE, SENDS, HANDLES, MIXED -> {
			}
		}
	}

	/**
	 * Notes that a request is about to be made.
	 * @throws IllegalStateException if the duct sends, or has a handler
	 */
	void asking() {
		become(Use.ASKS);
		requireMayAsk();
	}

	/**
	 * Requires that a request may be made.
	 * @throws IllegalStateException if the duct sends, or has a handler
	 */
	void requireMayAsk() {
		switch (this.use) {
			case SENDS -> throw refused("request",
					"it has sent messages: if the peer answers one of them, that answer goes to the request");
			case HANDLES, ANSWERS ->
				throw refused("request", "it has a handler: a message of the peer cannot be told from an answer");
			case NONE, ASKS, MIXED -> {
			}
		}
	}

	private Use become(Use wanted) {
		Use use = this.use;
		if (use != Use.NONE) {
			return use;
		}
		return USE.compareAndSet(this, Use.NONE, wanted) ? wanted : this.use;
	}

	private IllegalStateException refused(String what, String why) {
		return new IllegalStateException(this.subject + ": " + what + " is refused, since " + why
				+ ". Use another duct for it, or set mixedTraffic(true) (mixed-traffic: true) if the peer "
				+ "is known not to answer what is sent");
	}

	/**
	 * Notes that the handler has answered a message.
	 */
	void answered() {
		if (!this.answered) {
			this.answered = true;
		}
	}

	/**
	 * Whether the handler has ever answered a message, so that a requester may wait for
	 * the answer to the next.
	 */
	boolean hasAnswered() {
		return this.answered;
	}

}
