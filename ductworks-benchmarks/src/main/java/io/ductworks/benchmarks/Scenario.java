package io.ductworks.benchmarks;

/**
 * What is measured.
 *
 * @param id the target's id, such as {@code R1}, with what tells its variants apart
 * @param work what the two sides do
 * @param format what the messages are
 * @param bytes the length of a payload of bytes
 * @param transport what joins the processes
 * @param threads how many threads ask or send at once
 * @param oneCore whether both processes share one core
 * @param spin whether waiting for the peer spins for a bounded time before it blocks
 * @param spring whether the contender is used as a Spring application uses it
 */
public record Scenario(String id, Work work, Format format, int bytes, Transport transport, int threads,
		boolean oneCore, boolean spin, boolean spring) {

	/** What the messages are. */
	public enum Format {

		/** Payloads as they are. */
		BYTES,

		/** Orders, mapped to and from JSON on both sides. */
		JSON

	}

	/** What joins the processes. */
	public enum Transport {

		/** A Unix domain socket. */
		UNIX,

		/** TCP over loopback. */
		TCP

	}

}
