package io.ductworks.message;

/**
 * Records how long the requests of a duct take, such as in a timer;
 * {@link DuctStatistics#addRecorder} adds one. It is told of every request that went out,
 * at its end, by the thread that ends it: the caller's, a worker's, or the one that
 * serves all connections of the duct. So it has to be thread-safe and quick, and must not
 * block or use the duct. What it throws is logged, and the request goes on.
 */
@FunctionalInterface
public interface RequestRecorder {

	/**
	 * Records one request.
	 * @param outcome how it ended
	 * @param nanos how long it took, waiting for a connection included, in nanoseconds
	 */
	void record(RequestOutcome outcome, long nanos);

}
