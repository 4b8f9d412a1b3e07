package io.ductworks.message;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.ductworks.Awaiting;
import io.ductworks.DuctProblemException;
import io.ductworks.NothingLeftBehind;
import io.ductworks.RemoteHandlerException;
import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Ducts that speak JSON-RPC against programs that do not know them: plain Python, see
 * {@code python/rpc_peer.py}, and vscode-jsonrpc, see {@code node/rpc_peer.js}.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(120)
class ForeignRpcTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	@TempDir
	private Path directory;

	/** Who listens, and where. */
	private enum Setting {

		PYTHON_CHILD_UNIX, PYTHON_CHILD_TCP, PYTHON_PARENT_UNIX, PYTHON_PARENT_TCP, NODE_CHILD_UNIX, NODE_CHILD_TCP,
		NODE_PARENT_UNIX, NODE_PARENT_TCP;

		boolean isPython() {
			return name().startsWith("PYTHON");
		}

		boolean isForeignParent() {
			return name().contains("PARENT");
		}

		boolean isTcp() {
			return name().endsWith("TCP");
		}

	}

	private static boolean isOnPath(String program) {
		return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
			.anyMatch((directory) -> Files.isExecutable(Path.of(directory, program)));
	}

	@ParameterizedTest
	@EnumSource
	void requestsWhenTheyAreOfAllKindsThenAreUnderstood(Setting setting) throws Exception {
		try (Peer peer = new Peer(setting)) {
			assertThat(peer.duct.request("add", Map.of("a", 1, "b", 2), Integer.class)).isEqualTo(3);
			assertThat(peer.duct.request("add", 5, Integer.class)).isEqualTo(5);
			assertThatExceptionOfType(RemoteHandlerException.class)
				.isThrownBy(() -> peer.duct.request("fail", null, Object.class))
				.satisfies((ex) -> {
					assertThat(ex.code()).isEqualTo(1001);
					assertThat(ex.title()).isEqualTo("Out of stock");
					assertThat(ex.detail()).isEqualTo("{\"sku\":\"nail\"}");
				});
			assertThatExceptionOfType(RemoteHandlerException.class)
				.isThrownBy(() -> peer.duct.request("not.there", null, Object.class))
				.satisfies((ex) -> assertThat(ex.code()).isEqualTo(-32601));
		}
	}

	@ParameterizedTest
	@EnumSource
	void answersWhenTheyComeOutOfOrderThenEachRequestGetsItsOwn(Setting setting) throws Exception {
		try (Peer peer = new Peer(setting)) {
			CompletableFuture<String> held = peer.duct.requestAsync("hold", null, String.class);
			List<CompletableFuture<Integer>> sums = new ArrayList<>();
			for (int i = 0; i < 200; i++) {
				sums.add(peer.duct.requestAsync("add", Map.of("a", i, "b", i), Integer.class));
			}
			for (int i = 0; i < 200; i++) {
				assertThat(sums.get(i)).succeedsWithin(TIMEOUT).isEqualTo(2 * i);
			}
			assertThat(held).isNotDone();
			assertThat(peer.duct.request("let.go", null, String.class)).isEqualTo("let go");
			assertThat(held).succeedsWithin(TIMEOUT).isEqualTo("held");
		}
	}

	@ParameterizedTest
	@EnumSource
	void requestsWhenBothSidesAskAtTheSameTimeThenAllAreAnswered(Setting setting) throws Exception {
		try (Peer peer = new Peer(setting)) {
			List<CompletableFuture<Integer>> sums = new ArrayList<>();
			for (int i = 0; i < 10; i++) {
				sums.add(peer.duct.requestAsync("double.all", 50, Integer.class));
			}
			for (CompletableFuture<Integer> sum : sums) {
				assertThat(sum).succeedsWithin(TIMEOUT).isEqualTo(50 * 49);
			}
			assertThat(peer.duct.request("fail.back", null, Integer.class)).isEqualTo(-32601);
		}
	}

	@ParameterizedTest
	@EnumSource
	void requestWhenItIsCancelledThenThePeerStopsIt(Setting setting) throws Exception {
		try (Peer peer = new Peer(setting)) {
			CompletableFuture<Object> endless = peer.duct.requestAsync("until.cancelled", null, Object.class);
			assertThat(peer.duct.request("add", 1, Integer.class)).isEqualTo(1);
			endless.cancel(false);
			Awaiting.soon().until(() -> peer.duct.request("notes", null, List.class).contains("cancelled"));
			assertThat(peer.duct.isConnected()).isTrue();
		}
	}

	@ParameterizedTest
	@EnumSource
	void notificationsWhenTheyGoBothWaysThenKeepTheirOrder(Setting setting) throws Exception {
		try (Peer peer = new Peer(setting)) {
			List<Object> notes = new ArrayList<>();
			for (int i = 0; i < 100; i++) {
				peer.duct.send("note", i);
				notes.add(i);
			}
			assertThat(peer.duct.request("notes", null, Object.class)).isEqualTo(notes);
			assertThat(peer.duct.request("tell", 100, String.class)).isEqualTo("all told");
			Awaiting.soon().until(() -> peer.told.size() == 100);
			assertThat(peer.told).isEqualTo(notes);
		}
	}

	/**
	 * A duct of ours that is connected to another program.
	 */
	private final class Peer implements AutoCloseable {

		private final List<Object> told = Collections.synchronizedList(new ArrayList<>());

		private final Process process;

		private final Path errors;

		private final MessageDuct duct;

		Peer(Setting setting) throws Exception {
			List<String> command = setting.isPython() ? python() : node();
			this.errors = Files.createTempFile(ForeignRpcTests.this.directory, "errors", ".txt");
			DuctAddress address = setting.isTcp() ? new DuctAddress.Tcp("127.0.0.1", 0)
					: new DuctAddress.Unix(Files.createTempDirectory(ForeignRpcTests.this.directory, "d").resolve("s"));
			DuctHandler handler = DuctHandler.answering(this::answer);
			if (setting.isForeignParent()) {
				this.process = start(command, "parent", address);
				MessageDuctChild child = MessageDuctChild.builder()
					.address(listening())
					.protocol(Protocol.JSON_RPC)
					.handler(handler)
					.timeout(TIMEOUT)
					.build();
				child.connect();
				this.duct = child;
			}
			else {
				MessageDuctParent parent = MessageDuctParent.builder()
					.address(address)
					.protocol(Protocol.JSON_RPC)
					.handler(handler)
					.timeout(TIMEOUT)
					.build();
				parent.bind();
				this.process = start(command, "child", parent.listenerAddress());
				this.duct = parent;
				if (!parent.listen(TIMEOUT)) {
					parent.close();
					throw new AssertionError("The peer does not connect: " + errors());
				}
			}
		}

		private @Nullable Object answer(MessageDuct from, DuctMessage message) {
			return switch (String.valueOf(message.method())) {
				case "double" -> 2 * message.as(Integer.class);
				case "told" -> this.told.add(message.as(Object.class));
				default -> throw new DuctProblemException(404, "Method not found");
			};
		}

		private static List<String> python() throws Exception {
			Assumptions.assumeTrue(isOnPath("python3"),
					"python3 is not on the PATH: JSON-RPC is not tried against Python programs");
			return List.of("python3", "-ESs", resource("/python/rpc_peer.py").toString());
		}

		private static List<String> node() throws Exception {
			Assumptions.assumeTrue(isOnPath("node") && isOnPath("npm"),
					"Node is not on the PATH: JSON-RPC is not tried against vscode-jsonrpc");
			Path script = resource("/node/rpc_peer.js");
			Assumptions.assumeTrue(NodePackages.areInstalled(script.getParent()),
					"npm cannot install vscode-jsonrpc: JSON-RPC is not tried against it");
			return List.of("node", script.toString());
		}

		private static Path resource(String name) throws Exception {
			return Path.of(ForeignRpcTests.class.getResource(name).toURI());
		}

		private Process start(List<String> command, String role, DuctAddress address) throws IOException {
			List<String> all = new ArrayList<>(command);
			all.add(role);
			all.add(address.toString());
			return new ProcessBuilder(all).redirectError(this.errors.toFile()).start();
		}

		private DuctAddress listening() throws IOException {
			BufferedReader output = this.process.inputReader(StandardCharsets.UTF_8);
			String line = output.readLine();
			assertThat(line).as(() -> "address; errors: " + errors()).isNotNull();
			return DuctAddress.parse(line);
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
			if (!this.process.waitFor(20, TimeUnit.SECONDS)) {
				this.process.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
			}
			this.process.getInputStream().close();
			this.process.getOutputStream().close();
			assertThat(errors()).isEmpty();
		}

	}

}
