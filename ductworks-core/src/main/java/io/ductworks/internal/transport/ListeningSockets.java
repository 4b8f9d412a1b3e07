package io.ductworks.internal.transport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The Unix domain sockets that processes of this machine listen at, as Linux lists them.
 * To look there costs nobody anything, while a connection that only asks would take the
 * place of a parent's one child. Sockets of another network namespace are not listed.
 */
final class ListeningSockets {

	private static final Path LIST = Path.of("/proc/net/unix");

	/** The number of the column that has the flags, and of the last one. */
	private static final int FLAGS = 3;

	private static final int PATH = 7;

	/** That somebody listens: {@code __SO_ACCEPTCON} of the kernel. */
	private static final int LISTENS = 0x10000;

	private final Set<String> paths;

	private ListeningSockets(Set<String> paths) {
		this.paths = paths;
	}

	/**
	 * Those that there are now; none where the system lists none.
	 */
	static ListeningSockets now() throws IOException {
		return Files.isReadable(LIST) ? parse(Files.readAllLines(LIST)) : new ListeningSockets(Set.of());
	}

	/**
	 * Reads lines such as
	 * {@code ffff9a…: 00000002 00000000 00010000 0001 01 31415 /run/shop/orders.sock}.
	 */
	static ListeningSockets parse(List<String> lines) {
		return new ListeningSockets(lines.stream()
			.map((line) -> line.split(" +", PATH + 1))
			.filter((columns) -> columns.length > PATH && listens(columns[FLAGS]))
			.map((columns) -> columns[PATH])
			.collect(Collectors.toUnmodifiableSet()));
	}

	private static boolean listens(String flags) {
		try {
			return (Integer.parseUnsignedInt(flags, 16) & LISTENS) != 0;
		}
		catch (NumberFormatException ex) {
			// The heading.
			return false;
		}
	}

	/**
	 * Whether somebody listens at one of some paths.
	 */
	boolean include(Collection<Path> paths) {
		return paths.stream().map(Path::toString).anyMatch(this.paths::contains);
	}

}
