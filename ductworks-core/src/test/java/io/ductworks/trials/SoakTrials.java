package io.ductworks.trials;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.ductworks.DuctworksException;
import io.ductworks.message.Accept;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Everything at once for a long time: a minute, or {@code -Dtrials.soak=PT8H}.
 */
@Tag("trials")
class SoakTrials {

	private static final Duration LENGTH = Duration.parse(System.getProperty("trials.soak", "PT1M"));

	private static final int CHILDREN = 8;

	private static final long HEAP_MARGIN = 8 << 20;

	@TempDir
	private Path directory;

	private final AtomicBoolean done = new AtomicBoolean();

	private final AtomicLong answered = new AtomicLong();

	private final AtomicLong failed = new AtomicLong();

	/**
	 * Children ask and send, lose their connections and come back, beside strangers that
	 * send garbage: every answer is the right one, every message that was written is
	 * received, and nothing grows.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	void p13TrafficWhenItGoesOnForLongThenNothingIsLostOrGrows(String transport) throws Exception {
		AtomicLong received = new AtomicLong();
		String address = transport.equals("unix") ? "unix:" + this.directory.resolve("soak.sock") : "tcp://127.0.0.1:0";
		List<MessageDuctChild> children = new ArrayList<>();
		ExecutorService threads = Executors.newFixedThreadPool(CHILDREN + 1);
		try (MessageDuctParent parent = MessageDuctParent.builder()
			.address(address)
			.accept(Accept.MANY)
			.acceptsPerSecond(10_000)
			.handler((from, message) -> {
				Object content = message.as(Object.class);
				received.incrementAndGet();
				if (content instanceof Integer) {
					from.send(content);
				}
			})
			.build()) {
			parent.bind();
			List<Future<?>> running = new ArrayList<>();
			for (int i = 0; i < CHILDREN; i++) {
				MessageDuctChild child = MessageDuctChild.builder()
					.address(parent.listenerAddress())
					.mixedTraffic(true)
					.build();
				children.add(child);
				child.connect();
				Random random = new Random(i);
				running.add(threads.submit(() -> talk(child, random)));
			}
			running.add(threads.submit(() -> disturb(parent)));
			settle(children);
			Vitals before = Vitals.now(this.directory);
			Awaitility.await()
				.atMost(LENGTH.plusMinutes(1))
				.pollInterval(Duration.ofSeconds(1))
				.during(LENGTH)
				.until(() -> running.stream().noneMatch(Future::isDone));
			this.done.set(true);
			for (Future<?> future : running) {
				future.get();
			}
			settle(children);
			children.forEach(MessageDuctChild::close);
			Awaitility.await().until(() -> !parent.isConnected());

			long written = children.stream()
				.mapToLong((child) -> child.statistics().messagesSent() - child.statistics().messagesUnsent())
				.sum();
			Awaitility.await().until(() -> received.get() == written);
			Awaitility.await().pollInSameThread().until(() -> Vitals.now(this.directory).isAtMost(before, HEAP_MARGIN));
			TrialFigures.note("P13", transport, LENGTH.toSeconds() + " s of traffic, reconnects and garbage",
					received + " messages, all that were written; " + this.answered + " right answers, " + this.failed
							+ " calls that failed with their connection; " + before + " before, "
							+ Vitals.now(this.directory) + " after");
		}
		finally {
			this.done.set(true);
			threads.shutdownNow();
			children.forEach(MessageDuctChild::close);
		}
	}

	/**
	 * Asks and sends, and parts with its connection now and then.
	 */
	private void talk(MessageDuctChild child, Random random) {
		while (!this.done.get()) {
			try {
				int question = random.nextInt();
				assertThat(child.request(question, Integer.class)).isEqualTo(question);
				this.answered.incrementAndGet();
				for (int i = random.nextInt(20); i > 0; i--) {
					child.send("x".repeat(random.nextInt(2000)));
				}
				if (random.nextInt(5000) == 0) {
					child.close();
					child.connect();
				}
			}
			catch (DuctworksException ex) {
				this.failed.incrementAndGet();
				if (!child.isConnected()) {
					child.connect();
				}
			}
		}
	}

	private void disturb(MessageDuctParent parent) {
		Random random = new Random(1);
		while (!this.done.get()) {
			try (RawClient client = new RawClient(parent.listenerAddress())) {
				byte[] garbage = new byte[random.nextInt(200)];
				random.nextBytes(garbage);
				client.send(garbage);
			}
			catch (IOException ex) {
				// Cut off.
			}
		}
	}

	private static void settle(List<MessageDuctChild> children) {
		Awaitility.await().until(() -> children.stream().allMatch(MessageDuctChild::isConnected));
	}

}
