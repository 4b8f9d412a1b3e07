package io.ductworks.spring.listener;

import org.jspecify.annotations.Nullable;

/**
 * Stands around the invocations of all {@link DuctListener} methods, as does any bean of
 * this type, in their order. It runs on the thread of the invocation, so that what it
 * binds to the thread is there while the message is decoded and validated and while the
 * method runs. A message that no listener takes is not intercepted, nor is one whose
 * listener does not run.
 * <p>
 * Where it stands depends on its order, that of {@link org.springframework.core.Ordered}
 * or {@link org.springframework.core.annotation.Order @Order}:
 * <ul>
 * <li>one below {@link #FAILURE_HANDLING_ORDER} stands around all that is done for a
 * message. {@code proceed()} gives the answer, or throws what the requester is told of:
 * retries, {@link DuctRecoverer} and exception handlers come before. That suits contexts,
 * traces and meters;</li>
 * <li>others, and so those without an order, stand around each attempt. {@code proceed()}
 * gives the result of the method, or throws what it throws. That suits transactions, and
 * retries of one's own.</li>
 * </ul>
 * It must be thread-safe. What it throws is a failure like those of the method.
 */
@FunctionalInterface
public interface DuctListenerInterceptor {

	/**
	 * The order of all that follows a failure: an interceptor with a lower one stands
	 * around it, others inside of it.
	 */
	int FAILURE_HANDLING_ORDER = 0;

	/**
	 * A listener was found. Told once of each, before its first invocation. Does nothing
	 * by default.
	 * @param listener the listener
	 */
	default void registered(RegisteredListener listener) {
	}

	/**
	 * A listener was {@linkplain DuctListenerRegistry#unregister unregistered} while the
	 * application runs. Its last invocations may still be under way. Does nothing by
	 * default.
	 * @param listener the listener
	 */
	default void unregistered(RegisteredListener listener) {
	}

	/**
	 * Is called in place of the invocation, and usually
	 * {@linkplain ListenerInvocation#proceed() goes on} with it.
	 * @param invocation the invocation
	 * @return what is answered if the message takes an answer, usually what
	 * {@code proceed()} has returned
	 * @throws Exception if it fails, usually with what {@code proceed()} has thrown
	 */
	@Nullable Object around(ListenerInvocation invocation) throws Exception;

}
