package io.ductworks.spring.observation;

import java.util.regex.Pattern;

import io.ductworks.message.DuctMessage;
import io.ductworks.spring.DuctLabels;
import io.ductworks.spring.listener.ListenerOutcome;
import io.ductworks.spring.listener.RegisteredListener;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import org.jspecify.annotations.Nullable;

/**
 * A message that a listener takes, as observations see it. The trace that its sender
 * belongs to is read from the message. Its outcome is set by the thread that ends the
 * invocation.
 */
public final class DuctReceiverContext extends ReceiverContext<DuctMessage> {

	private static final Pattern TRACEPARENT = Pattern
		.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");

	private final DuctLabels duct;

	private final RegisteredListener listener;

	private final DuctMessage message;

	private final boolean request;

	private volatile @Nullable ListenerOutcome outcome;

	DuctReceiverContext(DuctLabels duct, RegisteredListener listener, DuctMessage message) {
		super(DuctReceiverContext::read, message.isRequest() ? Kind.SERVER : Kind.CONSUMER);
		this.duct = duct;
		this.listener = listener;
		this.message = message;
		this.request = message.isRequest();
		setCarrier(message);
	}

	/**
	 * What is no trace is none: Brave throws when one breaks off.
	 */
	private static @Nullable String read(DuctMessage message, String key) {
		String value = message.context(key);
		boolean readable = value == null || !key.equals("traceparent") || TRACEPARENT.matcher(value).matches();
		return readable ? value : null;
	}

	/**
	 * What has come.
	 * @return the message; for the thread of the listener
	 */
	public DuctMessage message() {
		return this.message;
	}

	/**
	 * The duct that the message came over.
	 * @return its labels
	 */
	public DuctLabels duct() {
		return this.duct;
	}

	/**
	 * The listener that takes it.
	 * @return the listener
	 */
	public RegisteredListener listener() {
		return this.listener;
	}

	/**
	 * Whether its sender waits for an answer.
	 * @return {@code true} for a request, {@code false} for a message or notification
	 */
	public boolean isRequest() {
		return this.request;
	}

	/**
	 * How the invocation ended.
	 * @return the outcome, or {@code null} while it goes on
	 */
	public @Nullable ListenerOutcome outcome() {
		return this.outcome;
	}

	void ended(ListenerOutcome outcome) {
		this.outcome = outcome;
	}

}
