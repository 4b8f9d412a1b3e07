package io.ductworks.message;

import org.jspecify.annotations.Nullable;

/**
 * Is told of each message and request that a duct sends, before and after, such as to
 * measure it and to have it carry the context of a trace. One is set by
 * {@link DuctBuilder#outgoingObserver}; several are told one after the other. A duct
 * without any pays nothing for it.
 * <p>
 * It is told of each call of {@code send}, {@code sendAll} (once for all messages),
 * {@code sendLast}, {@code request} and {@code requestAsync}, be it of a parent, a child
 * or one connection; not of the answers of handlers, nor of what the library sends by
 * itself. What is refused as wrong use of the protocol is not told. A request that goes
 * out over another connection since the first has ended is told once.
 * <p>
 * It holds up the sender, and its time counts against the time-out. So it has to be
 * thread-safe and quick, and must not block or use the duct. What it throws is logged,
 * and the message is sent all the same.
 */
@FunctionalInterface
public interface OutgoingObserver {

	/**
	 * A message or request is about to be sent. Runs on the thread that sends, before
	 * anything is encoded and before a connection is waited for.
	 * @param message what is sent; its context can be set until this method returns
	 * @return is told when it is over, or {@code null} if that does not matter
	 */
	@Nullable Observed begin(OutgoingMessage message);

	/**
	 * Is told how one message or request ended.
	 */
	@FunctionalInterface
	interface Observed {

		/**
		 * It is over: a message was accepted, a request was answered, or either failed.
		 * Runs once. For {@code send} and {@code request} on the thread that sends,
		 * before these return; for {@code requestAsync} before the future is completed,
		 * on the thread that does so: a worker, the one that asks if it fails at once, or
		 * the one that cancels it, then just after.
		 * @param outcome how it ended; one that was never sent ended as
		 * {@link RequestOutcome#TIMEOUT} if there was no room for it in time, as
		 * {@link RequestOutcome#ERROR} if it could not be encoded or was wrong use, else
		 * as {@link RequestOutcome#ABORTED}
		 * @param failure what its sender gets, {@code null} if it did not fail
		 */
		void ended(RequestOutcome outcome, @Nullable Throwable failure);

	}

}
