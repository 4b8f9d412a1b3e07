package io.ductworks.spring.listener;

import java.util.Map;

import io.ductworks.message.DuctMessage;
import io.ductworks.message.MessageDuct;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.GenericMessage;

/**
 * A message with the connection that it came on.
 */
final class InboundMessage extends GenericMessage<Object> {

	private static final long serialVersionUID = 1L;

	private final transient MessageDuct from;

	private final transient DuctMessage message;

	/**
	 * Creates a message.
	 * @param payload what it was decoded to
	 * @param headers what there is besides
	 * @param from the connection that it came on
	 * @param message the message as it came
	 */
	InboundMessage(@Nullable Object payload, Map<String, Object> headers, MessageDuct from, DuctMessage message) {
		super((payload != null) ? payload : NullPayload.INSTANCE, new InboundHeaders(headers));
		this.from = from;
		this.message = message;
	}

	/**
	 * The same with another payload.
	 */
	InboundMessage with(@Nullable Object payload) {
		return new InboundMessage(payload, getHeaders(), this.from, this.message);
	}

	MessageDuct from() {
		return this.from;
	}

	DuctMessage message() {
		return this.message;
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
