package io.ductworks.internal.connection;

import java.util.Collection;

import org.jspecify.annotations.Nullable;

/**
 * Which request waits for which answer of one connection: by the order of the requests
 * where answers bear no mark, else by their ids. Guarded by the lock of its owner.
 */
interface Correlation {

	/**
	 * Adds the answer to the request that goes out next.
	 */
	void add(PendingAnswer answer);

	/**
	 * Takes the answer that has come.
	 * @param id its id; of no meaning where answers bear none
	 * @return the answer, or {@code null} if it is not pending
	 */
	@Nullable PendingAnswer take(long id);

	/**
	 * Whether an answer that was given up is forgotten; else it keeps its place until it
	 * has come.
	 */
	boolean forgets();

	/**
	 * All that are pending, in the order of their requests.
	 */
	Collection<PendingAnswer> pending();

	/**
	 * Forgets all that are pending.
	 */
	void clear();

}
