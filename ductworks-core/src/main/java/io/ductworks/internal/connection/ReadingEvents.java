package io.ductworks.internal.connection;

/**
 * What a thread that gives the turn to read back tells the connection.
 */
interface ReadingEvents {

	/**
	 * A message may be there that no caller waits for.
	 * @return whether another thread takes it and reads on
	 */
	boolean messageReady();

	/**
	 * The connection has ended, and all that came over it has been taken.
	 */
	void drained();

}
