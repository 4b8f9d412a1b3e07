package io.ductworks.message;

import java.lang.reflect.Type;

import io.ductworks.DuctProblemException;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one message that has come, and answers it. Thread-safe.
 */
interface Replies {

	/**
	 * What messages call the connection.
	 */
	String subject();

	/**
	 * What is called.
	 * @return the method, or {@code null} where messages have none
	 */
	@Nullable String method();

	/**
	 * What is said of the trace that it belongs to.
	 * @return the value, or {@code null} if there is none of that name
	 */
	@Nullable String context(String key);

	/**
	 * Whether the sender is known to wait for an answer.
	 */
	boolean isRequest();

	/**
	 * Whether the sender of a request still waits, as far as is known.
	 */
	boolean isAwaited();

	/**
	 * Whether an answer may be given.
	 */
	boolean takesAnswer();

	/**
	 * How many bytes the user's part of the message has.
	 */
	int size();

	/**
	 * Decodes the user's part of the message.
	 */
	<T> @Nullable T decode(Type type);

	/**
	 * Decodes one member or element of the user's part of the message.
	 */
	<T> @Nullable T decode(String name, int position, Type type);

	/**
	 * Sends an answer.
	 */
	void send(@Nullable Object result);

	/**
	 * Sends a failure as the answer.
	 */
	void send(DuctProblemException problem);

	/**
	 * Warns of what its handler failed with.
	 */
	void logFailure(Throwable failure);

	/**
	 * Warns that it is for nobody, and counts it as unhandled if nobody is told.
	 * @param what what is not found
	 */
	void logNotFound(String what, boolean told);

	/**
	 * Keeps the place of an answer that comes later.
	 * @param answer the answer, which may be given up
	 */
	void defer(Abandonable answer);

	/**
	 * The deferred answer has been given, or can be given no more.
	 */
	void deferredEnded();

}
