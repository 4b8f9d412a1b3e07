package io.ductworks.trials;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

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

	private static final int PATIENCE_SECONDS = 10;

	@TempDir
	private Path directory;

	@ParameterizedTest
	@CsvSource({ "unix, 20", "unix, 60", "tcp, 20", "tcp, 60" })
	void i5ParentWhenManyChildrenSendTheLargestMessagesThenServesAfterwards(String transport, int children)
			throws Exception {
		long answered = 0;
		long ended = 0;
		long failed = 0;
		for (int run = 0; run < RUNS; run++) {
			String address = transport.equals("unix") ? "unix:" + this.directory.resolve("trial.sock")
					: "tcp://127.0.0.1:0";
			try (PeerProcess parent = PeerProcess.launch("parent", address).java("-XX:+UseG1GC").start()) {
				answered += sendLargest(DuctAddress.parse(parent.address()), children);
				assertServes(parent);
				ended += parent.count("disconnected out-of-memory");
				failed += parent.count("the handler failed");
			}
		}
		TrialFigures.note("I5", transport,
				RUNS + " runs: " + children + " children at a time send " + MESSAGES
						+ " messages of 4 MiB each to a parent with 64 MiB of heap",
				answered + " of " + (long) RUNS * children * MESSAGES + " were answered, " + ended
						+ " connections ended for want of memory, " + failed
						+ " lines told of handlers that failed; the parent served new children each time");
	}

	private static long sendLargest(DuctAddress address, int children) throws Exception {
		Queue<RawClient> clients = new ConcurrentLinkedQueue<>();
		AtomicInteger answered = new AtomicInteger();
		ExecutorService threads = Executors.newFixedThreadPool(children);
		for (int i = 0; i < children; i++) {
			threads.execute(() -> sendLargest(address, clients, answered));
		}
		threads.shutdown();
		if (!threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
			// A handler without memory gives no answer, and the connection stays.
			threads.shutdownNow();
			for (RawClient client : clients) {
				client.close();
			}
			assertThat(threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
		}
		return answered.get();
	}

	/**
	 * Sends messages, each over a connection of its own.
	 */
	private static void sendLargest(DuctAddress address, Queue<RawClient> clients, AtomicInteger answered) {
		byte[] payload = new byte[LARGEST];
		Arrays.fill(payload, (byte) 'x');
		payload[0] = '"';
		payload[LARGEST - 1] = '"';
		byte[] header = ByteBuffer.allocate(5).put((byte) 0x54).putInt(LARGEST).array();
		for (int i = 0; i < MESSAGES && !Thread.currentThread().isInterrupted(); i++) {
			try (RawClient client = new RawClient(address)) {
				clients.add(client);
				client.send(header);
				client.send(payload);
				if (Arrays.equals(client.read(header.length), header) && client.read(LARGEST).length == LARGEST) {
					answered.incrementAndGet();
				}
			}
			catch (IOException ex) {
				// Its connection has ended, or it was turned away.
			}
		}
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
