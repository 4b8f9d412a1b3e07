package io.ductworks.internal.transport;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;

import org.jspecify.annotations.Nullable;

/**
 * The users and groups of this machine, by name or number, and the one that this process
 * runs as.
 */
final class LocalUser {

	private static final Path STATUS = Path.of("/proc/self/status");

	private static final int UNKNOWN = -1;

	private LocalUser() {
	}

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

	/**
	 * The user of this process.
	 */
	static UserPrincipal own() throws IOException {
		int uid = uid();
		return named(System.getProperty("user.name"), (uid != UNKNOWN) ? Integer.toUnsignedString(uid) : null);
	}

	/**
	 * The user who may do everything.
	 */
	static UserPrincipal root() throws IOException {
		return named("root", "0");
	}

	/**
	 * Finds a user by a number, under a name if that is the name of the number.
	 */
	private static UserPrincipal named(String name, @Nullable String number) throws IOException {
		if (number == null) {
			return user(name);
		}
		UserPrincipal numbered = user(number);
		try {
			UserPrincipal named = lookup().lookupPrincipalByName(name);
			return named.equals(numbered) ? named : numbered;
		}
		catch (UserPrincipalNotFoundException ex) {
			return numbered;
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
		// The JDK's word for a user whom the system has no name for is a question mark.
		return "?".equals(name) ? "the nameless user, uid " + Integer.toUnsignedString(uid)
				: "user " + name + ", uid " + Integer.toUnsignedString(uid);
	}

	/**
	 * Finds a user by name or number.
	 * @throws IllegalArgumentException if there is none of that name
	 */
	static UserPrincipal user(String nameOrNumber) throws IOException {
		try {
			return lookup().lookupPrincipalByName(nameOrNumber);
		}
		catch (UserPrincipalNotFoundException ex) {
			throw new IllegalArgumentException(
					"this machine has no user '" + nameOrNumber + "'; write a name or a number", ex);
		}
	}

	/**
	 * Finds a group by name or number.
	 * @throws IllegalArgumentException if there is none of that name
	 */
	static GroupPrincipal group(String nameOrNumber) throws IOException {
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

}
