package io.ductworks.message;

import java.lang.reflect.Type;

import io.ductworks.DuctProblemException;
import org.jspecify.annotations.Nullable;

/**
 * Decodes and answers the messages that come over one connection. Thread-safe.
 */
final class LinkReplies implements Replies {

	private final Link link;

	private final boolean toRequests;

	/**
	 * Creates one for a connection.
	 * @param toRequests whether each message wants an answer
	 */
	LinkReplies(Link link, boolean toRequests) {
		this.link = link;
		this.toRequests = toRequests;
	}

	@Override
	public String subject() {
		return this.link.subject();
	}

	@Override
	public boolean toRequests() {
		return this.toRequests;
	}

	@Override
	public <T> @Nullable T decode(byte[] payload, Type type) {
		return this.link.scope().payloads().decode(payload, 0, payload.length, type);
	}

	@Override
	public void send(@Nullable Object result) {
		this.link.answer(result);
	}

	@Override
	public void send(DuctProblemException problem) {
		byte[] reply = Problems.encode(problem, this.link.scope().payloads().maxFrameSize());
		this.link.sender()
			.sendEncoded(reply, reply.length, this.link.serving().isCurrentThreadWithMoreAtHand(),
					this.link.scope().sendTimeoutNanos());
	}

}
