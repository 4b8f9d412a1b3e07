package io.ductworks.spring.listener;

import java.util.Map;

import io.ductworks.message.MessageDuct;

import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.GenericMessage;

/**
 * A message with the connection that it came on.
 */
final class InboundMessage extends GenericMessage<Object> {

	private static final long serialVersionUID = 1L;

	private final transient MessageDuct from;

	InboundMessage(Object payload, Map<String, Object> headers, MessageDuct from) {
		super(payload, new InboundHeaders(headers));
		this.from = from;
	}

	MessageDuct from() {
		return this.from;
	}

	/**
	 * Headers without the random id and the time of Spring's own: nothing on the wire
	 * says either, and both would cost more than the rest of the message.
	 */
	private static final class InboundHeaders extends MessageHeaders {

		private static final long serialVersionUID = 1L;

		InboundHeaders(Map<String, Object> headers) {
			super(headers, ID_VALUE_NONE, -1L);
		}

	}

}
