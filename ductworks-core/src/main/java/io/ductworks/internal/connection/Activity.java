package io.ductworks.internal.connection;

/**
 * Whether a connection is lively: whether bytes have lately come or gone, so that the
 * loop looks regularly whether it has become quiet. Both halves of the connection note
 * here what they do. Thread-safe; the counters are advanced by the reader alone.
 */
final class Activity {

	private final Runnable onLively;

	private volatile boolean lively;

	/** Grows with each attempt to read. */
	private volatile int reads;

	/** Grows whenever bytes have come. */
	private volatile int arrivals;

	/**
	 * Creates the activity of a connection that is quiet.
	 * @param onLively has the loop look from now on
	 */
	Activity(Runnable onLively) {
		this.onLively = onLively;
	}

	boolean isLively() {
		return this.lively;
	}

	/**
	 * Notes that bytes have come or go.
	 */
	void lively() {
		if (!this.lively) {
			this.lively = true;
			this.onLively.run();
		}
	}

	/**
	 * Notes that nothing has come or gone for a while.
	 */
	void quiet() {
		this.lively = false;
	}

	/**
	 * Notes an attempt to read.
	 */
	void read() {
		this.reads++;
	}

	/**
	 * Notes that bytes have come.
	 */
	void arrived() {
		this.arrivals++;
		lively();
	}

	int reads() {
		return this.reads;
	}

	int arrivals() {
		return this.arrivals;
	}

}
