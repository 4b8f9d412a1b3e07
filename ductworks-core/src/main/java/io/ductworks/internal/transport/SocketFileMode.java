package io.ductworks.internal.transport;

import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Who may open the file of a Unix domain socket. To connect takes the permission to
 * write.
 *
 * @param permissions the permissions of the file
 * @param group the name or number of the file's group, or {@code null} for that of the
 * process
 */
public record SocketFileMode(Set<PosixFilePermission> permissions, @Nullable String group) {

	private static final Pattern OCTAL = Pattern.compile("0[0-7]{3}");

	/**
	 * Creates the mode.
	 * @param permissions what the file allows
	 * @param group the file's group, or {@code null}
	 */
	public SocketFileMode {
		permissions = Set.copyOf(permissions);
	}

	/**
	 * For the owner alone: {@code 0600}, whatever the umask.
	 * @return the mode
	 */
	public static SocketFileMode ownerOnly() {
		return new SocketFileMode(Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE), null);
	}

	/**
	 * Gives the same mode with other permissions.
	 * @param text in octal, such as {@code 0660}, or in letters, such as
	 * {@code rw-rw----}
	 * @return the mode
	 * @throws IllegalArgumentException if the text is neither
	 */
	public SocketFileMode withPermissions(String text) {
		return new SocketFileMode(OCTAL.matcher(text).matches() ? ofBits(Integer.parseInt(text, 8)) : ofLetters(text),
				this.group);
	}

	/**
	 * Gives the same mode with another group.
	 * @param group the name or number of the group
	 * @return the mode
	 */
	public SocketFileMode withGroup(String group) {
		return new SocketFileMode(this.permissions, group);
	}

	/**
	 * Requires that nothing has to be set, where files have no permissions.
	 */
	void requireDefault() throws BindException {
		if (!equals(ownerOnly())) {
			throw new BindException("this system knows neither permissions nor groups of files; leave out both, and "
					+ "choose a directory that only those who may connect can enter");
		}
	}

	/**
	 * Gives a file the mode, unless its system knows none.
	 */
	void set(Path file) throws IOException {
		PosixFileAttributeView attributes = Files.getFileAttributeView(file, PosixFileAttributeView.class,
				LinkOption.NOFOLLOW_LINKS);
		if (attributes != null) {
			if (this.group != null) {
				attributes.setGroup(new LocalUser().group(this.group));
			}
			Files.setPosixFilePermissions(file, this.permissions);
		}
	}

	private static Set<PosixFilePermission> ofBits(int bits) {
		PosixFilePermission[] all = PosixFilePermission.values();
		Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
		for (int i = 0; i < all.length; i++) {
			// The constants stand in the order of the bits, the highest first.
			if ((bits & (1 << (all.length - 1 - i))) != 0) {
				permissions.add(all[i]);
			}
		}
		return permissions;
	}

	private static Set<PosixFilePermission> ofLetters(String text) {
		try {
			return PosixFilePermissions.fromString(text);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(
					"'" + text + "' are no permissions; write them as in 0660 or as in rw-rw----", ex);
		}
	}

}
