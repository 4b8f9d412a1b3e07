package io.ductworks.internal.connection;

/**
 * What the writing half of a connection tells the connection, on the writer's thread.
 */
interface OutputEvents {

	/**
	 * The socket has no room: the writer role waits for the loop.
	 */
	void blocked();

	/**
	 * Nothing can be written any more. What the peer sent before can still be read, so
	 * that a reader finds the end.
	 */
	void writeFailed();

	/**
	 * The connection cannot go on.
	 */
	void broken(End end);

}
