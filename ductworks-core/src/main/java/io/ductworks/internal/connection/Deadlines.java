package io.ductworks.internal.connection;

import java.util.List;
import java.util.function.Consumer;

import io.ductworks.internal.loop.EventLoop;

/**
 * The deadlines of one connection. Runs on the loop's thread, as long as there is one to
 * look at.
 */
final class Deadlines implements EventLoop.Timed {

	private final Lifecycle lifecycle;

	private final List<Deadline> deadlines;

	private final Consumer<Deadlines> over;

	/**
	 * Creates the deadlines of a connection.
	 * @param over told when there is nothing more to look at. A thread that asks for
	 * another look meanwhile gets it all the same, be it from these
	 */
	Deadlines(Lifecycle lifecycle, List<Deadline> deadlines, Consumer<Deadlines> over) {
		this.lifecycle = lifecycle;
		this.deadlines = deadlines;
		this.over = over;
	}

	@Override
	public long onTime(long now) {
		long next = next(now);
		if (next == Long.MAX_VALUE) {
			this.over.accept(this);
		}
		return next;
	}

	private long next(long now) {
		long next = Long.MAX_VALUE;
		for (Deadline deadline : this.deadlines) {
			if (this.lifecycle.end() != null) {
				return Long.MAX_VALUE;
			}
			long left = deadline.nanosLeft(now);
			next = Math.min(next, (left > 0) ? left : deadline.expired(now));
		}
		return next;
	}

}
