package io.ductworks.spring.listener;

import java.util.HashMap;
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

	private InboundMessage(@Nullable Object payload, Map<String, Object> headers, MessageDuct from,
			DuctMessage message) {
		super((payload != null) ? payload : NullPayload.INSTANCE, new InboundHeaders(headers));
		this.from = from;
		this.message = message;
	}

	/**
	 * A message of a duct, with its headers.
	 * @param duct the name of the duct
	 * @param payload what it was decoded to
	 */
	static InboundMessage of(String duct, @Nullable Object payload, MessageDuct from, DuctMessage message) {
		Map<String, Object> headers = new HashMap<>();
		headers.put(DuctHeaders.DUCT, duct);
		headers.put(DuctHeaders.SIZE, message.size());
		String method = message.method();
		if (method != null) {
			headers.put(DuctHeaders.METHOD, method);
		}
		return new InboundMessage(payload, headers, from, message);
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
