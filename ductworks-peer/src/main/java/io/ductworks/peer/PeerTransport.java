package io.ductworks.peer;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * What carries the bytes of a connection. A peer has its own for Unix domain sockets and
 * TCP; this is for others, such as TLS, with {@link DuctPeer#over(PeerTransport)}. One
 * thread may read while another writes, and any thread may end the connection, which ends
 * their waiting too.
 */
public interface PeerTransport extends Closeable {

	/**
	 * Reads what is there, and waits if that is nothing.
	 * @param into takes the bytes
	 * @param atMost how long to wait
	 * @return the number of bytes, 0 if none have come in time, -1 at the end of the
	 * stream
	 * @throws IOException if the connection broke; it is taken for a reset by the other
	 * side unless it is a {@link java.nio.channels.ClosedChannelException}
	 */
	int read(ByteBuffer into, Duration atMost) throws IOException;

	/**
	 * Writes what there is room for, and waits if there is none.
	 * @param from gives the bytes
	 * @param atMost how long to wait
	 * @return the number of bytes, 0 if there was no room in time
	 * @throws IOException if the connection broke
	 */
	int write(ByteBuffer from, Duration atMost) throws IOException;

	/**
	 * Closes the sending half.
	 * @throws IOException if the connection broke
	 */
	void closeOutput() throws IOException;

	/**
	 * Closes the connection in the least friendly way there is.
	 * @throws IOException if closing failed
	 */
	void reset() throws IOException;

}
