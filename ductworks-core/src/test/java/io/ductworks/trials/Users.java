package io.ductworks.trials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

/**
 * Another user than that of this process, who needs no name.
 */
final class Users {

	/** The number of the other user. */
	static final String OTHER = "12345";

	private static final String OTHER_GROUP = "23456";

	private Users() {
	}

	/**
	 * What has a program run as the other user.
	 */
	static String[] other() {
		return new String[] { "setpriv", "--reuid", OTHER, "--regid", OTHER_GROUP, "--clear-groups" };
	}

	/**
	 * Runs a program as the other user to its end.
	 * @return what it printed
	 */
	static String runAsOther(String... command) throws IOException {
		return Machine.run(Stream.of(other(), command).flatMap(Stream::of).toArray(String[]::new));
	}

	/**
	 * A class path that the other user can read, below a directory that is opened for
	 * that.
	 */
	static String sharedClassPath(Path directory) throws IOException {
		Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
		return Machine.copyClassPath(directory.resolve("lib"));
	}

	/**
	 * Makes a directory that is the other user's.
	 */
	static Path directoryOfOther(Path directory) throws IOException {
		Path own = Files.createDirectory(directory.resolve("other"));
		Files.setAttribute(own, "unix:uid", Integer.valueOf(OTHER));
		return own;
	}

}
