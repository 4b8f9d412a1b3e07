package io.ductworks.message;

import io.ductworks.DuctProblemException;

/**
 * A deferred answer, which may be given up for another one. Thread-safe.
 */
interface Abandonable {

	/**
	 * Gives it up, and tells the requester why.
	 * @return false if it was given already
	 */
	boolean abandon(DuctProblemException problem);

	/**
	 * Gives it up.
	 * @param instead sends another answer
	 * @return false if it was given already
	 */
	boolean abandon(Runnable instead);

	/**
	 * Tells the holder of the deferred answer that no requester waits for it any more.
	 */
	void tellAbandoned();

}
