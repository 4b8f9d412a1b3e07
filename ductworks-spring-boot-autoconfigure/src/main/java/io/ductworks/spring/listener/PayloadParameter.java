package io.ductworks.spring.listener;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import io.ductworks.spring.DuctSetupException;

import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.validation.annotation.ValidationAnnotationUtils;

/**
 * Which parameter of a method takes the payload.
 */
final class PayloadParameter {

	private PayloadParameter() {
	}

	/**
	 * What the payload is decoded to.
	 * @return the type of the parameter, {@code Object} if there is none
	 * @throws DuctSetupException if there are several
	 */
	static Type type(ListenerMethod method) {
		List<MethodParameter> parameters = List.of(method.getMethodParameters());
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

	private static boolean isPayload(MethodParameter parameter) {
		if (parameter.hasParameterAnnotation(Payload.class)) {
			return true;
		}
		Class<?> type = parameter.getParameterType();
		return !parameter.hasParameterAnnotation(Header.class) && !parameter.hasParameterAnnotation(Headers.class)
				&& !isMessage(parameter) && !MessageHeaders.class.isAssignableFrom(type)
				&& !ConnectionArgumentResolver.isConnection(type);
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

	/**
	 * Whether a parameter is to be validated, by the same rule as Spring's resolvers of
	 * arguments, or has constraints of its own.
	 */
	static boolean isValidated(Method method) {
		return Arrays.stream(method.getParameterAnnotations())
			.flatMap(Arrays::stream)
			.anyMatch((annotation) -> ValidationAnnotationUtils.determineValidationHints(annotation) != null
					|| isConstraint(annotation));
	}

	/**
	 * By name, since Jakarta Validation need not be there.
	 */
	private static boolean isConstraint(Annotation annotation) {
		return Arrays.stream(annotation.annotationType().getAnnotations())
			.anyMatch((meta) -> meta.annotationType().getName().equals("jakarta.validation.Constraint"));
	}

}
