package io.ductworks.internal.connection;

/**
 * When a sender that has become the writer writes what waits.
 */
enum FlushDecision {

	/** Now: it answers something, or its answer is waited for. */
	ANSWER,

	/** Now: it is the first of a flow, as far as one can tell. */
	WRITE,

	/** Later, on the loop's thread: by then more has gathered. */
	DEFER;

	/** A sender whose last message went out less than this ago is likely to go on. */
	static final long GATHER_NANOS = 3000;

	/**
	 * Decides.
	 * @param hurried whether a caller waits for the answer while the loop only looks now
	 * and then for what was deferred
	 * @param answer whether bytes have come since the last write, which this may answer
	 * @param moreFollows whether the sender is about to send again
	 * @param nanosSinceWrite how long ago the last write of a flow ended
	 */
	static FlushDecision decide(boolean hurried, boolean answer, boolean moreFollows, long nanosSinceWrite) {
		if (hurried || answer && !moreFollows) {
			return ANSWER;
		}
		return (nanosSinceWrite > GATHER_NANOS && !moreFollows) ? WRITE : DEFER;
	}

}
