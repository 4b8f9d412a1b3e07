package io.ductworks.spring.listener;

import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;

import io.ductworks.message.MessageDuct;

/**
 * Resolves a parameter of type {@link MessageDuct} to the connection of the message.
 */
final class MessageDuctArgumentResolver implements HandlerMethodArgumentResolver {

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return parameter.getParameterType() == MessageDuct.class;
	}

	@Override
	public Object resolveArgument(MethodParameter parameter, Message<?> message) {
		return ((InboundMessage) message).from();
	}

}
