package io.ductworks.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Threads that each send a message, wait for its echo and look at it, for some time.
 */
final class RoundTrip {

	private static final int CAPACITY = 1 << 20;

	private final Link link;

	private final int threads;

	private final Object message;

	private final List<Latencies> latencies = new ArrayList<>();

	RoundTrip(Link link, Scenario scenario) {
		this.link = link;
		this.threads = scenario.threads();
		this.message = Payloads.data(scenario);
		for (int i = 0; i < this.threads; i++) {
			this.latencies.add(new Latencies(CAPACITY / this.threads));
		}
	}

	Map<String, Double> measure(Duration warmup, Duration measure) throws Exception {
		Warmup.run(warmup, this::run);
		double perSecond = run(measure);
		Map<String, Double> figures = new LinkedHashMap<>();
		if (this.threads == 1) {
			figures.put(Result.VALUE, 1e6 / perSecond);
			figures.put("p50", this.latencies.get(0).microseconds(0.5));
			figures.put("p99", this.latencies.get(0).microseconds(0.99));
		}
		else {
			figures.put(Result.VALUE, perSecond);
			figures.put("p99", Latencies.of(this.latencies).microseconds(0.99));
		}
		return figures;
	}

	private double run(Duration length) throws Exception {
		long start = System.nanoTime();
		if (this.threads == 1) {
			ask(this.latencies.get(0), length);
		}
		else {
			askTogether(length);
		}
		double seconds = (System.nanoTime() - start) / 1e9;
		return this.latencies.stream().mapToLong(Latencies::count).sum() / seconds;
	}

	private void askTogether(Duration length) throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(this.threads);
		try {
			List<Future<?>> asking = new ArrayList<>();
			for (Latencies own : this.latencies) {
				asking.add(executor.submit(() -> {
					ask(own, length);
					return null;
				}));
			}
			for (Future<?> future : asking) {
				future.get();
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	private void ask(Latencies own, Duration length) throws Exception {
		own.clear();
		long begun = System.nanoTime();
		long deadline = begun + length.toNanos();
		while (begun - deadline < 0) {
			Object answer = this.link.exchange(this.message);
			long ended = System.nanoTime();
			own.add(ended - begun);
			begun = ended;
			if (!isEcho(answer)) {
				throw new IllegalStateException("The answer is not what was sent: " + answer);
			}
		}
	}

	private boolean isEcho(Object answer) {
		return (this.message instanceof byte[] bytes) ? Arrays.equals(bytes, (byte[]) answer)
				: this.message.equals(answer);
	}

}
