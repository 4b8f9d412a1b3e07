package io.ductworks.internal.connection;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Which request waits for which answer of one connection: by the order of the requests
 * where answers bear no mark, else by their ids. Thread-safe.
 */
interface Correlation {

	/**
	 * Notes that a request is about to be made.
	 */
	void asking();

	/**
	 * Whether a request was ever made, or is about to be.
	 */
	boolean wereAsked();

	/**
	 * Adds the answer to the request that goes out next.
	 * @return whether the loop has to look earlier than before
	 */
	boolean add(PendingAnswer answer);

	/**
	 * Takes the answer that has come.
	 * @param id its id; of no meaning where answers bear none
	 * @return the answer, or {@code null} if it is not pending
	 */
	@Nullable PendingAnswer take(long id);

	/**
	 * Whether no answer is due.
	 */
	boolean isEmpty();

	/**
	 * How many answers are due.
	 */
	int size();

	/**
	 * Whether answers are awaited that no caller waits to read.
	 */
	boolean hasUnattended();

	/**
	 * Gives an answer up.
	 * @param lateNanos for how long it is waited for all the same, where that matters
	 * @return false if it had ended already
	 */
	boolean giveUp(PendingAnswer answer, long now, long lateNanos);

	/**
	 * When the loop has to look again.
	 * @return the time in nanoseconds from now, {@link Long#MAX_VALUE} for never
	 */
	long nanosToLook(long now);

	/**
	 * The answers of the loop whose time is over.
	 */
	List<PendingAnswer> overdue(long now);

	/**
	 * Takes all that are pending.
	 */
	List<PendingAnswer> takeAll();

}
