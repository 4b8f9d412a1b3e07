package io.ductworks.spring.listener;

import io.ductworks.message.DuctMessage;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for {@link DuctListener} methods that have failed, as does a bean of this
 * type: it answers in their place, or keeps the message somewhere. It is called after the
 * last attempt, before exception handlers, and not for what is never retried: messages
 * that cannot be read or are not valid, and problems of a status below 500. It must be
 * thread-safe.
 */
@FunctionalInterface
public interface DuctRecoverer {

	/**
	 * Recovers from a failure. Called on the thread of the invocation, or on the one that
	 * gives a result that comes later.
	 * @param listener the listener that has failed
	 * @param message the message that it has failed on
	 * @param failure what it has failed with last
	 * @return the answer, if one is due
	 * @throws Exception what is the failure from now on; to let it be, the one that was
	 * handed in
	 */
	@Nullable Object recover(RegisteredListener listener, DuctMessage message, Exception failure) throws Exception;

}
