package io.ductworks.spring.listener;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.ductworks.MessageCodecException;
import io.ductworks.message.DuctMessage;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.TypedPayload;
import io.ductworks.spring.DuctSetupException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolverComposite;
import org.springframework.messaging.handler.invocation.InvocableHandlerMethod;

/**
 * A method that handles exceptions of listeners. Thread-safe.
 */
final class ExceptionHandlerMethod {

	static final String ANNOTATION = "@MessageExceptionHandler";

	private final ListenerMethod method;

	private final Type answerType;

	private final Arguments arguments;

	private ExceptionHandlerMethod(ListenerMethod method, Type answerType, Arguments arguments) {
		this.method = method;
		this.answerType = answerType;
		this.arguments = arguments;
	}

	/**
	 * Reads the signature of a method.
	 * @throws DuctSetupException if there is no argument for one of its parameters, or
	 * its result is no answer
	 */
	static ExceptionHandlerMethod of(ListenerMethod method, MessageExceptionHandler annotation,
			HandlerMethodArgumentResolverComposite resolvers) {
		Arrays.stream(method.getMethodParameters()).forEach((parameter) -> requireSupported(method, parameter));
		requireOneException(method, annotation);
		Type answerType = AnswerType.of(method);
		if (LaterResult.isGivenBy(method.getReturnType().getParameterType())) {
			throw new DuctSetupException(
					method.declared() + " gives its result later, and what handles an exception answers at once.",
					"Return the value itself.", null);
		}
		return new ExceptionHandlerMethod(method, answerType, new Arguments(method, resolvers));
	}

	private static void requireSupported(ListenerMethod method, MethodParameter parameter) {
		boolean supported = isException(parameter) || ConnectionArgumentResolver.isConnection(parameter)
				|| PayloadParameter.isOfMessage(parameter);
		if (!supported) {
			throw new DuctSetupException(
					method.declared() + " has a parameter of type " + parameter.getParameterType().getSimpleName()
							+ ", for which there is no argument.",
					"It may have the exception, DuctMessage, MessageDuct, Principal, Message, and headers with @Header "
							+ "or @Headers. DuctMessage decodes the payload.",
					null);
		}
	}

	/**
	 * The exception that is handed in is the one that the method is called for.
	 */
	private static void requireOneException(ListenerMethod method, MessageExceptionHandler annotation) {
		List<MethodParameter> exceptions = Arrays.stream(method.getMethodParameters())
			.filter(ExceptionHandlerMethod::isException)
			.toList();
		if (exceptions.size() > 1) {
			throw new DuctSetupException(
					method.declared() + " has " + exceptions.size()
							+ " parameters for an exception, and is called for one.",
					"Keep one of them; it has its cause by getCause().", null);
		}
		if (exceptions.isEmpty() && annotation.value().length == 0) {
			throw new DuctSetupException(method.declared() + " says for no exception that it handles it.",
					"Take the exception as a parameter, or name its class at the annotation.", null);
		}
		for (MethodParameter parameter : exceptions) {
			for (Class<? extends Throwable> type : annotation.value()) {
				if (!parameter.getParameterType().isAssignableFrom(type)) {
					throw new DuctSetupException(
							method.declared() + " handles a " + type.getName() + ", which its parameter of type "
									+ parameter.getParameterType().getName() + " cannot take.",
							"Let the parameter be of a class that all exceptions of the annotation have in common.",
							null);
				}
			}
		}
	}

	private static boolean isException(MethodParameter parameter) {
		return Throwable.class.isAssignableFrom(parameter.getParameterType());
	}

	ListenerMethod method() {
		return this.method;
	}

	/**
	 * What it answers with, {@code void} if nothing.
	 */
	Type answerType() {
		return this.answerType;
	}

	/**
	 * Whether it has the message as it came.
	 */
	boolean takesTheMessage() {
		return takes(DuctMessage.class);
	}

	private boolean takes(Class<?> type) {
		return Arrays.stream(this.method.getMethodParameters())
			.anyMatch((parameter) -> type.isAssignableFrom(parameter.getParameterType()));
	}

	/**
	 * Invokes the method.
	 * @param duct the name of the duct
	 * @return the answer
	 * @throws Exception what it throws
	 */
	@Nullable Object invoke(String duct, MessageDuct from, DuctMessage message, Exception failure) throws Exception {
		Object payload = takes(Message.class) ? payload(message) : null;
		Object result = this.method.invoke(this.arguments.of(InboundMessage.of(duct, payload, from, message), failure));
		return (result != null && this.answerType instanceof ParameterizedType)
				? TypedPayload.of(result, this.answerType) : result;
	}

	/**
	 * It may be what could not be read.
	 */
	private static @Nullable Object payload(DuctMessage message) {
		try {
			return message.as(Object.class);
		}
		catch (MessageCodecException ex) {
			return null;
		}
	}

	/**
	 * What messages for people call it.
	 */
	String describe() {
		return this.method.describe();
	}

	/**
	 * The half of Spring's invocation of a method that finds the arguments.
	 */
	private static final class Arguments extends InvocableHandlerMethod {

		Arguments(ListenerMethod method, HandlerMethodArgumentResolverComposite resolvers) {
			super(method);
			setMessageMethodArgumentResolvers(resolvers);
		}

		/**
		 * The exception may be one that another has as its cause.
		 */
		@Nullable Object[] of(InboundMessage message, Exception failure) throws Exception {
			List<Throwable> causes = new ArrayList<>();
			Throwable cause = failure;
			while (cause != null && !causes.contains(cause)) {
				causes.add(cause);
				cause = cause.getCause();
			}
			return getMethodArgumentValues(message, causes.toArray());
		}

	}

}
