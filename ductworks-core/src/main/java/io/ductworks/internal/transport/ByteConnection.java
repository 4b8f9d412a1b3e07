package io.ductworks.internal.transport;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.security.Principal;

import org.jspecify.annotations.Nullable;

/**
 * One live connection as bytes. Neither reading nor writing ever blocks; a thread that
 * has to wait registers {@link #readable()} or {@link #writable()} with a selector. One
 * thread may read while another writes. A closed connection stays closed.
 */
public interface ByteConnection extends Closeable {

	/**
	 * Reads what is there.
	 * @param target takes the bytes
	 * @return the number of bytes, 0 if there are none now, -1 at the end of the stream
	 * @throws IOException if the connection broke
	 */
	int read(ByteBuffer target) throws IOException;

	/**
	 * Writes what there is room for. Bytes that were not taken are offered again before
	 * any others: all of them, or 64 KiB at least.
	 * @param source gives the bytes
	 * @return the number of bytes, 0 if there is no room now
	 * @throws IOException if the connection broke
	 */
	int write(ByteBuffer source) throws IOException;

	/**
	 * Whether the last {@link #write} moved bytes that an earlier call had taken, though
	 * it took none of those offered: then the peer is slow, not stuck. For the thread
	 * that wrote, when the call has returned 0.
	 * @return whether bytes have left for the peer
	 */
	default boolean hasMoved() {
		return false;
	}

	/**
	 * Whether bytes may have left for the peer that no {@link #write} has reported yet.
	 * @return whether there may be such
	 */
	default boolean holdsBack() {
		return false;
	}

	/**
	 * Whether the end of the stream came with the bytes that were read last: then no
	 * selector tells of it.
	 * @return whether the next read gives -1
	 */
	default boolean isEndKnown() {
		return false;
	}

	/**
	 * Tells the peer that nothing more comes, where to close at once could lose what was
	 * written: a socket of TCP that closes with unread bytes resets the connection. Then
	 * the connection is to be read to its end before it is closed.
	 * @return whether it is; not where closing loses nothing
	 * @throws IOException if the connection broke
	 */
	default boolean closeOutput() throws IOException {
		return false;
	}

	/**
	 * The channel that is ready when bytes, or the end, can be read.
	 * @return a channel in non-blocking mode
	 */
	SelectableChannel readable();

	/**
	 * The channel that is ready when bytes can be written.
	 * @return a channel in non-blocking mode, perhaps the same as {@link #readable()}
	 */
	SelectableChannel writable();

	/**
	 * Who the peer is, as the operating system or TLS vouches for it.
	 * @return the Unix user, with TLS the X.500 subject of the certificate, or
	 * {@code null} where it is not known
	 */
	@Nullable Principal peer();

	/**
	 * The group that the peer runs as, as the operating system vouches for it.
	 * @return the Unix group, or {@code null} where it is not known
	 */
	default @Nullable Principal peerGroup() {
		return null;
	}

	/**
	 * Where the peer is, as it was known when the connection was made. Costs no call of
	 * the operating system, and stays the same after the connection has ended. To show
	 * it, use its {@code toString()}: to ask it for a host name may look one up.
	 * @return an {@link java.net.InetSocketAddress} over TCP, a
	 * {@link java.net.UnixDomainSocketAddress} over Unix domain sockets, which is often
	 * unnamed, {@code null} in-process
	 */
	default @Nullable SocketAddress remoteAddress() {
		return null;
	}

}
