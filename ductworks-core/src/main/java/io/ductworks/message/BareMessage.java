package io.ductworks.message;

import java.lang.reflect.Type;

import io.ductworks.DuctProblemException;
import io.ductworks.internal.protocol.Part;
import io.ductworks.internal.protocol.RpcParts;
import org.jspecify.annotations.Nullable;

/**
 * A message whose payload is all of it. Thread-safe.
 */
final class BareMessage implements Replies {

	private final byte[] payload;

	private final LinkReplies replies;

	/** The place of a deferred answer among the others. */
	private volatile ReplyOrder.@Nullable Place place;

	BareMessage(byte[] payload, LinkReplies replies) {
		this.payload = payload;
		this.replies = replies;
	}

	@Override
	public String subject() {
		return link().subject();
	}

	private Link link() {
		return this.replies.link();
	}

	@Override
	public @Nullable String method() {
		return null;
	}

	@Override
	public @Nullable String context(String key) {
		return null;
	}

	@Override
	public boolean isRequest() {
		return this.replies.toRequests();
	}

	@Override
	public boolean isAwaited() {
		return isRequest() && link().isOpen();
	}

	@Override
	public boolean takesAnswer() {
		return true;
	}

	@Override
	public int size() {
		return this.payload.length;
	}

	@Override
	public <T> @Nullable T decode(Type type) {
		return link().scope().payloads().decode(this.payload, 0, this.payload.length, type);
	}

	@Override
	public <T> @Nullable T decode(String name, int position, Type type) {
		Part part = RpcParts.parameter(this.payload, new Part(0, this.payload.length), name, position);
		return link().scope().payloads().decodePart(this.payload, part, type);
	}

	@Override
	public void send(@Nullable Object result) {
		this.replies.send(result, this.place);
	}

	@Override
	public void send(DuctProblemException problem) {
		this.replies.send(problem, this.place);
	}

	@Override
	public void logFailure(Throwable failure) {
		new HandlerFailures(link()).log(size(), failure);
	}

	@Override
	public void logNotFound(String what, boolean told) {
		new HandlerFailures(link()).logNotFound(size(), what, told);
	}

	@Override
	public void defer(Abandonable answer) {
		this.place = this.replies.defer(answer);
	}

	@Override
	public void deferredEnded() {
		this.replies.deferredEnded();
	}

}
