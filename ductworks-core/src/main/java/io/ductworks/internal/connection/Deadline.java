package io.ductworks.internal.connection;

/**
 * One of the times that the loop keeps for a connection.
 */
interface Deadline {

	/**
	 * In how many nanoseconds it passes.
	 * @return the time, {@link Long#MAX_VALUE} for never
	 */
	long nanosLeft(long now);

	/**
	 * Does what is due, once it has passed.
	 * @return in how many nanoseconds to look again, {@link Long#MAX_VALUE} for never
	 */
	long expired(long now);

}
