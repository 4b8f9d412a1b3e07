package io.ductworks.internal.frame;

/**
 * How many bytes a connection is offered at a time. One that has taken all is offered
 * more the next time, since large writes cost less; one that has not is offered less,
 * since what it does not take is copied in vain. Not thread-safe.
 */
final class WriteSize {

	/**
	 * The least that is offered, if so much waits. A connection relies on it for bytes
	 * that it has not taken.
	 */
	private static final int MIN_BYTES = 64 * 1024;

	/** The JDK copies heap buffers through native memory of the size of one write. */
	private static final int MAX_BYTES = 1024 * 1024;

	private int bytes = MIN_BYTES;

	int bytes() {
		return this.bytes;
	}

	/**
	 * Notes what the connection took of what it was offered.
	 * @param all whether it took all there was
	 */
	void taken(int count, boolean all) {
		if (!all) {
			this.bytes = Math.max(MIN_BYTES, this.bytes / 2);
		}
		else if (count == this.bytes) {
			this.bytes = Math.min(MAX_BYTES, this.bytes * 2);
		}
	}

}
