package io.ductworks.internal.connection;

/**
 * The settings that all connections of a duct share. Times are in nanoseconds.
 *
 * @param readers where its messages go
 * @param maxFrameSize the longest payload that is accepted, in bytes
 * @param frameTimeout how long a frame may take, from its first byte on
 * @param sendTimeout for how long the peer may take no byte while some wait
 * @param answerGrace for how long, at least, a late answer is waited for
 */
public record ConnectionSettings(Readers readers, int maxFrameSize, long frameTimeout, long sendTimeout,
		long answerGrace) {
}
