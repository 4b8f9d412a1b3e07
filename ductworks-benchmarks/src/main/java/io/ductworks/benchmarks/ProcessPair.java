package io.ductworks.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The two processes of one contender in one scenario. They end with this one: their
 * standard input does.
 */
final class ProcessPair {

	/** The same for all contenders. */
	static final List<String> JVM_OPTIONS = List.of("-Xms1g", "-Xmx1g", "-XX:+IgnoreUnrecognizedVMOptions",
			"--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

	/** So that touching the heap does not show in the memory that idle ones need. */
	private static final String PRETOUCH = "-XX:+AlwaysPreTouch";

	private static final Duration GRACE = Duration.ofSeconds(60);

	private static final Duration CLOSING = Duration.ofSeconds(5);

	private static final int TAIL = 2_000;

	private final Task task;

	private final @Nullable Path limit;

	private final List<Process> processes = new ArrayList<>();

	/**
	 * Prepares a pair.
	 * @param limit the compiled program in C
	 */
	ProcessPair(Task task, @Nullable Path limit) {
		this.task = task;
		this.limit = limit;
	}

	static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	Result run(int round) throws InterruptedException {
		Map<String, Double> figures = Map.of();
		String failure = null;
		Thread hook = new Thread(this::destroy);
		Runtime.getRuntime().addShutdownHook(hook);
		try {
			figures = measure();
		}
		catch (IOException | RuntimeException ex) {
			failure = ex.getMessage() + tail("answer") + tail("ask");
		}
		finally {
			destroy();
		}
		Runtime.getRuntime().removeShutdownHook(hook);
		return new Result(this.task.scenario().id(), this.task.entrant().id(), round, figures, failure);
	}

	private Map<String, Double> measure() throws IOException, InterruptedException {
		long deadline = System.nanoTime() + timeLimit().toNanos();
		Process answering = start("answer");
		while (!Files.exists(this.task.ready())) {
			if (answering.waitFor(10, TimeUnit.MILLISECONDS)) {
				throw new IOException("The answering side ended with " + answering.exitValue());
			}
			if (System.nanoTime() - deadline > 0) {
				throw new IOException("The answering side was not ready in time");
			}
		}
		Process asking = start("ask");
		if (!asking.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
			throw new IOException("The asking side took longer than " + timeLimit().toSeconds() + " s");
		}
		if (asking.exitValue() != 0) {
			throw new IOException("The asking side ended with " + asking.exitValue());
		}
		answering.getOutputStream().close();
		answering.waitFor(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
		return JsonMapper.shared().readValue(this.task.result().toFile(), new TypeReference<Map<String, Double>>() {
		});
	}

	private Duration timeLimit() {
		Duration run = this.task.warmup().plus(this.task.measure());
		return run.multipliedBy(2).plus(GRACE);
	}

	private Process start(String role) throws IOException {
		List<String> command = new ArrayList<>();
		if (this.task.scenario().oneCore()) {
			command.addAll(List.of("taskset", "-c", "0"));
		}
		if (this.task.entrant().className() == null) {
			command.addAll(Limit.command(this.limit, role, this.task, timeLimit()));
		}
		else {
			command.addAll(java(role));
		}
		Process process = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(output(role).toFile())
			.start();
		synchronized (this.processes) {
			this.processes.add(process);
		}
		return process;
	}

	private List<String> java(String role) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(JVM_OPTIONS);
		if (this.task.scenario().work() == Work.IDLE_CONNECTIONS) {
			command.add(PRETOUCH);
		}
		command.addAll(List.of("-cp", System.getProperty("java.class.path"), Benchmarks.class.getName(), role));
		command.addAll(this.task.arguments());
		return command;
	}

	private Path output(String role) {
		return this.task.directory().resolve(role + ".out");
	}

	private String tail(String role) {
		try {
			String text = Files.readString(output(role)).strip();
			String tail = (text.length() > TAIL) ? "…" + text.substring(text.length() - TAIL) : text;
			return tail.isEmpty() ? "" : "\n" + role + ": " + tail;
		}
		catch (IOException ex) {
			return "";
		}
	}

	private void destroy() {
		synchronized (this.processes) {
			this.processes.forEach(Process::destroyForcibly);
		}
	}

}
