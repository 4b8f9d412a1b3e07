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

import io.ductworks.benchmarks.Scenario.Format;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The two processes of one contender in one scenario. They end with this one, since their
 * standard input does, or with their time.
 */
final class ProcessPair {

	static final String TASKSET = "taskset";

	/** A message of 1 MiB would else be a special case for the garbage collector. */
	private static final String REGIONS = "-XX:G1HeapRegionSize=4m";

	/** The same for all contenders. */
	static final List<String> JVM_OPTIONS = List.of("-Xms1g", "-Xmx1g", REGIONS, "-XX:+IgnoreUnrecognizedVMOptions",
			"--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

	/**
	 * So that nobody takes a process on a core of its own for one without another core.
	 */
	private static final String PROCESSORS = "-XX:ActiveProcessorCount=2";

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
		try {
			figures = measure();
		}
		catch (IOException | RuntimeException ex) {
			failure = ex.getMessage() + tail("answer") + tail("ask");
		}
		finally {
			for (Process process : this.processes) {
				process.destroyForcibly().waitFor(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
			}
		}
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
		Duration run = this.task.warmup().multipliedBy(6).plus(this.task.measure());
		return run.multipliedBy(2).plus(GRACE);
	}

	private Process start(String role) throws IOException {
		List<String> command = new ArrayList<>(pinning(role));
		if (this.task.entrant().className() == null) {
			command.addAll(Limit.command(this.limit, role, this.task, timeLimit()));
		}
		else {
			command.addAll(java(role));
		}
		Process process = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(output(role).toFile())
			.start();
		this.processes.add(process);
		return process;
	}

	private List<String> pinning(String role) {
		if (this.task.scenario().oneCore()) {
			return List.of(TASKSET, "-c", "0");
		}
		return isApart() ? List.of(TASKSET, "-c", role.equals("ask") ? "0" : "1") : List.of();
	}

	/**
	 * Two sides that spin on the same core only wait for each other, and round trips
	 * between two cores are not to come from one by chance.
	 */
	private boolean isApart() {
		Scenario scenario = this.task.scenario();
		return scenario.work() == Work.ROUND_TRIP && scenario.format() == Format.BYTES && !scenario.oneCore()
				&& Runtime.getRuntime().availableProcessors() > 1 && Launcher.isOnPath(TASKSET);
	}

	private List<String> java(String role) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(JVM_OPTIONS);
		boolean idle = this.task.scenario().work() == Work.IDLE_CONNECTIONS;
		if (idle) {
			command.add(PRETOUCH);
		}
		if (idle || isApart()) {
			command.add(PROCESSORS);
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

}
