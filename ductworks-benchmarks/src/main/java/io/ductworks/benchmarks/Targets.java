package io.ductworks.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

import io.ductworks.benchmarks.Scenario.Transport;

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
		atMost("R3", 0.12, ours("R3"), limit("R1-two-cores").named("C that blocks"));
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
		Figure jackson = Figure.of("the slower of Jackson's write and read in one process", jacksonPerSecond());
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
			atLeast("S2", 0.8, ours("S2-" + transport), ours("T3-" + transport).named("T3"));
		}
		for (String transport : TRANSPORTS) {
			atLeast("S3", 3, ours("S3-" + transport), peer("rsocket", "S3-" + transport));
			atLeast("S3", 3, ours("S3-" + transport), peer("grpc", "S3-" + transport));
		}
		for (String transport : TRANSPORTS) {
			String slow = "S4-" + transport;
			atLeast("S4", 0.9, jsonRpc(slow),
					Figure.of("what 16 handlers can", OptionalDouble.of(16 * SlowEcho.PER_SECOND)));
			atMost("S4", 1.5, p99("ours", slow, Entrant.JSON_RPC_DUCTS), p99("gRPC", slow, "grpc"));
			atMost("S5", 1.15, jsonRpc("S1-" + transport), ours("S1-" + transport).named("bare"));
			atLeast("S5", 0.85, jsonRpc("S3-" + transport), ours("S3-" + transport).named("bare"));
		}
	}

	private void memory() {
		this.verdicts.add(Verdict.atMost("M1", "kB for each idle connection, heap and outside", "≤ 2", 2, ours("M1")));
		this.verdicts.add(Verdict.atMost("M1", "threads that idle connections add", "≤ 0", 0, idle("threads added")));
		atMost("M2", 1.2, idle("beside").named("round trip beside idle connections"), idle("alone").named("alone"));
		this.verdicts.add(
				Verdict.atMost("A1", "bytes allocated for each message of 128 bytes", "≤ 144, the payload's own object",
						PAYLOAD_OBJECT, Figure.of("", this.jmh.allocated("PairBenchmark.sendAndRecv"))));
	}

	private void atMost(String target, double factor, Figure ours, Figure other) {
		add(target, true, factor, ours, other);
	}

	private void atLeast(String target, double factor, Figure ours, Figure other) {
		add(target, false, factor, ours, other);
	}

	private void add(String target, boolean atMost, double factor, Figure ours, Figure other) {
		String demand = (atMost ? "≤ " : "≥ ") + Quantity.of(factor) + " × " + other.name();
		Figure ratio = ours.dividedBy(other);
		this.verdicts.add(atMost ? Verdict.atMost(target, ours.name(), demand, factor, ratio)
				: Verdict.atLeast(target, ours.name(), demand, factor, ratio));
	}

	private Figure ours(String scenario) {
		String id = Scenarios.of(scenario).spring() ? Entrant.SPRING_DUCTS : Entrant.DUCTS;
		return figure(Scenarios.describe(Scenarios.of(scenario)), scenario, id);
	}

	private Figure jsonRpc(String scenario) {
		return figure(Scenarios.describe(Scenarios.of(scenario)) + ", JSON-RPC", scenario, Entrant.JSON_RPC_DUCTS);
	}

	private Figure p99(String name, String scenario, String id) {
		return Figure.of("p99, " + name, this.results.figures(scenario, id, "p99"));
	}

	private Figure limit(String scenario) {
		return figure("C", scenario, Entrant.LIMIT);
	}

	private Figure bestPeer(String scenario) {
		Figure best = Figure.none("");
		for (String peer : Entrant.peers()) {
			best = better(scenario, best, peer(peer, scenario));
		}
		return best.named(best.isPresent() ? "best peer (" + best.name() + ")" : "best peer");
	}

	private Figure peer(String id, String scenario) {
		Figure best = over(id, scenario, Scenarios.of(scenario).transport());
		if (Scenarios.of(scenario).transport() == Transport.UNIX) {
			best = better(scenario, best, over(id, scenario.replace("-unix", "-tcp"), Transport.TCP));
		}
		return best.isPresent() ? best : Figure.none(Entrant.of(id).label());
	}

	private Figure over(String id, String scenario, Transport transport) {
		return figure(Entrant.of(id).label() + ", " + ((transport == Transport.UNIX) ? "Unix" : "TCP"), scenario, id);
	}

	private Figure figure(String name, String scenario, String id) {
		return Figure.of(name, this.results.figures(scenario, id, Result.VALUE));
	}

	private static Figure better(String scenario, Figure best, Figure other) {
		if (!best.isPresent() || !other.isPresent()) {
			return best.isPresent() ? best : other;
		}
		boolean lower = other.median() < best.median();
		return (lower == Unit.of(Scenarios.of(scenario)).lowerIsBetter()) ? other : best;
	}

	private Figure idle(String name) {
		return Figure.of(name, this.results.figures("M1", Entrant.DUCTS, name));
	}

	private OptionalDouble jacksonPerSecond() {
		OptionalDouble write = this.jmh.nanos("CodecBenchmark.plainWrite");
		OptionalDouble read = this.jmh.nanos("CodecBenchmark.plainRead");
		return (write.isPresent() && read.isPresent())
				? OptionalDouble.of(1e9 / Math.max(write.getAsDouble(), read.getAsDouble())) : OptionalDouble.empty();
	}

}
