package io.ductworks.spring.listener;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;

import io.ductworks.message.DuctMessage;
import io.ductworks.message.MessageDuct;
import io.ductworks.spring.DuctSetupException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.support.MessageHeaderAccessor;
import org.springframework.validation.Errors;

/**
 * Which parameter of a method takes the payload.
 */
final class PayloadParameter {

	private PayloadParameter() {
	}

	/**
	 * What the payload is decoded to.
	 * @return the type of the parameter, {@code Object} if there is none
	 * @throws DuctSetupException if there are several, or one that can take nothing
	 */
	static Type type(ListenerMethod method) {
		List<MethodParameter> parameters = List.of(method.getMethodParameters());
		parameters.forEach((parameter) -> requireSupported(method, parameter));
		List<MethodParameter> payloads = parameters.stream().filter(PayloadParameter::isPayload).toList();
		if (payloads.size() > 1) {
			throw new DuctSetupException(
					"@DuctListener method " + method.describe() + " has " + payloads.size()
							+ " parameters that could take the payload, a message has one.",
					"Keep one of them; others may be MessageDuct, Principal, Message, or annotated with @Header or @Headers.",
					null);
		}
		return payloads.stream()
			.findFirst()
			.or(() -> parameters.stream().filter(PayloadParameter::isMessage).findFirst())
			.map((parameter) -> unwrap(method.type(parameter)))
			.orElse(Object.class);
	}

	/**
	 * Refuses what looks as if it were supported, and would be taken for the payload.
	 */
	private static void requireSupported(ListenerMethod method, MethodParameter parameter) {
		String remedy = remedy(parameter.getParameterType());
		if (remedy != null) {
			throw new DuctSetupException(
					"@DuctListener method " + method.describe() + " has a parameter of type "
							+ parameter.getParameterType().getSimpleName() + ", for which there is no argument.",
					remedy, null);
		}
	}

	private static @Nullable String remedy(Class<?> type) {
		if (MessageDuct.class.isAssignableFrom(type) && type != MessageDuct.class) {
			return "Declare it as MessageDuct, which is the connection that the message came on, or have the bean of the "
					+ "duct injected.";
		}
		if (MessageHeaderAccessor.class.isAssignableFrom(type) && type != MessageHeaderAccessor.class) {
			return "Declare it as MessageHeaderAccessor, or as MessageHeaders.";
		}
		if (Message.class.isAssignableFrom(type) && !type.isAssignableFrom(InboundMessage.class)) {
			return "Declare it as Message.";
		}
		if (type == DuctMessage.class) {
			return "Declare it as what the payload is to be decoded to; a MessageDuct may stand beside it.";
		}
		return Errors.class.isAssignableFrom(type)
				? "Remove it: a message that is not valid is answered with status 400, and not handed in." : null;
	}

	private static boolean isPayload(MethodParameter parameter) {
		if (parameter.hasParameterAnnotation(Payload.class)) {
			return true;
		}
		Class<?> type = parameter.getParameterType();
		return !parameter.hasParameterAnnotation(Header.class) && !parameter.hasParameterAnnotation(Headers.class)
				&& !isMessage(parameter) && type != MessageHeaders.class && type != MessageHeaderAccessor.class
				&& !ConnectionArgumentResolver.isConnection(parameter);
	}

	private static boolean isMessage(MethodParameter parameter) {
		return Message.class.isAssignableFrom(parameter.getParameterType());
	}

	/**
	 * The type inside of {@code Optional<T>} and {@code Message<T>}.
	 */
	private static Type unwrap(Type type) {
		if (type instanceof ParameterizedType generic && generic.getRawType() instanceof Class<?> raw
				&& (raw == Optional.class || Message.class.isAssignableFrom(raw))) {
			Type inner = generic.getActualTypeArguments()[0];
			return (inner instanceof Class<?> || inner instanceof ParameterizedType) ? inner : Object.class;
		}
		return (type == Message.class) ? Object.class : type;
	}

}
