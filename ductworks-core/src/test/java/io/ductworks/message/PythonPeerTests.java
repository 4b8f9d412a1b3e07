package io.ductworks.message;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.ductworks.CloseReason;
import io.ductworks.NothingLeftBehind;
import io.ductworks.RemoteDuctClosedException;
import io.ductworks.transport.DuctAddress;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Ducts against a peer in plain Python, see {@code python/peer.py}.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(60)
class PythonPeerTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	@TempDir
	private Path directory;

	/** Who listens, and where. */
	private enum Setting {

		PYTHON_CHILD_UNIX, PYTHON_CHILD_TCP, PYTHON_PARENT_UNIX, PYTHON_PARENT_TCP;

		boolean isPythonParent() {
			return name().startsWith("PYTHON_PARENT");
		}

		boolean isTcp() {
			return name().endsWith("TCP");
		}

	}

	@BeforeAll
	static void requirePython() {
		boolean found = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
			.anyMatch((directory) -> Files.isExecutable(Path.of(directory, "python3")));
		Assumptions.assumeTrue(found, "python3 is not on the PATH: ducts are not tried against Python programs");
	}

	@ParameterizedTest
	@EnumSource
	void sendWhenPythonBouncesThenEachMessageComesBackUntilNull(Setting setting) throws Exception {
		try (Peer peer = new Peer(setting, "bounce")) {
			for (int i = 0; i < 100; i++) {
				Map<String, Object> message = Map.of("number", i, "nested", List.of("a", true, Map.of()), "half", 0.5);
				peer.duct.send(message);
				assertThat(peer.duct.recv()).isEqualTo(message);
			}
			peer.duct.send(null);

			peer.awaitSuccess();
			assertEnd(peer.duct, CloseReason.PEER_CLOSED).hasCauseInstanceOf(EOFException.class);
		}
	}

	@ParameterizedTest
	@EnumSource
	void recvWhenPythonAsksThenItGetsItsMessagesBackUntilItSendsNull(Setting setting) throws Exception {
		try (Peer peer = new Peer(setting, "count_down")) {
			int bounced = 0;
			Object message;
			while ((message = peer.duct.recv()) != null) {
				assertThat(message).isEqualTo(Map.of("number", 99 - bounced));
				peer.duct.send(message);
				bounced++;
			}

			assertThat(bounced).isEqualTo(100);
			peer.awaitSuccess();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "PYTHON_CHILD_UNIX", "PYTHON_PARENT_TCP" })
	void sendWhenManyMessagesAreOnTheirWayThenPythonSendsThemBackInOrder(Setting setting) throws Exception {
		try (Peer peer = new Peer(setting, "bounce")) {
			List<Integer> numbers = Stream.iterate(0, (i) -> i + 1).limit(500).toList();
			peer.duct.sendAll(numbers);

			for (Integer number : numbers) {
				assertThat(peer.duct.recv(Integer.class)).isEqualTo(number);
			}
			peer.duct.send(null);
			peer.awaitSuccess();
		}
	}

	@ParameterizedTest
	@EnumSource
	void sendWhenNumbersAreNotFiniteThenBothSidesReadThem(Setting setting) throws Exception {
		try (Peer peer = new Peer(setting, "not_finite")) {
			List<Double> numbers = List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
			assertThat(peer.duct.recv()).isEqualTo(numbers);
			peer.duct.send(numbers);

			peer.awaitSuccess();
		}
	}

	@ParameterizedTest
	@EnumSource
	void sendWhenTextIsEmojiThenPythonReadsItAndMayEscapeIt(Setting setting) throws Exception {
		String text = "👍👩‍👩‍👧 Grüße 日本語";
		int raw = text.getBytes(StandardCharsets.UTF_8).length + 2;
		long escapes = text.chars().filter((c) -> c > 127).count();
		int escaped = (int) (escapes * 6 + text.length() - escapes + 2);

		try (Peer peer = new Peer(setting, "escape")) {
			peer.duct.send(text);

			assertThat(peer.duct.recv()).isEqualTo(text);
			assertThat(peer.duct.statistics().bytesReceived()).isEqualTo(escaped);
			assertThat(peer.duct.recv()).isEqualTo(text);
			assertThat(peer.duct.statistics().bytesReceived()).isEqualTo(escaped + raw);
			peer.awaitSuccess();
		}
	}

	@ParameterizedTest
	@EnumSource
	void sendWhenMessageHasMegabytesThenArrivesWholeBothWays(Setting setting) throws Exception {
		try (Peer peer = new Peer(setting, "big")) {
			Object message = peer.duct.recv();
			assertThat(peer.duct.statistics().bytesReceived()).isGreaterThan(2_300_000);
			peer.duct.send(message);

			peer.awaitSuccess();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "PYTHON_CHILD_UNIX", "PYTHON_PARENT_TCP" })
	void recvWhenPythonLeavesInsideAHeaderThenEndIsTruncated(Setting setting) throws Exception {
		try (Peer peer = new Peer(setting, "cut_in_header")) {
			peer.duct.send("go");
			assertThat(peer.duct.recv()).isEqualTo("whole");

			assertEnd(peer.duct, CloseReason.TRUNCATED).hasMessageContaining("3 of 5 header bytes")
				.hasCauseInstanceOf(EOFException.class);
			peer.awaitSuccess();
		}
	}

	@ParameterizedTest
	@EnumSource
	void recvWhenPythonLeavesInsideAPayloadThenEndIsTruncated(Setting setting) throws Exception {
		try (Peer peer = new Peer(setting, "cut_in_payload")) {
			peer.duct.send("go");
			assertThat(peer.duct.recv()).isEqualTo("whole");

			assertEnd(peer.duct, CloseReason.TRUNCATED).hasMessageContaining("10 of 100 payload bytes")
				.hasCauseInstanceOf(EOFException.class);
			peer.awaitSuccess();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "PYTHON_CHILD_TCP", "PYTHON_PARENT_TCP" })
	void recvWhenPythonSendsUrgentBytesThenMessagesAreWhole(Setting setting) throws Exception {
		try (Peer peer = new Peer(setting, "urgent")) {
			assertThat(peer.duct.recv()).isEqualTo("before and after");
			peer.duct.send("read");
			peer.duct.send("go on");
			assertThat(peer.duct.recv()).isEqualTo("go on");
			peer.duct.send(null);

			peer.awaitSuccess();
			assertEnd(peer.duct, CloseReason.PEER_CLOSED);
		}
	}

	private static AbstractThrowableAssert<?, RemoteDuctClosedException> assertEnd(MessageDuct duct,
			CloseReason reason) {
		RemoteDuctClosedException end = catchThrowableOfType(RemoteDuctClosedException.class, duct::recv);
		assertThat(end).isNotNull();
		assertThat(end.reason()).isEqualTo(reason);
		return assertThat(end);
	}

	/**
	 * A duct of ours that is connected to a Python process.
	 */
	private final class Peer implements AutoCloseable {

		private final Process process;

		private final Path errors;

		private final MessageDuct duct;

		Peer(Setting setting, String task) throws Exception {
			this.errors = Files.createTempFile(PythonPeerTests.this.directory, "errors", ".txt");
			DuctAddress address = setting.isTcp() ? new DuctAddress.Tcp("127.0.0.1", 0)
					: new DuctAddress.Unix(Files.createTempDirectory(PythonPeerTests.this.directory, "d").resolve("s"));
			if (setting.isPythonParent()) {
				this.process = start("parent", task, address);
				MessageDuctChild child = MessageDuctChild.builder().address(listening()).timeout(TIMEOUT).build();
				child.connect();
				this.duct = child;
			}
			else {
				MessageDuctParent parent = MessageDuctParent.builder().address(address).timeout(TIMEOUT).build();
				parent.bind();
				this.process = start("child", task, parent.listenerAddress());
				this.duct = parent;
				if (!parent.listen(TIMEOUT)) {
					parent.close();
					throw new AssertionError("Python does not connect: " + Files.readString(this.errors));
				}
			}
		}

		private Process start(String role, String task, DuctAddress address) throws Exception {
			Path script = Path.of(PythonPeerTests.class.getResource("/python/peer.py").toURI());
			return new ProcessBuilder("python3", "-IS", script.toString(), role, task, address.toString())
				.redirectError(this.errors.toFile())
				.start();
		}

		private DuctAddress listening() throws IOException {
			BufferedReader output = this.process.inputReader(StandardCharsets.UTF_8);
			String line = output.readLine();
			assertThat(line).as(() -> "address; errors: " + errors()).isNotNull();
			return DuctAddress.parse(line);
		}

		void awaitSuccess() throws Exception {
			assertThat(this.process.waitFor(20, TimeUnit.SECONDS)).as("Python ends").isTrue();
			assertThat(this.process.exitValue()).as(this::errors).isZero();
		}

		private String errors() {
			try {
				return Files.readString(this.errors);
			}
			catch (IOException ex) {
				return ex.toString();
			}
		}

		@Override
		public void close() throws Exception {
			this.duct.close();
			this.process.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
			this.process.getInputStream().close();
			this.process.getErrorStream().close();
			this.process.getOutputStream().close();
		}

	}

}
