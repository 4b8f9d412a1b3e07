package io.ductworks.internal.connection;

import java.io.IOException;

import io.ductworks.internal.frame.FrameReader;
import org.jspecify.annotations.Nullable;

/**
 * What the reading half of a connection tells the connection, on the reader's thread.
 */
interface InputEvents {

	/**
	 * The reader is about to wait, so that nothing may be left unwritten.
	 */
	void beforeWaiting();

	/**
	 * An answer has come, and no other is due.
	 */
	void answered();

	/**
	 * Whether the next payload may be {@linkplain #received taken}. Asked and told where
	 * answers bear an id, so that only the owner can tell them from messages.
	 */
	boolean takesMore();

	/**
	 * Takes a payload, be it an answer or a message.
	 */
	void received(byte[] payload);

	/**
	 * Looks whether the first message says that the peer refuses the connection.
	 * @param message has found it
	 * @return how the connection ends, or {@code null} if it is any other message
	 */
	@Nullable End refusal(FrameReader message);

	/**
	 * The peer sends no more.
	 */
	void inputEnded(End end);

	/**
	 * The connection cannot go on.
	 */
	void broken(End end);

	/**
	 * The system gives no selector to wait with, so that the reader looks again and
	 * again.
	 */
	void cannotWait(IOException failure);

	/**
	 * What writing failed with, if it has.
	 */
	@Nullable IOException writeFailure();

}
