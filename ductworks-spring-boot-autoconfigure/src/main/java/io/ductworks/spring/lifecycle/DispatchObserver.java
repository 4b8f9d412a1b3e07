package io.ductworks.spring.lifecycle;

/**
 * Is told when messages are handed out, and when no longer, as is any other bean of this
 * type. It must be quick and must not fail.
 */
public interface DispatchObserver {

	/**
	 * Messages are about to be handed out.
	 */
	void starting();

	/**
	 * No more messages are handed out; handlers that run are about to be waited for.
	 */
	void draining();

}
