package io.ductworks.internal.transport;

import java.io.IOException;
import java.net.BindException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of a socket file, which is there and can be trusted. One that was missing
 * is made for the owner alone.
 */
final class SocketDirectory {

	private static final Logger logger = LoggerFactory.getLogger(SocketDirectory.class);

	private static final int GROUP_OR_OTHERS_WRITE = 0022;

	private static final int STICKY = 01000;

	private static final int GROUP_OR_OTHERS = 0077;

	private final Path path;

	private final boolean made;

	private SocketDirectory(Path path, boolean made) {
		this.path = path;
		this.made = made;
	}

	static SocketDirectory prepare(Path path) throws IOException {
		Owners owners = Owners.ofThisProcess();
		if (PosixModes.areKnown(path)) {
			Path real = new LinkFreePath(owners).of(path.toAbsolutePath());
			warnOfOthers(real, owners);
		}
		boolean made = make(path);
		if (!made) {
			requireTrusted(path, owners);
		}
		return new SocketDirectory(path, made);
	}

	private static boolean make(Path path) throws IOException {
		if (Files.isDirectory(path)) {
			return false;
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
	private static void requireTrusted(Path path, Owners owners) throws IOException {
		UnixFile file = UnixFile.of(path.toRealPath());
		if (file == null || !file.isDirectory()) {
			return;
		}
		if (!owners.areTrusted(file)) {
			throw new BindException("directory " + path + " belongs to " + file.owner().getName()
					+ ", who could replace the socket; choose a directory of this user (" + LocalUser.name()
					+ ") or of root");
		}
		if (mayBeChangedByOthers(file)) {
			throw new BindException("directory " + path + " may be written to by others (" + file.permissions()
					+ "), who could replace the socket; "
					+ (owners.isOwn(file) ? "run chmod go-w or chmod +t on it, or " : "")
					+ "choose a path in a directory of its own, such as " + path.resolve("run").resolve("name.sock")
					+ ", which is made if it is missing");
		}
	}

	private static boolean mayBeChangedByOthers(UnixFile directory) {
		return (directory.mode() & GROUP_OR_OTHERS_WRITE) != 0 && (directory.mode() & STICKY) == 0;
	}

	/**
	 * A user that can rename a directory on the way can put another one in its place.
	 * Some applications have no choice, such as in a container that shares a volume, so
	 * this is said and not refused; peers are asked for their user in any case.
	 */
	private static void warnOfOthers(Path path, Owners owners) throws IOException {
		for (Path above = path.getParent(); above != null; above = above.getParent()) {
			UnixFile file = UnixFile.ifVisible(above);
			if (file != null && (!owners.areTrusted(file) || mayBeChangedByOthers(file))) {
				logger.warn("{} is in {} (mode {}, owner {}), where others could put another directory in its place",
						path, above, file.permissions(), file.owner().getName());
				return;
			}
		}
	}

	/**
	 * Whether it was missing.
	 */
	boolean isMade() {
		return this.made;
	}

	/**
	 * The directory as one that this process may remove, since an earlier one had made
	 * it.
	 */
	SocketDirectory inherited() {
		return new SocketDirectory(this.path, true);
	}

	/**
	 * Whether it is the own user's, whom alone it lets in.
	 */
	boolean isPrivate() throws IOException {
		UnixFile file = UnixFile.of(this.path);
		return file != null && file.isDirectory() && (file.mode() & GROUP_OR_OTHERS) == 0
				&& Owners.ofThisProcess().isOwn(file);
	}

	/**
	 * A file in this directory.
	 * @param path leads to it
	 */
	Path resolve(Path path) {
		return this.path.resolve(String.valueOf(path.getFileName()));
	}

	boolean isThere() {
		return Files.isDirectory(this.path, LinkOption.NOFOLLOW_LINKS);
	}

	void removeIfEmpty() throws IOException {
		removeIfEmpty(this.path);
	}

	static void removeIfEmpty(Path path) throws IOException {
		try {
			Files.deleteIfExists(path);
		}
		catch (DirectoryNotEmptyException ex) {
			// Others have put files there by now.
		}
	}

}
