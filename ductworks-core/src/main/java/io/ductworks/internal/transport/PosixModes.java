package io.ductworks.internal.transport;

import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Permissions for new files and directories. Not every system has such: on Windows a file
 * is as open as the directory that it is in.
 */
final class PosixModes {

	private static final FileAttribute<?>[] NONE = {};

	private static final FileAttribute<Set<PosixFilePermission>> OWNER_ENTERS = PosixFilePermissions
		.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

	private static final FileAttribute<Set<PosixFilePermission>> OWNER_WRITES = PosixFilePermissions
		.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

	private PosixModes() {
	}

	/**
	 * Whether files have permissions and a group where the path leads.
	 */
	static boolean areKnown(Path path) {
		return path.getFileSystem().supportedFileAttributeViews().contains("posix");
	}

	/**
	 * What to make a directory with that only its owner may enter.
	 */
	static FileAttribute<?>[] ownerEnters(Path path) {
		return areKnown(path) ? new FileAttribute<?>[] { OWNER_ENTERS } : NONE;
	}

	/**
	 * What to make a file with that only its owner may write to.
	 */
	static FileAttribute<?>[] ownerWrites(Path path) {
		return areKnown(path) ? new FileAttribute<?>[] { OWNER_WRITES } : NONE;
	}

}
