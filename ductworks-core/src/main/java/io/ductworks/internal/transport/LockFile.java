package io.ductworks.internal.transport;

import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * A file to lock, open. Others may put something else in its place: it is never opened
 * through a link, and never if opening it could block, as a pipe without a reader does.
 * For one thread at a time.
 */
final class LockFile implements Closeable {

	private static final int MAX_ATTEMPTS = 100;

	private final Path path;

	private final FileChannel channel;

	private final boolean made;

	/** What was opened, if the system tells. */
	private final @Nullable UnixFile opened;

	private LockFile(Path path, FileChannel channel, boolean made, @Nullable UnixFile opened) {
		this.path = path;
		this.channel = channel;
		this.made = made;
		this.opened = opened;
	}

	/**
	 * Opens the file, and makes it for the owner alone if it is not there.
	 * @throws BindException if something is there that is no file of the own user or root
	 */
	static LockFile open(Path path) throws IOException {
		if (!PosixModes.areKnown(path)) {
			return new LockFile(path, FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ,
					StandardOpenOption.WRITE), false, null);
		}
		for (int i = 0; i < MAX_ATTEMPTS; i++) {
			try {
				UnixFile there = UnixFile.of(path);
				return (there != null) ? openThat(path, there) : make(path);
			}
			catch (FileAlreadyExistsException | NoSuchFileException ex) {
				Path directory = path.getParent();
				if (directory == null || !Files.isDirectory(directory)) {
					throw ex;
				}
				// Somebody was faster.
			}
		}
		throw new BindException(path + " comes and goes; other processes try to bind its path");
	}

	/**
	 * Makes the file, and opens nothing that somebody else has made meanwhile.
	 */
	private static LockFile make(Path path) throws IOException {
		FileChannel channel = FileChannel.open(path,
				Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
				PosixModes.ownerWrites(path));
		try {
			return new LockFile(path, channel, true, UnixFile.of(path));
		}
		catch (IOException | RuntimeException | Error ex) {
			channel.close();
			throw ex;
		}
	}

	/**
	 * Opens what is there. Only the own user or root could put a pipe in its place in
	 * this moment; even then Linux does not block a process that opens it to read as
	 * well.
	 */
	private static LockFile openThat(Path path, UnixFile there) throws IOException {
		if (!there.isRegular() || !Owners.ofThisProcess().areTrusted(there)) {
			throw new BindException(path + " is " + there.type() + " of " + there.owner().getName()
					+ ", where the lock of the path is to be; remove it or choose another path");
		}
		FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE,
				LinkOption.NOFOLLOW_LINKS);
		return new LockFile(path, channel, false, there);
	}

	FileChannel channel() {
		return this.channel;
	}

	/**
	 * Whether the file was not there before.
	 */
	boolean isNew() {
		return this.made;
	}

	/**
	 * Whether the path still leads to the file, as far as the system tells.
	 */
	boolean isInPlace() throws IOException {
		return this.opened == null ? !PosixModes.areKnown(this.path) : this.opened.equals(UnixFile.of(this.path));
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

}
