package io.ductworks.trials;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import io.ductworks.CloseReason;
import io.ductworks.DuctTimeoutException;
import io.ductworks.DuctworksException;
import io.ductworks.NotConnectedException;
import io.ductworks.message.MessageDuctChild;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Networks that lose, hold up or cut off what is sent, with a parent in a namespace of
 * its own.
 */
@Tag("trials")
@Timeout(120)
class NetworkTrials {

	private static final Duration PARTITION = Duration.ofSeconds(Integer.getInteger("trials.partition", 5));

	private static final int FLAPS = Integer.getInteger("trials.flaps", 10);

	private static final int KILLS = Integer.getInteger("trials.kills", 20);

	private static final int LOSSY_MESSAGES = Integer.getInteger("trials.lossy", 300);

	/** By then keepalive has to have noticed: 15 s and three times 5 s, and some time. */
	private static final Duration KEEPALIVE = Duration.ofSeconds(35);

	private static final String FILLING = "x".repeat(1000);

	@BeforeEach
	void needRoot() throws IOException {
		Machine.needRoot();
	}

	@Test
	void n2ConnectionWhenPartitionedAndHealedThenNothingIsLostDoubledOrReordered() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(2);
		try (Namespace namespace = Namespace.open();
				PeerProcess parent = namespace.parent().start();
				MessageDuctChild child = child(parent).build()) {
			child.connect();
			AtomicBoolean done = new AtomicBoolean();
			AtomicInteger received = new AtomicInteger();
			Future<Integer> sent = threads.submit(() -> sendNumbers(child, done));
			Future<?> receiving = threads.submit(() -> receiveNumbers(child, received));
			soon().until(() -> received.get() > 100);
			namespace.filter("drop", "input", "output");
			// What was under way.
			AtomicInteger seen = new AtomicInteger();
			soon().pollInterval(Duration.ofMillis(300)).until(() -> seen.getAndSet(received.get()) == received.get());
			int before = seen.get();
			Awaitility.await()
				.during(PARTITION)
				.atMost(PARTITION.plusSeconds(1))
				.until(() -> received.get() == before && child.isConnected());
			namespace.heal();
			long healed = System.nanoTime();
			soon().until(() -> received.get() > before);
			long back = System.nanoTime() - healed;
			soon().until(() -> received.get() > before + 1000);
			done.set(true);
			int all = sent.get();
			soon().until(() -> received.get() == all || receiving.isDone());
			assertThat(received).hasValue(all);
			assertThat(child.statistics().connectionsOpened()).isEqualTo(1);
			child.close();
			receiving.get();
			TrialFigures.note("N2", "tcp", "all packets dropped for " + PARTITION.toSeconds() + " s while sending",
					all + " messages sent, all came back once and in order, on the same connection; the first "
							+ TrialFigures.millis(back) + " after the network");
		}
		finally {
			threads.shutdownNow();
		}
	}

	private static int sendNumbers(MessageDuctChild child, AtomicBoolean done) {
		int number = 0;
		while (!done.get()) {
			child.send(List.of(number++, FILLING));
			LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
		}
		return number;
	}

	private static void receiveNumbers(MessageDuctChild child, AtomicInteger received) {
		try {
			while (true) {
				assertThat(child.recv()).isEqualTo(List.of(received.get(), FILLING));
				received.incrementAndGet();
			}
		}
		catch (NotConnectedException ex) {
			// Closed by this side.
		}
	}

	@Test
	void p2IdleConnectionWhenThePeersMachineIsGoneThenBothEndsNoticeByThemselves() throws Exception {
		dropWhileIdle("P2", "both ways", "input", "output");
	}

	@Test
	void n4IdleConnectionWhenPacketsVanishOneWayThenBothEndsNoticeByThemselves() throws Exception {
		dropWhileIdle("N4", "one way", "input");
	}

	private static void dropWhileIdle(String id, String ways, String... hooks) throws Exception {
		try (Namespace namespace = Namespace.open();
				PeerProcess parent = namespace.parent().start();
				MessageDuctChild child = child(parent).build()) {
			child.connect();
			assertThat(child.request(1, Integer.class)).isEqualTo(1);
			long dropped = System.nanoTime();
			namespace.filter("drop", hooks);
			long[] noticed = new long[2];
			Awaitility.await().pollInterval(Duration.ofMillis(10)).atMost(KEEPALIVE).until(() -> {
				long nanos = System.nanoTime() - dropped;
				noticed[0] = (noticed[0] == 0 && !child.isConnected()) ? nanos : noticed[0];
				noticed[1] = (noticed[1] == 0 && parent.count("disconnected") > 0) ? nanos : noticed[1];
				return noticed[0] != 0 && noticed[1] != 0;
			});
			assertThat(child.statistics().connectionsClosed(CloseReason.PEER_RESET)).isEqualTo(1);
			assertThat(parent.count("disconnected peer-reset")).isEqualTo(1);
			namespace.heal();
			child.connect();
			assertThat(child.request(2, Integer.class)).isEqualTo(2);
			TrialFigures.note(id, "tcp", "all packets dropped " + ways + ", nothing sent",
					"the child noticed after " + TrialFigures.millis(noticed[0]) + ", the parent after "
							+ TrialFigures.millis(noticed[1]) + "; connected again once the network was back");
		}
	}

	@Test
	void p3ConnectionWhenPacketsVanishWhileSendingThenSendTimeoutEndsIt() throws Exception {
		try (Namespace namespace = Namespace.open();
				PeerProcess parent = namespace.parent().start();
				MessageDuctChild child = child(parent).mixedTraffic(true).sendTimeout(Duration.ofSeconds(2)).build()) {
			child.connect();
			assertThat(child.request(1, Integer.class)).isEqualTo(1);
			namespace.filter("drop", "input", "output");
			long dropped = System.nanoTime();
			assertThatExceptionOfType(DuctworksException.class).isThrownBy(() -> {
				while (true) {
					child.send(FILLING.repeat(50));
				}
			});
			soon().until(() -> child.statistics().connectionsClosed(CloseReason.SEND_TIMEOUT) == 1);
			long nanos = System.nanoTime() - dropped;
			assertThat(nanos).isLessThan(TimeUnit.SECONDS.toNanos(6));
			assertThat(child.statistics().messagesUnsent()).isPositive();
			TrialFigures.note("P3", "tcp", "all packets dropped, and more sent than the system takes",
					"ended by a send-timeout of 2 s after " + TrialFigures.millis(nanos) + "; "
							+ child.statistics().messagesUnsent() + " messages counted as unsent");
		}
	}

	@Test
	void p3ConnectionWhenPacketsVanishWhileAskingThenUnansweredRequestEndsIt() throws Exception {
		try (Namespace namespace = Namespace.open();
				PeerProcess parent = namespace.parent().start();
				MessageDuctChild child = child(parent).requestTimeout(Duration.ofSeconds(2)).build()) {
			child.connect();
			assertThat(child.request(1, Integer.class)).isEqualTo(1);
			namespace.filter("drop", "input", "output");
			long dropped = System.nanoTime();
			assertThatExceptionOfType(DuctTimeoutException.class).isThrownBy(() -> child.request(2, Integer.class));
			long timedOut = System.nanoTime() - dropped;
			soon().until(() -> child.statistics().connectionsClosed(CloseReason.UNANSWERED) == 1);
			long nanos = System.nanoTime() - dropped;
			assertThat(nanos).isLessThan(TimeUnit.SECONDS.toNanos(6));
			TrialFigures.note("P3", "tcp", "all packets dropped, then a request with a time-out of 2 s",
					"the request failed after " + TrialFigures.millis(timedOut) + ", the connection ended after "
							+ TrialFigures.millis(nanos));
		}
	}

	@Test
	void n5MessagesWhenAThirdOfPacketsIsLostThenAllArriveInOrder() throws Exception {
		ExecutorService threads = Executors.newSingleThreadExecutor();
		try (Namespace namespace = Namespace.open();
				PeerProcess parent = namespace.parent().start();
				MessageDuctChild child = child(parent).timeout(Duration.ofSeconds(60)).build()) {
			child.connect();
			namespace.filter("numgen random mod 100 < 30 counter drop", "input", "output");
			long started = System.nanoTime();
			AtomicInteger received = new AtomicInteger();
			Future<?> receiving = threads.submit(() -> receiveNumbers(child, received));
			for (int i = 0; i < LOSSY_MESSAGES; i++) {
				child.send(List.of(i, FILLING));
				// Each in a packet of its own.
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
			}
			Awaitility.await()
				.atMost(Duration.ofSeconds(90))
				.until(() -> received.get() == LOSSY_MESSAGES || receiving.isDone());
			long nanos = System.nanoTime() - started;
			assertThat(received).hasValue(LOSSY_MESSAGES);
			assertThat(child.statistics().connectionsOpened()).isEqualTo(1);
			long lost = namespace.counted();
			assertThat(lost).isPositive();
			namespace.heal();
			child.close();
			receiving.get();
			TrialFigures.note("N5", "tcp", "three of ten packets dropped, each way",
					LOSSY_MESSAGES + " messages of 1 KB there and back in order in " + TrialFigures.millis(nanos) + "; "
							+ lost + " packets lost");
		}
		finally {
			threads.shutdownNow();
		}
	}

	@Test
	void n6AnswersWhenTheLinkIsSlowThenTheyQueueWithinBoundsAndNothingTimesOut() throws Exception {
		Machine.need("tc", "iproute2");
		try (Namespace namespace = Namespace.open();
				PeerProcess parent = namespace.parent().with("sendTimeout", 5000).start();
				MessageDuctChild child = child(parent).mixedTraffic(true).frameTimeout(Duration.ofSeconds(2)).build()) {
			child.connect();
			assertThat(child.request(0, Integer.class)).isZero();
			namespace.run("tc", "qdisc", "add", "dev", "eth0", "root", "tbf", "rate", "256kbit", "burst", "4kb",
					"latency", "400ms");
			long started = System.nanoTime();
			String large = "l".repeat(256 * 1024);
			child.send(large);
			for (int i = 0; i < 10; i++) {
				child.send(FILLING.repeat(20) + i);
			}
			long pending = 0;
			int figures = 0;
			while (!child.poll(Duration.ofMillis(200))) {
				parent.command("figures");
				String line = parent.awaitLine("pending=", ++figures);
				pending = Math.max(pending, Long.parseLong(line.replaceAll(".*pending=(\\d+).*", "$1")));
			}
			assertThat(child.recv(String.class)).isEqualTo(large);
			long largeNanos = System.nanoTime() - started;
			for (int i = 0; i < 10; i++) {
				assertThat(child.recv(String.class)).isEqualTo(FILLING.repeat(20) + i);
			}
			long nanos = System.nanoTime() - started;
			assertThat(child.statistics().connectionsOpened()).isEqualTo(1);
			assertThat(largeNanos).isGreaterThan(TimeUnit.SECONDS.toNanos(4));
			assertThat(pending).isLessThan(512 * 1024 + 20 * 1024);
			TrialFigures.note("N6", "tcp", "answers of 256 KiB and ten of 20 KB over a link of 256 kbit/s",
					"all came, the first after " + TrialFigures.millis(largeNanos)
							+ " with a frame-timeout of 2 s, all after " + TrialFigures.millis(nanos) + "; at most "
							+ pending / 1024 + " KiB waited in the parent");
		}
	}

	@Test
	void n7LinkWhenItGoesDownAndUpThenTheChildComesBackEachTime() throws Exception {
		try (Namespace namespace = Namespace.open();
				PeerProcess parent = namespace.parent().start();
				MessageDuctChild child = child(parent).requestTimeout(Duration.ofMillis(500)).build()) {
			child.connect();
			assertThat(child.request(-1, Integer.class)).isEqualTo(-1);
			int threads = Thread.activeCount();
			int threadsOfParent = parent.threads();
			long[] back = new long[FLAPS];
			for (int i = 0; i < FLAPS; i++) {
				int number = i;
				namespace.run("ip", "link", "set", "eth0", "down");
				assertThatExceptionOfType(DuctTimeoutException.class)
					.isThrownBy(() -> child.request(number, Integer.class));
				soon().until(() -> !child.isConnected());
				namespace.run("ip", "link", "set", "eth0", "up");
				long up = System.nanoTime();
				child.connect();
				assertThat(child.request(number, Integer.class)).isEqualTo(number);
				back[i] = System.nanoTime() - up;
			}
			assertThat(child.statistics().connectionsOpened()).isEqualTo(FLAPS + 1);
			soon().until(() -> parent.count("disconnected") == FLAPS);
			soon().pollInSameThread()
				.until(() -> Thread.activeCount() <= threads && parent.threads() <= threadsOfParent);
			TrialFigures.note("N7", "tcp", FLAPS + " times the link down and up",
					"back each time, answered after " + TrialFigures.times(back) + "; " + threads + " threads before, "
							+ Thread.activeCount() + " after, in the parent " + threadsOfParent + " and "
							+ parent.threads());
		}
	}

	@Test
	void n8ConnectionWhenKilledByTheSystemThenIsResetAndTheChildConnectsAgain() throws Exception {
		Machine.need("ss", "iproute2");
		try (Namespace namespace = Namespace.open();
				PeerProcess parent = namespace.parent().start();
				MessageDuctChild child = child(parent).build()) {
			long[] noticed = new long[KILLS];
			for (int i = 0; i < KILLS; i++) {
				child.connect();
				assertThat(child.request(i, Integer.class)).isEqualTo(i);
				long killed = System.nanoTime();
				String output = namespace.run("ss", "-K", "-t", "dst", namespace.here());
				Assumptions.assumeTrue(output.contains("ESTAB") && !output.contains("not supported"),
						"needs a kernel that lets ss kill connections (CONFIG_INET_DIAG_DESTROY)");
				soon().until(() -> !child.isConnected());
				noticed[i] = System.nanoTime() - killed;
			}
			assertThat(child.statistics().connectionsClosed(CloseReason.PEER_RESET)).isEqualTo(KILLS);
			parent.awaitLine("disconnected peer-reset", KILLS);
			child.connect();
			assertThat(child.request("last", String.class)).isEqualTo("last");
			TrialFigures.note("N8", "tcp", KILLS + " times the connection killed by ss -K",
					"peer-reset on both sides, noticed by the other after " + TrialFigures.times(noticed)
							+ "; connected again each time");
		}
	}

	private static MessageDuctChild.Builder child(PeerProcess parent) {
		return MessageDuctChild.builder().address(parent.address());
	}

	private static ConditionFactory soon() {
		return Awaitility.await()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(1))
			.atMost(Duration.ofSeconds(30));
	}

}
