package io.ductworks.trials;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

import io.ductworks.CloseReason;
import io.ductworks.DuctworksException;
import io.ductworks.message.Accept;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Crowds: of connections, of drippers, of shutdowns.
 */
@Tag("trials")
@Timeout(900)
class LoadTrials {

	private static final int CYCLES = Integer.getInteger("trials.cycles", 100_000);

	private static final int SHUTDOWNS = Integer.getInteger("trials.shutdowns", 1000);

	private static final long HEAP_MARGIN = 2 << 20;

	private static final int DRIPPERS = 500;

	private static final int HEALTHY = 10;

	private static final int REQUESTS = 2000;

	@TempDir
	private Path directory;

	private String address(String transport) {
		return transport.equals("unix") ? "unix:" + this.directory.resolve("trial.sock") : "tcp://127.0.0.1:0";
	}

	private MessageDuctParent.Builder echoing(String transport) {
		return MessageDuctParent.builder()
			.address(address(transport))
			.accept(Accept.MANY)
			.maxChildren(10_000)
			.acceptsPerSecond(1_000_000)
			.handler((from, message) -> from.send(message.as(Object.class)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	void p13ConnectionsWhenAHundredThousandComeAndGoThenNothingGrows(String transport) throws Exception {
		try (MessageDuctParent parent = echoing(transport).build()) {
			parent.bind();
			churn(parent, 1000);
			Vitals before = Vitals.now(this.directory);
			long started = System.nanoTime();
			churn(parent, CYCLES);
			long nanos = System.nanoTime() - started;

			soon().pollInSameThread()
				.pollInterval(Duration.ofMillis(100))
				.untilAsserted(() -> assertThat(Vitals.now(this.directory))
					.matches((after) -> after.isAtMost(before, HEAP_MARGIN), "is at most " + before));
			assertThat(parent.statistics().connectionsOpened()).isEqualTo(CYCLES + 1000);
			TrialFigures.note("P13", transport, CYCLES + " times connect and close", before + " before, "
					+ Vitals.now(this.directory) + " after; " + CYCLES * 1_000_000_000L / nanos + " a second");
		}
	}

	private static void churn(MessageDuctParent parent, int cycles) throws IOException {
		long opened = parent.statistics().connectionsOpened();
		for (int i = 0; i < cycles; i++) {
			new RawClient(parent.listenerAddress()).close();
			if (i % 64 == 63) {
				// The backlog of the operating system has an end.
				long expected = opened + i + 1;
				soon().until(() -> parent.statistics().connectionsOpened() == expected);
			}
		}
		soon().until(() -> parent.statistics().connectionsOpened() == opened + cycles && !parent.isConnected());
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	void p6DrippersWhenFiveHundredThenHealthyDuctsHardlyNotice(String transport) throws Exception {
		try (MessageDuctParent parent = echoing(transport).frameTimeout(Duration.ofSeconds(5)).build()) {
			parent.bind();
			healthyNanos(parent);
			long alone = TrialFigures.percentile(healthyNanos(parent), 0.99);
			List<RawClient> drippers = new ArrayList<>();
			AtomicBoolean done = new AtomicBoolean();
			ExecutorService dripping = Executors.newSingleThreadExecutor();
			try {
				for (int i = 0; i < DRIPPERS; i++) {
					drippers.add(new RawClient(parent.listenerAddress()));
					drippers.get(i).send((byte) 0x54, (byte) 0, (byte) 0, (byte) 0x10, (byte) 0);
				}
				Future<?> drips = dripping.submit(() -> drip(drippers, done));
				long beside = TrialFigures.percentile(healthyNanos(parent), 0.99);
				soon().until(() -> parent.statistics().connectionsClosed(CloseReason.FRAME_TIMEOUT) == DRIPPERS);
				done.set(true);
				drips.get();
				TrialFigures.note("P6", transport, DRIPPERS + " drippers beside " + HEALTHY + " healthy children",
						"all cut off by the frame-timeout; p99 of a healthy request " + TrialFigures.millis(alone)
								+ " alone, " + TrialFigures.millis(beside) + " beside them");
			}
			finally {
				done.set(true);
				dripping.shutdownNow();
				for (RawClient dripper : drippers) {
					dripper.close();
				}
			}
		}
	}

	/**
	 * A byte a second from each.
	 */
	private static void drip(List<RawClient> drippers, AtomicBoolean done) {
		for (int i = 0; !done.get(); i = (i + 1) % drippers.size()) {
			try {
				drippers.get(i).send((byte) 'x');
			}
			catch (IOException ex) {
				// Cut off.
			}
			LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1) / drippers.size());
		}
	}

	private static long[] healthyNanos(MessageDuctParent parent) {
		List<MessageDuctChild> children = new ArrayList<>();
		long[] nanos = new long[REQUESTS];
		try {
			for (int i = 0; i < HEALTHY; i++) {
				MessageDuctChild child = MessageDuctChild.builder().address(parent.listenerAddress()).build();
				children.add(child);
				child.connect();
			}
			for (int i = 0; i < REQUESTS; i++) {
				long asked = System.nanoTime();
				assertThat(children.get(i % HEALTHY).request(i, Integer.class)).isEqualTo(i);
				nanos[i] = System.nanoTime() - asked;
			}
		}
		finally {
			children.forEach(MessageDuctChild::close);
		}
		return nanos;
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	void p8ConnectionsWhenTwoThousandComeAtOnceThenBoundsHoldAndHealthyDuctsHardlyNotice(String transport)
			throws Exception {
		try (MessageDuctParent parent = echoing(transport).maxChildren(64).build()) {
			parent.bind();
			healthyNanos(parent);
			long alone = TrialFigures.percentile(healthyNanos(parent), 0.99);
			ExecutorService flooding = Executors.newSingleThreadExecutor();
			List<MessageDuctChild> children = new ArrayList<>();
			try {
				for (int i = 0; i < HEALTHY; i++) {
					MessageDuctChild child = MessageDuctChild.builder().address(parent.listenerAddress()).build();
					children.add(child);
					child.connect();
				}
				soon().until(() -> parent.children().size() == HEALTHY);
				Future<List<RawClient>> flood = flooding.submit(() -> flood(parent));
				long[] nanos = new long[REQUESTS];
				for (int i = 0; i < REQUESTS; i++) {
					long asked = System.nanoTime();
					assertThat(children.get(i % HEALTHY).request(i, Integer.class)).isEqualTo(i);
					nanos[i] = System.nanoTime() - asked;
					assertThat(parent.children().size()).isLessThanOrEqualTo(64);
				}
				List<RawClient> flooded = flood.get();
				soon().until(() -> parent.statistics()
					.connectionsClosed(CloseReason.TOO_MANY_CHILDREN) == flooded.size() - (64 - HEALTHY));
				TrialFigures.note("P8", transport, flooded.size() + " connections at once, 64 children allowed",
						"the others refused; p99 of a healthy request " + TrialFigures.millis(alone) + " alone, "
								+ TrialFigures.millis(TrialFigures.percentile(nanos, 0.99)) + " beside them");
				for (RawClient client : flooded) {
					client.close();
				}
			}
			finally {
				flooding.shutdownNow();
				children.forEach(MessageDuctChild::close);
			}
		}
	}

	private static List<RawClient> flood(MessageDuctParent parent) throws IOException {
		List<RawClient> clients = new ArrayList<>();
		for (int i = 0; i < 2000; i++) {
			clients.add(new RawClient(parent.listenerAddress()));
		}
		return clients;
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	void w1LengthsWhenManyAnnounceTheLargestThenHeapGrowsWithWhatArrivedOnly(String transport) throws Exception {
		List<RawClient> clients = new ArrayList<>();
		try (MessageDuctParent parent = echoing(transport).build()) {
			parent.bind();
			long before = Vitals.usedHeap();
			for (int i = 0; i < 256; i++) {
				RawClient client = new RawClient(parent.listenerAddress());
				clients.add(client);
				client.send((byte) 0x54, (byte) 0, (byte) 0x40, (byte) 0, (byte) 0, (byte) '"');
			}
			soon().until(() -> parent.children().size() == 256);
			long grown = Vitals.usedHeap() - before;

			assertThat(grown).isLessThan(20 << 20);
			TrialFigures.note("W1", transport, "256 children that each announce 4 MiB and send one byte",
					"the heap grew by " + grown / 1024 + " KiB");
		}
		finally {
			for (RawClient client : clients) {
				client.close();
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp", "inproc" })
	void c1SendsWhenTheDuctIsClosedMeanwhileThenEachAcceptedOneEndsOnce(String transport) throws Exception {
		long longest = 0;
		long accepted = 0;
		long unsent = 0;
		ExecutorService threads = Executors.newFixedThreadPool(3);
		try {
			for (int i = 0; i < SHUTDOWNS; i++) {
				String address = transport.equals("inproc") ? "inproc:shutdown" : address(transport);
				try (MessageDuctParent parent = MessageDuctParent.builder().address(address).build()) {
					parent.bind();
					MessageDuctChild child = MessageDuctChild.builder().address(parent.listenerAddress()).build();
					child.connect();
					assertThat(parent.listen(Duration.ofSeconds(10))).isTrue();
					Future<?> first = threads.submit(() -> sendUntilClosed(child));
					Future<?> second = threads.submit(() -> sendUntilClosed(child));
					Future<Long> received = threads.submit(() -> receiveUntilEnd(parent));
					LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(TimeUnit.MILLISECONDS.toNanos(3)));
					long closing = System.nanoTime();
					child.close();
					longest = Math.max(longest, System.nanoTime() - closing);
					first.get();
					second.get();

					assertThat(received.get() + child.statistics().messagesUnsent())
						.isEqualTo(child.statistics().messagesSent());
					accepted += child.statistics().messagesSent();
					unsent += child.statistics().messagesUnsent();
				}
			}
		}
		finally {
			threads.shutdownNow();
		}
		TrialFigures.note("C1", transport, SHUTDOWNS + " times close while two threads send",
				accepted + " messages accepted, each received or counted as unsent (" + unsent
						+ "); the longest close took " + TrialFigures.millis(longest));
	}

	private static void sendUntilClosed(MessageDuctChild child) {
		try {
			for (int i = 0;; i++) {
				child.send(i);
			}
		}
		catch (DuctworksException ex) {
			// Closed.
		}
	}

	private static long receiveUntilEnd(MessageDuctParent parent) {
		long received = 0;
		try {
			while (true) {
				parent.recv();
				received++;
			}
		}
		catch (DuctworksException ex) {
			return received;
		}
	}

	private static ConditionFactory soon() {
		return Awaitility.await()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(1))
			.atMost(Duration.ofSeconds(30));
	}

}
