package io.ductworks.internal.transport;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a Unix domain socket. The JDK leaves it behind when a socket closes, and a
 * killed process always does; it is removed only where it provably is nobody else's.
 * <p>
 * Who wants a path takes its lock file first, which the operating system frees when a
 * process dies. The socket is bound in a directory that only its owner may enter, gets
 * its mode there, and appears at its path by a hard link: nobody ever sees it with other
 * permissions, and of two that race one finds the name taken. A directory that was
 * missing is made for the owner alone, and goes with all that is in it.
 */
final class SocketFile {

	private static final Logger logger = LoggerFactory.getLogger(SocketFile.class);

	/** The paths whose lock this process has. */
	private static final Set<Path> LOCKED = ConcurrentHashMap.newKeySet();

	private static final FileAttribute<Set<PosixFilePermission>> OWNER_ENTERS = PosixFilePermissions
		.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

	private static final FileAttribute<Set<PosixFilePermission>> OWNER_WRITES = PosixFilePermissions
		.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

	private static final String STAGED = "s";

	private static final int GROUP_OR_OTHERS_WRITE = 0022;

	private static final int STICKY = 01000;

	private final Path path;

	private final SocketFileMode mode;

	private @Nullable Path ownDirectory;

	private @Nullable Path staging;

	private @Nullable Path lockedPath;

	private @Nullable FileChannel lock;

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
	 * Says what the system leaves out: who failed, and in what directory.
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

	/**
	 * Where a socket for a path is bound before it appears there.
	 */
	static Path stagedPath(Path path) {
		return stagingDirectory(path).resolve(STAGED);
	}

	private static Path stagingDirectory(Path path) {
		// The same for the same path: what a killed process left is found again.
		return path.resolveSibling(String.format(".%08x", String.valueOf(path.getFileName()).hashCode()));
	}

	private void claim() throws IOException {
		Path directory = this.path.getParent();
		if (directory == null) {
			throw new BindException(this.path + " is a directory; choose a path in one");
		}
		requireShort(stagedPath(this.path));
		boolean made = createDirectory(directory);
		if (!made) {
			requireTrusted(directory);
		}
		try {
			lock(directory);
		}
		catch (FileSystemException | Error ex) {
			if (made) {
				removeIfEmpty(directory);
			}
			throw ex;
		}
		if (made) {
			// Not before it was locked: who was faster may serve the path there.
			this.ownDirectory = directory;
			return;
		}
		removeStale();
		Path staging = stagingDirectory(this.path);
		removeStaging(staging);
		Files.createDirectory(staging, OWNER_ENTERS);
		this.staging = staging;
	}

	/**
	 * Even where the directory is missing and nothing would be staged: after a kill it is
	 * there, and the next process would fail.
	 */
	private static void requireShort(Path staged) throws IOException {
		int bytes = staged.toString().getBytes(StandardCharsets.UTF_8).length;
		if (bytes > DuctAddress.Unix.MAX_PATH_BYTES) {
			throw new BindException("the path to bind the socket at before it is published, " + staged + ", has "
					+ bytes + " bytes, the operating system takes " + DuctAddress.Unix.MAX_PATH_BYTES
					+ "; choose a directory with a shorter path");
		}
	}

	/**
	 * Removes what a killed process left, and nothing else: a link of somebody else's
	 * could lead anywhere.
	 */
	private static void removeStaging(Path staging) throws IOException {
		UnixFile left = UnixFile.of(staging);
		if (left == null) {
			return;
		}
		if (!left.isDirectory() || !left.owner().equals(LocalUser.own())) {
			throw new BindException(staging + " is needed to bind the socket in, and is " + left.type() + " of "
					+ left.owner().getName() + "; remove it or choose another path");
		}
		Files.deleteIfExists(staging.resolve(STAGED));
		Files.deleteIfExists(staging);
	}

	private static boolean createDirectory(Path directory) throws IOException {
		if (Files.isDirectory(directory)) {
			return false;
		}
		Path parent = directory.getParent();
		if (parent != null && Files.isDirectory(parent)) {
			requireTrusted(parent);
		}
		try {
			Files.createDirectory(directory, OWNER_ENTERS);
			return true;
		}
		catch (FileAlreadyExistsException ex) {
			return false;
		}
		catch (NoSuchFileException ex) {
			throw new BindException("directory " + directory.getParent() + " does not exist; create it");
		}
	}

	/**
	 * In a directory that others may write to they could put a socket of their own in
	 * place of this one.
	 */
	private static void requireTrusted(Path directory) throws IOException {
		UnixFile file = UnixFile.of(directory.toRealPath());
		if (file == null || !file.isDirectory()) {
			return;
		}
		if (!file.owner().equals(LocalUser.own()) && !file.owner().equals(LocalUser.root())) {
			throw new BindException(
					"directory " + directory + " belongs to " + file.owner().getName() + ", who could replace the "
							+ "socket; choose a directory of this user (" + LocalUser.name() + ") or of root");
		}
		if ((file.mode() & GROUP_OR_OTHERS_WRITE) != 0 && (file.mode() & STICKY) == 0) {
			throw new BindException("directory " + directory + " may be written to by others (" + file.permissions()
					+ "), who could replace the socket; run chmod go-w or chmod +t on it, or choose another directory");
		}
	}

