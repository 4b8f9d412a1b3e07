package io.ductworks.spring.listener;

import java.util.function.BiConsumer;

import io.ductworks.message.DuctMessage;
import io.ductworks.message.MessageDuct;
import org.jspecify.annotations.Nullable;

/**
 * The invocation of a listener with one message, as an interceptor sees it. For the
 * thread that the interceptor was called on, until it returns.
 */
public interface ListenerInvocation {

	/**
	 * The listener.
	 * @return the listener that takes the message
	 */
	RegisteredListener listener();

	/**
	 * Where the message came from.
	 * @return the connection
	 */
	MessageDuct connection();

	/**
	 * The message as it came. The answer is what the interceptor returns; what it answers
	 * by this itself counts as not replied.
	 * @return the message
	 */
	DuctMessage message();

	/**
	 * Goes on: with the next interceptor, else decodes and validates the message and
	 * calls the method. May be called again, as a retry does: each call does all of it
	 * anew.
	 * @return the result; a {@link java.util.concurrent.CompletableFuture} if the method
	 * gives it later, be it as a {@code Mono}
	 * @throws Exception if it fails. A message that cannot be read or is not valid is a
	 * {@link io.ductworks.DuctProblemException} of status 400
	 */
	@Nullable Object proceed() throws Exception;

	/**
	 * Sets what is told, once, when the invocation has ended and the answer, if one is
	 * due, was sent or could not be: on this thread after the interceptors, or later on
	 * the thread that gives a result that comes later. It must be quick. Those that were
	 * set last are told first.
	 * @param told is told how it ended, and what it failed with: what the requester is
	 * told of, or why the answer could not be sent. That is {@code null} with
	 * {@link ListenerOutcome#SUCCESS}, and with {@link ListenerOutcome#UNREPLIED} if
	 * nobody waited any more
	 */
	void onEnded(BiConsumer<ListenerOutcome, @Nullable Throwable> told);

}
