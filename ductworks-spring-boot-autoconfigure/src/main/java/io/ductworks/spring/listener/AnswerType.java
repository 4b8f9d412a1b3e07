package io.ductworks.spring.listener;

import java.lang.reflect.Type;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;

import io.ductworks.spring.DuctSetupException;

import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.SendTo;

/**
 * What a method answers with.
 */
final class AnswerType {

	private AnswerType() {
	}

	/**
	 * The type of a method's result.
	 * @return the type, without type variables; {@code void} if there is no result
	 * @throws DuctSetupException if such a result cannot be sent
	 */
	static Type of(ListenerMethod method) {
		Class<?> result = method.getReturnType().getParameterType();
		if (isAsynchronous(result)) {
			throw new DuctSetupException(
					"@DuctListener method " + method.describe() + " returns " + result.getSimpleName()
							+ ", and answers go out in the order of the messages.",
					"Return the value itself; other connections are not held up meanwhile.", null);
		}
		if (Message.class.isAssignableFrom(result)) {
			throw new DuctSetupException(
					"@DuctListener method " + method.describe()
							+ " returns a Message, whose headers have no place in a frame.",
					"Return its payload.", null);
		}
		if (method.hasMethodAnnotation(SendTo.class)) {
			throw new DuctSetupException(
					"@DuctListener method " + method.describe()
							+ " is annotated with @SendTo, and its result is the answer to whoever asked.",
					"Remove @SendTo; to tell another duct, have it injected and call send.", null);
		}
		return method.type(method.getReturnType());
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

}
