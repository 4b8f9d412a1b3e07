package io.ductworks.transport;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Where a parent listens and a child connects. Addresses are immutable values;
 * {@link #parse(String)} and {@code toString()} are inverse to each other.
 */
public sealed interface DuctAddress {

	/**
	 * The kind of transport, as it appears in meter tags.
	 * @return {@code unix}, {@code tcp} or {@code inproc}
	 */
	String transport();

	/**
	 * Reads an address from its text.
	 * @param text {@code unix:/path}, {@code tcp://host:port} or {@code inproc:name}; an
	 * IPv6 address stands in brackets
	 * @return the address
	 * @throws IllegalArgumentException if the text is none of these, or has a control
	 * character or a placeholder like <code>${name}</code> in it; the message says what
	 * to write
	 */
	static DuctAddress parse(String text) {
		AddressText.requirePrintable(text);
		AddressText.requireNoPlaceholder(text);
		if (text.startsWith("unix:")) {
			return Unix.parse(text);
		}
		if (text.startsWith("tcp://")) {
			return Tcp.parse(text);
		}
		if (text.startsWith("inproc:")) {
			return new Inproc(text.substring("inproc:".length()));
		}
		throw new IllegalArgumentException(
				"'" + text + "' is no duct address; write unix:/path, tcp://host:port or inproc:name");
	}

	/**
	 * A Unix domain socket in the file system. Relative paths are made absolute against
	 * the working directory at creation. A parent binds in a private directory beside the
	 * path first, which takes 12 bytes more than the path's directory has.
	 *
	 * @param path the absolute path of the socket file, at most 106 bytes in UTF-8; for a
	 * parent at most 94 bytes of these may be its directory's
	 */
	record Unix(Path path) implements DuctAddress {

		/**
		 * How many bytes the path of a socket may have in UTF-8: the JDK takes 106, two
		 * less than Linux does.
		 */
		public static final int MAX_PATH_BYTES = 106;

		/**
		 * Creates the address.
		 * @param path the socket file
		 * @throws IllegalArgumentException if the path is longer than 106 bytes, or has a
		 * control character in it
		 */
		public Unix {
			path = path.toAbsolutePath().normalize();
			AddressText.requirePrintable(path.toString());
			int bytes = path.toString().getBytes(StandardCharsets.UTF_8).length;
			if (bytes > MAX_PATH_BYTES) {
				throw new IllegalArgumentException("Socket path " + path + " has " + bytes
						+ " bytes, the operating system takes " + MAX_PATH_BYTES + "; choose a shorter path");
			}
		}

		/**
		 * A fresh path below the directory for temporary files. Its directory does not
		 * exist; a parent that binds the address makes it, for this user alone.
		 * @return an address that nobody else has
		 */
		public static Unix pseudoAnonymous() {
			byte[] random = new byte[8];
			new SecureRandom().nextBytes(random);
			return new Unix(Path.of(System.getProperty("java.io.tmpdir"),
					"ductworks-" + HexFormat.of().formatHex(random), "duct.sock"));
		}

		private static Unix parse(String text) {
			String path = text.substring("unix:".length());
			if (path.isBlank()) {
				throw new IllegalArgumentException("'" + text + "' has no path; write unix:/path");
			}
			if (path.startsWith("@")) {
				throw new IllegalArgumentException("'" + text + "' would be a socket without a file, which Java does "
						+ "not know; write unix:/path, or unix:./" + path + " for a file of that name");
			}
			if (path.startsWith("~")) {
				throw new IllegalArgumentException("'" + text + "' begins with ~, which only a shell replaces; write "
						+ "unix:/path, or unix:./" + path + " for a name that begins so");
			}
			try {
				return new Unix(Path.of(path));
			}
			catch (InvalidPathException ex) {
				throw new IllegalArgumentException("'" + text + "' has no usable path: " + ex.getMessage(), ex);
			}
		}

		@Override
		public String transport() {
			return "unix";
		}

		@Override
		public String toString() {
			return "unix:" + this.path;
		}

	}

	/**
	 * A TCP endpoint. The host is resolved at every attempt, never kept.
	 *
	 * @param host a host name, an IPv4 address, or an IPv6 address without brackets
	 * @param port 0 to 65535; 0 lets a parent take any free port
	 */
	record Tcp(String host, int port) implements DuctAddress {

		/**
		 * Creates the address.
		 * @param host a name, or an IP address without brackets
		 * @param port 0 to 65535
		 * @throws IllegalArgumentException if the host is empty or has brackets or a
		 * control character in it, or the port is out of range
		 */
		public Tcp {
			AddressText.requirePrintable(host);
			if (host.isBlank()) {
				throw new IllegalArgumentException("A TCP address needs a host; write tcp://host:port");
			}
			if (host.indexOf('[') >= 0 || host.indexOf(']') >= 0) {
				throw new IllegalArgumentException(
						"Host '" + host + "' has brackets in it; write only an IPv6 address in them: tcp://[::1]:port");
			}
			if (port < 0 || port > 65535) {
				throw new IllegalArgumentException("Port " + port + " is not between 0 and 65535");
			}
		}

		private static Tcp parse(String text) {
			String rest = text.substring("tcp://".length());
			int colon = rest.endsWith("]") ? -1 : rest.lastIndexOf(':');
			String host = (colon < 0) ? rest : rest.substring(0, colon);
			if (host.startsWith("[") && host.endsWith("]")) {
				host = host.substring(1, host.length() - 1);
			}
			else if (host.indexOf(':') >= 0) {
				throw new IllegalArgumentException(
						"'" + text + "' is ambiguous; write an IPv6 address in brackets: tcp://[::1]:port");
			}
			if (colon < 0) {
				throw new IllegalArgumentException("'" + text + "' has no port; write tcp://" + rest + ":port");
			}
			try {
				return new Tcp(host, Integer.parseInt(rest.substring(colon + 1)));
			}
			catch (NumberFormatException ex) {
				throw new IllegalArgumentException("'" + text + "' has no number as port; write tcp://host:port", ex);
			}
		}

		@Override
		public String transport() {
			return "tcp";
		}

		@Override
		public String toString() {
			return "tcp://" + ((this.host.indexOf(':') >= 0) ? "[" + this.host + "]" : this.host) + ":" + this.port;
		}

	}

	/**
	 * A name inside this process; both ends must use the same class loader.
	 *
	 * @param name any text that is not blank
	 */
	record Inproc(String name) implements DuctAddress {

		/**
		 * Creates the address.
		 * @param name the name within this process
		 * @throws IllegalArgumentException if the name is blank, or has a control
		 * character in it
		 */
		public Inproc {
			AddressText.requirePrintable(name);
			if (name.isBlank()) {
				throw new IllegalArgumentException("An in-process address needs a name; write inproc:name");
			}
		}

		@Override
		public String transport() {
			return "inproc";
		}

		@Override
		public String toString() {
			return "inproc:" + this.name;
		}

	}

}