	/**
	 * Takes the lock that says who serves the path. Its file stays: who removed it could
	 * not know whether another process has just opened it.
	 */
	private void lock(Path directory) throws IOException {
		Path path = directory.toRealPath().resolve(this.path.getFileName());
		// Closing a second channel on the file would free the lock of the first one.
		if (!LOCKED.add(path)) {
			throw inUse();
		}
		this.lockedPath = path;
		Path lockFile = lockFile(path);
		try {
			this.lock = FileChannel.open(lockFile,
					Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
					OWNER_WRITES);
		}
		catch (FileSystemException ex) {
			throw ex;
		}
		catch (IOException ex) {
			// The JDK does not say which file is a link that it did not follow.
			throw new FileSystemException(lockFile.toString(), null, ex.getMessage());
		}
		try {
			if (this.lock.tryLock() == null) {
				throw inUse();
			}
		}
		catch (OverlappingFileLockException ex) {
			// Another class loader of this process has it. Closing this channel frees its
			// lock; from then on only its answer to a probe keeps other processes out.
			throw inUse();
		}
	}

	private static Path lockFile(Path path) {
		return path.resolveSibling(path.getFileName() + ".lock");
	}

	private BindException inUse() {
		return new BindException("Address already in use: " + this.path + " is served by a running process");
	}

	private void removeStale() throws IOException {
		UnixFile file = UnixFile.of(this.path);
		if (file == null) {
			return;
		}
		if (!file.isSocket()) {
			throw new BindException(this.path + " exists and is no socket; remove it or choose another path");
		}
		if (isServed()) {
			throw inUse();
		}
		Files.deleteIfExists(this.path);
	}

	/**
	 * Whether a process listens that knows nothing of lock files.
	 */
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

	/**
	 * Where to bind the socket.
	 */
	Path bindPath() {
		Path staging = this.staging;
		return (staging != null) ? staging.resolve(STAGED) : this.path;
	}

	/**
	 * Lets the socket that was bound, and listens, appear at its path.
	 */
	void publish() throws IOException {
		Path bound = bindPath();
		// First, since without it the file would stay if its attributes cannot be set.
		this.key = key(bound);
		PosixFileAttributeView attributes = Files.getFileAttributeView(bound, PosixFileAttributeView.class,
				LinkOption.NOFOLLOW_LINKS);
		if (attributes != null) {
			String group = this.mode.group();
			if (group != null) {
				attributes.setGroup(LocalUser.group(group));
			}
			Files.setPosixFilePermissions(bound, this.mode.permissions());
		}
		if (this.staging != null) {
			link(bound);
			unstage();
		}
	}

	private void link(Path bound) throws IOException {
		try {
			Files.createLink(this.path, bound);
		}
		catch (FileAlreadyExistsException ex) {
			this.key = null;
			throw inUse();
		}
	}

	private void unstage() throws IOException {
		Path staging = this.staging;
		this.staging = null;
		if (staging != null) {
			Files.deleteIfExists(staging.resolve(STAGED));
			Files.deleteIfExists(staging);
		}
	}

	private static @Nullable Object key(Path path) throws IOException {
		return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
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
		try {
			unstage();
			removeOwn();
		}
		finally {
			unlock();
		}
	}

	/**
	 * Removes it after a failure, which stays the one to be thrown.
	 */
	void giveUp(Throwable failure) {
		try {
			remove();
		}
		catch (IOException | RuntimeException ex) {
			failure.addSuppressed(ex);
		}
	}

	private void removeOwn() throws IOException {
		Object key = this.key;
		Path ownDirectory = this.ownDirectory;
		this.key = null;
		this.ownDirectory = null;
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
		if (ownDirectory != null && Files.isDirectory(ownDirectory, LinkOption.NOFOLLOW_LINKS)) {
			removeDirectory(ownDirectory);
		}
	}

	private void removeDirectory(Path directory) throws IOException {
		// Who has opened it already finds no directory to bind in.
		Files.deleteIfExists(lockFile(this.path));
		removeIfEmpty(directory);
	}

	private static void removeIfEmpty(Path directory) throws IOException {
		try {
			Files.deleteIfExists(directory);
		}
		catch (DirectoryNotEmptyException ex) {
			// Others have put files there by now.
		}
	}

	private void unlock() throws IOException {
		FileChannel lock = this.lock;
		Path lockedPath = this.lockedPath;
		this.lock = null;
		this.lockedPath = null;
		try {
			if (lock != null) {
				lock.close();
			}
		}
		finally {
			if (lockedPath != null) {
				LOCKED.remove(lockedPath);
			}
		}
	}

}
