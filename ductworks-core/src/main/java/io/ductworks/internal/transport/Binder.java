package io.ductworks.internal.transport;

import java.io.IOException;

import io.ductworks.transport.DuctAddress;

/**
 * Binds addresses. Thread-safe.
 */
public final class Binder {

	private Binder() {
	}

	/**
	 * Binds an address. Does not wait for anything but the look-up of a host name, which
	 * is done once: what was judged is what is bound. {@code localhost} is 127.0.0.1.
	 * @param address where to listen
	 * @param backlog how many connections may wait to be accepted
	 * @param mode who may open the file of a Unix domain socket
	 * @param loopbackOnly whether a TCP address that other machines reach is refused
	 * @return the listener
	 * @throws IOException if the address is in use, refused or cannot be bound
	 * @throws IllegalArgumentException if there is no such group
	 */
	public static ByteListener bind(DuctAddress address, int backlog, SocketFileMode mode, boolean loopbackOnly)
			throws IOException {
		if (address instanceof DuctAddress.Unix unix) {
			return SocketListener.bind(unix, backlog, mode);
		}
		if (address instanceof DuctAddress.Tcp tcp) {
			return SocketListener.bind(tcp, backlog, loopbackOnly);
		}
		return InprocListener.bind((DuctAddress.Inproc) address, backlog);
	}

}
