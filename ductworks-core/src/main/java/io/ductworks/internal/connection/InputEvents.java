package io.ductworks.internal.connection;

import java.io.IOException;

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
