package io.ductworks.spring.listener;

import java.util.Optional;

import io.ductworks.MessageCodecException;
import io.ductworks.spring.listener.ListenerPayload.Part;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.core.Nullness;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;

/**
 * Resolves the parameters of one listener that take one parameter of a call each, as
 * others resolve one that takes the payload. Thread-safe.
 */
final class PartArgumentResolver implements HandlerMethodArgumentResolver {

	private final ListenerEndpoint endpoint;

	private final HandlerMethodArgumentResolver payloads;

	/**
	 * Creates a resolver.
	 * @param endpoint the listener
	 * @param payloads resolves parameters that take a payload
	 */
	PartArgumentResolver(ListenerEndpoint endpoint, HandlerMethodArgumentResolver payloads) {
		this.endpoint = endpoint;
		this.payloads = payloads;
	}

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return this.endpoint.payload().parts().containsKey(parameter.getParameterIndex());
	}

	@Override
	public @Nullable Object resolveArgument(MethodParameter parameter, Message<?> message) throws Exception {
		Part part = this.endpoint.payload().parts().get(parameter.getParameterIndex());
		InboundMessage inbound = (InboundMessage) message;
		Object value = (part != null) ? decoded(part, inbound) : null;
		if (part != null && value == null && !takesNull(parameter)) {
			throw RejectedMessageException.missing(this.endpoint, part.name());
		}
		return this.payloads.resolveArgument(parameter, inbound.with(value));
	}

	private @Nullable Object decoded(Part part, InboundMessage inbound) {
		try {
			return inbound.message().parameter(part.name(), part.position(), part.type());
		}
		catch (MessageCodecException ex) {
			throw RejectedMessageException.unreadable(this.endpoint, part.name(), ex);
		}
	}

	private static boolean takesNull(MethodParameter parameter) {
		return parameter.getParameterType() == Optional.class
				|| Nullness.forMethodParameter(parameter) == Nullness.NULLABLE;
	}

}
