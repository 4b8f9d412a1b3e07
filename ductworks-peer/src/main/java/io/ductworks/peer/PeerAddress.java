package io.ductworks.peer;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/**
 * Where a peer listens or connects.
 */
record PeerAddress(SocketAddress socket, String text) {

	private static final String UNIX = "unix:";

	private static final String TCP = "tcp://";

	/**
	 * Reads {@code unix:/path} or {@code tcp://host:port}.
	 */
	static PeerAddress parse(String text) {
		if (text.startsWith(UNIX) && text.length() > UNIX.length()) {
			return unix(Path.of(text.substring(UNIX.length())));
		}
		int colon = text.lastIndexOf(':');
		if (text.startsWith(TCP) && colon > TCP.length() && text.substring(colon + 1).matches("[0-9]{1,5}")) {
			return tcp(text.substring(TCP.length(), colon), Integer.parseInt(text.substring(colon + 1)));
		}
		throw new IllegalArgumentException(
				"'" + text + "' is no address of a peer; write unix:/path or tcp://host:port");
	}

	static PeerAddress unix(Path path) {
		Path absolute = path.toAbsolutePath().normalize();
		return new PeerAddress(UnixDomainSocketAddress.of(absolute), UNIX + absolute);
	}

	private static PeerAddress tcp(String host, int port) {
		return new PeerAddress(new InetSocketAddress(host, port), TCP + host + ":" + port);
	}

	/**
	 * This address with the port that the operating system has chosen.
	 */
	PeerAddress bound(SocketAddress local) {
		return (local instanceof InetSocketAddress tcp)
				? tcp(this.text.substring(TCP.length(), this.text.lastIndexOf(':')), tcp.getPort()) : this;
	}

	@Override
	public String toString() {
		return this.text;
	}

}
