package io.ductworks.spring.listener;

import java.lang.reflect.Type;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a listener before the first message comes.
 *
 * @param duct the name of the duct
 * @param route the method, or the type, of the messages that it takes; {@code null} for
 * those that no other takes
 * @param id the name of the listener
 * @param method the method that takes the messages
 * @param payloadType what the payload is decoded to
 * @param answerType what the method returns, {@code void} if nothing
 */
record ListenerEndpoint(String duct, @Nullable String route, String id, ListenerMethod method, Type payloadType,
		Type answerType) {

	/**
	 * Reads the signature of a method.
	 */
	static ListenerEndpoint of(String duct, @Nullable String route, String id, ListenerMethod method) {
		return new ListenerEndpoint(duct, route, id, method, PayloadParameter.type(method), AnswerType.of(method));
	}

	/**
	 * The same by another name.
	 */
	ListenerEndpoint withId(String id) {
		return new ListenerEndpoint(this.duct, this.route, id, this.method, this.payloadType, this.answerType);
	}

	/**
	 * Whether the method has a result.
	 */
	boolean answers() {
		return this.answerType != void.class;
	}

}
