package io.ductworks.internal.connection;

/**
 * The settings that all connections of a duct share. Times are in nanoseconds.
 *
 * @param readers where its messages go
 * @param maxFrameSize the longest payload that is accepted, in bytes
 * @param frameTimeout how long a frame may take, from its first byte on
 * @param sendTimeout for how long the peer may take no byte while some wait
 * @param requestTimeout how long a request waits for its answer, unless it says otherwise
 * @param lateAnswerTimeout for how long a late answer is waited for, 0 if that depends on
 * the request
 * @param unreadTimeout for how long messages may wait that nobody takes
 * @param lastAnswersTimeout how long answers may outlive the last that the peer sends
 * @param mixedTraffic whether messages may come that nobody asked for
 * @param answersById whether answers bear the id of their request
 * @param mayBeRefused whether the first message may say that the peer refuses it
 */
public record ConnectionSettings(Readers readers, int maxFrameSize, long frameTimeout, long sendTimeout,
		long requestTimeout, long lateAnswerTimeout, long unreadTimeout, long lastAnswersTimeout, boolean mixedTraffic,
		boolean answersById, boolean mayBeRefused) {

	/**
	 * For how long the late answer to a request is waited for.
	 * @param timeoutNanos how long the request has waited
	 */
	long lateAnswerNanos(long timeoutNanos) {
		return (this.lateAnswerTimeout > 0) ? this.lateAnswerTimeout : Math.max(timeoutNanos, this.requestTimeout);
	}

	/**
	 * Whether nothing else than answers may come, once something was asked.
	 */
	boolean answersOnly() {
		return this.readers != Readers.HANDLER && !this.mixedTraffic && !this.answersById;
	}

}
