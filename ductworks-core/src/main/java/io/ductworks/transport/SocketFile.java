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
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The file of a Unix domain socket. The JDK leaves it behind when a socket closes, and a
 * killed process always does; it is removed only where it provably is nobody else's. A
 * missing directory is made for the owner alone, and goes with the file.
 */
final class SocketFile {

	private final Path path;

	private final @Nullable Path ownDirectory;

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
		BasicFileAttributes attributes;
		try {
			attributes = attributes();
		}
		catch (NoSuchFileException ex) {
			return;
		}
		if (!attributes.isOther()) {
			throw new BindException(this.path + " exists and is no socket; remove it or choose another path");
		}
		if (isServed()) {
			throw new BindException("Address already in use: " + this.path + " is served by a running process");
		}
		Files.deleteIfExists(this.path);
	}

	private boolean isServed() throws IOException {
		try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
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

	private BasicFileAttributes attributes() throws IOException {
		return Files.readAttributes(this.path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
	}

	/**
	 * Notes the identity of the file, right after it was bound.
	 */
	void bound() throws IOException {
		this.key = attributes().fileKey();
	}

	/**
	 * Removes the file if it still is the one that was bound, and the directory if it was
	 * made for it.
	 */
	void remove() throws IOException {
		try {
			if (this.key != null && Objects.equals(this.key, attributes().fileKey())) {
				Files.deleteIfExists(this.path);
			}
		}
		catch (NoSuchFileException ex) {
			// Somebody was faster.
		}
		if (this.ownDirectory != null) {
			try {
				Files.deleteIfExists(this.ownDirectory);
			}
			catch (DirectoryNotEmptyException ex) {
				// Others have put files there by now.
			}
		}
	}

}
