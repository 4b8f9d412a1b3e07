package io.ductworks.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.ductworks.benchmarks.Scenario.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One busy connection, first alone and then beside many that do nothing, and what these
 * cost the other side.
 */
final class IdleConnections {

	/** As many are opened, if the system allows. */
	static final int WANTED = 10_000;

	private static final Logger logger = LoggerFactory.getLogger(IdleConnections.class);

	private static final int OTHER_DESCRIPTORS = 500;

	private static final int MAX_LOOKS = 100;

	private static final byte MAGIC = 0x54;

	private static final int HEADER = 5;

	private final Link link;

	private final Scenario scenario;

	private final SocketAddress address;

	IdleConnections(Link link, Scenario scenario, Address address) {
		this.link = link;
		this.scenario = scenario;
		this.address = (scenario.transport() == Transport.UNIX) ? UnixDomainSocketAddress.of(address.file())
				: address.tcp();
	}

	Map<String, Double> measure(Duration warmup, Duration measure) throws Exception {
		RoundTrip busy = new RoundTrip(this.link, this.scenario);
		double alone = busy.measure(warmup, measure).getOrDefault(Result.VALUE, Double.NaN);
		Vitals before = vitals();
		List<SocketChannel> idle = open();
		try {
			awaitAccepted(before.descriptors() + idle.size());
			for (SocketChannel channel : idle) {
				exchange(channel);
			}
			double beside = busy.measure(warmup, measure).getOrDefault(Result.VALUE, Double.NaN);
			return figures(before, vitals(), idle.size(), alone, beside);
		}
		finally {
			for (SocketChannel channel : idle) {
				channel.close();
			}
		}
	}

	private static Map<String, Double> figures(Vitals before, Vitals after, int connections, double alone,
			double beside) {
		double heap = (after.heap() - before.heap()) / 1024.0 / connections;
		// The whole heap is resident from the start, so this is what lies outside it.
		double outside = (after.resident() - before.resident()) / 1024.0 / connections;
		Map<String, Double> figures = new LinkedHashMap<>();
		figures.put(Result.VALUE, heap + outside);
		figures.put("heap", heap);
		figures.put("outside", outside);
		figures.put("connections", (double) connections);
		figures.put("threads added", (double) (after.threads() - before.threads()));
		figures.put("alone", alone);
		figures.put("beside", beside);
		return figures;
	}

	private List<SocketChannel> open() throws IOException {
		int count = (int) Math.min(WANTED, Vitals.maxDescriptors() - OTHER_DESCRIPTORS);
		if (count < WANTED) {
			logger.warn("Only {} idle connections instead of {}: the limit of open files is {}", count, WANTED,
					Vitals.maxDescriptors());
		}
		List<SocketChannel> idle = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			idle.add(SocketChannel.open(this.address));
		}
		return idle;
	}

	/**
	 * Lets each say something once: what is then at rest has been busy.
	 */
	private void exchange(SocketChannel channel) throws IOException {
		byte[] payload = (byte[]) Payloads.data(this.scenario);
		ByteBuffer frame = ByteBuffer.allocate(HEADER + payload.length);
		channel.write(frame.put(MAGIC).putInt(payload.length).put(payload).flip());
		frame.clear();
		while (frame.hasRemaining()) {
			if (channel.read(frame) < 0) {
				throw new EOFException("The other side has closed an idle connection");
			}
		}
	}

	private void awaitAccepted(long descriptors) throws Exception {
		for (int looks = 0; vitals().descriptors() < descriptors; looks++) {
			if (looks == MAX_LOOKS) {
				throw new IllegalStateException("The other side has not accepted all connections");
			}
		}
	}

	private Vitals vitals() throws Exception {
		return Payloads.vitals(this.link.exchange(Payloads.question(this.scenario.format())));
	}

}
