package io.ductworks.internal.connection;

/**
 * How long the next wait may spin. Used by one thread at a time; one that does not adapt
 * counts nothing and may be shared.
 */
public final class Spin {

	/** With this many quick answers behind it, one slow answer does not matter. */
	private static final int MAX_CREDIT = 8;

	private final long boundNanos;

	private final boolean adaptive;

	private int credit = MAX_CREDIT;

	/**
	 * Creates a spin.
	 * @param boundNanos how long to spin before each wait, 0 for not at all
	 * @param adaptive whether to spin only while that has lately been enough
	 */
	public Spin(long boundNanos, boolean adaptive) {
		this.boundNanos = boundNanos;
		this.adaptive = adaptive;
	}

	/**
	 * How long to spin before blocking.
	 * @return the time in nanoseconds, 0 for not at all
	 */
	public long nanos() {
		return (this.credit > 0) ? this.boundNanos : 0;
	}

	/**
	 * Notes that a wait is over, be it in spinning or in blocking.
	 * @param started when it began, in the time of {@link System#nanoTime()}
	 */
	public void waited(long started) {
		if (this.adaptive) {
			long nanos = System.nanoTime() - started;
			// Waking takes as long again as the bound, so a wait that a spin would
			// have ended seems longer when it blocked.
			boolean quick = nanos <= ((this.credit > 0) ? this.boundNanos : 2 * this.boundNanos);
			this.credit = quick ? Math.min(this.credit + 1, MAX_CREDIT) : this.credit / 2;
		}
	}

}
