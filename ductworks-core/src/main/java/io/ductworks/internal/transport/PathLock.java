package io.ductworks.internal.transport;

import java.io.IOException;
import java.net.BindException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * The lock that says which process serves a path. It is a lock on a file beside the path,
 * which the operating system frees when the process dies. The file stays: a process that
 * removed it could not know whether another has just opened it.
 */
final class PathLock {

	/** The paths whose lock this process has. */
	private static final Set<Path> LOCKED = ConcurrentHashMap.newKeySet();

	private final Path path;

	private @Nullable FileChannel channel;

	private boolean held = true;

	private PathLock(Path path) {
		this.path = path;
	}

	/**
	 * Takes the lock of a path whose directory is there.
	 * @throws BindException if a process has it, which may be this one
	 */
	static PathLock take(Path directory, Path path) throws IOException {
		PathLock lock = new PathLock(directory.toRealPath().resolve(path.getFileName()));
		// Closing a second channel on the file would free the lock of the first one.
		if (!LOCKED.add(lock.path)) {
			throw inUse(path);
		}
		try {
			if (lock.tryLock()) {
				return lock;
			}
			throw inUse(path);
		}
		catch (IOException | RuntimeException | Error ex) {
			try {
				lock.free();
			}
			catch (IOException closing) {
				ex.addSuppressed(closing);
			}
			throw ex;
		}
	}

	private boolean tryLock() throws IOException {
		Path file = fileOf(this.path);
		FileChannel channel;
		try {
			channel = FileChannel.open(file,
					Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
					PosixModes.ownerWrites(file));
		}
		catch (FileSystemException ex) {
			throw ex;
		}
		catch (IOException ex) {
			// The JDK does not say which file is a link that it did not follow.
			throw new FileSystemException(file.toString(), null, ex.getMessage());
		}
		this.channel = channel;
		try {
			return channel.tryLock() != null;
		}
		catch (OverlappingFileLockException ex) {
			// Another class loader of this process has it. Closing this channel frees its
			// lock; from then on only its answer to a probe keeps other processes out.
			return false;
		}
	}

	private static Path fileOf(Path path) {
		return path.resolveSibling(path.getFileName() + ".lock");
	}

	static BindException inUse(Path path) {
		return new BindException("Address already in use: " + path + " is served by a running process");
	}

	/**
	 * Removes the file, for a directory that is removed as well: a process that has
	 * opened the file already finds no directory to bind in.
	 */
	void deleteFile() throws IOException {
		Files.deleteIfExists(fileOf(this.path));
	}

	/**
	 * Frees the path for others. Once only: another lock of this process may have it
	 * afterwards.
	 */
	void free() throws IOException {
		FileChannel channel = this.channel;
		this.channel = null;
		try {
			if (channel != null) {
				channel.close();
			}
		}
		finally {
			if (this.held) {
				this.held = false;
				LOCKED.remove(this.path);
			}
		}
	}

}
