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
	 * Binds an address, for the own user alone if it is a file.
	 * @param address where to listen
	 * @param backlog how many connections may wait to be accepted
	 * @return the listener
	 * @throws IOException if the address is in use or cannot be bound
	 */
	static ByteListener bind(DuctAddress address, int backlog) throws IOException {
		return bind(address, backlog, SocketFileMode.ownerOnly());
	}

	/**
	 * Binds an address.
	 * @param address where to listen
	 * @param backlog how many connections may wait to be accepted
	 * @param mode who may open the file of a Unix domain socket
	 * @return the listener
	 * @throws IOException if the address is in use or cannot be bound
	 * @throws IllegalArgumentException if there is no such group
	 */
	static ByteListener bind(DuctAddress address, int backlog, SocketFileMode mode) throws IOException {
		if (address instanceof DuctAddress.Unix unix) {
			return SocketListener.bind(unix, backlog, mode);
		}
		if (address instanceof DuctAddress.Tcp tcp) {
			return SocketListener.bind(tcp, backlog);
		}
		return InprocListener.bind((DuctAddress.Inproc) address, backlog);
	}

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
	 * @throws IOException if the operating system could not give one
	 */
	@Nullable ByteConnection accept() throws IOException;

}
