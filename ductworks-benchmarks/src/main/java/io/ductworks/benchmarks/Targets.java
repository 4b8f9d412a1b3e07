package io.ductworks.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

import io.ductworks.benchmarks.Scenario.Transport;
import org.jspecify.annotations.Nullable;

/**
 * What ducts are to reach, by ratios within one run. A peer that knows only TCP is
 * compared over TCP, with ducts over TCP and with ducts over Unix.
 */
final class Targets {

	private static final List<String> TRANSPORTS = List.of("unix", "tcp");

	/** The object of a payload of 128 bytes, and what a profiler's rounding adds. */
	private static final double PAYLOAD_OBJECT = 144.5;

	private final Results results;

	private final JmhFigures jmh;

	private final List<Verdict> verdicts = new ArrayList<>();

	private Targets(Results results, JmhFigures jmh) {
		this.results = results;
		this.jmh = jmh;
	}

	static List<Verdict> evaluate(Results results, JmhFigures jmh) {
		Targets targets = new Targets(results, jmh);
		targets.roundTrips();
		targets.oneWay();
		targets.spring();
		targets.memory();
		return targets.verdicts;
	}

	private void roundTrips() {
		atMost("R1", 1.2, ours("R1"), limit("R1"));
		atMost("R2", 1.2, ours("R2"), limit("R2"));
		atMost("R3", 1.4, ours("R3"), limit("R3"));
		atMost("R3", 0.12, ours("R3"), new Figure("C that blocks", limit("R1-two-cores").value()));
		atMost("R4", 0.55, ours("R4-unix"), bestPeer("R4-unix"));
	}

	private void oneWay() {
		for (String transport : TRANSPORTS) {
			atLeast("T1", 3, ours("T1-" + transport), bestPeer("T1-" + transport));
			atLeast("T1", 0.3, ours("T1-" + transport), limit("T1-" + transport));
		}
		for (String transport : TRANSPORTS) {
			atLeast("T2", 2.2, ours("T2-" + transport), bestPeer("T2-" + transport));
		}
		Figure jackson = new Figure("the slower of Jackson's write and read in one process", jacksonPerSecond());
		for (String transport : TRANSPORTS) {
			atLeast("T3", 2, ours("T3-" + transport), bestPeer("T3-" + transport));
			atLeast("T3", 0.85, ours("T3-" + transport), jackson);
		}
		for (String transport : TRANSPORTS) {
			atLeast("L1", 1, ours("L1-" + transport), bestPeer("L1-" + transport));
			atLeast("L1", 0.7, ours("L1-" + transport), limit("L1-" + transport));
		}
	}

	private void spring() {
		for (String transport : TRANSPORTS) {
			atMost("S1", 0.6, ours("S1-" + transport), peer("rsocket", "S1-" + transport));
			atMost("S1", 0.4, ours("S1-" + transport), peer("grpc", "S1-" + transport));
		}
		for (String transport : TRANSPORTS) {
			atLeast("S2", 0.8, ours("S2-" + transport), new Figure("T3", ours("T3-" + transport).value()));
		}
		for (String transport : TRANSPORTS) {
			atLeast("S3", 3, ours("S3-" + transport), peer("rsocket", "S3-" + transport));
			atLeast("S3", 3, ours("S3-" + transport), peer("grpc", "S3-" + transport));
		}
	}

	private void memory() {
		Figure connection = ours("M1");
		this.verdicts.add(new Verdict("M1", "kB for each idle connection, heap and outside", "≤ 2", true, 2,
				connection.orNull()));
		Figure before = new Figure("before", idle("threads before"));
		Figure after = new Figure("after", idle("threads after"));
		this.verdicts.add(new Verdict("M1", "threads that idle connections add", "≤ 0", true, 0,
				(before.isPresent() && after.isPresent()) ? after.get() - before.get() : null));
		atMost("M2", 1.2, new Figure("round trip beside idle connections", idle("beside")),
				new Figure("alone", idle("alone")));
		this.verdicts
			.add(new Verdict("A1", "bytes allocated for each message of 128 bytes", "≤ 144, the payload's own object",
					true, PAYLOAD_OBJECT, new Figure("", this.jmh.allocated("PairBenchmark.sendAndRecv")).orNull()));
	}

	private void atMost(String target, double factor, Figure ours, Figure other) {
		add(target, true, factor, ours, other);
	}

	private void atLeast(String target, double factor, Figure ours, Figure other) {
		add(target, false, factor, ours, other);
	}

	private void add(String target, boolean atMost, double factor, Figure ours, Figure other) {
		this.verdicts
			.add(new Verdict(target, ours.name(), ((atMost) ? "≤ " : "≥ ") + Quantity.of(factor) + " × " + other.name(),
					atMost, factor, (ours.isPresent() && other.isPresent()) ? ours.get() / other.get() : null));
	}

	private Figure ours(String scenario) {
		String id = Scenarios.of(scenario).spring() ? Entrant.SPRING_DUCTS : Entrant.DUCTS;
		return new Figure(Scenarios.describe(Scenarios.of(scenario)), this.results.median(scenario, id));
	}

	private Figure limit(String scenario) {
		return new Figure("C", this.results.median(scenario, Entrant.LIMIT));
	}

	private Figure bestPeer(String scenario) {
		Figure best = new Figure("", OptionalDouble.empty());
		for (String peer : Entrant.peers()) {
			best = better(scenario, best, peer(peer, scenario));
		}
		return new Figure(best.isPresent() ? "best peer (" + best.name() + ")" : "best peer", best.value());
	}

	private Figure peer(String id, String scenario) {
		Figure best = over(id, scenario, Scenarios.of(scenario).transport());
		if (Scenarios.of(scenario).transport() == Transport.UNIX) {
			best = better(scenario, best, over(id, scenario.replace("-unix", "-tcp"), Transport.TCP));
		}
		return best.isPresent() ? best : new Figure(Entrant.of(id).label(), OptionalDouble.empty());
	}

	private Figure over(String id, String scenario, Transport transport) {
		return new Figure(Entrant.of(id).label() + ", " + ((transport == Transport.UNIX) ? "Unix" : "TCP"),
				this.results.median(scenario, id));
	}

	private static Figure better(String scenario, Figure best, Figure other) {
		if (!best.isPresent() || !other.isPresent()) {
			return best.isPresent() ? best : other;
		}
		boolean lower = other.get() < best.get();
		return (lower == Unit.of(Scenarios.of(scenario)).lowerIsBetter()) ? other : best;
	}

	private OptionalDouble idle(String name) {
		return Results.median(this.results.figures("M1", Entrant.DUCTS, name));
	}

	private OptionalDouble jacksonPerSecond() {
		OptionalDouble write = this.jmh.nanos("CodecBenchmark.plainWrite");
		OptionalDouble read = this.jmh.nanos("CodecBenchmark.plainRead");
		return (write.isPresent() && read.isPresent())
				? OptionalDouble.of(1e9 / Math.max(write.getAsDouble(), read.getAsDouble())) : OptionalDouble.empty();
	}

	/**
	 * A figure that may not have been measured.
	 *
	 * @param name in words
	 * @param value the median
	 */
	private record Figure(String name, OptionalDouble value) {

		boolean isPresent() {
			return this.value.isPresent();
		}

		double get() {
			return this.value.getAsDouble();
		}

		@Nullable Double orNull() {
			return this.value.isPresent() ? this.value.getAsDouble() : null;
		}

	}

}
