package io.ductworks.internal.transport;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The users and groups of this machine, by name or number, and the user that this process
 * runs as. Immutable; each call asks the system.
 */
final class LocalUser implements UserLookup {

	private static final Path STATUS = Path.of("/proc/self/status");

	/** What numbers a user namespace has; in the first one it is all. */
	private static final Path USER_MAP = Path.of("/proc/self/uid_map");

	private static final Path OVERFLOW_USER = Path.of("/proc/sys/kernel/overflowuid");

	/** The number of user numbers. */
	private static final long ALL_USERS = 0xffff_ffffL;

	private static final int UNKNOWN = -1;

	/**
	 * The effective number of the user of this process.
	 * @return the number, or -1 where the system does not tell
	 */
	private static int uid() throws IOException {
		if (!Files.isReadable(STATUS)) {
			return UNKNOWN;
		}
		// The owner of the directory would be root for a program with capabilities.
		for (String line : Files.readAllLines(STATUS)) {
			if (line.startsWith("Uid:")) {
				return Integer.parseUnsignedInt(line.split("\\s+")[2]);
			}
		}
		return UNKNOWN;
	}

	@Override
	public @Nullable UserPrincipal own() throws IOException {
		int uid = uid();
		return named(System.getProperty("user.name"), (uid != UNKNOWN) ? Integer.toUnsignedString(uid) : null);
	}

	@Override
	public @Nullable UserPrincipal root() throws IOException {
		return named("root", "0");
	}

	@Override
	public @Nullable UserPrincipal unmapped() throws IOException {
		if (!Files.isReadable(USER_MAP) || mapsAll(Files.readAllLines(USER_MAP)) || !Files.isReadable(OVERFLOW_USER)) {
			return null;
		}
		return userIfFound(Files.readString(OVERFLOW_USER).trim());
	}

	/**
	 * Whether each user has a number in a namespace.
	 * @param map lines of the first number inside, the first outside, and how many
	 */
	static boolean mapsAll(List<String> map) {
		return map.stream().mapToLong((line) -> Long.parseLong(line.trim().split("\\s+")[2])).sum() >= ALL_USERS;
	}

	/**
	 * Finds a user by a number, under a name if that is the name of the number.
	 */
	private static @Nullable UserPrincipal named(String name, @Nullable String number) throws IOException {
		UserPrincipal named = userIfFound(name);
		if (number == null) {
			return named;
		}
		UserPrincipal numbered = userIfFound(number);
		return (named != null && named.equals(numbered)) ? named : numbered;
	}

	private static @Nullable UserPrincipal userIfFound(String nameOrNumber) throws IOException {
		try {
			return lookup().lookupPrincipalByName(nameOrNumber);
		}
		catch (UserPrincipalNotFoundException ex) {
			return null;
		}
	}

	/**
	 * The user of this process in words.
	 */
	static String name() throws IOException {
		int uid = uid();
		String name = System.getProperty("user.name");
		if (uid == UNKNOWN) {
			return "user " + name;
		}
		// The JDK calls a user that has no name a question mark.
		return "?".equals(name) ? "the nameless user, uid " + Integer.toUnsignedString(uid)
				: "user " + name + ", uid " + Integer.toUnsignedString(uid);
	}

	@Override
	public UserPrincipal user(String nameOrNumber) throws IOException {
		UserPrincipal user = userIfFound(nameOrNumber);
		if (user == null) {
			throw new IllegalArgumentException(
					"this machine has no user '" + nameOrNumber + "'; write a name or a number");
		}
		return user;
	}

	@Override
	public GroupPrincipal group(String nameOrNumber) throws IOException {
		try {
			return lookup().lookupPrincipalByGroupName(nameOrNumber);
		}
		catch (UserPrincipalNotFoundException ex) {
			throw new IllegalArgumentException(
					"this machine has no group '" + nameOrNumber + "'; write a name or a number", ex);
		}
	}

	private static UserPrincipalLookupService lookup() {
		return FileSystems.getDefault().getUserPrincipalLookupService();
	}

	@Override
	public boolean tellsPeers() throws IOException {
		try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
			return ExtendedOptions.tellPeers(channel);
		}
	}

}
