package io.ductworks.internal.transport;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a Unix domain socket. The JDK leaves it behind when a socket closes, and a
 * killed process always does; it is removed only where it provably is nobody else's. A
 * process that wants a path takes its lock first. A directory that was missing is removed
 * again with all that is in it. For one thread at a time.
 */
final class SocketFile {

	private static final Logger logger = LoggerFactory.getLogger(SocketFile.class);

	private final Path path;

	private final SocketFileMode mode;

	private @Nullable SocketDirectory ownDirectory;

	private @Nullable PathLock lock;

	private @Nullable Staging staging;

	/** Whether {@link #key} was found once. */
	private boolean published;

	/** Tells the file that was published from others at its path. */
	private @Nullable Object key;

	private SocketFile(Path path, SocketFileMode mode) {
		this.path = path;
		this.mode = mode;
	}

	/**
	 * Makes the path ready: the directory is there and can be trusted, no other process
	 * has the path, and a socket file that a dead process left is gone. Anything else in
	 * its place is an error.
	 */
	static SocketFile claim(Path path, SocketFileMode mode) throws IOException {
		SocketFile file = new SocketFile(path, mode);
		try {
			file.claim();
			return file;
		}
		catch (FileSystemException ex) {
			file.giveUp(ex);
			throw explained(ex);
		}
		catch (IOException | RuntimeException | Error ex) {
			file.giveUp(ex);
			throw ex;
		}
	}

	/**
	 * Says what the system leaves out: which user failed, and in what directory.
	 */
	private static BindException explained(FileSystemException ex) throws IOException {
		String reason = (ex instanceof AccessDeniedException) ? "Permission denied" : ex.getReason();
		String file = ex.getFile();
		UnixFile directory = (file != null) ? UnixFile.ifVisible(Path.of(file).getParent()) : null;
		String where = (directory != null)
				? " in a directory of mode " + directory.permissions() + ", owner " + directory.owner().getName() : "";
		BindException explained = new BindException(((reason != null) ? reason : ex.getClass().getSimpleName()) + ": "
				+ LocalUser.name() + ", cannot make or open " + file + where);
		explained.initCause(ex);
		return explained;
	}

	private void claim() throws IOException {
		Path parent = this.path.getParent();
		if (parent == null) {
			throw new BindException(this.path + " is a directory; choose a path in one");
		}
		boolean staged = PosixModes.areKnown(parent);
		if (staged) {
			Staging.requireShort(this.path);
		}
		else {
			this.mode.requireDefault();
		}
		SocketDirectory directory = SocketDirectory.prepare(parent);
		try {
			this.lock = PathLock.take(parent, this.path);
		}
		catch (FileSystemException | Error ex) {
			if (directory.isMade()) {
				directory.removeIfEmpty();
			}
			throw ex;
		}
		if (directory.isMade()) {
			// Not before it was locked: a process that was faster may serve the path.
			this.ownDirectory = directory;
			this.lock.noteDirectoryMade();
			return;
		}
		removeStale(parent);
		if (this.lock.isDirectoryMade() && directory.isPrivate()) {
			// A process made it and could not remove it: it was killed.
			this.ownDirectory = directory.inherited();
			return;
		}
		if (staged) {
			this.staging = Staging.prepare(this.path);
		}
	}

	private void removeStale(Path parent) throws IOException {
		try {
			if (!UnixFile.isSocket(this.path)) {
				throw new BindException(this.path + " exists and is no socket; remove it or choose another path");
			}
		}
		catch (NoSuchFileException ex) {
			return;
		}
		if (isListed(parent) || isServed()) {
			throw PathLock.inUse(this.path);
		}
		Files.deleteIfExists(this.path);
	}

