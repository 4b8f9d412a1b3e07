package io.ductworks.spring.listener;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.core.Nullness;
import org.springframework.messaging.Message;
import org.springframework.messaging.converter.MessageConverter;
import org.springframework.messaging.handler.annotation.support.PayloadMethodArgumentResolver;
import org.springframework.validation.Validator;

/**
 * Spring's payload resolver for payloads that are decoded already: blank strings and
 * empty arrays are messages like others, only {@code null} is empty, and a parameter may
 * say that it takes it.
 */
final class DuctPayloadArgumentResolver extends PayloadMethodArgumentResolver {

	DuctPayloadArgumentResolver(MessageConverter converter, @Nullable Validator validator) {
		super(converter, validator);
	}

	@Override
	public @Nullable Object resolveArgument(MethodParameter parameter, Message<?> message) throws Exception {
		if (isEmptyPayload(message.getPayload()) && parameter.getParameterType() != Optional.class
				&& Nullness.forMethodParameter(parameter) == Nullness.NULLABLE) {
			return null;
		}
		return super.resolveArgument(parameter, message);
	}

	@Override
	protected boolean isEmptyPayload(@Nullable Object payload) {
		return payload == null || payload == NullPayload.INSTANCE;
	}

}
