package io.ductworks.internal.transport;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SelectableChannel;

import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;

/**
 * A bound address that takes connections. {@link #close()} gives the address back: a
 * socket file is removed if it still is the one that was created.
 */
public interface ByteListener extends Closeable {

	/**
	 * The address that was really bound.
	 * @return the address, with the real port where 0 was asked for
	 */
	DuctAddress address();

	/**
	 * The channel that {@link #acceptOperation()} is to be selected on.
	 * @return a channel in non-blocking mode
	 */
	SelectableChannel acceptable();

	/**
	 * The selector operation which says that a connection waits.
	 * @return a bit of {@link java.nio.channels.SelectionKey}
	 */
	int acceptOperation();

	/**
	 * Whether the address still leads here: the file of a Unix domain socket can be
	 * removed by others. Looks at the file.
	 * @return whether children find this listener
	 */
	boolean isInPlace();

	/**
	 * Takes the next waiting connection.
	 * @return the connection, or {@code null} if none waits
	 * @throws ChildLostException if there was one that cannot be used, such as a socket
	 * that was reset meanwhile; it is closed, and the next can be accepted at once
	 * @throws java.nio.channels.ClosedChannelException if the listener is closed
	 * @throws IOException if the operating system could not give one
	 */
	@Nullable ByteConnection accept() throws IOException;

}
