package io.ductworks.benchmarks;

/**
 * What the two sides do.
 */
public enum Work {

	/** Each thread sends a message and waits for its echo. */
	ROUND_TRIP,

	/** The same, with an answering side that takes 5 ms for each. */
	SLOW_ROUND_TRIP,

	/** Each thread sends as fast as it may; the other side counts. */
	ONE_WAY,

	/** One busy connection beside many that do nothing. */
	IDLE_CONNECTIONS

}
