package io.ductworks.benchmarks;

import java.io.IOException;

/**
 * The asking side's connection. Messages are {@code byte[]} or {@link Order}, as the
 * scenario says.
 */
public interface Link extends AutoCloseable {

	/**
	 * Sends a message and waits for its answer. Called by {@link Scenario#threads()}
	 * threads at once in the scenarios of {@link Work#ROUND_TRIP}.
	 * @param message the message
	 * @return the answer
	 * @throws Exception if the exchange failed
	 */
	Object exchange(Object message) throws Exception;

	/**
	 * Sends a message without an answer. Returns when the message is accepted and waits
	 * when too much is under way, as the contender does it. Called by
	 * {@link Scenario#threads()} threads at once in the scenarios of
	 * {@link Work#ONE_WAY}.
	 * @param message the message, which does not change any more
	 * @throws Exception if it cannot be sent
	 */
	void send(Object message) throws Exception;

	/**
	 * Sends whatever the calling thread's {@link #send} has kept back. Called by each
	 * sender after its last message of a round.
	 * @throws Exception if it cannot be sent
	 */
	default void flush() throws Exception {
	}

	/**
	 * Asks how many messages arrived since it was asked last; called by one thread, when
	 * all senders have sent their last message of a round. Everything sent before counts
	 * as arrived only if the answer says so: the harness asks again until the figure is
	 * complete and fails if it never is.
	 * @param question the message that asks for the figure
	 * @return the answer
	 * @throws Exception if the exchange failed
	 */
	default Object confirm(Object question) throws Exception {
		return exchange(question);
	}

	@Override
	void close() throws IOException;

}
