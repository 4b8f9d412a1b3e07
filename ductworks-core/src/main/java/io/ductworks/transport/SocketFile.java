package io.ductworks.transport;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

import org.jspecify.annotations.Nullable;

/**
 * The file of a Unix domain socket. The JDK leaves it behind when a socket closes, and a
 * killed process always does; it is removed only where it provably is nobody else's. A
 * missing directory is made for the owner alone, and goes with the file.
 */
final class SocketFile {

	/** The bits of a file's mode that tell its type, and the type of a socket. */
	private static final int FILE_TYPE = 0170000;

	private static final int SOCKET = 0140000;

	private final Path path;

	private @Nullable Path ownDirectory;

	private @Nullable Object key;

	private SocketFile(Path path, @Nullable Path ownDirectory) {
		this.path = path;
		this.ownDirectory = ownDirectory;
	}

	/**
	 * Makes the path ready to be bound: the directory is there, and a socket file that a
	 * dead process left is gone. Anything else in its place is an error.
	 */
	static SocketFile prepare(Path path) throws IOException {
		SocketFile file = new SocketFile(path, createDirectory(path.getParent()));
		file.removeStale();
		return file;
	}

	private static @Nullable Path createDirectory(@Nullable Path directory) throws IOException {
		if (directory == null || Files.isDirectory(directory)) {
			return null;
		}
		try {
			return Files.createDirectory(directory,
					PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
		}
		catch (FileAlreadyExistsException ex) {
			return null;
		}
		catch (NoSuchFileException ex) {
			throw new BindException("directory " + directory.getParent() + " does not exist; create it");
		}
	}

	private void removeStale() throws IOException {
		int mode;
		try {
			mode = (int) Files.getAttribute(this.path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
		}
		catch (NoSuchFileException ex) {
			return;
		}
		if ((mode & FILE_TYPE) != SOCKET) {
			throw new BindException(this.path + " exists and is no socket; remove it or choose another path");
		}
		if (isServed()) {
			throw new BindException("Address already in use: " + this.path + " is served by a running process");
		}
		Files.deleteIfExists(this.path);
	}

	private boolean isServed() throws IOException {
		SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX);
		try (probe) {
			// Non-blocking, since a full backlog would hold a blocking probe for ever.
			probe.configureBlocking(false);
			probe.connect(UnixDomainSocketAddress.of(this.path));
			return true;
		}
		catch (ConnectException ex) {
			return false;
		}
		catch (SocketException ex) {
			// Full backlog or no permission: somebody is there, or it is not ours.
			return true;
		}
	}

	private @Nullable Object currentKey() throws IOException {
		return Files.readAttributes(this.path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
	}

	/**
	 * Notes the identity of the file, right after it was bound.
	 */
	void bound() throws IOException {
		this.key = currentKey();
	}

	/**
	 * Removes the file if it still is the one that was bound, and the directory if it was
	 * made for it. Once only: the identity may be given to another file afterwards.
	 */
	void remove() throws IOException {
		Object key = this.key;
		Path ownDirectory = this.ownDirectory;
		this.key = null;
		this.ownDirectory = null;
		try {
			if (key != null && key.equals(currentKey())) {
				Files.deleteIfExists(this.path);
			}
		}
		catch (NoSuchFileException ex) {
			// Somebody was faster.
		}
		if (ownDirectory != null && Files.isDirectory(ownDirectory, LinkOption.NOFOLLOW_LINKS)) {
			try {
				Files.deleteIfExists(ownDirectory);
			}
			catch (DirectoryNotEmptyException ex) {
				// Others have put files there by now.
			}
		}
	}

}
