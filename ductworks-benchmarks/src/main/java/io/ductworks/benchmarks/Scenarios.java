package io.ductworks.benchmarks;

import java.util.List;

import io.ductworks.benchmarks.Scenario.Format;
import io.ductworks.benchmarks.Scenario.Transport;

/**
 * All that is measured, in the order of the report.
 */
final class Scenarios {

	/** From this length on, what counts is bytes and not messages. */
	static final int LARGE = 1 << 20;

	static final List<Scenario> ALL = List.of(bytesRoundTrip("R1", Transport.UNIX, true, false),
			bytesRoundTrip("R2", Transport.TCP, true, false),
			bytesRoundTrip("R1-two-cores", Transport.UNIX, false, false),
			bytesRoundTrip("R2-two-cores", Transport.TCP, false, false),
			bytesRoundTrip("R3", Transport.UNIX, false, true),
			json("R4-unix", Work.ROUND_TRIP, Transport.UNIX, 1, false),
			json("R4-tcp", Work.ROUND_TRIP, Transport.TCP, 1, false), bytesOneWay("T1-unix", 128, Transport.UNIX, 1),
			bytesOneWay("T1-tcp", 128, Transport.TCP, 1), bytesOneWay("T2-unix", 128, Transport.UNIX, 4),
			bytesOneWay("T2-tcp", 128, Transport.TCP, 4), json("T3-unix", Work.ONE_WAY, Transport.UNIX, 1, false),
			json("T3-tcp", Work.ONE_WAY, Transport.TCP, 1, false), bytesOneWay("L1-unix", LARGE, Transport.UNIX, 1),
			bytesOneWay("L1-tcp", LARGE, Transport.TCP, 1), json("S1-unix", Work.ROUND_TRIP, Transport.UNIX, 1, true),
			json("S1-tcp", Work.ROUND_TRIP, Transport.TCP, 1, true),
			json("S2-unix", Work.ONE_WAY, Transport.UNIX, 1, true),
			json("S2-tcp", Work.ONE_WAY, Transport.TCP, 1, true),
			json("S3-unix", Work.ROUND_TRIP, Transport.UNIX, 64, true),
			json("S3-tcp", Work.ROUND_TRIP, Transport.TCP, 64, true),
			json("S4-unix", Work.SLOW_ROUND_TRIP, Transport.UNIX, 64, true),
			json("S4-tcp", Work.SLOW_ROUND_TRIP, Transport.TCP, 64, true),
			new Scenario("M1", Work.IDLE_CONNECTIONS, Format.BYTES, 64, Transport.UNIX, 1, true, false, false));

	private Scenarios() {
	}

	static Scenario of(String id) {
		return ALL.stream()
			.filter((scenario) -> scenario.id().equals(id))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("No scenario " + id));
	}

	/**
	 * Says in words what a scenario is.
	 */
	static String describe(Scenario scenario) {
		String transport = (scenario.transport() == Transport.UNIX) ? "Unix" : "TCP";
		if (scenario.work() == Work.IDLE_CONNECTIONS) {
			return "memory for each idle connection, " + transport;
		}
		boolean roundTrip = scenario.work() != Work.ONE_WAY;
		String what = roundTrip ? "round trip" : "one way";
		if (scenario.threads() > 1) {
			what = roundTrip ? scenario.threads() + " requesters" + slow(scenario)
					: what + ", " + scenario.threads() + " senders";
		}
		String message = (scenario.format() == Format.JSON) ? "JSON"
				: (scenario.bytes() >= LARGE) ? (scenario.bytes() / LARGE) + " MiB" : scenario.bytes() + " bytes";
		return what + ", " + message + ", " + transport + (scenario.oneCore() ? ", one core" : "")
				+ (scenario.spin() ? ", spin" : "") + (scenario.spring() ? ", Spring" : "");
	}

	private static String slow(Scenario scenario) {
		return (scenario.work() == Work.SLOW_ROUND_TRIP) ? " of what takes 5 ms" : "";
	}

	private static Scenario bytesRoundTrip(String id, Transport transport, boolean oneCore, boolean spin) {
		return new Scenario(id, Work.ROUND_TRIP, Format.BYTES, 64, transport, 1, oneCore, spin, false);
	}

	private static Scenario bytesOneWay(String id, int bytes, Transport transport, int threads) {
		return new Scenario(id, Work.ONE_WAY, Format.BYTES, bytes, transport, threads, false, false, false);
	}

	private static Scenario json(String id, Work work, Transport transport, int threads, boolean spring) {
		return new Scenario(id, work, Format.JSON, 0, transport, threads, false, false, spring);
	}

}
