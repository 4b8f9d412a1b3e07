package io.ductworks.spring.listener;

import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import io.ductworks.spring.DuctSetupException;

import org.springframework.core.GenericTypeResolver;
import org.springframework.core.MethodParameter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.validation.annotation.ValidationAnnotationUtils;

/**
 * What the signature of a listener method says.
 *
 * @param duct the name of the duct
 * @param id the name of the listener
 * @param bean the bean that has the method
 * @param method the method
 * @param payloadType what the payload is decoded to
 * @param replies whether the method has a result
 */
record ListenerMethod(String duct, String id, Object bean, Method method, Type payloadType, boolean replies) {

	static ListenerMethod of(String duct, String id, Object bean, Class<?> beanType, Method method) {
		Class<?> result = method.getReturnType();
		if (isAsynchronous(result)) {
			throw new DuctSetupException(
					"@DuctListener method " + describe(method) + " returns " + result.getSimpleName()
							+ ", and answers go out in the order of the messages.",
					"Return the value itself; other connections are not held up meanwhile.", null);
		}
		return new ListenerMethod(duct, id, bean, method, payloadType(method, beanType), result != void.class);
	}

	/**
	 * Spring's registry knows no type at all where Reactive Streams are not on the class
	 * path.
	 */
	private static boolean isAsynchronous(Class<?> result) {
		return Future.class.isAssignableFrom(result) || CompletionStage.class.isAssignableFrom(result)
				|| Flow.Publisher.class.isAssignableFrom(result)
				|| ReactiveAdapterRegistry.getSharedInstance().getAdapter(result) != null;
	}

	private static Type payloadType(Method method, Class<?> beanType) {
		List<MethodParameter> parameters = IntStream.range(0, method.getParameterCount())
			.mapToObj((index) -> new MethodParameter(method, index).withContainingClass(beanType))
			.toList();
		List<MethodParameter> payloads = parameters.stream().filter(ListenerMethod::isPayload).toList();
		if (payloads.size() > 1) {
			throw new DuctSetupException(
					"@DuctListener method " + describe(method) + " has " + payloads.size()
							+ " parameters that could take the payload, a message has one.",
					"Keep one of them; others may be MessageDuct, Principal, Message, or annotated with @Header or @Headers.",
					null);
		}
		return payloads.stream()
			.findFirst()
			.or(() -> parameters.stream().filter(ListenerMethod::isMessage).findFirst())
			.map((parameter) -> unwrap(GenericTypeResolver.resolveType(parameter.getGenericParameterType(), beanType)))
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
	 * arguments.
	 */
	static boolean isValidated(Method method) {
		return Arrays.stream(method.getParameterAnnotations())
			.flatMap(Arrays::stream)
			.anyMatch((annotation) -> ValidationAnnotationUtils.determineValidationHints(annotation) != null);
	}

	static String describe(Method method) {
		return method.getDeclaringClass().getName() + "." + method.getName();
	}

	Map<String, Object> headers(int size) {
		return Map.of(DuctHeaders.DUCT, this.duct, DuctHeaders.SIZE, size);
	}

}
