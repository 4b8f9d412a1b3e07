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
		double aloneBefore = busy.measure(warmup, measure).getOrDefault(Result.VALUE, Double.NaN);
		Map<String, Double> figures = new LinkedHashMap<>();
		List<SocketChannel> idle = new ArrayList<>();
		try {
			int count = affordable();
			// What the first ones load and compile is not what each further one costs.
			open(idle, count / 10);
			Vitals before = vitals();
			open(idle, count);
			figures.put("beside", busy.measure(warmup, measure).getOrDefault(Result.VALUE, Double.NaN));
			memory(figures, before, vitals(), count - count / 10);
			figures.put("connections", (double) count);
		}
		finally {
			for (SocketChannel channel : idle) {
				channel.close();
			}
		}
		double aloneAfter = busy.measure(warmup, measure).getOrDefault(Result.VALUE, Double.NaN);
		figures.put("alone", (aloneBefore + aloneAfter) / 2);
		return figures;
	}

	private static void memory(Map<String, Double> figures, Vitals before, Vitals after, int connections) {
		double heap = (after.heap() - before.heap()) / 1024.0 / connections;
		// The whole heap is resident from the start, so this is what lies outside it.
		double outside = (after.resident() - before.resident()) / 1024.0 / connections;
		figures.put(Result.VALUE, heap + outside);
		figures.put("heap", heap);
		figures.put("outside", outside);
		figures.put("threads added", (double) (after.threads() - before.threads()));
	}

	private static int affordable() {
		int count = (int) Math.min(WANTED, Vitals.maxDescriptors() - OTHER_DESCRIPTORS);
		if (count < WANTED) {
			logger.warn("Only {} idle connections instead of {}: the limit of open files is {}", count, WANTED,
					Vitals.maxDescriptors());
		}
		return count;
	}

	private void open(List<SocketChannel> idle, int count) throws Exception {
		long descriptors = vitals().descriptors() + count - idle.size();
		List<SocketChannel> opened = new ArrayList<>();
		while (idle.size() < count) {
			SocketChannel channel = SocketChannel.open(this.address);
			idle.add(channel);
			opened.add(channel);
		}
		awaitAccepted(descriptors);
		for (SocketChannel channel : opened) {
			exchange(channel);
		}
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
