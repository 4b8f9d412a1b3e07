package io.ductworks.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Threads that send as fast as they may, in windows of a second at most. A window ends
 * when the other side has counted exactly what was sent.
 */
final class OneWay {

	private static final Duration WINDOW = Duration.ofSeconds(1);

	private static final long CONFIRM_NANOS = TimeUnit.SECONDS.toNanos(10);

	/** How often a sender of small messages looks at the clock. */
	private static final int CLOCK_INTERVAL = 64;

	private final Link link;

	private final Scenario scenario;

	private final Object message;

	private final Object question;

	private long messages;

	private long nanos;

	OneWay(Link link, Scenario scenario) {
		this.link = link;
		this.scenario = scenario;
		this.message = Payloads.data(scenario);
		this.question = Payloads.question(scenario.format());
	}

	Map<String, Double> measure(Duration warmup, Duration measure) throws Exception {
		ExecutorService senders = Executors.newFixedThreadPool(this.scenario.threads());
		try {
			Warmup.run(warmup, (length) -> run(senders, length));
			run(senders, measure);
		}
		finally {
			senders.shutdownNow();
		}
		double perSecond = perSecond();
		return Map.of(Result.VALUE,
				(Unit.of(this.scenario) == Unit.GIGABYTES) ? perSecond * this.scenario.bytes() / 1e9 : perSecond);
	}

	private double run(ExecutorService senders, Duration length) throws Exception {
		this.messages = 0;
		this.nanos = 0;
		while (this.nanos < length.toNanos()) {
			long start = System.nanoTime();
			long deadline = start + Math.min(WINDOW.toNanos(), length.toNanos());
			long sent = 0;
			List<Future<Long>> sending = new ArrayList<>();
			for (int i = 0; i < this.scenario.threads(); i++) {
				sending.add(senders.submit(() -> send(deadline)));
			}
			for (Future<Long> future : sending) {
				sent += future.get();
			}
			awaitArrival(sent);
			this.nanos += System.nanoTime() - start;
			this.messages += sent;
		}
		return perSecond();
	}

	private double perSecond() {
		return this.messages / (this.nanos / 1e9);
	}

	private long send(long deadline) throws Exception {
		int interval = (this.scenario.bytes() >= Scenarios.LARGE) ? 1 : CLOCK_INTERVAL;
		long sent = 0;
		while (System.nanoTime() - deadline < 0) {
			for (int i = 0; i < interval; i++) {
				this.link.send(this.message);
			}
			sent += interval;
		}
		this.link.flush();
		return sent;
	}

	private void awaitArrival(long sent) throws Exception {
		long deadline = System.nanoTime() + CONFIRM_NANOS;
		long arrived = Payloads.number(this.link.confirm(this.question));
		while (arrived < sent && System.nanoTime() - deadline < 0) {
			// To ask without a pause would take the other side's time from counting.
			Thread.sleep(1);
			arrived += Payloads.number(this.link.confirm(this.question));
		}
		if (arrived != sent) {
			throw new IllegalStateException(sent + " messages were sent and " + arrived + " arrived");
		}
	}

}
