package io.ductworks.spring.listener;

import java.lang.annotation.Annotation;
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

import io.ductworks.message.TypedPayload;
import io.ductworks.spring.DuctSetupException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.GenericTypeResolver;
import org.springframework.core.MethodParameter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.validation.annotation.ValidationAnnotationUtils;

/**
 * What the signature of a listener method says.
 *
 * @param duct the name of the duct
 * @param id the name of the listener
 * @param bean the bean that has the method
 * @param method the method
 * @param payloadType what the payload is decoded to
 * @param answerType what the method returns, {@code void} if nothing
 */
record ListenerMethod(String duct, String id, Object bean, Method method, Type payloadType, Type answerType) {

	static ListenerMethod of(String duct, String id, Object bean, Class<?> beanType, Method method) {
		Class<?> result = method.getReturnType();
		if (isAsynchronous(result)) {
			throw new DuctSetupException(
					"@DuctListener method " + describe(method) + " returns " + result.getSimpleName()
							+ ", and answers go out in the order of the messages.",
					"Return the value itself; other connections are not held up meanwhile.", null);
		}
		if (Message.class.isAssignableFrom(result)) {
			throw new DuctSetupException(
					"@DuctListener method " + describe(method)
							+ " returns a Message, whose headers have no place in a frame.",
					"Return its payload.", null);
		}
		if (AnnotatedElementUtils.hasAnnotation(method, SendTo.class)) {
			throw new DuctSetupException(
					"@DuctListener method " + describe(method)
							+ " is annotated with @SendTo, and its result is the answer to whoever asked.",
					"Remove @SendTo; to tell another duct, have it injected and call send.", null);
		}
		Type answer = GenericTypeResolver.resolveType(method.getGenericReturnType(), beanType);
		return new ListenerMethod(duct, id, bean, method, payloadType(method, beanType), answer);
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

	static String describe(Method method) {
		return method.getDeclaringClass().getName() + "." + method.getName();
	}

	/**
	 * Whether the method has a result.
	 */
	boolean replies() {
		return this.answerType != void.class;
	}

	/**
	 * What is sent as the answer: the declared type may say more than the value does, as
	 * the elements of a list do whose class is written with them.
	 */
	@Nullable Object answer(@Nullable Object result) {
		return (result != null && this.answerType instanceof ParameterizedType)
				? TypedPayload.of(result, this.answerType) : result;
	}

	Map<String, Object> headers(int size) {
		return Map.of(DuctHeaders.DUCT, this.duct, DuctHeaders.SIZE, size);
	}

}
