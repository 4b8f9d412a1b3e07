package io.ductworks.message;

import java.lang.reflect.Type;

import io.ductworks.internal.connection.End;
import org.jspecify.annotations.Nullable;

/**
 * Where callers of a parent or child receive from. Thread-safe.
 */
interface Inbox {

	/** Connections that have ended and wait to be received from; more are given up. */
	int MAX_ENDED = 16;

	/**
	 * Waits until something can be received.
	 * @return false if the deadline passed first
	 * @throws io.ductworks.DuctworksException if there is no connection
	 */
	boolean poll(long deadline);

	/**
	 * Receives the next message within the duct's own time-out.
	 */
	<T> @Nullable T receive(Type type);

	/**
	 * Receives the next message until a deadline.
	 */
	<T> @Nullable T receive(Type type, long deadline);

	/**
	 * Whether there is something to be received, or a connection from which it may come.
	 * Needs the lock of {@link Availability}.
	 */
	boolean hasUnread();

	/**
	 * A connection was made.
	 */
	void connected(Link link);

	/**
	 * A message of a connection may be there.
	 */
	void messageReady(Link link);

	/**
	 * A connection has ended.
	 */
	void ended(Link link, End end);

	/**
	 * A connection has ended, and all its messages were received.
	 */
	void drained(Link link);

	/**
	 * The duct was closed: what is left is not received any more.
	 */
	void closed();

}
