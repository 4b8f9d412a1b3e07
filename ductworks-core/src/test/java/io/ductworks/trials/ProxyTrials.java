package io.ductworks.trials;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.ductworks.CloseReason;
import io.ductworks.DuctworksException;
import io.ductworks.message.Accept;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Connections through a {@link FaultProxy} that delays, slices and cuts them.
 */
@Tag("trials")
@Timeout(120)
class ProxyTrials {

	private static final int LARGE_MESSAGES = Integer.getInteger("trials.large", 60);

	private static final Duration SHORTEST = Duration.ofMillis(50);

	private static final Duration LONGEST = Duration.ofMillis(200);

	private static final int PAYLOAD_BYTES = 1000;

	/** A JSON text of so many bytes. */
	private static final String PAYLOAD = "p".repeat(PAYLOAD_BYTES - 2);

	private static final int FRAME_BYTES = 5 + PAYLOAD_BYTES;

	/** Within the header, between header and payload, within the payload. */
	private static final int[] INSIDE = { 1, 2, 3, 4, 5, 6, 7, 100, 500, FRAME_BYTES - 2, FRAME_BYTES - 1 };

	@TempDir
	private Path directory;

	private final AtomicInteger delivered = new AtomicInteger();

	private MessageDuctParent.Builder parent(String transport) {
		return MessageDuctParent.builder()
			.address(transport.equals("unix") ? "unix:" + this.directory.resolve("trial.sock") : "tcp://127.0.0.1:0")
			.accept(Accept.MANY)
			.acceptsPerSecond(100_000)
			.handler((from, message) -> {
				this.delivered.incrementAndGet();
				from.send(message.as(Object.class));
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	void n1RequestsWhenTheWayIsLongThenTakeAsLongAndNobodyIsCutOff(String transport) throws Exception {
		try (MessageDuctParent parent = parent(transport).build()) {
			parent.bind();
			try (FaultProxy proxy = new FaultProxy(parent.listenerAddress(),
					Toxic.latency(SHORTEST, LONGEST, new Random(1)), Toxic.latency(SHORTEST, LONGEST, new Random(2)));
					MessageDuctChild child = MessageDuctChild.builder()
						.address(proxy.address())
						.pipelining(true)
						.build()) {
				child.connect();
				long[] nanos = new long[20];
				for (int i = 0; i < nanos.length; i++) {
					long asked = System.nanoTime();
					assertThat(child.request(i, Integer.class)).isEqualTo(i);
					nanos[i] = System.nanoTime() - asked;
					assertThat(nanos[i]).isBetween(2 * SHORTEST.toNanos(),
							2 * LONGEST.toNanos() + TimeUnit.MILLISECONDS.toNanos(100));
				}
				long asked = System.nanoTime();
				List<CompletableFuture<Integer>> answers = new ArrayList<>();
				for (int i = 0; i < 1000; i++) {
					answers.add(child.requestAsync(i, Integer.class));
				}
				for (int i = 0; i < answers.size(); i++) {
					assertThat(answers.get(i).get(10, TimeUnit.SECONDS)).isEqualTo(i);
				}
				long together = System.nanoTime() - asked;
				assertThat(together).isLessThan(TimeUnit.SECONDS.toNanos(2));
				assertThat(child.statistics().connectionsOpened()).isEqualTo(1);
				TrialFigures.note("N1", transport, "50 to 200 ms each way",
						"a request took " + TrialFigures.times(nanos) + "; 1000 at once took "
								+ TrialFigures.millis(together) + "; no connection lost");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	void w7LargeMessagesWhenSlicedAtRandomThenArriveWhole(String transport) throws Exception {
		Random random = new Random(7);
		try (MessageDuctParent parent = parent(transport).build()) {
			parent.bind();
			try (FaultProxy proxy = new FaultProxy(parent.listenerAddress(), Toxic.slicer(3000, new Random(1)),
					Toxic.slicer(3000, new Random(2)));
					MessageDuctChild child = MessageDuctChild.builder().address(proxy.address()).build()) {
				child.connect();
				long characters = 0;
				for (int i = 0; i < LARGE_MESSAGES; i++) {
					String text = text(random, (i % 3 == 0) ? 2_000_000 : 100_000);
					characters += text.length();
					CompletableFuture<String> first = child.requestAsync(text, String.class);
					CompletableFuture<Integer> second = child.requestAsync(i, Integer.class);
					assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo(text);
					assertThat(second.get(20, TimeUnit.SECONDS)).isEqualTo(i);
				}
				TrialFigures.note("W7", transport, "slices of 1 to 3000 bytes, both ways", LARGE_MESSAGES
						+ " messages of up to 2 MB, " + characters / 1_000_000 + " MB in all, came back the same");
			}
		}
	}

	private static String text(Random random, int longest) {
		byte[] characters = new byte[1 + random.nextInt(longest)];
		for (int i = 0; i < characters.length; i++) {
			characters[i] = (byte) ('a' + random.nextInt(26));
		}
		return new String(characters, StandardCharsets.US_ASCII);
	}

	@Test
	void p1ConnectionWhenResetInsideAFrameThenNothingIsDeliveredAndOthersGoOn() throws Exception {
		try (MessageDuctParent parent = parent("tcp").build()) {
			parent.bind();
			try (MessageDuctChild healthy = healthy(parent)) {
				for (int i = 0; i < INSIDE.length; i++) {
					try (FaultProxy proxy = new FaultProxy(parent.listenerAddress(), Toxic.resetPeer(INSIDE[i]),
							Toxic.none())) {
						sendOne(proxy, CloseReason.PEER_RESET);
					}
					int resets = i + 1;
					soon().until(() -> parent.statistics().connectionsClosed(CloseReason.PEER_RESET) == resets);
					assertThat(healthy.request(i, Integer.class)).isEqualTo(i);
				}
				assertThat(this.delivered).hasValue(INSIDE.length);
				TrialFigures.note("P1", "tcp", "reset after each of " + INSIDE.length + " counts of bytes of a frame",
						"peer-reset on both sides, no part of a message delivered; another child was served");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	void w6ConnectionWhenCutThenIsTruncatedInsideAFrameAndClosedAtItsEdge(String transport) throws Exception {
		try (MessageDuctParent parent = parent(transport).build()) {
			parent.bind();
			try (MessageDuctChild healthy = healthy(parent)) {
				for (int i = 0; i < INSIDE.length; i++) {
					try (FaultProxy proxy = new FaultProxy(parent.listenerAddress(), Toxic.limitData(INSIDE[i]),
							Toxic.none())) {
						sendOne(proxy, CloseReason.PEER_CLOSED, CloseReason.PEER_RESET);
					}
					int cuts = i + 1;
					soon().until(() -> parent.statistics().connectionsClosed(CloseReason.TRUNCATED) == cuts);
					assertThat(healthy.request(i, Integer.class)).isEqualTo(i);
				}
				assertThat(this.delivered).hasValue(INSIDE.length);
				try (FaultProxy proxy = new FaultProxy(parent.listenerAddress(), Toxic.limitData(FRAME_BYTES),
						Toxic.none())) {
					sendOne(proxy, CloseReason.PEER_CLOSED, CloseReason.PEER_RESET);
				}
				soon().until(() -> parent.statistics().connectionsClosed(CloseReason.PEER_CLOSED)
						+ parent.statistics().connectionsClosed(CloseReason.PEER_RESET) == 1);
				soon().until(() -> this.delivered.get() == INSIDE.length + 1);
				assertThat(parent.statistics().connectionsClosed(CloseReason.TRUNCATED)).isEqualTo(INSIDE.length);
				TrialFigures.note("W6", transport,
						"closed after each of " + INSIDE.length + " counts of bytes of a frame",
						"truncated each time, no part delivered; closed at the edge: delivered, and not truncated");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	void p6ConnectionWhenItStallsInsideAFrameThenFrameTimeoutEndsIt(String transport) throws Exception {
		Duration timeout = Duration.ofMillis(500);
		try (MessageDuctParent parent = parent(transport).frameTimeout(timeout).build()) {
			parent.bind();
			long[] nanos = new long[INSIDE.length];
			try (MessageDuctChild healthy = healthy(parent)) {
				for (int i = 0; i < INSIDE.length; i++) {
					try (FaultProxy proxy = new FaultProxy(parent.listenerAddress(), Toxic.timeout(INSIDE[i]),
							Toxic.none());
							MessageDuctChild child = MessageDuctChild.builder().address(proxy.address()).build()) {
						child.connect();
						long sent = System.nanoTime();
						child.send(PAYLOAD);
						int stalls = i + 1;
						soon().until(() -> parent.statistics().connectionsClosed(CloseReason.FRAME_TIMEOUT) == stalls);
						nanos[i] = System.nanoTime() - sent;
						soon().until(() -> !child.isConnected());
						assertThat(healthy.request(i, Integer.class)).isEqualTo(i);
					}
					assertThat(nanos[i]).isBetween(timeout.toNanos(), 3 * timeout.toNanos());
				}
				assertThat(this.delivered).hasValue(INSIDE.length);
				TrialFigures.note("P6", transport,
						"silence after each of " + INSIDE.length + " counts of bytes of a frame",
						"ended by a frame-timeout of " + timeout.toMillis() + " ms after " + TrialFigures.times(nanos)
								+ "; another child was served");
			}
		}
	}

	private static MessageDuctChild healthy(MessageDuctParent parent) {
		MessageDuctChild child = MessageDuctChild.builder().address(parent.listenerAddress()).build();
		child.connect();
		return child;
	}

	/**
	 * Sends one message and waits for the end of the connection.
	 */
	private static void sendOne(FaultProxy proxy, CloseReason... reasons) {
		try (MessageDuctChild child = MessageDuctChild.builder().address(proxy.address()).build()) {
			child.connect();
			try {
				child.send(PAYLOAD);
			}
			catch (DuctworksException ex) {
				// The end was faster.
			}
			soon().until(() -> !child.isConnected());
			assertThat(Stream.of(reasons).mapToLong(child.statistics()::connectionsClosed).sum()).isEqualTo(1);
		}
	}

	private static ConditionFactory soon() {
		return Awaitility.await()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(1))
			.atMost(Duration.ofSeconds(20));
	}

}
