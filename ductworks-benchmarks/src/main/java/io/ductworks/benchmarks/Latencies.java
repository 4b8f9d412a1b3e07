package io.ductworks.benchmarks;

import java.util.Arrays;

/**
 * How long each exchange of one thread took.
 */
final class Latencies {

	private int[] nanos = new int[1 << 20];

	private int count;

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
