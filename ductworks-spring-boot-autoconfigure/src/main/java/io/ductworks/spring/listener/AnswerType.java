package io.ductworks.spring.listener;

import java.lang.reflect.Type;

import io.ductworks.spring.DuctSetupException;

import org.springframework.core.ResolvableType;
import org.springframework.messaging.handler.annotation.SendTo;

/**
 * What a method answers with.
 */
final class AnswerType {

	private AnswerType() {
	}

	/**
	 * The type of a method's result, be it given later.
	 * @return the type, without type variables; {@code void} if there is no result
	 * @throws DuctSetupException if such a result cannot be sent
	 */
	static Type of(ListenerMethod method) {
		Type answer = method.type(method.getReturnType());
		if (LaterResult.isGivenBy(method.getReturnType().getParameterType())) {
			answer = LaterResult.type(answer);
		}
		Class<?> result = ResolvableType.forType(answer).toClass();
		WrappedResult wrapped = WrappedResult.of(result);
		if (wrapped != null) {
			throw new DuctSetupException(
					method.declared() + " returns a " + result.getSimpleName() + ", and " + wrapped.why() + ".",
					wrapped.remedy(), null);
		}
		if (method.hasMethodAnnotation(SendTo.class)) {
			throw new DuctSetupException(
					method.declared() + " is annotated with @SendTo, and its result is the answer to whoever asked.",
					"Remove @SendTo; to tell another duct, have it injected and call send.", null);
		}
		return answer;
	}

}
