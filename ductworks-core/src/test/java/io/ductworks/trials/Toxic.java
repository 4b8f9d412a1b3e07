package io.ductworks.trials;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;

/**
 * What a {@link FaultProxy} does to the bytes of one direction; in the words of
 * Toxiproxy.
 */
@FunctionalInterface
interface Toxic {

	/**
	 * Passes on what was read, or not.
	 */
	void pass(byte[] bytes, Way way) throws IOException;

	/** One direction of a connection through the proxy. */
	interface Way {

		/** How many bytes were written so far. */
		long written();

		void write(byte[] bytes) throws IOException;

		/**
		 * Writes later, after what was to be written before.
		 */
		void write(byte[] bytes, Duration delay);

		/**
		 * Closes the connection on both sides.
		 */
		void close() throws IOException;

		/**
		 * Breaks the connection on both sides.
		 */
		void reset() throws IOException;

	}

	/** What comes at the end of a part that is passed on. */
	@FunctionalInterface
	interface Ending {

		void end(Way way) throws IOException;

	}

	/**
	 * Passes everything.
	 */
	static Toxic none() {
		return (bytes, way) -> way.write(bytes);
	}

	/**
	 * Holds everything up for a time that differs from read to read.
	 */
	static Toxic latency(Duration shortest, Duration longest, Random random) {
		long spread = longest.minus(shortest).toNanos() + 1;
		return (bytes, way) -> way.write(bytes, shortest.plusNanos((long) (random.nextDouble() * spread)));
	}

	/**
	 * Writes in slices of at most so many bytes.
	 */
	static Toxic slicer(int longest, Random random) {
		return (bytes, way) -> {
			int from = 0;
			while (from < bytes.length) {
				int to = Math.min(bytes.length, from + 1 + random.nextInt(longest));
				way.write(Arrays.copyOfRange(bytes, from, to));
				from = to;
			}
		};
	}

	/**
	 * Closes the connection after so many bytes.
	 */
	static Toxic limitData(long bytes) {
		return part(bytes, Way::close);
	}

	/**
	 * Resets the connection after so many bytes.
	 */
	static Toxic resetPeer(long bytes) {
		return part(bytes, Way::reset);
	}

	/**
	 * Passes nothing after so many bytes, and leaves the connection open.
	 */
	static Toxic timeout(long bytes) {
		return part(bytes, (way) -> {
		});
	}

	private static Toxic part(long limit, Ending ending) {
		return (bytes, way) -> {
			long left = limit - way.written();
			if (left > 0) {
				way.write((bytes.length <= left) ? bytes : Arrays.copyOf(bytes, (int) left));
			}
			if (bytes.length >= left) {
				ending.end(way);
			}
		};
	}

}
