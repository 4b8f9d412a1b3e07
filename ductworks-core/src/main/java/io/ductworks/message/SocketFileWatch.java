package io.ductworks.message;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import io.ductworks.internal.loop.EventLoop;

/**
 * Looks now and then whether children still find the file of a parent's socket, and has
 * it put back if not: what cleans up old files takes it for one of them.
 */
final class SocketFileWatch implements EventLoop.Timed {

	/** How often it looks. */
	static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(5);

	private final BooleanSupplier watched;

	private final BooleanSupplier inPlace;

	private final Runnable putBack;

	private long next = System.nanoTime() + LOOK_NANOS;

	/**
	 * Creates a watch.
	 * @param watched whether to go on looking
	 * @param inPlace whether the file is there
	 * @param putBack has it put back, without waiting for that
	 */
	SocketFileWatch(BooleanSupplier watched, BooleanSupplier inPlace, Runnable putBack) {
		this.watched = watched;
		this.inPlace = inPlace;
		this.putBack = putBack;
	}

	@Override
	public long onTime(long now) {
		if (!this.watched.getAsBoolean()) {
			return Long.MAX_VALUE;
		}
		if (this.next - now <= 0) {
			this.next = now + LOOK_NANOS;
			if (!this.inPlace.getAsBoolean()) {
				this.putBack.run();
			}
		}
		return this.next - now;
	}

}
