package io.ductworks.internal.transport;

import java.io.IOException;
import java.net.BindException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The directory of a socket file, which is there and can be trusted. One that was missing
 * is made for the owner alone.
 */
final class SocketDirectory {

	private static final int GROUP_OR_OTHERS_WRITE = 0022;

	private static final int STICKY = 01000;

	private final Path path;

	private final boolean made;

	private SocketDirectory(Path path, boolean made) {
		this.path = path;
		this.made = made;
	}

	static SocketDirectory prepare(Path path) throws IOException {
		boolean made = make(path);
		if (!made) {
			requireTrusted(path);
		}
		return new SocketDirectory(path, made);
	}

	private static boolean make(Path path) throws IOException {
		if (Files.isDirectory(path)) {
			return false;
		}
		Path parent = path.getParent();
		if (parent != null && Files.isDirectory(parent)) {
			requireTrusted(parent);
		}
		try {
			Files.createDirectory(path, PosixModes.ownerEnters(path));
			return true;
		}
		catch (FileAlreadyExistsException ex) {
			return false;
		}
		catch (NoSuchFileException ex) {
			throw new BindException("directory " + path.getParent() + " does not exist; create it");
		}
	}

	/**
	 * In a directory that others may write to they could put a socket of their own in
	 * place of this one.
	 */
	private static void requireTrusted(Path path) throws IOException {
		UnixFile file = UnixFile.of(path.toRealPath());
		if (file == null || !file.isDirectory()) {
			return;
		}
		LocalUser users = new LocalUser();
		if (!file.owner().equals(users.own()) && !file.owner().equals(users.root())) {
			throw new BindException("directory " + path + " belongs to " + file.owner().getName()
					+ ", who could replace the socket; choose a directory of this user (" + LocalUser.name()
					+ ") or of root");
		}
		if ((file.mode() & GROUP_OR_OTHERS_WRITE) != 0 && (file.mode() & STICKY) == 0) {
			throw new BindException("directory " + path + " may be written to by others (" + file.permissions()
					+ "), who could replace the socket; run chmod go-w or chmod +t on it, or choose another directory");
		}
	}

	/**
	 * Whether it was missing.
	 */
	boolean isMade() {
		return this.made;
	}

	boolean isThere() {
		return Files.isDirectory(this.path, LinkOption.NOFOLLOW_LINKS);
	}

	void removeIfEmpty() throws IOException {
		try {
			Files.deleteIfExists(this.path);
		}
		catch (DirectoryNotEmptyException ex) {
			// Others have put files there by now.
		}
	}

}
