package io.ductworks.message;

import java.lang.reflect.Type;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import io.ductworks.DuctProblemException;
import io.ductworks.RemoteHandlerException;
import org.jspecify.annotations.Nullable;

/**
 * Decodes and answers the messages that come over one connection. Thread-safe.
 */
final class LinkReplies implements Replies {

	private final Supplier<String> subject;

	private final DuctScope scope;

	private final Sender sender;

	private final BooleanSupplier moreFollows;

	private final boolean toRequests;

	/**
	 * Creates one for a connection.
	 * @param subject what messages call the connection
	 * @param moreFollows whether the calling thread is about to send again
	 * @param toRequests whether each message wants an answer
	 */
	LinkReplies(Supplier<String> subject, DuctScope scope, Sender sender, BooleanSupplier moreFollows,
			boolean toRequests) {
		this.subject = subject;
		this.scope = scope;
		this.sender = sender;
		this.moreFollows = moreFollows;
		this.toRequests = toRequests;
	}

	@Override
	public String subject() {
		return this.subject.get();
	}

	@Override
	public boolean toRequests() {
		return this.toRequests;
	}

	@Override
	public <T> @Nullable T decode(byte[] payload, Type type) {
		return this.scope.payloads().decode(payload, 0, payload.length, type);
	}

	@Override
	public @Nullable RemoteHandlerException problem(byte[] payload) {
		return Problems.decode(this.subject, payload);
	}

	@Override
	public void send(@Nullable Object result) {
		this.sender.send(result, this.moreFollows.getAsBoolean(), this.scope.sendTimeoutNanos());
	}

	@Override
	public void send(DuctProblemException problem) {
		byte[] reply = Problems.encode(problem, this.scope.payloads().maxFrameSize());
		this.sender.sendEncoded(reply, reply.length, this.moreFollows.getAsBoolean(), this.scope.sendTimeoutNanos());
	}

}
