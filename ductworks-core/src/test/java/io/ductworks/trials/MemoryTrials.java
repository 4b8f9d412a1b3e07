package io.ductworks.trials;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.ductworks.message.MessageDuctChild;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A parent whose children want more memory than it has.
 */
@Tag("trials")
@Timeout(900)
class MemoryTrials {

	private static final int RUNS = Integer.getInteger("trials.memory-runs", 10);

	private static final int LARGEST = 4 * 1024 * 1024;

	private static final int MESSAGES = 3;

	@TempDir
	private Path directory;

	@ParameterizedTest
	@CsvSource({ "unix, 20", "unix, 60", "tcp, 20", "tcp, 60" })
	void i5ParentWhenManyChildrenSendTheLargestMessagesThenServesAfterwards(String transport, int children)
			throws Exception {
		long answered = 0;
		long ended = 0;
		for (int run = 0; run < RUNS; run++) {
			String address = transport.equals("unix") ? "unix:" + this.directory.resolve("trial.sock")
					: "tcp://127.0.0.1:0";
			try (PeerProcess parent = PeerProcess.launch("parent", address).java("-XX:+UseG1GC").start()) {
				answered += sendLargest(DuctAddress.parse(parent.address()), children);
				assertServes(parent);
				ended += parent.count("disconnected out-of-memory");
			}
		}
		TrialFigures.note("I5", transport,
				RUNS + " runs: " + children + " children at a time send " + MESSAGES
						+ " messages of 4 MiB each to a parent with 64 MiB of heap",
				answered + " of " + (long) RUNS * children * MESSAGES + " were answered, " + ended
						+ " connections ended for want of memory; the parent served new children each time");
	}

	private static long sendLargest(DuctAddress address, int children) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(children);
		try {
			List<Future<Integer>> all = new ArrayList<>();
			for (int i = 0; i < children; i++) {
				all.add(threads.submit(() -> sendLargest(address)));
			}
			long answered = 0;
			for (Future<Integer> child : all) {
				answered += child.get(5, TimeUnit.MINUTES);
			}
			return answered;
		}
		finally {
			threads.shutdownNow();
		}
	}

	/**
	 * Sends messages, and another child the next if one has ended.
	 * @return how many were answered
	 */
	private static int sendLargest(DuctAddress address) {
		byte[] payload = new byte[LARGEST];
		Arrays.fill(payload, (byte) 'x');
		payload[0] = '"';
		payload[LARGEST - 1] = '"';
		byte[] header = ByteBuffer.allocate(5).put((byte) 0x54).putInt(LARGEST).array();
		int answered = 0;
		for (int i = 0; i < MESSAGES; i++) {
			try (RawClient client = new RawClient(address)) {
				client.send(header);
				client.send(payload);
				answered += Arrays.equals(client.read(header.length), header) && client.read(LARGEST).length == LARGEST
						? 1 : 0;
			}
			catch (IOException ex) {
				// Its connection has ended, or it was turned away.
			}
		}
		return answered;
	}

	private static void assertServes(PeerProcess parent) {
		try (MessageDuctChild child = MessageDuctChild.builder()
			.address(parent.address())
			.timeout(Duration.ofSeconds(20))
			.build()) {
			child.connect();
			String text = "x".repeat(1 << 20);
			assertThat(child.request(text, String.class)).isEqualTo(text);
			assertThat(parent.isAlive()).isTrue();
		}
	}

}
