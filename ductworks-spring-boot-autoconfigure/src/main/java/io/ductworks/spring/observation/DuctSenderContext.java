package io.ductworks.spring.observation;

import io.ductworks.message.OutgoingMessage;
import io.ductworks.message.RequestOutcome;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A message or request that a duct sends, as observations see it. The trace that it
 * belongs to is written into the message, as far as it can carry that. Its outcome is set
 * by the thread that ends it.
 */
public final class DuctSenderContext extends SenderContext<OutgoingMessage> {

	private static final Logger logger = LoggerFactory.getLogger(DuctSenderContext.class);

	private final OutgoingMessage message;

	private volatile @Nullable RequestOutcome outcome;

	DuctSenderContext(OutgoingMessage message) {
		super(DuctSenderContext::carry, message.isRequest() ? Kind.CLIENT : Kind.PRODUCER);
		this.message = message;
		setCarrier(message);
	}

	private static void carry(@Nullable OutgoingMessage message, String key, String value) {
		if (message == null) {
			return;
		}
		try {
			message.context(key, value);
		}
		catch (IllegalArgumentException ex) {
			logger.debug("Duct '{}' does not carry '{}' of a trace; the message is sent without it", message.duct(),
					key, ex);
		}
	}

	/**
	 * What is sent.
	 * @return the message or request
	 */
	public OutgoingMessage message() {
		return this.message;
	}

	/**
	 * How it ended.
	 * @return the outcome, or {@code null} while it goes on
	 */
	public @Nullable RequestOutcome outcome() {
		return this.outcome;
	}

	void ended(RequestOutcome outcome) {
		this.outcome = outcome;
	}

}
