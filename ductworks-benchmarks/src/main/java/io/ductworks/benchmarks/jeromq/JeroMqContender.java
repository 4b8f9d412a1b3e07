package io.ductworks.benchmarks.jeromq;

import io.ductworks.benchmarks.Address;
import io.ductworks.benchmarks.Contender;
import io.ductworks.benchmarks.Link;
import io.ductworks.benchmarks.PayloadCodec;
import io.ductworks.benchmarks.Scenario;
import io.ductworks.benchmarks.Service;
import io.ductworks.benchmarks.Work;
import org.zeromq.ZMQ;

/**
 * JeroMQ: DEALER to ROUTER for exchanges, PUSH to PULL one way, with a socket for each
 * asking thread, as its sockets are not to be shared. TCP only, as its {@code ipc} is TCP
 * underneath. One I/O thread is enough for less than a gigabyte a second, says its guide.
 */
public class JeroMqContender implements Contender {

	/** Asks where the PULL socket listens: messages are never empty. */
	static final byte[] WHERE = new byte[0];

	private static final int HANDSHAKE_MILLIS = 500;

	private static final long UNDER_WAY = 32 * 1024 * 1024;

	private static final int MOST_UNDER_WAY = 100_000;

	@Override
	public boolean takesPart(Scenario scenario) {
		return scenario.transport() == Scenario.Transport.TCP && !scenario.spin() && !scenario.spring()
				&& scenario.work() != Work.IDLE_CONNECTIONS;
	}

	@Override
	public String setup() {
		return "DEALER to ROUTER, PUSH to PULL one way, a socket for each asking thread,"
				+ " high-water mark of up to 100,000 messages or 32 MiB.";
	}

	@Override
	public AutoCloseable serve(Scenario scenario, Address address, Service service) {
		JeroMqServer server = new JeroMqServer(service, PayloadCodec.of(scenario.format()), underWay(scenario));
		server.start(endpoint(address), scenario.work() == Work.ONE_WAY);
		return server::stop;
	}

	@Override
	public Link connect(Scenario scenario, Address address) {
		return new JeroMqLink(endpoint(address), PayloadCodec.of(scenario.format()), underWay(scenario));
	}

	static void prepare(ZMQ.Socket socket, int underWay) {
		socket.setLinger(0);
		socket.setHWM(underWay);
		// Now and then a handshake stalls, and is tried again after 30 s by default
		socket.setHandshakeIvl(HANDSHAKE_MILLIS);
	}

	// The guide has the high-water mark chosen by the memory one has: the default of 1000
	// small messages has sender and I/O thread wait for each other
	private static int underWay(Scenario scenario) {
		int bytes = (scenario.format() == Scenario.Format.BYTES) ? scenario.bytes() : 1024;
		return (int) Math.max(8, Math.min(MOST_UNDER_WAY, UNDER_WAY / Math.max(1, bytes)));
	}

	private static String endpoint(Address address) {
		return "tcp://" + address.tcp().getAddress().getHostAddress() + ":" + address.tcp().getPort();
	}

}
