package io.ductworks.message;

/**
 * What sends, requests and receives do while there is no connection.
 */
public enum WhenDisconnected {

	/** They fail at once with a {@link io.ductworks.NotConnectedException}. */
	FAIL,

	/** They wait for a connection, bounded by their own time-out. */
	WAIT

}
