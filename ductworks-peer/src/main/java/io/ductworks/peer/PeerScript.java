package io.ductworks.peer;

/**
 * What a peer does on a connection. It runs on a thread of its own, once for each
 * connection, and for several at the same time if they are there at the same time.
 */
@FunctionalInterface
public interface PeerScript {

	/**
	 * Runs the script. The connection stays open when it returns, and is closed when it
	 * fails.
	 * @param connection the connection, which tells its number: the first one has 1
	 * @throws Exception to fail, as an {@link AssertionError} does; see
	 * {@link DuctPeer#verify()}
	 */
	void run(PeerConnection connection) throws Exception;

}
