package io.ductworks.spring.listener;

import java.lang.reflect.Type;
import java.util.Arrays;

import io.ductworks.message.DuctMessage;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a listener before the first message comes.
 *
 * @param duct the name of the duct
 * @param route the method, or the type, of the messages that it takes; {@code null} for
 * those that no other takes
 * @param id the name of the listener
 * @param method the method that takes the messages
 * @param payload what messages are decoded to
 * @param execution how it runs
 * @param answerType what the method returns, {@code void} if nothing
 */
record ListenerEndpoint(String duct, @Nullable String route, String id, ListenerMethod method, ListenerPayload payload,
		ListenerExecution execution, Type answerType) {

	/**
	 * Reads the signature of a method.
	 */
	static ListenerEndpoint of(ListenedDuct duct, @Nullable String route, String id, ListenerMethod method,
			ListenerExecution execution) {
		return new ListenerEndpoint(duct.name(), route, id, method, PayloadParameter.of(method, duct.isRpc()),
				execution, AnswerType.of(method));
	}

	/**
	 * The same by another name.
	 */
	ListenerEndpoint withId(String id) {
		return new ListenerEndpoint(this.duct, this.route, id, this.method, this.payload, this.execution,
				this.answerType);
	}

	/**
	 * Whether the method may answer by itself, since it has the message.
	 */
	boolean mayAnswerItself() {
		return Arrays.stream(this.method.getMethodParameters())
			.anyMatch((parameter) -> parameter.getParameterType() == DuctMessage.class);
	}

	/**
	 * Whether the method has a result.
	 */
	boolean answers() {
		return this.answerType != void.class;
	}

}
