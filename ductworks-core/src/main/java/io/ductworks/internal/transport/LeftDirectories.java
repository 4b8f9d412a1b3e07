package io.ductworks.internal.transport;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directories of pseudo-anonymous sockets that killed processes have left: nobody
 * else would ever come back to these names. The first bind of a process removes them.
 */
final class LeftDirectories {

	private static final Logger logger = LoggerFactory.getLogger(LeftDirectories.class);

	/** As {@code DuctAddress.Unix.pseudoAnonymous()} names them. */
	private static final Pattern NAME = Pattern.compile("ductworks-[0-9a-f]{16}");

	private static final String SOCKET = "duct.sock";

	/** A process that makes a directory has locked its path by then. */
	private static final Duration YOUNG = Duration.ofMinutes(1);

	/** Where this process has looked. */
	private static final Set<Path> LOOKED = ConcurrentHashMap.newKeySet();

	private LeftDirectories() {
	}

	/**
	 * Removes what was left beside the directory of a new socket, if that is a
	 * pseudo-anonymous one. Once for each place; a failure is no reason not to listen.
	 */
	static void removeBeside(Path socket) {
		Path directory = socket.getParent();
		Path place = (directory != null) ? directory.getParent() : null;
		if (directory == null || place == null || !isNamed(directory) || !LOOKED.add(place)) {
			return;
		}
		try {
			removeIn(place, directory);
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("What killed processes left in {} stays", place, ex);
		}
	}

	/**
	 * Removes what was left in a place.
	 * @param present something that was changed just now
	 */
	static void removeIn(Path place, Path present) throws IOException {
		long young = changed(present) - YOUNG.toMillis();
		ListeningSockets sockets = ListeningSockets.now();
		Owners owners = Owners.ofThisProcess();
		try (DirectoryStream<Path> found = Files.newDirectoryStream(place, LeftDirectories::isNamed)) {
			for (Path directory : found) {
				UnixFile file = UnixFile.ifVisible(directory);
				if (file != null && file.isDirectory() && owners.isOwn(file) && changed(directory) < young
						&& !sockets.include(List.of(directory.resolve(SOCKET)))) {
					remove(directory);
				}
			}
		}
	}

	private static boolean isNamed(Path directory) {
		return NAME.matcher(String.valueOf(directory.getFileName())).matches();
	}

	private static long changed(Path directory) throws IOException {
		return Files.getLastModifiedTime(directory, LinkOption.NOFOLLOW_LINKS).toMillis();
	}

	private static void remove(Path directory) throws IOException {
		Path socket = directory.resolve(SOCKET);
		PathLock lock;
		try {
			lock = PathLock.take(directory, socket);
		}
		catch (IOException ex) {
			// A process has it.
			return;
		}
		try {
			if (Files.notExists(socket, LinkOption.NOFOLLOW_LINKS) || UnixFile.isSocket(socket)) {
				Files.deleteIfExists(socket);
				lock.deleteFile();
				SocketDirectory.removeIfEmpty(directory);
			}
		}
		finally {
			lock.free();
		}
	}

}
