package io.ductworks.internal.transport;

import java.io.IOException;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * The lock that says which process serves a path. It is a lock on a file beside the path,
 * which the operating system frees when the process dies. The file stays for the next
 * one, unless the path could not be bound after all.
 */
final class PathLock {

	/** The paths whose lock this process has. */
	private static final Set<Path> LOCKED = ConcurrentHashMap.newKeySet();

	/** In the file of a path whose directory was made with it. */
	private static final String DIRECTORY_MADE = "directory made\n";

	private final Path path;

	private @Nullable LockFile file;

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
		while (true) {
			LockFile file = LockFile.open(fileOf(this.path));
			this.file = file;
			if (!tryLock(file.channel())) {
				return false;
			}
			// An attempt that failed removes the file that it has made.
			if (file.isInPlace()) {
				return true;
			}
			file.close();
		}
	}

	private static boolean tryLock(FileChannel channel) throws IOException {
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
	 * Notes for the next process that the directory was made for the path, should this
	 * one be killed.
	 */
	void noteDirectoryMade() throws IOException {
		file().channel().write(ByteBuffer.wrap(DIRECTORY_MADE.getBytes(StandardCharsets.US_ASCII)), 0);
	}

	/**
	 * Whether a process noted that it has made the directory.
	 */
	boolean isDirectoryMade() throws IOException {
		ByteBuffer note = ByteBuffer.allocate(DIRECTORY_MADE.length());
		file().channel().read(note, 0);
		return new String(note.array(), 0, note.position(), StandardCharsets.US_ASCII).equals(DIRECTORY_MADE);
	}

	private LockFile file() {
		return Objects.requireNonNull(this.file, "not locked");
	}

	/**
	 * Removes the file, for a directory that is removed as well: a process that has
	 * opened the file already finds no directory to bind in.
	 */
	void deleteFile() throws IOException {
		Files.deleteIfExists(fileOf(this.path));
	}

	/**
	 * Removes the file if it was made for this lock, which nobody will need: a process
	 * that has opened it already finds that it is not in place.
	 */
	void deleteNewFile() throws IOException {
		LockFile file = this.file;
		if (file != null && file.isNew()) {
			deleteFile();
		}
	}

	/**
	 * Frees the path for others. Once only: another lock of this process may have it
	 * afterwards.
	 */
	void free() throws IOException {
		LockFile file = this.file;
		this.file = null;
		try {
			if (file != null) {
				file.close();
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
