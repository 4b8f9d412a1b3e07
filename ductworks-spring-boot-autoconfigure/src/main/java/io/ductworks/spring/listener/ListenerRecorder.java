package io.ductworks.spring.listener;

/**
 * Is told of every invocation of a listener, as is any other bean of this type. Called on
 * the invoking thread, or on the one that gives an answer later; it must be quick and
 * must not fail.
 */
@FunctionalInterface
public interface ListenerRecorder {

	/**
	 * A listener was found. Told once of each, before its first invocation. Does nothing
	 * by default.
	 * @param duct the name of the duct
	 * @param listener the name of the listener
	 */
	default void registered(String duct, String listener) {
	}

	/**
	 * Records one invocation.
	 * @param duct the name of the duct
	 * @param listener the name of the listener
	 * @param outcome how it ended
	 * @param nanos how long it took until the answer, decoding and replying included, in
	 * nanoseconds
	 */
	void record(String duct, String listener, ListenerOutcome outcome, long nanos);

}
