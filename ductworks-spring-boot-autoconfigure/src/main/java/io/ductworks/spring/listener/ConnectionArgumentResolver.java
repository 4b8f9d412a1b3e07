package io.ductworks.spring.listener;

import java.security.Principal;

import io.ductworks.message.MessageDuct;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;

/**
 * Resolves a parameter of type {@link MessageDuct} to the connection of the message, and
 * one of type {@link Principal} to the peer's user or subject, {@code null} if that is
 * not known.
 */
final class ConnectionArgumentResolver implements HandlerMethodArgumentResolver {

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return isConnection(parameter.getParameterType());
	}

	static boolean isConnection(Class<?> type) {
		return type == MessageDuct.class || type == Principal.class;
	}

	@Override
	public @Nullable Object resolveArgument(MethodParameter parameter, Message<?> message) {
		MessageDuct from = ((InboundMessage) message).from();
		return (parameter.getParameterType() == Principal.class) ? from.peer() : from;
	}

}
