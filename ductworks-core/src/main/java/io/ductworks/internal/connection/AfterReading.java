package io.ductworks.internal.connection;

/**
 * What the loop does with a connection once a reader has given its turn back.
 */
enum AfterReading {

	/** Nothing: the next caller reads, or there is nothing to read. */
	NOTHING,

	/** It waits in its selector until there is something to read. */
	WATCH,

	/**
	 * It reads at once, since there is something left of which no selector would tell.
	 */
	READ_ON;

	/**
	 * Decides.
	 * @param room whether more may be read ahead
	 * @param needed whether anybody depends on the loop to read
	 * @param drained whether the last read left nothing behind
	 * @param over whether the peer sends no more
	 */
	static AfterReading decide(boolean room, boolean needed, boolean drained, boolean over) {
		if (!room || !needed || over) {
			return NOTHING;
		}
		return drained ? WATCH : READ_ON;
	}

}
