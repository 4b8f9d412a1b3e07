package io.ductworks.internal.transport;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.ductworks.NothingLeftBehind;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@ExtendWith(NothingLeftBehind.class)
@Timeout(30)
class ByteListenerTests {

	private static final int BACKLOG = 8;

	private static final int RACERS = 4;

	@TempDir
	private Path directory;

	// All transports

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp", "inproc" })
	void acceptWhenChildConnectedThenBytesGoBothWays(String transport) throws Exception {
		try (ByteListener listener = ByteListener.bind(address(transport), BACKLOG);
				ByteConnection child = connect(listener.address());
				ByteConnection parent = accept(listener)) {
			assertThat(parent.read(ByteBuffer.allocate(1))).as("nothing there yet").isZero();

			transfer(child, parent, "to the parent");
			transfer(parent, child, "to the child");

			child.close();
			awaitReadable(parent);
			assertThat(parent.read(ByteBuffer.allocate(1))).isEqualTo(-1);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp", "inproc" })
	void connectWhenNobodyAcceptsYetThenQueuesWithItsBytes(String transport) throws Exception {
		try (ByteListener listener = ByteListener.bind(address(transport), BACKLOG)) {
			for (int i = 0; i < 3; i++) {
				ByteConnection child = connect(listener.address());
				child.write(ByteBuffer.wrap(new byte[] { (byte) i }));
				child.close();
			}
			for (int i = 0; i < 3; i++) {
				try (ByteConnection parent = accept(listener)) {
					awaitReadable(parent);
					ByteBuffer read = ByteBuffer.allocate(2);
					assertThat(parent.read(read)).isEqualTo(1);
					assertThat(read.get(0)).isEqualTo((byte) i);
				}
			}
			assertThat(listener.accept()).isNull();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp", "inproc" })
	void acceptableWhenNobodyConnectsThenIsNotReady(String transport) throws Exception {
		try (ByteListener listener = ByteListener.bind(address(transport), BACKLOG);
				Selector selector = Selector.open()) {
			listener.acceptable().register(selector, listener.acceptOperation());
			assertThat(selector.selectNow()).isZero();

			try (ByteConnection child = connect(listener.address())) {
				assertThat(selector.select(10_000)).isEqualTo(1);
				selector.selectedKeys().clear();
				accept(listener).close();
				assertThat(selector.selectNow()).as("nobody else waits").isZero();
				assertThat(child.readable().isOpen()).isTrue();
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp", "inproc" })
	void connectWhenListenerIsClosedThenIsRefused(String transport) throws Exception {
		ByteListener listener = ByteListener.bind(address(transport), BACKLOG);
		listener.close();

		assertThatIOException().isThrownBy(() -> connect(listener.address()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp", "inproc" })
	void bindWhenListenerIsClosedThenTheAddressIsFreeAgain(String transport) throws Exception {
		ByteListener first = ByteListener.bind(address(transport), BACKLOG);
		first.close();

		try (ByteListener second = ByteListener.bind(first.address(), BACKLOG);
				ByteConnection child = connect(second.address());
				ByteConnection parent = accept(second)) {
			assertThat(second.address()).isEqualTo(first.address());
			transfer(child, parent, "again");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp", "inproc" })
	void bindWhenAddressIsInUseThenSaysSoAndLeavesTheOwnerAlone(String transport) throws Exception {
		try (ByteListener listener = ByteListener.bind(address(transport), BACKLOG)) {
			assertThatExceptionOfType(BindException.class)
				.isThrownBy(() -> ByteListener.bind(listener.address(), BACKLOG))
				.withMessageContaining("Address already in use");

			// Looking whether a socket file is served connects to it.
			ByteConnection probe = listener.accept();
			if (probe != null) {
				probe.close();
			}
			try (ByteConnection child = connect(listener.address()); ByteConnection parent = accept(listener)) {
				transfer(child, parent, "still served");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp", "inproc" })
	void closeWhenCalledTwiceThenDoesNothingMore(String transport) throws Exception {
		ByteListener listener = ByteListener.bind(address(transport), BACKLOG);
		listener.close();
		try (ByteListener successor = ByteListener.bind(listener.address(), BACKLOG)) {
			listener.close();

			try (ByteConnection child = connect(successor.address()); ByteConnection parent = accept(successor)) {
				transfer(child, parent, "the successor's");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp", "inproc" })
	void closeWhenChildrenWaitThenTheyFindTheEnd(String transport) throws Exception {
		ByteListener listener = ByteListener.bind(address(transport), BACKLOG);
		try (ByteConnection child = connect(listener.address())) {
			listener.close();

			awaitReadable(child);
			try {
				assertThat(child.read(ByteBuffer.allocate(1))).isEqualTo(-1);
			}
			catch (IOException ex) {
				assertThat(ex).as("TCP resets what was never accepted").hasMessageContaining("reset");
			}
		}
	}

	// TCP

	@Test
	void bindWhenPortIsZeroThenAddressHasTheRealOne() throws Exception {
		try (ByteListener listener = ByteListener.bind(new DuctAddress.Tcp("127.0.0.1", 0), BACKLOG)) {
			DuctAddress.Tcp address = (DuctAddress.Tcp) listener.address();

			assertThat(address.host()).isEqualTo("127.0.0.1");
			assertThat(address.port()).isPositive();
			connect(address).close();
		}
	}

	@Test
	void l1BindWhenPortBelongsToAnotherProgramThenSaysThatItIsInUse() throws Exception {
		try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
			DuctAddress address = new DuctAddress.Tcp("127.0.0.1", other.getLocalPort());

			assertThatExceptionOfType(BindException.class).isThrownBy(() -> ByteListener.bind(address, BACKLOG))
				.withMessageContaining("Address already in use");
		}
	}

	@Test
	void bindWhenHostDoesNotResolveThenNamesIt() {
		assertThatExceptionOfType(UnknownHostException.class)
			.isThrownBy(() -> ByteListener.bind(new DuctAddress.Tcp("ductworks.invalid", 0), BACKLOG))
			.withMessage("host 'ductworks.invalid' does not resolve");
	}

	@Test
	void peerWhenTransportIsTcpOrInprocThenIsNotKnown() throws Exception {
		for (String transport : new String[] { "tcp", "inproc" }) {
			try (ByteListener listener = ByteListener.bind(address(transport), BACKLOG);
					ByteConnection child = connect(listener.address());
					ByteConnection parent = accept(listener)) {
				assertThat(child.peer()).isNull();
				assertThat(parent.peer()).isNull();
			}
		}
	}

	// Unix

	@Test
	void peerWhenTransportIsUnixThenIsTheUserOfTheOtherEnd() throws Exception {
		try (ByteListener listener = ByteListener.bind(address("unix"), BACKLOG);
				ByteConnection child = connect(listener.address());
				ByteConnection parent = accept(listener)) {
			assertThat(parent.peer()).isEqualTo(Files.getOwner(this.directory));
			assertThat(child.peer()).isEqualTo(Files.getOwner(this.directory));
		}
	}

	@Test
	void closeWhenSocketFileIsOursThenRemovesIt() throws Exception {
		DuctAddress.Unix address = unix("a.sock");
		ByteListener listener = ByteListener.bind(address, BACKLOG);
		assertThat(Files.exists(address.path())).isTrue();

		listener.close();

		assertThat(Files.exists(address.path(), LinkOption.NOFOLLOW_LINKS)).isFalse();
		assertThat(this.directory).as("not made by the listener").exists();
	}

	@Test
	void l2BindWhenSocketFileIsStaleThenReplacesIt() throws Exception {
		DuctAddress.Unix address = unix("stale.sock");
		leaveBehind(address.path());

		try (ByteListener listener = ByteListener.bind(address, BACKLOG);
				ByteConnection child = connect(address);
				ByteConnection parent = accept(listener)) {
			transfer(child, parent, "alive");
		}
		assertThat(Files.exists(address.path())).isFalse();
	}

	@Test
	void bindWhenSocketFileIsServedThenSaysSo() throws Exception {
		DuctAddress.Unix address = unix("live.sock");
		try (ByteListener listener = ByteListener.bind(address, BACKLOG)) {
			assertThatExceptionOfType(BindException.class).isThrownBy(() -> ByteListener.bind(address, BACKLOG))
				.withMessage("Address already in use: " + address.path() + " is served by a running process");
			assertThat(listener.acceptable().isOpen()).isTrue();
			assertThat(Files.exists(address.path())).isTrue();
		}
	}

	@Test
	void bindWhenSocketFileIsServedByABusyParentThenSaysSo() throws Exception {
		DuctAddress.Unix address = unix("busy.sock");
		try (ByteListener listener = ByteListener.bind(address, 1);
				ByteConnection first = connect(address);
				ByteConnection second = connect(address)) {
			assertThatIOException().as("the backlog is full").isThrownBy(() -> connect(address));

			assertThatExceptionOfType(BindException.class).isThrownBy(() -> ByteListener.bind(address, BACKLOG))
				.withMessageContaining("is served by a running process");
			assertThat(Files.exists(address.path())).isTrue();
			accept(listener).close();
			accept(listener).close();
			assertThat(first.peer()).isEqualTo(second.peer());
		}
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "regular file", "directory", "symbolic link", "dangling link", "link to a socket", "pipe" })
	void l6BindWhenSomethingElseIsInPlaceThenNeverRemovesIt(String kind) throws Exception {
		DuctAddress.Unix address = unix("other");
		Path path = address.path();
		switch (kind) {
			case "regular file" -> Files.writeString(path, "precious");
			case "directory" -> Files.createDirectory(path);
			case "symbolic link" -> Files.createSymbolicLink(path, Files.createFile(this.directory.resolve("target")));
			case "dangling link" -> Files.createSymbolicLink(path, this.directory.resolve("nowhere"));
			case "link to a socket" -> {
				leaveBehind(this.directory.resolve("target"));
				Files.createSymbolicLink(path, this.directory.resolve("target"));
			}
			default -> makePipe(path);
		}
		Object key = key(path);

		assertThatExceptionOfType(BindException.class).isThrownBy(() -> ByteListener.bind(address, BACKLOG))
			.withMessage(path + " exists and is no socket; remove it or choose another path");
		assertThat(key(path)).isEqualTo(key);
	}

	@Test
	void l4CloseWhenFileWasReplacedThenLeavesTheOther() throws Exception {
		DuctAddress.Unix address = unix("replaced.sock");
		ByteListener listener = ByteListener.bind(address, BACKLOG);
		assertThat(listener.isInPlace()).isTrue();
		Files.delete(address.path());
		leaveBehind(address.path());
		Object key = key(address.path());
		assertThat(listener.isInPlace()).isFalse();

		listener.close();

		assertThat(key(address.path())).isEqualTo(key);
	}

	@Test
	void l3BindWhenTheOwnersFileWasDeletedThenItsLockStillKeepsOthersOut() throws Exception {
		DuctAddress.Unix address = unix("locked.sock");
		try (ByteListener owner = ByteListener.bind(address, BACKLOG)) {
			Files.delete(address.path());

			for (int i = 0; i < 3; i++) {
				assertThatExceptionOfType(BindException.class).isThrownBy(() -> ByteListener.bind(address, BACKLOG))
					.withMessageContaining("is served by a running process");
			}
			assertThat(owner.isInPlace()).isFalse();
		}
		ByteListener.bind(address, BACKLOG).close();
	}

	@Test
	void l3BindWhenManyRaceForOnePathThenExactlyOneWins() throws Exception {
		DuctAddress.Unix address = unix("race.sock");
		ExecutorService racers = Executors.newFixedThreadPool(RACERS);
		try {
			for (int round = 0; round < 100; round++) {
				List<ByteListener> winners = race(racers, address);
				for (ByteListener winner : winners) {
					winner.close();
				}
				assertThat(winners).hasSize(1);
			}
		}
		finally {
			racers.shutdownNow();
		}
	}

	@Test
	void l3BindWhenManyRaceForOnePathInAMissingDirectoryThenOneWinsAndKeepsItsLockFile() throws Exception {
		ExecutorService racers = Executors.newFixedThreadPool(RACERS);
		try {
			for (int round = 0; round < 500; round++) {
				Path made = this.directory.resolve("made" + round);
				List<ByteListener> winners = race(racers, new DuctAddress.Unix(made.resolve("race.sock")));
				boolean locked = Files.exists(made.resolve("race.sock.lock"));
				for (ByteListener winner : winners) {
					winner.close();
				}
				assertThat(winners).as("winners of round %d", round).hasSize(1);
				assertThat(locked).as("the winner's lock file is there in round %d", round).isTrue();
			}
		}
		finally {
			racers.shutdownNow();
		}
	}

	private static List<ByteListener> race(ExecutorService racers, DuctAddress address) throws Exception {
		CyclicBarrier start = new CyclicBarrier(RACERS);
		List<Future<ByteListener>> attempts = new ArrayList<>();
		for (int i = 0; i < RACERS; i++) {
			attempts.add(racers.submit(() -> {
				start.await();
				return ByteListener.bind(address, BACKLOG);
			}));
		}
		List<ByteListener> winners = new ArrayList<>();
		for (Future<ByteListener> attempt : attempts) {
			addIfBound(attempt, winners);
		}
		return winners;
	}

	private static void addIfBound(Future<ByteListener> attempt, List<ByteListener> bound) throws Exception {
		try {
			bound.add(attempt.get());
		}
		catch (ExecutionException ex) {
			assertThat(ex.getCause()).isInstanceOf(BindException.class);
		}
	}

	@Test
	void l9FileWhenBoundThenIsForItsOwnerAloneAndNothingElseIsLeftBesideIt() throws Exception {
		DuctAddress.Unix address = unix("mode.sock");
		try (ByteListener listener = ByteListener.bind(address, BACKLOG)) {
			assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(address.path())))
				.isEqualTo("rw-------");
			assertThat(listener.isInPlace()).isTrue();
			try (Stream<Path> files = Files.list(this.directory)) {
				assertThat(files.map((file) -> file.getFileName().toString())).containsExactlyInAnyOrder("mode.sock",
						"mode.sock.lock");
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "0660, rw-rw----", "0777, rwxrwxrwx", "rw-rw-rw-, rw-rw-rw-", "0600, rw-------" })
	void l9FileWhenPermissionsAreGivenThenHasThemWhateverTheUmask(String permissions, String expected)
			throws Exception {
		DuctAddress.Unix address = unix("given.sock");
		SocketFileMode mode = SocketFileMode.ownerOnly().withPermissions(permissions);
		try (ByteListener listener = ByteListener.bind(address, BACKLOG, mode)) {
			assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(address.path())))
				.isEqualTo(expected);
			assertThat(listener.isInPlace()).isTrue();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "432", "660", "0888", "rw", "" })
	void permissionsWhenTheyAreNoneThenSaysHowToWriteThem(String permissions) {
		assertThatIllegalArgumentException().isThrownBy(() -> SocketFileMode.ownerOnly().withPermissions(permissions))
			.withMessageContaining("write them as in 0660 or as in rw-rw----");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void l9FileWhenItsGroupDoesNotExistThenSaysSoAndLeavesNothing(boolean directoryExists) throws Exception {
		Path sub = this.directory.resolve("sub");
		if (directoryExists) {
			Files.createDirectory(sub);
		}
		DuctAddress.Unix address = new DuctAddress.Unix(sub.resolve("group.sock"));
		SocketFileMode mode = SocketFileMode.ownerOnly().withGroup("no-such-group");

		assertThatIllegalArgumentException().isThrownBy(() -> ByteListener.bind(address, BACKLOG, mode))
			.withMessageContaining("has no group 'no-such-group'");
		assertThat(address.path()).doesNotExist();
		assertThat(Files.exists(sub)).as("the directory").isEqualTo(directoryExists);
	}

	@ParameterizedTest
	@ValueSource(strings = { "rwxrwx---", "rwx----w-", "rwxrwxrwx" })
	void l10DirectoryWhenOthersMayWriteToItThenIsRefused(String permissions) throws Exception {
		Path open = Files.createDirectory(this.directory.resolve("open"));
		Files.setPosixFilePermissions(open, PosixFilePermissions.fromString(permissions));

		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> ByteListener.bind(new DuctAddress.Unix(open.resolve("a.sock")), BACKLOG))
			.withMessageContaining("may be written to by others")
			.withMessageContaining("chmod");
		assertThat(open).isEmptyDirectory();
	}

	@Test
	void l10DirectoryWhenStickyThenIsTaken() throws Exception {
		Path shared = Files.createDirectory(this.directory.resolve("shared"));
		Files.setAttribute(shared, "unix:mode", 01777);

		ByteListener.bind(new DuctAddress.Unix(shared.resolve("a.sock")), BACKLOG).close();

		assertThat(shared.resolve("a.sock")).doesNotExist();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void l8BindWhenPathInItsPrivateDirectoryIsTooLongThenSaysSoEachTime(boolean directoryExists) throws Exception {
		// Where the directory is missing there is none in it, but after a kill there
		// would be.
		DuctAddress.Unix address = new DuctAddress.Unix(directoryOfBytes(95).resolve("a"));
		if (directoryExists) {
			Files.createDirectory(address.path().getParent());
		}

		assertThatExceptionOfType(BindException.class).isThrownBy(() -> ByteListener.bind(address, BACKLOG))
			.withMessageContaining(SocketFile.stagedPath(address.path()) + ", has 107 bytes")
			.withMessageContaining("takes 106; choose a directory with a shorter path");
		try (Stream<Path> left = Files.walk(this.directory)) {
			assertThat(left).hasSize(directoryExists ? 2 : 1);
		}
	}

	@Test
	void l8BindWhenPathInItsPrivateDirectoryJustFitsThenListens() throws Exception {
		DuctAddress.Unix address = new DuctAddress.Unix(Files.createDirectory(directoryOfBytes(94)).resolve("a"));

		try (ByteListener listener = ByteListener.bind(address, BACKLOG); ByteConnection child = connect(address)) {
			accept(listener).close();
			assertThat(child.peer()).isNotNull();
		}
	}

	private Path directoryOfBytes(int bytes) {
		return this.directory.resolve("d".repeat(bytes - this.directory.toString().length() - 1));
	}

	@Test
	void c14BindWhenAKilledProcessLeftItsPrivateDirectoryThenRemovesIt() throws Exception {
		DuctAddress.Unix address = unix("killed.sock");
		Path staged = SocketFile.stagedPath(address.path());
		Files.createDirectory(staged.getParent());
		leaveBehind(staged);
		Files.createFile(this.directory.resolve("killed.sock.lock"));

		try (ByteListener listener = ByteListener.bind(address, BACKLOG); ByteConnection child = connect(address)) {
			assertThat(staged.getParent()).doesNotExist();
			accept(listener).close();
			assertThat(child.peer()).isNotNull();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "regular file", "directory" })
	void l6ConnectWhenPathIsNoSocketThenSaysWhatItIs(String kind) throws Exception {
		Path path = this.directory.resolve("other");
		if (kind.equals("directory")) {
			Files.createDirectory(path);
		}
		else {
			Files.createFile(path);
		}

		assertThatIOException().isThrownBy(() -> connect(new DuctAddress.Unix(path)))
			.withMessage("Connection refused: " + path + " is a " + kind + ", no socket");
	}

	@Test
	void closeWhenFileWasDeletedThenDoesNotMind() throws Exception {
		DuctAddress.Unix address = unix("deleted.sock");
		ByteListener listener = ByteListener.bind(address, BACKLOG);
		Files.delete(address.path());

		listener.close();

		assertThat(listener.acceptable().isOpen()).isFalse();
	}

	@Test
	void closeWhenFileCannotBeLookedAtThenTheSocketIsClosedAllTheSame() throws Exception {
		Path parent = this.directory.resolve("sub");
		ByteListener listener = ByteListener.bind(new DuctAddress.Unix(parent.resolve("a.sock")), BACKLOG);
		Files.delete(parent.resolve("a.sock"));
		Files.delete(parent.resolve("a.sock.lock"));
		Files.delete(parent);
		Files.createFile(parent);

		try {
			listener.close();
		}
		catch (FileSystemException ex) {
			assertThat(ex).as("later JDKs tell that there is no such file").hasMessageContaining("Not a directory");
		}
		assertThat(listener.acceptable().isOpen()).isFalse();
		assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(listener::accept);
		assertThat(parent).as("not ours").isRegularFile();
	}

	@Test
	void l10BindWhenDirectoryIsMissingThenMakesItForTheOwnerAloneAndRemovesIt() throws Exception {
		Path made = this.directory.resolve("made");
		ByteListener listener = ByteListener.bind(new DuctAddress.Unix(made.resolve("a.sock")), BACKLOG);
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made))).isEqualTo("rwx------");

		listener.close();

		assertThat(made).doesNotExist();
	}

	@Test
	void closeWhenDirectoryHoldsOtherFilesThenLeavesIt() throws Exception {
		Path made = this.directory.resolve("made");
		ByteListener listener = ByteListener.bind(new DuctAddress.Unix(made.resolve("a.sock")), BACKLOG);
		Files.createFile(made.resolve("other"));

		listener.close();

		assertThat(made).isDirectoryContaining("glob:**other").isDirectoryNotContaining("glob:**a.sock");
	}

	@Test
	void bindWhenDirectoryOfTheDirectoryIsMissingThenSaysWhichToCreate() {
		Path missing = this.directory.resolve("missing");

		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> ByteListener.bind(new DuctAddress.Unix(missing.resolve("sub/a.sock")), BACKLOG))
			.withMessage("directory " + missing + " does not exist; create it");
		assertThat(missing).doesNotExist();
	}

	@Test
	void l7BindWhenTheLockFileIsALinkThenIsNotFollowedAndSaysWhoAndWhere() throws Exception {
		DuctAddress.Unix address = new DuctAddress.Unix(this.directory.resolve("linked.sock"));
		Path target = this.directory.resolve("target");
		Files.createSymbolicLink(this.directory.resolve("linked.sock.lock"), target);

		assertThatExceptionOfType(BindException.class).isThrownBy(() -> ByteListener.bind(address, 1))
			.withMessageContaining("linked.sock.lock in a directory of mode 0700, owner ")
			.withMessageContaining("uid ");
		assertThat(target).doesNotExist();
	}

	@Test
	void bindWhenDirectoryIsAFileThenFailsAndLeavesIt() throws Exception {
		Path file = Files.createFile(this.directory.resolve("file"));

		assertThatIOException()
			.isThrownBy(() -> ByteListener.bind(new DuctAddress.Unix(file.resolve("a.sock")), BACKLOG))
			.withMessageContaining("Not a directory");
		assertThat(file).isRegularFile();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void bindWhenMemoryEndsMidwayThenLeavesNothingAndThePathIsFree(boolean directoryExists) throws Exception {
		Path sub = this.directory.resolve("sub");
		if (directoryExists) {
			Files.createDirectory(sub);
		}
		Path path = sub.resolve("a.sock");

		assertThatExceptionOfType(OutOfMemoryError.class)
			.isThrownBy(() -> ByteListener.bind(new DuctAddress.Unix(withoutMemory(path)), BACKLOG));
		assertThat(Files.exists(sub)).as("the directory").isEqualTo(directoryExists);
		ByteListener.bind(new DuctAddress.Unix(path), BACKLOG).close();
	}

	@Test
	void bindWhenMemoryEndsAndCleaningUpFailsThenSaysBoth() throws Exception {
		Path sub = this.directory.resolve("sub");
		Path path = sub.resolve("a.sock");
		Path lockFile = sub.resolve("a.sock.lock");
		Path inTheWay = withoutMemory(path, () -> {
			Files.delete(lockFile);
			Files.createDirectories(lockFile.resolve("other"));
		});

		assertThatExceptionOfType(OutOfMemoryError.class)
			.isThrownBy(() -> ByteListener.bind(new DuctAddress.Unix(inTheWay), BACKLOG))
			.satisfies((ex) -> assertThat(ex.getSuppressed()).singleElement()
				.isInstanceOf(DirectoryNotEmptyException.class));
	}

	@Test
	void bindWhenPathHas106BytesThenIsBoundAndReached() throws Exception {
		String prefix = this.directory + "/";
		DuctAddress.Unix address = unix("a".repeat(106 - prefix.length()));

		try (ByteListener listener = ByteListener.bind(address, BACKLOG);
				ByteConnection child = connect(address);
				ByteConnection parent = accept(listener)) {
			transfer(child, parent, "long");
		}
	}

	// In-process

	@Test
	void connectWhenInprocBacklogIsFullThenIsRefusedUntilOneIsAccepted() throws Exception {
		DuctAddress address = new DuctAddress.Inproc("full");
		try (ByteListener listener = ByteListener.bind(address, 2);
				ByteConnection first = connect(address);
				ByteConnection second = connect(address)) {
			assertThatIOException().isThrownBy(() -> connect(address))
				.withMessage("Connection refused: inproc:full has 2 connections waiting");

			try (ByteConnection parent = accept(listener); ByteConnection third = connect(address)) {
				transfer(first, parent, "first come, first served");
				assertThat(third.readable().isOpen()).isTrue();
			}
			assertThat(second.readable().isOpen()).isTrue();
		}
	}

	@Test
	void connectWhenNobodyHasTheInprocNameThenIsRefused() {
		assertThatIOException().isThrownBy(() -> connect(new DuctAddress.Inproc("nobody")))
			.withMessage("Connection refused: nobody listens at inproc:nobody");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void l14ConnectWhenThereIsNoSecondPipeThenTheFirstIsClosed(boolean memoryEnds) throws Exception {
		DuctAddress.Inproc address = new DuctAddress.Inproc("one-pipe");
		List<Pipe> opened = new ArrayList<>();
		try (ByteListener listener = ByteListener.bind(address, BACKLOG)) {
			assertThatExceptionOfType(memoryEnds ? OutOfMemoryError.class : IOException.class)
				.isThrownBy(() -> InprocListener.connect(address, () -> {
					if (opened.isEmpty()) {
						opened.add(Pipe.open());
						return opened.get(0);
					}
					if (memoryEnds) {
						throw new OutOfMemoryError();
					}
					throw new IOException("Too many open files");
				}));

			assertThat(listener.accept()).isNull();
		}
		assertThat(opened).singleElement().satisfies((pipe) -> {
			assertThat(pipe.source().isOpen()).isFalse();
			assertThat(pipe.sink().isOpen()).isFalse();
		});
	}

	/**
	 * A path at which memory ends when the system is to look at its file.
	 */
	static Path withoutMemory(Path path) {
		return withoutMemory(path, () -> {
		});
	}

	private static Path withoutMemory(Path path, Executable before) {
		InvocationHandler handler = (proxy, method, arguments) -> switch (method.getName()) {
			case "toAbsolutePath", "normalize" -> proxy;
			case "getFileSystem" -> {
				before.execute();
				throw new OutOfMemoryError();
			}
			default -> method.invoke(path, arguments);
		};
		return (Path) Proxy.newProxyInstance(Path.class.getClassLoader(), new Class<?>[] { Path.class }, handler);
	}

	private DuctAddress address(String transport) {
		return switch (transport) {
			case "unix" -> unix("duct.sock");
			case "tcp" -> new DuctAddress.Tcp("localhost", 0);
			default -> new DuctAddress.Inproc("listener-tests");
		};
	}

	private DuctAddress.Unix unix(String name) {
		return new DuctAddress.Unix(this.directory.resolve(name));
	}

	/**
	 * The JDK does not remove the file, as a killed process does not.
	 */
	private static void leaveBehind(Path path) throws IOException {
		try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			channel.bind(UnixDomainSocketAddress.of(path));
		}
		assertThat(Files.exists(path)).isTrue();
	}

	private static void makePipe(Path path) throws Exception {
		Process process = new ProcessBuilder("mkfifo", path.toString()).start();
		assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
		assertThat(process.exitValue()).isZero();
		process.getInputStream().close();
		process.getErrorStream().close();
		process.getOutputStream().close();
	}

	private static Object key(Path path) throws IOException {
		return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
	}

	private static ByteConnection connect(DuctAddress address) throws IOException {
		try (Connector connector = new Connector()) {
			return connector.connect(address, Duration.ofSeconds(10));
		}
	}

	private static ByteConnection accept(ByteListener listener) throws IOException {
		ByteConnection accepted = listener.accept();
		if (accepted == null) {
			try (Selector selector = Selector.open()) {
				listener.acceptable().register(selector, listener.acceptOperation());
				selector.select(10_000);
			}
			accepted = listener.accept();
		}
		assertThat(accepted).as("a connection within 10 s").isNotNull();
		return accepted;
	}

	private static void transfer(ByteConnection from, ByteConnection to, String text) throws IOException {
		assertThat(from.write(ByteBuffer.wrap(text.getBytes()))).isEqualTo(text.length());
		awaitReadable(to);
		ByteBuffer read = ByteBuffer.allocate(100);
		to.read(read);
		assertThat(new String(read.array(), 0, read.position())).isEqualTo(text);
	}

	private static void awaitReadable(ByteConnection connection) throws IOException {
		try (Selector selector = Selector.open()) {
			connection.readable().register(selector, SelectionKey.OP_READ);
			assertThat(selector.select(10_000)).as("readable within 10 s").isEqualTo(1);
		}
	}

}
