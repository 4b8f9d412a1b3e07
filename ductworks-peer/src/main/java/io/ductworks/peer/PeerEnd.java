package io.ductworks.peer;

/**
 * How the other side has ended a connection.
 */
public enum PeerEnd {

	/**
	 * It has closed the connection, or its sending half.
	 */
	CLOSED,

	/**
	 * It has reset the connection, as an operating system also does for a socket that is
	 * closed with bytes in it that nobody has read.
	 */
	RESET

}
