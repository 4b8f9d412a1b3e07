package io.ductworks.benchmarks;

import java.util.Arrays;
import java.util.List;

/**
 * How long each exchange of one thread took.
 */
final class Latencies {

	private int[] nanos;

	private int count;

	Latencies(int capacity) {
		this.nanos = new int[capacity];
	}

	/**
	 * Those of several threads together.
	 */
	static Latencies of(List<Latencies> all) {
		Latencies together = new Latencies(all.stream().mapToInt(Latencies::count).sum());
		for (Latencies one : all) {
			System.arraycopy(one.nanos, 0, together.nanos, together.count, one.count);
			together.count += one.count;
		}
		return together;
	}

	void add(long nanos) {
		if (this.count == this.nanos.length) {
			this.nanos = Arrays.copyOf(this.nanos, 2 * this.count);
		}
		this.nanos[this.count++] = (int) Math.min(nanos, Integer.MAX_VALUE);
	}

	/**
	 * Forgets what was added, but keeps the room for it.
	 */
	void clear() {
		this.count = 0;
	}

	int count() {
		return this.count;
	}

	double microseconds(double quantile) {
		int[] sorted = Arrays.copyOf(this.nanos, this.count);
		Arrays.sort(sorted);
		int rank = (int) Math.ceil(quantile * this.count);
		return sorted[Math.max(rank, 1) - 1] / 1e3;
	}

}
