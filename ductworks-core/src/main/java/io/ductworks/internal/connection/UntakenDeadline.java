package io.ductworks.internal.connection;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

import io.ductworks.CloseReason;
import io.ductworks.internal.loop.EventLoop;
import io.ductworks.internal.transport.ByteConnection;

/**
 * Looks after messages that have come and that nobody takes: an end behind them would not
 * be noticed, since nobody reads on. Where the system says that the peer is gone, the
 * rest is read and the end is found; it says so at once for Unix domain sockets, and for
 * TCP after a reset. Says once that the messages wait, and ends the connection if they
 * wait for too long.
 */
final class UntakenDeadline implements Deadline {

	/** How often to look. */
	private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

	/** For how long messages wait before that is said. */
	static final long SAID_NANOS = TimeUnit.SECONDS.toNanos(5);

	private final EventLoop loop;

	private final ByteConnection channel;

	private final Input input;

	private final Reading reading;

	private final long timeoutNanos;

	private final LongConsumer said;

	private final Consumer<End> ends;

	/** When to look next; 0 as long as no message waits. */
	private long nextLook;

	/** Since when nothing was taken. */
	private long since;

	/** How much had been taken then. */
	private long taken;

	private boolean hasSaid;

	UntakenDeadline(EventLoop loop, ByteConnection channel, Input input, Reading reading, long timeoutNanos,
			LongConsumer said, Consumer<End> ends) {
		this.loop = loop;
		this.channel = channel;
		this.input = input;
		this.reading = reading;
		this.timeoutNanos = timeoutNanos;
		this.said = said;
		this.ends = ends;
	}

	@Override
	public long nanosLeft(long now) {
		if (!this.input.hasFound()) {
			this.nextLook = 0;
			return Long.MAX_VALUE;
		}
		return (this.nextLook != 0) ? this.nextLook - now : 0;
	}

	@Override
	public long expired(long now) {
		long taken = this.input.takenFrames();
		if (this.nextLook == 0 || taken != this.taken) {
			this.since = now;
			this.taken = taken;
			this.hasSaid = false;
		}
		long waited = now - this.since;
		if (waited >= this.timeoutNanos) {
			this.ends.accept(new End(CloseReason.UNREAD,
					"its messages waited for " + TimeUnit.NANOSECONDS.toMillis(waited)
							+ " ms and nobody took one, longer than unread-timeout allows; who is to receive them?",
					null));
			return Long.MAX_VALUE;
		}
		if (waited >= SAID_NANOS && !this.hasSaid) {
			this.hasSaid = true;
			this.said.accept(waited);
		}
		if (!this.input.hasRoom() && this.loop.hasHungUp(this.channel.readable())) {
			this.reading.findEndBehindMessages();
		}
		long next = Math.min(LOOK_NANOS, this.timeoutNanos - waited);
		this.nextLook = now + next;
		return next;
	}

}
