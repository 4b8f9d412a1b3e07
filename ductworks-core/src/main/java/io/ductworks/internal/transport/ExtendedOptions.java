package io.ductworks.internal.transport;

import java.io.IOException;
import java.net.SocketOption;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.jspecify.annotations.Nullable;

/**
 * What sockets can do beyond the specification of Java, where the module {@code jdk.net}
 * is part of the runtime: an image made by {@code jlink} may go without. Nothing else
 * names that module. Thread-safe.
 */
final class ExtendedOptions {

	private static final boolean PRESENT = isPresent();

	/** In seconds: a peer whose host is gone is noticed within half a minute. */
	private static final int KEEPALIVE_IDLE = 15;

	private static final int KEEPALIVE_INTERVAL = 5;

	private static final int KEEPALIVE_PROBES = 3;

	/** The users that were connected so far, so that many connections share them. */
	private static final Map<Credentials, Credentials> KNOWN = new ConcurrentHashMap<>();

	private ExtendedOptions() {
	}

	/**
	 * The peer at the other end of a Unix domain socket.
	 *
	 * @param user the user
	 * @param group the user's group
	 */
	record Credentials(UserPrincipal user, GroupPrincipal group) {
	}

	private static boolean isPresent() {
		try {
			Class.forName("jdk.net.ExtendedSocketOptions");
			return true;
		}
		catch (ClassNotFoundException | LinkageError ex) {
			return false;
		}
	}

	/**
	 * Requires that the system can be asked who a peer is.
	 * @throws IOException if the runtime has no words for it
	 */
	static void requirePresent() throws IOException {
		if (!PRESENT) {
			throw new IOException("this Java runtime has no module jdk.net, so it cannot tell which user is at the "
					+ "other end of a Unix domain socket; add the module to the image (jlink --add-modules jdk.net), "
					+ "or use TCP");
		}
	}

	/**
	 * Has TCP look after a quiet connection for longer than it does by default, as far as
	 * the system can be told so.
	 */
	static void setKeepAlive(SocketChannel channel) throws IOException {
		if (PRESENT) {
			setIfSupported(channel, ExtendedSocketOptions.TCP_KEEPIDLE, KEEPALIVE_IDLE);
			setIfSupported(channel, ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEPALIVE_INTERVAL);
			setIfSupported(channel, ExtendedSocketOptions.TCP_KEEPCOUNT, KEEPALIVE_PROBES);
		}
	}

	private static void setIfSupported(SocketChannel channel, SocketOption<Integer> option, int value)
			throws IOException {
		if (channel.supportedOptions().contains(option)) {
			channel.setOption(option, value);
		}
	}

	/**
	 * The peer at the other end of a Unix domain socket.
	 * @return the user and group, or {@code null} if the system does not tell
	 */
	static @Nullable Credentials credentials(SocketChannel channel) {
		try {
			UnixDomainPrincipal peer = channel.getOption(ExtendedSocketOptions.SO_PEERCRED);
			Credentials credentials = new Credentials(peer.user(), peer.group());
			Credentials known = KNOWN.putIfAbsent(credentials, credentials);
			return (known != null) ? known : credentials;
		}
		catch (IOException | UnsupportedOperationException ex) {
			return null;
		}
	}

	/**
	 * Whether the system tells the user of the peer of a Unix domain socket.
	 */
	static boolean tellPeers(NetworkChannel channel) {
		return PRESENT && channel.supportedOptions().contains(ExtendedSocketOptions.SO_PEERCRED);
	}

}
