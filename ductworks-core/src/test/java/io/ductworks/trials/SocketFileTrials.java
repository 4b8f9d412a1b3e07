package io.ductworks.trials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import io.ductworks.CommunicationFaultException;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Paths of sockets that killed processes leave, that several processes want, or that the
 * file system has no room for.
 */
@Tag("trials")
@Timeout(600)
class SocketFileTrials {

	private static final int RESTARTS = Integer.getInteger("trials.restarts", 100);

	private static final int RACES = Integer.getInteger("trials.races", 200);

	@TempDir
	private Path directory;

	@Test
	void l2PathWhenItsParentIsKilledThenTheNextOneBindsIt() throws Exception {
		Path path = this.directory.resolve("trial.sock");
		long[] nanos = new long[RESTARTS];
		for (int i = 0; i < RESTARTS; i++) {
			long started = System.nanoTime();
			try (PeerProcess parent = PeerProcess.parent("unix:" + path);
					MessageDuctChild child = MessageDuctChild.builder().address("unix:" + path).build()) {
				child.connect();
				assertThat(child.request(i, Integer.class)).isEqualTo(i);
				nanos[i] = System.nanoTime() - started;
				parent.kill();
			}
			assertThat(path).exists();
		}
		try (PeerProcess parent = PeerProcess.parent("unix:" + path)) {
			parent.command("close");
			parent.awaitLine("given up");
		}
		assertThat(files()).containsExactly("trial.sock.lock");
		TrialFigures.note("L2", "unix", RESTARTS + " times kill -9 of the parent, and another one",
				"each bound the path at once; from its start to its first answer " + TrialFigures.times(nanos));
	}

	@Test
	void l3PathWhenTwoProcessesWantItThenOneHasIt() throws Exception {
		Path path = this.directory.resolve("trial.sock");
		int[] wins = new int[2];
		try (PeerProcess first = PeerProcess.launch("idle", "unix:" + path).start();
				PeerProcess second = PeerProcess.launch("idle", "unix:" + path).start()) {
			List<PeerProcess> both = List.of(first, second);
			for (int i = 1; i <= RACES; i++) {
				both.get(i % 2).command("bind");
				both.get(1 - i % 2).command("bind");
				int winner = first.awaitLine("bound", i).equals("bound") ? 0 : 1;
				String loss = both.get(1 - winner).awaitLine("bound", i);
				assertThat(both.get(winner).awaitLine("bound", i)).isEqualTo("bound");
				assertThat(loss).startsWith("not bound").contains("is served by a running process");
				try (MessageDuctChild child = MessageDuctChild.builder().address("unix:" + path).build()) {
					child.connect();
					assertThat(child.request(i, Integer.class)).isEqualTo(i);
				}
				wins[winner]++;
				both.get(winner).command("close");
				both.get(winner).awaitLine("given up", wins[winner]);
				assertThat(path).doesNotExist();
			}
		}
		assertThat(files()).containsExactly("trial.sock.lock");
		TrialFigures.note("L3", "unix", RACES + " times two processes bind one path at once",
				"one had it each time (" + wins[0] + " and " + wins[1] + "), the other was told that it is served");
	}

	private List<String> files() throws IOException {
		try (Stream<Path> files = Files.list(this.directory)) {
			return files.map((file) -> file.getFileName().toString()).toList();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3 })
	void l11ParentWhenTheFileSystemIsFullThenSaysPathAndReason(int inodes) throws Exception {
		String failure = failureOn("size=4k,nr_inodes=" + inodes);
		assertThat(failure).contains("No space left on device", this.directory.resolve("full/trial.sock").toString());
		TrialFigures.note("L11", "unix", "a file system with room for " + (inodes - 1) + " files", failure);
	}

	@Test
	void l11ParentWhenTheFileSystemIsReadOnlyThenSaysPathAndReason() throws Exception {
		String failure = failureOn("ro");
		assertThat(failure).contains("Read-only file system", this.directory.resolve("full/trial.sock").toString());
		TrialFigures.note("L11", "unix", "a read-only file system", failure);
	}

	private String failureOn(String options) throws IOException {
		Machine.needRoot();
		Path mounted = Files.createDirectory(this.directory.resolve("full"));
		try {
			Machine.run("mount", "-t", "tmpfs", "-o", options, "trial", mounted.toString());
		}
		catch (IOException ex) {
			Assumptions.abort("needs the right to mount: " + ex.getMessage());
		}
		try (MessageDuctParent parent = MessageDuctParent.builder()
			.address("unix:" + mounted.resolve("trial.sock"))
			.build()) {
			CommunicationFaultException ex = catchThrowableOfType(CommunicationFaultException.class, parent::bind);
			assertThat(mounted.resolve("trial.sock")).doesNotExist();
			return String.valueOf(ex.getMessage());
		}
		finally {
			Machine.run("umount", mounted.toString());
		}
	}

}
