package io.ductworks.message;

import io.ductworks.internal.loop.SparingLog;
import io.ductworks.internal.protocol.RpcWriter;
import io.ductworks.internal.protocol.TraceContext;
import org.jspecify.annotations.Nullable;

/**
 * A message or request that is about to be sent, as an {@link OutgoingObserver} sees it.
 * For the thread that sends; all but its context may be looked at by any thread, at any
 * time.
 */
public final class OutgoingMessage {

	private final From from;

	private final @Nullable String method;

	private final boolean request;

	private TraceContext trace = TraceContext.NONE;

	OutgoingMessage(From from, @Nullable String method, boolean request) {
		this.from = from;
		this.method = method;
		this.request = request;
	}

	/**
	 * The name of the duct that sends it.
	 * @return the name, never empty
	 */
	public String duct() {
		return this.from.duct();
	}

	/**
	 * What the duct is.
	 * @return {@code parent} or {@code child}
	 */
	public String role() {
		return this.from.role();
	}

	/**
	 * What the duct runs over.
	 * @return {@code unix}, {@code tcp} or {@code inproc}
	 */
	public String transport() {
		return this.from.transport();
	}

	/**
	 * What is called, with {@link Protocol#JSON_RPC}.
	 * @return the method, or {@code null} with {@link Protocol#BARE}
	 */
	public @Nullable String method() {
		return this.method;
	}

	/**
	 * Whether its sender waits for an answer.
	 * @return {@code true} for a request, {@code false} for a message or notification
	 */
	public boolean isRequest() {
		return this.request;
	}

	/**
	 * Has it carry a part of the context of a trace in {@code _meta}, from where the
	 * other side's {@link DuctMessage#context} takes it. Carried with
	 * {@link Protocol#JSON_RPC} by parameters that are an object without a {@code _meta}
	 * of its own; otherwise, and where {@linkplain HandlingBuilder#rpcMeta that is
	 * switched off}, it is not sent. A value of more than 8 KiB is left out, with a line
	 * in the log; all are, if the message would become larger than the duct's maximal
	 * frame size.
	 * @param key {@code traceparent}, {@code tracestate} or {@code baggage}
	 * @param value the value, in place of one that was set before
	 * @throws IllegalArgumentException if the key is another one, or the value is not
	 * well-formed as UTF-16
	 */
	public void context(String key, String value) {
		TraceContext trace = this.trace.with(key, value);
		int length = RpcWriter.length(value);
		if (length > TraceContext.MAX_BYTES) {
			this.from.log()
				.warn("context-too-long",
						this.from.subject() + ": " + key + " of " + length
								+ " bytes is not sent with a message, the limit is " + TraceContext.MAX_BYTES
								+ "; the message is sent without it. Put less into the baggage of traces");
		}
		else if (this.from.carriesContext()) {
			this.trace = trace;
		}
	}

	TraceContext trace() {
		return this.trace;
	}

	/**
	 * Logs that an observer of it has failed. The sender does not notice.
	 */
	void logFailure(Object observer, Throwable failure) {
		this.from.log()
			.warn("outgoing-observer-" + failure.getClass().getName(),
					this.from.subject() + ": outgoing observer " + observer + " failed; the message was not affected",
					failure);
	}

	/**
	 * The duct that sends.
	 *
	 * @param subject what messages and log lines call it
	 * @param duct its name
	 * @param role whether it is a parent or a child
	 * @param transport what it runs over
	 * @param carriesContext whether what it sends can carry the context of a trace
	 * @param log its log
	 */
	record From(String subject, String duct, String role, String transport, boolean carriesContext, SparingLog log) {

	}

}