	/**
	 * Whether the system lists a process that listens, with a lock file or without.
	 */
	private boolean isListed(Path parent) throws IOException {
		Path real = parent.toRealPath().resolve(this.path.getFileName());
		return ListeningSockets.now()
			.include(List.of(this.path, this.path.toAbsolutePath(), real, Staging.stagedPath(this.path),
					Staging.stagedPath(real)));
	}

	/**
	 * Whether a process listens that the system does not list, which knows nothing of
	 * lock files. Looking takes a place in its backlog, and is the last resort: only the
	 * socket of another container, or one with a relative path, is not listed.
	 */
	private boolean isServed() throws IOException {
		SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX);
		try (probe) {
			// Non-blocking, since a full backlog would hold a blocking probe for ever.
			probe.configureBlocking(false);
			probe.connect(UnixDomainSocketAddress.of(this.path.toString()));
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

	/**
	 * Where to bind the socket: at its path itself where others cannot see it yet, or
	 * files have no permissions.
	 */
	Path bindPath() {
		Staging staging = this.staging;
		return (staging != null) ? staging.socket() : this.path;
	}

	/**
	 * Lets the socket that was bound, and listens, appear at its path.
	 */
	void publish() throws IOException {
		Path bound = bindPath();
		// First, since without it the file would stay if its attributes cannot be set.
		this.key = key(bound);
		this.published = true;
		this.mode.set(bound);
		Staging staging = this.staging;
		if (staging != null) {
			link(staging);
			unstage();
		}
	}

	private void link(Staging staging) throws IOException {
		try {
			staging.link(this.path);
		}
		catch (FileAlreadyExistsException ex) {
			this.key = null;
			throw PathLock.inUse(this.path);
		}
	}

	/**
	 * Where the system has no key for a file, its time of creation is one.
	 */
	private static Object key(Path path) throws IOException {
		BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class,
				LinkOption.NOFOLLOW_LINKS);
		Object key = attributes.fileKey();
		return (key != null) ? key : attributes.creationTime();
	}

	/**
	 * Whether the path still leads to the socket that was published.
	 */
	boolean isInPlace() {
		Object key = this.key;
		try {
			return key == null || key.equals(key(this.path));
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Removes the file if it still is the one that was published, and the directory if it
	 * was made for it, then frees the path for others. Once only: the identity may be
	 * given to another file afterwards.
	 */
	void remove() throws IOException {
		remove(false);
	}

	private synchronized void remove(boolean failed) throws IOException {
		PathLock lock = this.lock;
		this.lock = null;
		try {
			unstage();
			removePublished();
			if (failed && lock != null) {
				lock.deleteNewFile();
			}
			removeOwnDirectory(lock);
		}
		finally {
			if (lock != null) {
				lock.free();
			}
		}
	}

	/**
	 * Removes it after a failure, which stays the one to be thrown.
	 */
	void giveUp(Throwable failure) {
		try {
			remove(true);
		}
		catch (IOException | RuntimeException ex) {
			failure.addSuppressed(ex);
		}
	}

	private void unstage() throws IOException {
		Staging staging = this.staging;
		this.staging = null;
		if (staging != null) {
			staging.remove();
		}
	}

	private void removePublished() throws IOException {
		Object key = this.key;
		this.key = null;
		try {
			if (key != null && key.equals(key(this.path))) {
				Files.deleteIfExists(this.path);
			}
			else if (key != null) {
				logger.warn("{} is another file than the socket that was bound there, and stays", this.path);
			}
		}
		catch (NoSuchFileException ex) {
			// Somebody was faster.
		}
	}

	private void removeOwnDirectory(@Nullable PathLock lock) throws IOException {
		SocketDirectory directory = this.ownDirectory;
		this.ownDirectory = null;
		if (directory != null && directory.isThere()) {
			if (!this.published) {
				// Nobody else has the lock, so what may be there was bound here.
				Files.deleteIfExists(directory.resolve(this.path));
			}
			if (lock != null) {
				lock.deleteFile();
			}
			directory.removeIfEmpty();
		}
	}

}
