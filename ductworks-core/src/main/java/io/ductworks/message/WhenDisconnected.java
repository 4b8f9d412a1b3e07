package io.ductworks.message;

/**
 * What sends, requests and receives do while there is no connection.
 */
public enum WhenDisconnected {

	/** They fail at once with a {@link io.ductworks.NotConnectedException}. */
	FAIL,

	/**
	 * They wait for a connection, bounded by their own time-out. Sends and requests wait
	 * no longer than until the duct has been without one for its
	 * {@linkplain DuctBuilder#disconnectedGrace grace}; after that they fail at once
	 * until there is one again. Before the duct was opened all fail at once.
	 */
	WAIT

}
