package io.ductworks.internal.connection;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Ends a connection over which nothing can be sent any more. What the peer sent before is
 * left to callers that receive, unless none has received anything for long. Counted in
 * looks, since a pause of the whole process is nobody's fault.
 */
final class UnreadDeadline implements Deadline {

	private static final long LOOK_NANOS = Quietness.LOOK_NANOS;

	/** By how much longer to wait for callers that take messages of other connections. */
	private static final int OTHERS_FIRST = 10;

	private final Output output;

	private final Input input;

	private final Activity activity;

	private final LongSupplier takenOverAll;

	private final long maxLooksInVain;

	private final Consumer<End> ends;

	private long nextLook;

	/** How much had come and was taken at the last look. */
	private long seen;

	/** How much was taken over all connections at the last look. */
	private long seenOverAll;

	private long looksInVain;

	/**
	 * Creates one for a connection whose messages go to callers.
	 * @param takenOverAll how many messages were taken over all connections
	 */
	UnreadDeadline(Output output, Input input, Activity activity, LongSupplier takenOverAll, long timeoutNanos,
			Consumer<End> ends) {
		this.output = output;
		this.input = input;
		this.activity = activity;
		this.takenOverAll = takenOverAll;
		this.maxLooksInVain = OTHERS_FIRST * (timeoutNanos / LOOK_NANOS + 1);
		this.ends = ends;
	}

	@Override
	public long nanosLeft(long now) {
		if (this.output.failure() == null) {
			return Long.MAX_VALUE;
		}
		return (this.nextLook != 0) ? this.nextLook - now : 0;
	}

	@Override
	public long expired(long now) {
		long taken = this.activity.arrivals() + this.input.takenFrames();
		long takenOverAll = this.takenOverAll.getAsLong();
		if (taken != this.seen) {
			this.looksInVain = 0;
		}
		else {
			// A caller that receives from many may have to take those of others first.
			this.looksInVain += (takenOverAll == this.seenOverAll) ? OTHERS_FIRST : 1;
		}
		this.seen = taken;
		this.seenOverAll = takenOverAll;
		if (this.looksInVain > this.maxLooksInVain) {
			this.ends.accept(End.broken(this.output.failure()));
			return Long.MAX_VALUE;
		}
		this.nextLook = now + LOOK_NANOS;
		return LOOK_NANOS;
	}

}
