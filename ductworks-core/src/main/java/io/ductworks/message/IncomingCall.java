package io.ductworks.message;

import java.lang.reflect.Type;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.ductworks.DuctProblemException;
import io.ductworks.internal.protocol.Part;
import io.ductworks.internal.protocol.RpcErrors;
import io.ductworks.internal.protocol.RpcId;
import io.ductworks.internal.protocol.RpcMessage;
import io.ductworks.internal.protocol.RpcParts;
import io.ductworks.internal.protocol.RpcWriter;
import org.jspecify.annotations.Nullable;

/**
 * A request or notification of JSON-RPC that has come. Thread-safe.
 */
final class IncomingCall implements Replies {

	private final Link link;

	private final byte[] payload;

	private final RpcMessage.Call call;

	private final long received = System.nanoTime();

	private final HandlerSwitch handlerSwitch;

	private final BiConsumer<IncomingCall, Abandonable> deferred;

	private final Consumer<IncomingCall> deferredEnded;

	/** Its place among those of its connection; belongs to {@link CallQueue}. */
	long number;

	/** Whether the requester waits no more. */
	private volatile boolean cancelled;

	/**
	 * Creates one that has just come.
	 * @param payload what has come
	 * @param call what was read of it
	 * @param handlerSwitch counts deferred answers
	 * @param deferred told when the answer is deferred
	 * @param deferredEnded told when a deferred answer has been given
	 */
	IncomingCall(Link link, byte[] payload, RpcMessage.Call call, HandlerSwitch handlerSwitch,
			BiConsumer<IncomingCall, Abandonable> deferred, Consumer<IncomingCall> deferredEnded) {
		this.link = link;
		this.payload = payload;
		this.call = call;
		this.handlerSwitch = handlerSwitch;
		this.deferred = deferred;
		this.deferredEnded = deferredEnded;
	}

	/**
	 * The id of a request.
	 * @return the id, or {@code null} for a notification
	 */
	@Nullable RpcId id() {
		return this.call.id();
	}

	int bytes() {
		return this.payload.length;
	}

	/**
	 * Whether the requester waits for it no more, as far as it has said for how long it
	 * would.
	 */
	boolean isExpired(long now) {
		long millis = this.call.meta().timeoutMillis();
		return isRequest() && millis >= 0 && now - this.received > TimeUnit.MILLISECONDS.toNanos(millis);
	}

	/**
	 * Notes that the requester waits no more.
	 */
	void cancel() {
		this.cancelled = true;
	}

	boolean isCancelled() {
		return this.cancelled;
	}

	@Override
	public String subject() {
		return this.link.subject();
	}

	@Override
	public String method() {
		return this.call.method();
	}

	@Override
	public @Nullable String context(String key) {
		return this.call.meta().context().get(key);
	}

	@Override
	public boolean isRequest() {
		return this.call.id() != null;
	}

	@Override
	public boolean isAwaited() {
		return isRequest() && !this.cancelled && this.link.isOpen() && !isExpired(System.nanoTime());
	}

	@Override
	public boolean takesAnswer() {
		return isRequest();
	}

	@Override
	public int size() {
		Part params = this.call.params();
		return (params != null) ? params.length() : 0;
	}

	@Override
	public <T> @Nullable T decode(Type type) {
		Part params = this.call.params();
		Part part = (params != null) ? RpcParams.payload(this.payload, params, type) : null;
		return this.link.scope().payloads().decodePart(this.payload, part, type);
	}

	@Override
	public <T> @Nullable T decode(String name, int position, Type type) {
		Part params = this.call.params();
		Part part = (params != null) ? RpcParts.parameter(this.payload, params, name, position) : null;
		return this.link.scope().payloads().decodePart(this.payload, part, type);
	}

	private RpcId requiredId() {
		return Objects.requireNonNull(id(), "a notification");
	}

	@Override
	public void send(@Nullable Object result) {
		this.link.answer(new RpcResult(requiredId(), result));
	}

	@Override
	public void send(DuctProblemException problem) {
		RpcId id = requiredId();
		int room = this.link.scope().payloads().maxFrameSize() - RpcWriter.errorOverhead(id);
		byte[] answer = RpcWriter.error(id, RpcErrors.encode(problem, room));
		this.link.sender().sendEncoded(answer, answer.length, false, this.link.scope().sendTimeoutNanos());
	}

	@Override
	public void logFailure(Throwable failure) {
		new HandlerFailures(this.link).log(size(), failure);
	}

	@Override
	public void logNotFound(String what, boolean told) {
		new HandlerFailures(this.link).logNotFound(size(), what, told);
	}

	@Override
	public void defer(Abandonable answer) {
		this.handlerSwitch.deferred();
		this.deferred.accept(this, answer);
	}

	@Override
	public void deferredEnded() {
		this.deferredEnded.accept(this);
	}

}
