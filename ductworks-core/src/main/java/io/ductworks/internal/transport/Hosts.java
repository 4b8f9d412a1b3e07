package io.ductworks.internal.transport;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * The addresses of a host, which may change between two look-ups. Programs that know only
 * IPv4, as the original does, find {@code localhost} at 127.0.0.1 whatever the system's
 * table of hosts says, so it is always among its addresses here.
 */
final class Hosts {

	private static final String LOCALHOST = "localhost";

	private static final byte[] LOOPBACK = { 127, 0, 0, 1 };

	private Hosts() {
	}

	/** Finds the addresses of a host. */
	interface Lookup {

		InetAddress[] resolve(String host) throws UnknownHostException;

	}

	/**
	 * Where a parent listens: for {@code localhost} at 127.0.0.1, where the machine has
	 * that, otherwise at the first address.
	 * @throws UnknownHostException if there is none
	 */
	static InetAddress toBind(String host, Lookup lookup) throws UnknownHostException, SocketException {
		InetAddress loopback = loopback();
		return (LOCALHOST.equalsIgnoreCase(host) && NetworkInterface.getByInetAddress(loopback) != null) ? loopback
				: resolve(host, lookup)[0];
	}

	/**
	 * Where a child looks for its parent, one after the other: at 127.0.0.1 too for
	 * {@code localhost}.
	 * @throws UnknownHostException if the host has no address
	 */
	static List<InetAddress> toConnect(String host, Lookup lookup) throws UnknownHostException {
		List<InetAddress> addresses = new ArrayList<>(List.of(resolve(host, lookup)));
		if (LOCALHOST.equalsIgnoreCase(host) && !addresses.contains(loopback())) {
			addresses.add(loopback());
		}
		return addresses;
	}

	private static InetAddress loopback() throws UnknownHostException {
		return InetAddress.getByAddress(LOCALHOST, LOOPBACK);
	}

	private static InetAddress[] resolve(String host, Lookup lookup) throws UnknownHostException {
		try {
			return lookup.resolve(host);
		}
		catch (UnknownHostException ex) {
			// The exception of the system says the name at most.
			UnknownHostException unknown = new UnknownHostException("host '" + host + "' does not resolve");
			unknown.initCause(ex);
			throw unknown;
		}
	}

}
