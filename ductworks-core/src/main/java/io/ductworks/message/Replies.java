package io.ductworks.message;

import java.lang.reflect.Type;

import io.ductworks.DuctProblemException;
import org.jspecify.annotations.Nullable;

/**
 * Decodes and answers the messages that come over one connection. Thread-safe.
 */
interface Replies {

	/**
	 * What messages call the connection.
	 */
	String subject();

	/**
	 * Whether each message wants an answer.
	 */
	boolean toRequests();

	<T> @Nullable T decode(byte[] payload, Type type);

	/**
	 * Sends an answer.
	 */
	void send(@Nullable Object result);

	/**
	 * Sends a failure as the answer.
	 */
	void send(DuctProblemException problem);

}
