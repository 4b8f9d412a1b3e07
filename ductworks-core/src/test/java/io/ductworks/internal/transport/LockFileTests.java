package io.ductworks.internal.transport;

import java.net.BindException;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.ductworks.NothingLeftBehind;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class LockFileTests {

	@TempDir
	private Path directory;

	private DuctAddress.Unix address;

	private Path file;

	@BeforeEach
	void prepare() {
		this.address = new DuctAddress.Unix(this.directory.resolve("a.sock"));
		this.file = this.directory.resolve("a.sock.lock");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a pipe", "a directory", "a symbolic link", "a socket" })
	void i6BindWhenTheLockFileIsNoFileThenSaysSoAtOnceAndLeavesIt(String kind) throws Exception {
		switch (kind) {
			case "a pipe" -> Sockets.makePipe(this.file);
			case "a directory" -> Files.createDirectory(this.file);
			case "a socket" -> Sockets.leaveBehind(this.file);
			default -> Files.createSymbolicLink(this.file, this.directory.resolve("target"));
		}
		UnixFile before = UnixFile.of(this.file);

		assertThatExceptionOfType(BindException.class).isThrownBy(() -> Sockets.bind(this.address, 1))
			.withMessage(this.file + " is " + kind + " of " + Files.getOwner(this.directory).getName()
					+ ", where the lock of the path is to be; remove it or choose another path");
		assertThat(UnixFile.of(this.file)).isEqualTo(before);
		assertThat(this.directory.resolve("target")).doesNotExist();
	}

	@Test
	void i6BindWhenTheLockFileIsAStrangersThenSaysWhose() throws Exception {
		Files.createFile(this.file);
		assumeThat(Sockets.giveAway(this.file)).as("only root may give files away").isTrue();

		assertThatExceptionOfType(BindException.class).isThrownBy(() -> Sockets.bind(this.address, 1))
			.withMessage(this.file + " is a regular file of " + Sockets.STRANGER
					+ ", where the lock of the path is to be; remove it or choose another path");
		assertThat(this.file).exists();
	}

	@Test
	void bindWhenItFailsThenLeavesNoLockFile() throws Exception {
		Files.createFile(this.address.path());

		assertThatExceptionOfType(BindException.class).isThrownBy(() -> Sockets.bind(this.address, 1))
			.withMessageContaining("is no socket");
		assertThat(this.file).doesNotExist();
	}

	@Test
	void bindWhenItFailsAndTheLockFileWasThereThenLeavesIt() throws Exception {
		Files.createFile(this.address.path());
		Files.createFile(this.file);

		assertThatExceptionOfType(BindException.class).isThrownBy(() -> Sockets.bind(this.address, 1))
			.withMessageContaining("is no socket");
		assertThat(this.file).isEmptyFile();
	}

	@Test
	void openWhenTheFileIsDeletedMeanwhileThenIsNotInPlace() throws Exception {
		Files.createFile(this.file);
		try (LockFile opened = LockFile.open(this.file)) {
			assertThat(opened.isInPlace()).isTrue();

			Files.delete(this.file);
			assertThat(opened.isInPlace()).isFalse();

			Files.createFile(this.file);
			assertThat(opened.isInPlace()).isFalse();
		}
	}

	@Test
	void openWhenFilesComeAndGoThenAtMostOneIsLockedAndInPlace() throws Exception {
		ExecutorService openers = Executors.newFixedThreadPool(4);
		try {
			List<Future<Integer>> counts = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				counts.add(openers.submit(this::openAndDelete));
			}
			int created = 0;
			for (Future<Integer> count : counts) {
				created += count.get(20, TimeUnit.SECONDS);
			}
			assertThat(created).isPositive();
		}
		finally {
			openers.shutdownNow();
		}
	}

	/**
	 * Does what failed attempts to bind do. Locks of one process hinder each other by an
	 * exception, and do not outlast the closing of another channel, so only opening
	 * races.
	 */
	private int openAndDelete() throws Exception {
		int created = 0;
		for (int i = 0; i < 500; i++) {
			try (LockFile opened = LockFile.open(this.file)) {
				if (opened.isNew()) {
					created++;
					Files.delete(this.file);
				}
			}
		}
		return created;
	}

	@Test
	void bindWhenAnotherProgramHasTheLockThenIsInUseAndItsFileStays() throws Exception {
		try (LockFile other = LockFile.open(this.file); FileLock lock = other.channel().lock()) {
			assertThat(lock.isValid()).isTrue();

			assertThatExceptionOfType(BindException.class).isThrownBy(() -> Sockets.bind(this.address, 1))
				.withMessageContaining("is served by a running process");
			assertThat(this.file).exists();
		}
	}

}
