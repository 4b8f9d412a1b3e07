package io.ductworks.message;

import java.util.concurrent.TimeUnit;

import io.ductworks.CloseReason;
import io.ductworks.internal.loop.EventLoop;

/**
 * Ends a connection that has exceeded one of its time-outs, and notices when it has
 * become quiet. Runs on the loop's thread only, while there is anything to keep time for.
 */
final class Deadlines implements EventLoop.Timed {

	/** How often the loop looks whether a lively connection has become quiet. */
	private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

	/** How often the loop looks whether the last answers have gone out. */
	private static final long LAST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

	/** By how much longer to wait for who takes the messages of other connections. */
	private static final int OTHERS_FIRST = 10;

	/** By then the loop has seen that nothing has arrived. */
	static final long MAX_QUIET_NANOS = 3 * LOOK_NANOS;

	private final Connection connection;

	/** When to look next whether the connection is quiet; 0 for never. */
	private long nextLook;

	private int seenActivity;

	/** How much had arrived and was taken at the last look. */
	private long seenTaken;

	/** How much was received over all connections at the last look. */
	private long seenReceived;

	private long looksInVain;

	/** The frame that was found overdue once, by when it began. */
	private long overdueFrame;

	Deadlines(Connection connection) {
		this.connection = connection;
	}

	@Override
	public long onTime(long now) {
		if (this.connection.end() != null) {
			return Long.MAX_VALUE;
		}
		long next = untilSendTimeout(now);
		next = Math.min(next, this.connection.requests().onTime(now));
		next = Math.min(next, untilFrameTimeout(now));
		next = Math.min(next, untilLastAnswers(now));
		if (this.connection.end() != null) {
			return Long.MAX_VALUE;
		}
		return this.connection.isLively() ? Math.min(next, untilLook(now)) : next;
	}

	private long untilSendTimeout(long now) {
		Outbound outbound = this.connection.outbound();
		long timeout = this.connection.endpoint().options().sendTimeout().toNanos();
		long left = outbound.nanosToTimeout(now, timeout);
		if (left <= 0) {
			this.connection.finish(new End(CloseReason.SEND_TIMEOUT, "the peer took none of " + outbound.pendingBytes()
					+ " waiting bytes for " + TimeUnit.NANOSECONDS.toMillis(timeout) + " ms", null));
			return Long.MAX_VALUE;
		}
		return left;
	}

	/**
	 * Looks twice before it judges: after a pause of this whole process the bytes may be
	 * there, and who waits for them has not yet run.
	 */
	private long untilFrameTimeout(long now) {
		Inbound inbound = this.connection.inbound();
		long timeout = this.connection.endpoint().options().frameTimeout().toNanos();
		long left = inbound.nanosToFrameTimeout(now, timeout);
		if (left > 0) {
			return left;
		}
		this.connection.readAhead();
		long frame = inbound.unfinishedSince();
		if (frame != this.overdueFrame || this.connection.isReading()
				|| inbound.nanosToFrameTimeout(now, timeout) > 0) {
			this.overdueFrame = frame;
			return LOOK_NANOS;
		}
		this.connection.finish(new End(CloseReason.FRAME_TIMEOUT,
				"a message did not come to its end within " + TimeUnit.NANOSECONDS.toMillis(timeout)
						+ " ms, and one second for each 16 KiB, after its first byte; " + inbound.unfinishedBytes()
						+ " bytes of it came",
				null));
		return Long.MAX_VALUE;
	}

	private long untilLastAnswers(long now) {
		if (!this.connection.isInputEnded()) {
			return Long.MAX_VALUE;
		}
		if (this.connection.nanosToLastAnswer(now) <= 0) {
			this.connection.giveWay();
			return Long.MAX_VALUE;
		}
		return LAST_LOOK_NANOS;
	}

	/**
	 * Once nothing has arrived for a while there is nothing more to look for.
	 */
	private long untilLook(long now) {
		if (this.nextLook != 0 && now - this.nextLook < 0) {
			return this.nextLook - now;
		}
		endIfBrokenAndLeft();
		Inbound inbound = this.connection.inbound();
		int activity = inbound.activity();
		boolean quiet = this.nextLook != 0 && activity == this.seenActivity && this.connection.becomeQuiet();
		this.seenActivity = activity;
		this.nextLook = quiet ? 0 : now + LOOK_NANOS;
		// Who found the beginning of a frame just now relied on another look.
		return (quiet && inbound.unfinishedSince() == 0) ? Long.MAX_VALUE : LOOK_NANOS;
	}

	/**
	 * Ends a connection over which nothing can be sent any more. What the peer sent
	 * before is left to who receives, unless nobody has received anything for long.
	 */
	private void endIfBrokenAndLeft() {
		Endpoint endpoint = this.connection.endpoint();
		if (this.connection.outbound().failure() == null || this.connection.hasHandler()) {
			return;
		}
		long taken = this.connection.inbound().arrivals() + this.connection.inbound().takenFrames();
		long received = endpoint.statistics().messagesReceived();
		if (taken != this.seenTaken) {
			this.looksInVain = 0;
		}
		else {
			// Who receives from many may have to take those of others first.
			this.looksInVain += (received == this.seenReceived) ? OTHERS_FIRST : 1;
		}
		this.seenTaken = taken;
		this.seenReceived = received;
		// Counted in looks, since a pause of the whole process is nobody's fault.
		if (this.looksInVain > OTHERS_FIRST * (endpoint.options().sendTimeout().toNanos() / LOOK_NANOS + 1)) {
			this.connection.finish(this.connection.broken());
		}
	}

}
