package io.ductworks.trials;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.ductworks.message.MessageDuctChild;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Parents that cannot have another thread.
 */
@Tag("trials")
@Timeout(120)
class ThreadTrials {

	@TempDir
	private Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	void l16ParentWhenThereIsNoThreadForAMessageThenAnswersLater(String transport) throws Exception {
		try (PeerProcess parent = parentOfOther(transport).with("unobserved", true).start();
				MessageDuctChild first = trusting(parent);
				MessageDuctChild second = trusting(parent)) {
			CompletableFuture<String> busy = takeAllThreads(parent, first);
			second.connect();
			CompletableFuture<Integer> waiting = second.requestAsync(2, Integer.class);
			parent.awaitLine("unable to create native thread");
			assertThat(waiting).isNotDone();
			assertThat(busy.get(20, TimeUnit.SECONDS)).startsWith(PeerMain.PAUSE);
			assertThat(waiting.get(10, TimeUnit.SECONDS)).isEqualTo(2);
			assertThat(first.request(3, Integer.class)).isEqualTo(3);
			TrialFigures.note("L16", transport,
					"a message, and no thread to be had while the only worker is busy for 3 s",
					"answered once the worker was free; nobody was cut off");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	void l16ParentWhenThereIsNoThreadForObserversThenTheChildIsServedLater(String transport) throws Exception {
		try (PeerProcess parent = parentOfOther(transport).start();
				MessageDuctChild first = trusting(parent);
				MessageDuctChild second = trusting(parent)) {
			CompletableFuture<String> busy = takeAllThreads(parent, first);
			second.connect();
			parent.awaitLine("unable to create native thread");
			assertThat(busy.get(20, TimeUnit.SECONDS)).startsWith(PeerMain.PAUSE);
			assertThat(second.request(2, Integer.class)).isEqualTo(2);
			assertThat(first.request(3, Integer.class)).isEqualTo(3);
			TrialFigures.note("L16", transport, "a child, and no thread to be had to tell observers of it",
					"answered once the worker was free; nobody was cut off");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	void l16ParentWhenThreadsAreToBeHadAgainThenServesNewChildren(String transport) throws Exception {
		try (PeerProcess parent = parentOfOther(transport).start();
				MessageDuctChild first = trusting(parent);
				MessageDuctChild second = trusting(parent);
				MessageDuctChild third = trusting(parent)) {
			CompletableFuture<String> busy = takeAllThreads(parent, first);
			second.connect();
			parent.awaitLine("unable to create native thread");
			limitThreads(parent, 1000);
			assertThat(busy.get(20, TimeUnit.SECONDS)).startsWith(PeerMain.PAUSE);
			third.connect();
			assertThat(third.requestAsync(4, Integer.class)).as("the answer to a new child")
				.succeedsWithin(Duration.ofSeconds(10))
				.isEqualTo(4);
			TrialFigures.note("L16", transport, "a child after threads were to be had again", "answered");
		}
	}

	private PeerProcess.Launch parentOfOther(String transport) throws IOException {
		Machine.needRoot();
		Machine.need("setpriv", "util-linux");
		Machine.need("prlimit", "util-linux");
		String classPath = Users.sharedClassPath(this.directory);
		Path home = Users.directoryOfOther(this.directory);
		String address = transport.equals("unix") ? "unix:" + home.resolve("trial.sock") : "tcp://127.0.0.1:0";
		return PeerProcess.launch("parent", address).under(Users.other()).java("-XX:+UseSerialGC").classPath(classPath);
	}

	/**
	 * Has the only worker work for three seconds, and lets no other thread be created.
	 */
	private static CompletableFuture<String> takeAllThreads(PeerProcess parent, MessageDuctChild child)
			throws IOException {
		child.connect();
		assertThat(child.request(1, Integer.class)).isEqualTo(1);
		// Only the loop is left once the workers have had nothing to do for a while.
		soon().until(() -> parent.threads("duct-") == 1);
		CompletableFuture<String> busy = child.requestAsync(PeerMain.PAUSE + 3000, String.class);
		parent.awaitLine("pausing");
		limitThreads(parent, parent.threads());
		return busy;
	}

	/**
	 * As its user, since not every root may do it to others.
	 */
	private static void limitThreads(PeerProcess parent, Object number) throws IOException {
		Users.runAsOther("prlimit", "--pid", Long.toString(parent.pid()), "--nproc=" + number + ":");
	}

	private static MessageDuctChild trusting(PeerProcess parent) {
		MessageDuctChild.Builder child = MessageDuctChild.builder().address(parent.address());
		return (parent.address().startsWith("unix:") ? child.allowedUsers(Users.OTHER) : child).build();
	}

	private static ConditionFactory soon() {
		return Awaitility.await()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(1))
			.atMost(Duration.ofSeconds(20));
	}

}
