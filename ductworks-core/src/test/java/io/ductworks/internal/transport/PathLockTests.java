package io.ductworks.internal.transport;

import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.ductworks.NothingLeftBehind;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(NothingLeftBehind.class)
@Timeout(30)
class PathLockTests {

	private static final int BACKLOG = 8;

	private static final int RACERS = 4;

	@TempDir
	private Path directory;

	@Test
	void l3BindWhenTheOwnersFileWasDeletedThenItsLockStillKeepsOthersOut() throws Exception {
		DuctAddress.Unix address = unix("locked.sock");
		try (ByteListener owner = Sockets.bind(address, BACKLOG)) {
			Files.delete(address.path());

			for (int i = 0; i < 3; i++) {
				assertThatExceptionOfType(BindException.class).isThrownBy(() -> Sockets.bind(address, BACKLOG))
					.withMessageContaining("is served by a running process");
			}
			assertThat(owner.isInPlace()).isFalse();
		}
		Sockets.bind(address, BACKLOG).close();
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
				return Sockets.bind(address, BACKLOG);
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

	private DuctAddress.Unix unix(String name) {
		return new DuctAddress.Unix(this.directory.resolve(name));
	}

}
