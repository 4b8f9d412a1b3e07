package io.ductworks.internal.connection;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Notices when a lively connection has become quiet: when nobody has read between two
 * looks. Once it is quiet there is nothing more to look for.
 */
final class Quietness implements Deadline {

	/** How often to look. */
	static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

	/** By then the loop has seen that nothing has come. */
	static final long MAX_NANOS = 3 * LOOK_NANOS;

	private final Activity activity;

	private final FrameClock clock;

	private final BooleanSupplier becomeQuiet;

	/** When to look next; 0 if the connection was quiet at the last look. */
	private long nextLook;

	private int seenReads;

	/**
	 * Creates one for a connection.
	 * @param becomeQuiet makes it quiet, unless a thread is at work on it
	 */
	Quietness(Activity activity, FrameClock clock, BooleanSupplier becomeQuiet) {
		this.activity = activity;
		this.clock = clock;
		this.becomeQuiet = becomeQuiet;
	}

	@Override
	public long nanosLeft(long now) {
		if (!this.activity.isLively()) {
			return Long.MAX_VALUE;
		}
		return (this.nextLook != 0) ? this.nextLook - now : 0;
	}

	@Override
	public long expired(long now) {
		int reads = this.activity.reads();
		boolean quiet = this.nextLook != 0 && reads == this.seenReads && this.becomeQuiet.getAsBoolean();
		this.seenReads = reads;
		this.nextLook = quiet ? 0 : now + LOOK_NANOS;
		// A reader that found the beginning of a frame just now relied on another look.
		return (quiet && this.clock.since() == 0) ? Long.MAX_VALUE : LOOK_NANOS;
	}

}
