package io.ductworks.internal.transport;

import java.io.IOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

import io.ductworks.transport.DuctAddress;

/**
 * A directory beside the path of a socket, that only its owner may enter. The socket is
 * bound and gets its mode there, and appears at its path by a hard link: nobody ever sees
 * it with other permissions, and of two processes that race one finds the name taken.
 */
final class Staging {

	private static final String STAGED = "s";

	/** As many of the hash of a name as make eight letters. */
	private static final int NAME_BYTES = 6;

	private final Path directory;

	private Staging(Path directory) {
		this.directory = directory;
	}

	/**
	 * Requires that a socket can be bound in the directory that a path would have. Even
	 * where none is needed yet: after a kill it is, and the next process would fail.
	 */
	static void requireShort(Path path) throws IOException {
		Path staged = stagedPath(path);
		int bytes = staged.toString().getBytes(StandardCharsets.UTF_8).length;
		if (bytes > DuctAddress.Unix.MAX_PATH_BYTES) {
			throw new BindException("the path to bind the socket at before it is published, " + staged + ", has "
					+ bytes + " bytes, the operating system takes " + DuctAddress.Unix.MAX_PATH_BYTES
					+ "; choose a directory with a shorter path");
		}
	}

	/**
	 * Where a socket for a path is bound before it appears there.
	 */
	static Path stagedPath(Path path) {
		return directoryFor(path).resolve(STAGED);
	}

	private static Path directoryFor(Path path) {
		// The same for the same path: what a killed process left is found again. Another
		// for each name: a process that shared it would remove this one's socket.
		byte[] hash = Arrays.copyOf(sha256(String.valueOf(path.getFileName())), NAME_BYTES);
		return path.resolveSibling("." + Base64.getUrlEncoder().encodeToString(hash));
	}

	private static byte[] sha256(String name) {
		try {
			return MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java runtime has SHA-256", ex);
		}
	}

	/**
	 * Makes the directory for a path, in place of what a killed process left.
	 */
	static Staging prepare(Path path) throws IOException {
		Path directory = directoryFor(path);
		UnixFile left = UnixFile.of(directory);
		if (left != null) {
			removeLeft(directory, left);
		}
		Files.createDirectory(directory, PosixModes.ownerEnters(directory));
		return new Staging(directory);
	}

	/**
	 * Removes what a killed process left, and nothing else: a link that somebody else has
	 * made could lead anywhere.
	 */
	private static void removeLeft(Path directory, UnixFile left) throws IOException {
		if (!left.isDirectory() || !Owners.ofThisProcess().isOwn(left)) {
			throw new BindException(directory + " is needed to bind the socket in, and is " + left.type() + " of "
					+ left.owner().getName() + "; remove it or choose another path");
		}
		new Staging(directory).remove();
	}

	/**
	 * Where to bind the socket.
	 */
	Path socket() {
		return this.directory.resolve(STAGED);
	}

	/**
	 * Lets the socket appear at its path.
	 * @throws java.nio.file.FileAlreadyExistsException if the name is taken
	 */
	void link(Path path) throws IOException {
		Files.createLink(path, socket());
	}

	/**
	 * Removes the directory with the socket in it.
	 */
	void remove() throws IOException {
		Files.deleteIfExists(socket());
		Files.deleteIfExists(this.directory);
	}

}
