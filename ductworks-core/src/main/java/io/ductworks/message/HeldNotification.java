package io.ductworks.message;

import io.ductworks.internal.loop.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * The notification of one connection that found no room to wait for its handler. Nothing
 * more is read until it has found some, or its time is over: then it is counted as
 * unhandled. Thread-safe.
 */
final class HeldNotification implements EventLoop.Timed {

	private final Link link;

	private final CallQueue queue;

	private final EventLoop loop;

	private volatile @Nullable IncomingCall notification;

	private volatile long deadline;

	HeldNotification(Link link, CallQueue queue, EventLoop loop) {
		this.link = link;
		this.queue = queue;
		this.loop = loop;
	}

	boolean isThere() {
		return this.notification != null;
	}

	/**
	 * Holds a notification; called by the reader, while none is held.
	 */
	void hold(IncomingCall notification) {
		this.deadline = System.nanoTime() + this.link.scope().sendTimeoutNanos();
		this.notification = notification;
		this.loop.addTimer(this);
	}

	/**
	 * Lets it wait for its handler if there is room now.
	 * @return whether it has found some
	 */
	boolean place() {
		if (this.notification == null) {
			return false;
		}
		synchronized (this) {
			IncomingCall held = this.notification;
			if (held == null || !this.queue.offer(held)) {
				return false;
			}
			this.notification = null;
		}
		readOn();
		return true;
	}

	@Override
	public long onTime(long now) {
		long left = this.deadline - now;
		if (isThere() && left > 0) {
			return left;
		}
		if (abandon() > 0) {
			this.link.unhandled(1);
			readOn();
		}
		return Long.MAX_VALUE;
	}

	private void readOn() {
		this.loop.execute(() -> this.link.connection().reading().look());
	}

	/**
	 * Drops it.
	 * @return 1 if there was one, else 0
	 */
	synchronized int abandon() {
		int dropped = isThere() ? 1 : 0;
		this.notification = null;
		return dropped;
	}

}
