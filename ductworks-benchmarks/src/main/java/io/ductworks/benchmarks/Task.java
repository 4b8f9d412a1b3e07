package io.ductworks.benchmarks;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a pair of processes is to do, as it is told to each.
 *
 * @param scenario what is measured
 * @param entrant the contender that is measured
 * @param directory of this pair alone, for the socket and the results
 * @param port a free one
 * @param warmup how long before measuring
 * @param measure how long
 */
record Task(Scenario scenario, Entrant entrant, Path directory, int port, Duration warmup, Duration measure) {

	static Task parse(List<String> arguments) {
		return new Task(Scenarios.of(arguments.get(0)), Entrant.of(arguments.get(1)), Path.of(arguments.get(2)),
				Integer.parseInt(arguments.get(3)), Duration.ofMillis(Long.parseLong(arguments.get(4))),
				Duration.ofMillis(Long.parseLong(arguments.get(5))));
	}

	List<String> arguments() {
		return List.of(this.scenario.id(), this.entrant.id(), this.directory.toString(), Integer.toString(this.port),
				Long.toString(this.warmup.toMillis()), Long.toString(this.measure.toMillis()));
	}

	Address address() {
		return new Address(this.directory.resolve("socket"),
				new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port));
	}

	/**
	 * Appears as soon as the answering side can be connected to.
	 */
	Path ready() {
		return this.directory.resolve("ready");
	}

	/**
	 * Where the asking side puts its figures.
	 */
	Path result() {
		return this.directory.resolve("result.json");
	}

}
