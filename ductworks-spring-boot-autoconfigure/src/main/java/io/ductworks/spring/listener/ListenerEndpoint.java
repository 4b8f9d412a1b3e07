package io.ductworks.spring.listener;

import java.lang.reflect.Type;

/**
 * What is known of a listener before the first message comes.
 *
 * @param duct the name of the duct
 * @param id the name of the listener
 * @param method the method that takes the messages
 * @param payloadType what the payload is decoded to
 * @param answerType what the method returns, {@code void} if nothing
 */
record ListenerEndpoint(String duct, String id, ListenerMethod method, Type payloadType, Type answerType) {

	/**
	 * Reads the signature of a method.
	 */
	static ListenerEndpoint of(String duct, String id, ListenerMethod method) {
		return new ListenerEndpoint(duct, id, method, PayloadParameter.type(method), AnswerType.of(method));
	}

	/**
	 * Whether the method has a result.
	 */
	boolean answers() {
		return this.answerType != void.class;
	}

}
