package io.ductworks.peer;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class ScriptTests implements NothingLeft {

	private static final Duration SHORT = Duration.ofMillis(100);

	@Test
	void scriptWhenTheOtherSideDoesAsExpectedThenIsVerified() {
		try (DuctPeer parent = DuctPeer.listen((connection) -> {
			connection.expect("{\"customer\":\"ada\"}");
			connection.reply("{\"number\":\"P-1\"}");
		}); DuctPeer child = DuctPeer.connect(parent.address())) {
			child.send("{\"customer\": \"ada\"}");
			child.expect("{\"number\": \"P-1\"}");

			parent.verify();
			assertThatExceptionOfType(AssertionError.class).as("open")
				.isThrownBy(() -> child.receive(SHORT))
				.withMessageContaining("got nothing");
		}
	}

	@Test
	void scriptWhenItIsAChildsThenRunsOnTheOneConnection() {
		try (DuctPeer parent = DuctPeer.listen();
				DuctPeer child = DuctPeer.connect(parent.address(), (connection) -> connection.expect("1"))) {
			parent.send("1");

			child.verify();
			assertThat(child.address()).isEqualTo(parent.address());
		}
	}

	@Test
	void scriptWhenItAnswersEachMessageThenEndsWithTheOtherSide() {
		try (DuctPeer parent = DuctPeer
			.listen((connection) -> connection.answerEach((question) -> "\"re: " + question + "\""))) {
			try (DuctPeer child = DuctPeer.connect(parent.address())) {
				child.send("1");
				child.expect("\"re: 1\"");
				child.send("2");
				child.expect("\"re: 2\"");
			}
			parent.verify();
			try (DuctPeer child = DuctPeer.connect(parent.address())) {
				child.sendPart("1", 5);
				child.halfClose();
				assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> parent.verify(2))
					.withMessageContaining("behind 5 of 6 bytes of a frame");
			}
		}
	}

	@Test
	void verifyWhenAStepHasFailedThenSaysWhichAndWhatCame() {
		try (DuctPeer parent = DuctPeer.listen((connection) -> {
			connection.send("0");
			connection.expect("1");
		}); DuctPeer child = DuctPeer.connect(parent.address())) {
			child.send("2");

			assertThatExceptionOfType(AssertionError.class).isThrownBy(parent::verify)
				.withMessage("The script at " + parent.address() + " has failed: connection 1, step 2, expect 1: got 2")
				.havingCause()
				.isInstanceOf(AssertionError.class)
				.satisfies((cause) -> assertThat(cause.getStackTrace())
					.anyMatch((frame) -> frame.getClassName().startsWith(ScriptTests.class.getName())));
			child.expect("0");
			assertThat(child.awaitEnd()).as("nobody waits for a script that has failed").isNotNull();
		}
	}

	@Test
	void verifyWhenTheScriptItselfHasFailedThenSaysBehindWhichStep() {
		try (DuctPeer parent = DuctPeer.listen((connection) -> {
			connection.receive();
			throw new IllegalArgumentException("not mine");
		}); DuctPeer child = DuctPeer.connect(parent.address())) {
			child.send("2");

			assertThatExceptionOfType(AssertionError.class).isThrownBy(parent::verify)
				.withMessage("The script at " + parent.address() + " has failed: behind connection 1, step 1, receive: "
						+ "java.lang.IllegalArgumentException: not mine");
		}
	}

	@Test
	void verifyWhenScriptsHaveNotEndedThenSaysWhereTheyAre() {
		try (DuctPeer parent = DuctPeer.listen((connection) -> connection.receive(Duration.ofSeconds(30)));
				DuctPeer child = DuctPeer.connect(parent.address())) {
			parent.connection(1);
			parent.withTimeout(SHORT);

			assertThatExceptionOfType(AssertionError.class).isThrownBy(parent::verify)
				.withMessageStartingWith(
						"The script at " + parent.address() + " has not ended within 100 ms: connection 1");
			parent.close();
			assertThat(child.awaitEnd()).isEqualTo(PeerEnd.CLOSED);
		}
	}

	@Test
	void verifyWhenTooFewConnectionsHaveComeThenSaysHowMany() {
		try (DuctPeer parent = DuctPeer.listen((connection) -> connection.send("1"));
				DuctPeer child = DuctPeer.connect(parent.address())) {
			child.expect("1");
			parent.verify(1);
			parent.withTimeout(SHORT);

			assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> parent.verify(2))
				.withMessage("Of 2 connections to " + parent.address() + ", 1 have come within 100 ms");
		}
	}

	@Test
	void scriptWhenTheOtherSideComesAgainThenKnowsWhichConnectionItIs() {
		try (DuctPeer parent = DuctPeer.listen((connection) -> {
			if (connection.number() == 1) {
				connection.close();
			}
			else {
				connection.send("again");
			}
		})) {
			try (DuctPeer child = DuctPeer.connect(parent.address())) {
				assertThat(child.awaitEnd()).isEqualTo(PeerEnd.CLOSED);
			}
			try (DuctPeer child = DuctPeer.connect(parent.address())) {
				child.expect("again");
			}
			parent.verify(2);
		}
	}

	@Test
	void scriptWhenItHoldsThenGoesOnWhenReleased() {
		try (DuctPeer parent = DuctPeer.listen((connection) -> {
			connection.hold();
			connection.send("1");
			connection.hold();
			connection.send("2");
		}); DuctPeer child = DuctPeer.connect(parent.address())) {
			parent.awaitHold();
			assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> child.receive(SHORT));
			parent.release();
			child.expect("1");
			parent.awaitHold();
			assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> child.receive(SHORT));
			parent.release();
			child.expect("2");
			parent.verify();
		}
	}

	@Test
	void scriptWhenItIsReleasedBeforeItHoldsThenDoesNotWait() {
		try (DuctPeer parent = DuctPeer.listen((connection) -> {
			connection.receive();
			connection.hold();
		}); DuctPeer child = DuctPeer.connect(parent.address())) {
			parent.release();
			child.send("1");

			parent.verify();
		}
	}

	@Test
	void holdWhenNobodyReleasesThenFails() {
		try (DuctPeer parent = DuctPeer.listen((connection) -> connection.withTimeout(SHORT).hold())) {
			parent.withTimeout(SHORT);
			assertThatExceptionOfType(AssertionError.class).isThrownBy(parent::awaitHold)
				.withMessage("No script at " + parent.address() + " holds within 100 ms");
			parent.withTimeout(Duration.ofSeconds(10));
			try (DuctPeer child = DuctPeer.connect(parent.address())) {
				assertThatExceptionOfType(AssertionError.class).isThrownBy(parent::verify)
					.withMessageEndingWith("connection 1, step 1, hold: not released within 100 ms");
				assertThat(child.awaitEnd()).isEqualTo(PeerEnd.CLOSED);
			}
		}
	}

	@Test
	void scriptWhenItPausesThenGoesOnLater() {
		long before = System.nanoTime();
		try (DuctPeer parent = DuctPeer.listen((connection) -> {
			connection.pause(SHORT);
			connection.send("1");
		}); DuctPeer child = DuctPeer.connect(parent.address())) {
			child.expect("1");
			assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(SHORT);
			parent.verify();
		}
	}

	@Test
	void closeWhenAScriptHasFailedAndNobodyHasVerifiedThenThrows() {
		DuctPeer parent = DuctPeer.listen((connection) -> connection.expect("1"));
		try (DuctPeer child = DuctPeer.connect(parent.address())) {
			child.send("2");
			child.awaitEnd();
			await().untilAsserted(() -> assertThat(threads("duct-peer-script")).isZero());
		}

		assertThatExceptionOfType(AssertionError.class).isThrownBy(parent::close)
			.withMessageEndingWith("connection 1, step 1, expect 1: got 2");
		parent.close();
	}

	private static long threads(String prefix) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith(prefix))
			.count();
	}

	@Test
	void closeWhenVerifyHasToldThenDoesNotThrowAgain() {
		DuctPeer parent = DuctPeer.listen((connection) -> connection.expect("1"));
		try (DuctPeer child = DuctPeer.connect(parent.address()); DuctPeer other = DuctPeer.connect(parent.address())) {
			child.send("2");
			other.send("3");
			child.awaitEnd();
			other.awaitEnd();
			await().untilAsserted(() -> assertThat(threads("duct-peer-script")).isZero());

			assertThatExceptionOfType(AssertionError.class).isThrownBy(parent::verify)
				.satisfies((failure) -> assertThat(failure.getSuppressed()).hasSize(1));
		}
		parent.close();
	}

	@Test
	void closeWhenScriptsHaveNotEndedThenCutsThemOff() {
		CountDownLatch never = new CountDownLatch(1);
		DuctPeer parent = DuctPeer.listen((connection) -> {
			switch (connection.number()) {
				case 1 -> connection.receive();
				case 2 -> connection.hold();
				case 3 -> connection.send(new byte[64 * 1024 * 1024]);
				default -> never.await();
			}
		});
		try (DuctPeer one = DuctPeer.connect(parent.address());
				DuctPeer two = DuctPeer.connect(parent.address());
				DuctPeer three = DuctPeer.connect(parent.address());
				DuctPeer four = DuctPeer.connect(parent.address())) {
			parent.connection(4);
			parent.awaitHold();
			parent.close();

			assertThat(one.awaitEnd()).isEqualTo(PeerEnd.CLOSED);
			assertThat(two.awaitEnd()).isEqualTo(PeerEnd.CLOSED);
			assertThat(three.awaitEnd()).isEqualTo(PeerEnd.CLOSED);
			assertThat(four.awaitEnd()).isEqualTo(PeerEnd.CLOSED);
		}
	}

	@Test
	void closeWhenAnotherThreadReceivesThenEndsItsWaiting() throws Exception {
		try (DuctPeer parent = DuctPeer.listen(); DuctPeer child = DuctPeer.connect(parent.address())) {
			Thread receiver = new Thread(
					() -> assertThatIllegalStateException().isThrownBy(child::receive).withMessageContaining("itself"));
			receiver.start();
			await().until(() -> receiver.getState() != Thread.State.NEW);

			child.close();
			receiver.join(5000);
			assertThat(receiver.isAlive()).isFalse();
		}
	}

	@Test
	void callWhenTheThreadIsInterruptedThenEndsAndStaysInterrupted() {
		try (DuctPeer parent = DuctPeer.listen(); DuctPeer child = DuctPeer.connect(parent.address())) {
			Thread.currentThread().interrupt();
			assertThatIllegalStateException().isThrownBy(child::receive).withMessageEndingWith("interrupted");
			assertThat(Thread.interrupted()).isTrue();

			Thread.currentThread().interrupt();
			assertThatIllegalStateException().isThrownBy(() -> child.pause(SHORT)).withMessageEndingWith("interrupted");
			assertThat(Thread.interrupted()).isTrue();

			parent.send("1");
			child.expect("1");
		}
	}

	@Test
	void closeWhenAScriptCallsItThenEnds() {
		try (DuctPeer parent = DuctPeer.listen()) {
			DuctPeer[] child = new DuctPeer[1];
			child[0] = DuctPeer.connect(parent.address(), (connection) -> {
				connection.hold();
				child[0].close();
			});
			child[0].release();

			assertThat(parent.awaitEnd()).isEqualTo(PeerEnd.CLOSED);
			await().untilAsserted(() -> assertThat(threads("duct-peer-script")).isZero());
		}
	}

	@Test
	void socketFileWhenThePeerClosesThenIsRemoved(@TempDir Path directory) {
		Path file = directory.resolve("orders.sock");
		try (DuctPeer parent = DuctPeer.listen("unix:" + file)) {
			assertThat(parent.address()).isEqualTo("unix:" + file);
			assertThat(file).exists();
		}
		assertThat(file).doesNotExist();
	}

	@Test
	void socketFileWhenAnotherHasTakenThePathThenStays(@TempDir Path directory) throws Exception {
		Path file = directory.resolve("orders.sock");
		try (DuctPeer parent = DuctPeer.listen("unix:" + file)) {
			Path other = Files.writeString(directory.resolve("other"), parent.address());
			Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
		}
		assertThat(file).isRegularFile();
	}

	@Test
	void listenWhenTheAddressIsTakenThenFailsAndLeavesTheFile(@TempDir Path directory) {
		Path file = directory.resolve("orders.sock");
		try (DuctPeer parent = DuctPeer.listen("unix:" + file); DuctPeer child = DuctPeer.connect(parent.address())) {
			assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> DuctPeer.listen(parent.address()))
				.withMessageStartingWith("The peer cannot listen at unix:" + file + ": ");
			child.send("1");
			parent.expect("1");
		}
	}

}
