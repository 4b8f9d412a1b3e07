package io.ductworks.internal.transport;

import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Follows the links of a path, if their owners can be trusted: any user may put one into
 * a directory such as {@code /tmp}, and lead other processes elsewhere.
 */
final class LinkFreePath {

	/** As many as Linux follows. */
	private static final int MAX_LINKS = 40;

	private final Owners owners;

	private int links;

	LinkFreePath(Owners owners) {
		this.owners = owners;
	}

	/**
	 * Where an absolute path leads; what is not there stays as it is.
	 * @throws BindException if a link on the way is somebody else's, or they are too many
	 */
	Path of(Path path) throws IOException {
		Path real = path.getRoot();
		for (Path name : path) {
			if (name.toString().equals("..")) {
				real = (real.getParent() != null) ? real.getParent() : real;
			}
			else if (!name.toString().equals(".")) {
				real = follow(real, real.resolve(name));
			}
		}
		return real;
	}

	private Path follow(Path directory, Path path) throws IOException {
		UnixFile file = UnixFile.ifVisible(path);
		if (file == null || !file.isLink()) {
			return path;
		}
		if (!this.owners.areTrusted(file)) {
			throw new BindException(path + " is a symbolic link of " + file.owner().getName()
					+ ", who could lead the socket elsewhere; choose a path without it");
		}
		if (++this.links > MAX_LINKS) {
			throw new BindException(path + " is one of more than " + MAX_LINKS + " symbolic links in a row");
		}
		return of(directory.resolve(Files.readSymbolicLink(path)));
	}

}
