package io.ductworks.internal.connection;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.ductworks.CloseReason;

/**
 * Ends a connection over which a frame was begun that does not come to its end. Looks
 * twice before it judges: after a pause of this whole process the bytes may be there, and
 * the thread that waits for them has not yet run.
 */
final class FrameDeadline implements Deadline {

	private static final long SECOND_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

	private final FrameClock clock;

	private final Reading reading;

	private final long timeoutNanos;

	private final Consumer<End> ends;

	/** The frame that was found overdue once, by when it began. */
	private long overdue;

	FrameDeadline(FrameClock clock, Reading reading, long timeoutNanos, Consumer<End> ends) {
		this.clock = clock;
		this.reading = reading;
		this.timeoutNanos = timeoutNanos;
		this.ends = ends;
	}

	@Override
	public long nanosLeft(long now) {
		return this.clock.nanosLeft(now, this.timeoutNanos);
	}

	@Override
	public long expired(long now) {
		this.reading.readAhead();
		long frame = this.clock.since();
		if (frame != this.overdue || this.reading.isReading() || nanosLeft(now) > 0) {
			this.overdue = frame;
			return SECOND_LOOK_NANOS;
		}
		this.ends.accept(new End(CloseReason.FRAME_TIMEOUT,
				"a message did not come to its end within " + TimeUnit.NANOSECONDS.toMillis(this.timeoutNanos)
						+ " ms, and one second for each 16 KiB, after its first byte; " + this.clock.bytes()
						+ " bytes of it came",
				null));
		return Long.MAX_VALUE;
	}

}
