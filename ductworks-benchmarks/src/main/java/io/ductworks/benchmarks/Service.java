package io.ductworks.benchmarks;

import org.jspecify.annotations.Nullable;

/**
 * What the answering side does with a message: echo it, or count it. Thread-safe.
 */
public interface Service {

	/**
	 * Handles one message.
	 * @param message a {@code byte[]} or an {@link Order}, decoded already
	 * @return the answer, of the same kind, or {@code null} for no answer. For
	 * {@link Work#ONE_WAY} only the message that ends a round has an answer
	 */
	@Nullable Object handle(Object message);

}
