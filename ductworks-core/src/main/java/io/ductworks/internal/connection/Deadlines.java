package io.ductworks.internal.connection;

import java.util.List;

import io.ductworks.internal.loop.EventLoop;

/**
 * The deadlines of one connection. Runs on the loop's thread, as long as there is one to
 * look at.
 */
final class Deadlines implements EventLoop.Timed {

	private final Lifecycle lifecycle;

	private final List<Deadline> deadlines;

	Deadlines(Lifecycle lifecycle, List<Deadline> deadlines) {
		this.lifecycle = lifecycle;
		this.deadlines = deadlines;
	}

	@Override
	public long onTime(long now) {
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
