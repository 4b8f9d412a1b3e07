package io.ductworks.message;

import io.ductworks.DuctProblemException;
import io.ductworks.DuctworksException;
import org.jspecify.annotations.Nullable;

/**
 * Sends the answers of one connection, which bear no mark: they go out in the order of
 * their messages. Thread-safe.
 */
final class LinkReplies {

	private final Link link;

	private final HandlerSwitch handlerSwitch;

	private final boolean toRequests;

	private final ReplyOrder order;

	/** Whether nothing waits for room any more. */
	private volatile boolean closing;

	/** Whether messages were left since too many answers are waited for. */
	private volatile boolean heldUp;

	/**
	 * Creates one for a connection.
	 * @param handlerSwitch counts deferred answers
	 * @param toRequests whether each message wants an answer
	 */
	LinkReplies(Link link, HandlerSwitch handlerSwitch, boolean toRequests) {
		this.link = link;
		this.handlerSwitch = handlerSwitch;
		this.toRequests = toRequests;
		this.order = new ReplyOrder(this::sendEncoded);
	}

	Link link() {
		return this.link;
	}

	boolean toRequests() {
		return this.toRequests;
	}

	/**
	 * Whether no more messages are to be taken, since too many answers are waited for.
	 */
	boolean areFull() {
		if (!this.order.isFull()) {
			return false;
		}
		this.heldUp = true;
		// It may have got room meanwhile.
		return this.order.isFull();
	}

	/**
	 * Whether answers are still to come.
	 */
	boolean areDeferred() {
		return !this.order.isEmpty();
	}

	/**
	 * Sends an answer.
	 * @param place the place that was kept for it, {@code null} if none was
	 */
	void send(@Nullable Object result, ReplyOrder.@Nullable Place place) {
		if (this.order.isEmpty()) {
			this.link.answer(result);
		}
		else {
			sendInOrder(EncodedPayload.of(result, this.link.scope().payloads()).bytes(), place);
		}
	}

	/**
	 * Sends a failure as the answer.
	 * @param place the place that was kept for it, {@code null} if none was
	 */
	void send(DuctProblemException problem, ReplyOrder.@Nullable Place place) {
		byte[] answer = Problems.encode(problem, this.link.scope().payloads().maxFrameSize());
		if (this.order.isEmpty()) {
			sendEncoded(answer);
		}
		else {
			sendInOrder(answer, place);
		}
	}

	private void sendInOrder(byte[] answer, ReplyOrder.@Nullable Place place) {
		try {
			if (place != null) {
				this.order.complete(place, answer);
			}
			else {
				this.order.append(answer);
			}
		}
		catch (DuctworksException ex) {
			// Else later answers would go to the wrong requests.
			this.link.duct().close();
			throw ex;
		}
	}

	private void sendEncoded(byte[] answer) {
		if (this.closing) {
			this.link.sender().offer(answer);
			return;
		}
		this.link.sender()
			.sendEncoded(answer, answer.length, this.link.serving().isCurrentThreadWithMoreAtHand(),
					this.link.scope().sendTimeoutNanos());
	}

	/**
	 * Keeps a place for an answer.
	 */
	ReplyOrder.Place defer(Abandonable answer) {
		this.handlerSwitch.deferred();
		return this.order.keep(answer);
	}

	/**
	 * Tells the requesters that wait for a deferred answer that there will be none, as
	 * far as there is room: the connection is about to be closed.
	 */
	void close() {
		this.closing = true;
		DuctProblemException problem = new DuctProblemException(500, "The duct was closed before the answer came");
		for (Abandonable answer : this.order.waitedFor()) {
			if (answer.abandon(problem)) {
				answer.tellAbandoned();
			}
		}
	}

	/**
	 * A deferred answer has been given, or can be given no more.
	 */
	void deferredEnded() {
		this.handlerSwitch.deferredEnded();
		this.link.scope().traffic().answered();
		if (this.heldUp && !this.order.isFull()) {
			this.heldUp = false;
			this.link.serving().resume();
		}
	}

}
