package io.ductworks.trials;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;

/**
 * The other side of a trial in a process of its own, which can be killed, stopped and
 * continued, see {@link PeerMain}. It ends with this one, since its standard input does.
 */
final class PeerProcess implements AutoCloseable {

	private static final Duration SOON = Duration.ofSeconds(30);

	private final Process process;

	private final List<String> output = new CopyOnWriteArrayList<>();

	private final Thread reading;

	private PeerProcess(Process process) {
		this.process = process;
		this.reading = new Thread(this::read, "output-of-" + process.pid());
		this.reading.setDaemon(true);
		this.reading.start();
	}

	private void read() {
		try (BufferedReader reader = new BufferedReader(
				new InputStreamReader(this.process.getInputStream(), StandardCharsets.UTF_8))) {
			reader.lines().forEach(this.output::add);
		}
		catch (IOException | UncheckedIOException ex) {
			// The process was killed.
		}
	}

	/**
	 * Starts a parent that sends every message back, and waits until it listens.
	 */
	static PeerProcess parent(String address) throws IOException {
		return launch("parent", address).start();
	}

	/**
	 * Starts a child that sends every message back, and waits until it is connected.
	 */
	static PeerProcess child(String address) throws IOException {
		return launch("child", address).start();
	}

	static Launch launch(String role, String address) {
		return new Launch(role, address);
	}

	/**
	 * Where a parent listens.
	 */
	String address() {
		return awaitLine(PeerMain.READY).substring(PeerMain.READY.length()).trim();
	}

	/**
	 * What the process has printed, its log and its errors among it.
	 */
	List<String> output() {
		return this.output;
	}

	/**
	 * How many lines have a part.
	 */
	long count(String part) {
		return this.output.stream().filter((line) -> line.contains(part)).count();
	}

	/**
	 * Waits for a line that has a part.
	 */
	String awaitLine(String part) {
		return awaitLine(part, 1);
	}

	/**
	 * Waits for so many lines that have a part.
	 * @return the last of them
	 */
	String awaitLine(String part, int number) {
		return Awaitility.await(part)
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(2))
			.atMost(SOON)
			.until(() -> this.output.stream().filter((line) -> line.contains(part)).skip(number - 1L).findFirst(),
					Optional::isPresent)
			.orElseThrow();
	}

	/**
	 * Has the process do something while it serves, see {@link PeerMain}.
	 */
	void command(String command) throws IOException {
		this.process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
		this.process.getOutputStream().flush();
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	long pid() {
		return this.process.pid();
	}

	/**
	 * How many threads the process has.
	 */
	int threads() {
		return threads("");
	}

	/**
	 * How many threads the process has whose names begin in a certain way.
	 */
	int threads(String name) {
		int threads = 0;
		File[] tasks = Path.of("/proc", Long.toString(pid()), "task").toFile().listFiles();
		for (File task : (tasks != null) ? tasks : new File[0]) {
			try {
				threads += Files.readString(task.toPath().resolve("comm")).startsWith(name) ? 1 : 0;
			}
			catch (IOException ex) {
				// It has ended meanwhile.
			}
		}
		return threads;
	}

	void kill() throws InterruptedException {
		this.process.destroyForcibly().waitFor();
	}

	void stop() throws IOException {
		Machine.run("kill", "-STOP", Long.toString(pid()));
	}

	void resume() throws IOException {
		Machine.run("kill", "-CONT", Long.toString(pid()));
	}

	@Override
	public void close() {
		try {
			this.process.getOutputStream().close();
		}
		catch (IOException ex) {
			// It is gone already.
		}
		try {
			if (!this.process.waitFor(1, TimeUnit.SECONDS)) {
				this.process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
			}
			this.reading.join(TimeUnit.SECONDS.toMillis(10));
		}
		catch (InterruptedException ex) {
			this.process.destroyForcibly();
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * How a process is started.
	 */
	static final class Launch {

		private final List<String> prefix = new ArrayList<>();

		private final List<String> options = new ArrayList<>(
				List.of("-Xmx64m", "-Xshare:auto", "-XX:TieredStopAtLevel=1"));

		private final List<String> arguments = new ArrayList<>();

		private String classPath = System.getProperty("java.class.path");

		private Launch(String role, String address) {
			this.arguments.addAll(List.of(role, address));
		}

		/**
		 * Has another program start it.
		 */
		Launch under(String... prefix) {
			this.prefix.addAll(List.of(prefix));
			return this;
		}

		Launch java(String... options) {
			this.options.addAll(List.of(options));
			return this;
		}

		Launch classPath(String classPath) {
			this.classPath = classPath;
			return this;
		}

		/**
		 * Sets what {@link PeerMain} knows under a name.
		 */
		Launch with(String name, Object value) {
			this.arguments.add(name + "=" + value);
			return this;
		}

		/**
		 * Starts it, without waiting for anything.
		 */
		PeerProcess begin() throws IOException {
			List<String> command = new ArrayList<>(this.prefix);
			command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
			command.addAll(this.options);
			command.addAll(List.of("-cp", this.classPath, PeerMain.class.getName()));
			command.addAll(this.arguments);
			return new PeerProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
		}

		/**
		 * Starts it, and waits until it listens or is connected.
		 */
		PeerProcess start() throws IOException {
			PeerProcess peer = begin();
			Awaitility.await()
				.pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofMillis(2))
				.atMost(SOON)
				.until(() -> peer.count(PeerMain.READY) > 0 || !peer.reading.isAlive());
			if (peer.count(PeerMain.READY) == 0) {
				peer.close();
				throw new IOException(this.arguments + " ended before it was ready: " + peer.output);
			}
			return peer;
		}

	}

}
