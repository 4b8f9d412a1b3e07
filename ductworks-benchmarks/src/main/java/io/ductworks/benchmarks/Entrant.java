package io.ductworks.benchmarks;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Who takes part, by names only: a contender that is not in this build is left out.
 *
 * @param id names it on the command line and in the results
 * @param label names it in the report
 * @param kind what it is compared as
 * @param className its {@link Contender}; {@code null} if it is the program in C
 * @param libraryClass a class of its library, to tell the version
 */
record Entrant(String id, String label, Kind kind, @Nullable String className, @Nullable String libraryClass) {

	static final String LIMIT = "c";

	static final String DUCTS = "ductworks";

	static final String SPRING_DUCTS = "ductworks-spring";

	static final String JSON_RPC_DUCTS = "ductworks-spring-json-rpc";

	static final List<Entrant> ALL = List.of(new Entrant(LIMIT, "C", Kind.LIMIT, null, null),
			new Entrant("c-per-write", "C, a write each", Kind.LIMIT, null, null),
			java("raw", "raw JDK", Kind.LIMIT, "raw.RawContender", null),
			java(DUCTS, "Ductworks", Kind.OURS, "ducts.DuctContender", null),
			java(SPRING_DUCTS, "Ductworks with Spring", Kind.OURS, "spring.SpringContender", null),
			java("ductworks-spring-one-at-a-time", "Ductworks with Spring, one request at a time", Kind.VARIANT,
					"spring.OneAtATimeContender", null),
			java(JSON_RPC_DUCTS, "Ductworks with Spring, JSON-RPC", Kind.VARIANT, "spring.JsonRpcContender", null),
			java("netty", "Netty", Kind.PEER, "netty.NettyContender", "io.netty.channel.Channel"),
			java("jeromq", "JeroMQ", Kind.PEER, "jeromq.JeroMqContender", "org.zeromq.ZContext"),
			java("rsocket", "RSocket", Kind.PEER, "rsocket.RSocketContender", "io.rsocket.RSocket"),
			java("integration", "Spring Integration IP", Kind.PEER, "integration.IntegrationContender",
					"org.springframework.integration.ip.tcp.connection.AbstractConnectionFactory"),
			java("grpc", "gRPC", Kind.PEER, "grpc.GrpcContender", "io.grpc.Channel"));

	private static Entrant java(String id, String label, Kind kind, String className, @Nullable String libraryClass) {
		return new Entrant(id, label, kind, Entrant.class.getPackageName() + "." + className, libraryClass);
	}

	static Entrant of(String id) {
		return ALL.stream()
			.filter((entrant) -> entrant.id().equals(id))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("No contender " + id));
	}

	static List<String> peers() {
		return ALL.stream().filter((entrant) -> entrant.kind() == Kind.PEER).map(Entrant::id).toList();
	}

	/**
	 * Those that can be measured in this build.
	 */
	static List<Entrant> present() {
		List<Entrant> present = new ArrayList<>();
		for (Entrant entrant : ALL) {
			if (entrant.className() == null || entrant.isPresent()) {
				present.add(entrant);
			}
		}
		return present;
	}

	private boolean isPresent() {
		return Entrant.class.getResource("/" + String.valueOf(this.className).replace('.', '/') + ".class") != null;
	}

	Contender contender() {
		try {
			return (Contender) Class.forName(this.className).getConstructor().newInstance();
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException("Contender " + this.id + " cannot be made", ex);
		}
	}

	boolean takesPart(Scenario scenario) {
		return (this.className != null) ? contender().takesPart(scenario) : Limit.takesPart(scenario, this);
	}

	/** What an entrant is compared as. */
	enum Kind {

		/** What is possible without a library. */
		LIMIT,

		/** The ducts. */
		OURS,

		/** The ducts, set up in another way. */
		VARIANT,

		/** Another library. */
		PEER

	}

}
