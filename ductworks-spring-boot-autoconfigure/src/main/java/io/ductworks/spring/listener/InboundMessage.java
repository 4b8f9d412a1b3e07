package io.ductworks.spring.listener;

import java.util.Map;

import io.ductworks.message.MessageDuct;

import org.springframework.messaging.support.GenericMessage;

/**
 * A message with the connection that it came on.
 */
final class InboundMessage extends GenericMessage<Object> {

	private static final long serialVersionUID = 1L;

	/** Stands for the message {@code null}, which Spring's messages cannot hold. */
	static final Object NULL = new Object() {

		@Override
		public String toString() {
			return "null";
		}

	};

	private final transient MessageDuct from;

	InboundMessage(Object payload, Map<String, Object> headers, MessageDuct from) {
		super(payload, headers);
		this.from = from;
	}

	MessageDuct from() {
		return this.from;
	}

}
