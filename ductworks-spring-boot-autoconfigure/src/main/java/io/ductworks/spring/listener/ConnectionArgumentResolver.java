package io.ductworks.spring.listener;

import java.security.Principal;

import io.ductworks.message.DuctMessage;
import io.ductworks.message.MessageDuct;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;

/**
 * Resolves a parameter of type {@link MessageDuct} to the connection of the message, one
 * of type {@link DuctMessage} to the message as it came, and one of type
 * {@link Principal}, or of a subtype such as {@code X500Principal}, to the peer's user or
 * subject: {@code null} if that is not known, or of another type.
 */
final class ConnectionArgumentResolver implements HandlerMethodArgumentResolver {

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return isConnection(parameter);
	}

	static boolean isConnection(MethodParameter parameter) {
		Class<?> type = parameter.getParameterType();
		return (type == MessageDuct.class || type == DuctMessage.class || Principal.class.isAssignableFrom(type))
				&& !parameter.hasParameterAnnotation(Payload.class);
	}

	@Override
	public @Nullable Object resolveArgument(MethodParameter parameter, Message<?> message) {
		InboundMessage inbound = (InboundMessage) message;
		if (parameter.getParameterType() == DuctMessage.class) {
			return inbound.message();
		}
		MessageDuct from = inbound.from();
		if (parameter.getParameterType() == MessageDuct.class) {
			return from;
		}
		Principal peer = from.peer();
		return parameter.getParameterType().isInstance(peer) ? peer : null;
	}

}
