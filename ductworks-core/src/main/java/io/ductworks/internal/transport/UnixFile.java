package io.ductworks.internal.transport;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What the operating system says of a file, links not followed.
 *
 * @param mode the type and the permissions
 * @param owner the owner
 * @param identity what tells the file from those that were at its path before, or will be
 */
record UnixFile(int mode, UserPrincipal owner, Object identity) {

	private static final int TYPE = 0170000;

	private static final Map<Integer, String> TYPES = Map.of(0100000, "a regular file", 0040000, "a directory", 0120000,
			"a symbolic link", 0010000, "a pipe", 0020000, "a device", 0060000, "a device", 0140000, "a socket");

	private static final int SOCKET = 0140000;

	private static final int DIRECTORY = 0040000;

	private static final int REGULAR = 0100000;

	private static final int LINK = 0120000;

	/**
	 * Looks at a file.
	 * @return what it is, or {@code null} if there is none, or the system is not of the
	 * family of Unix
	 */
	static @Nullable UnixFile of(Path path) throws IOException {
		if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
			return null;
		}
		try {
			Map<String, Object> found = Files.readAttributes(path, "unix:mode,owner,fileKey,lastModifiedTime",
					LinkOption.NOFOLLOW_LINKS);
			return new UnixFile((int) Objects.requireNonNull(found.get("mode")),
					(UserPrincipal) Objects.requireNonNull(found.get("owner")), identity(found));
		}
		catch (NoSuchFileException ex) {
			return null;
		}
	}

	/**
	 * The number of a file that is gone is given to another one; the time is another
	 * then.
	 */
	private static Object identity(Map<String, Object> found) {
		return List.of(Objects.requireNonNull(found.get("fileKey")),
				Objects.requireNonNull(found.get("lastModifiedTime")));
	}

	/**
	 * Whether a file is a socket, also where the system is not of the family of Unix. It
	 * has no word for sockets there: they are what is neither file, directory nor link.
	 * @throws NoSuchFileException if there is no file
	 */
	static boolean isSocket(Path path) throws IOException {
		UnixFile file = of(path);
		return (file != null) ? file.isSocket()
				: Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).isOther();
	}

	/**
	 * Looks at a file that may be where this process must not look.
	 * @return what it is, or {@code null} also if that cannot be told
	 */
	static @Nullable UnixFile ifVisible(@Nullable Path path) throws IOException {
		try {
			return (path != null) ? of(path) : null;
		}
		catch (FileSystemException ex) {
			return null;
		}
	}

	boolean isSocket() {
		return (this.mode & TYPE) == SOCKET;
	}

	boolean isLink() {
		return (this.mode & TYPE) == LINK;
	}

	boolean isRegular() {
		return (this.mode & TYPE) == REGULAR;
	}

	boolean isDirectory() {
		return (this.mode & TYPE) == DIRECTORY;
	}

	String type() {
		return TYPES.getOrDefault(this.mode & TYPE, "of an unknown kind");
	}

	/**
	 * The permissions in octal, as {@code chmod} takes them.
	 */
	String permissions() {
		return String.format("%04o", this.mode & 07777);
	}

}
