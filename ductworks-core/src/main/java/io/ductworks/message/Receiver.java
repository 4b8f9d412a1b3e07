package io.ductworks.message;

import java.lang.reflect.Type;

import io.ductworks.DuctTimeoutException;
import io.ductworks.internal.frame.FrameReader;
import io.ductworks.message.Inbound.Next;
import org.jspecify.annotations.Nullable;

/**
 * Receiving from one connection: callers take turns, and each reads on its own thread.
 */
final class Receiver {

	/** What {@link #receive} gives after the last message. */
	static final Object ENDED = new Object();

	/** What stands for no message, since {@code null} is one. */
	static final Object NOTHING = new Object();

	private final Connection connection;

	private final Inbound inbound;

	Receiver(Connection connection, Inbound inbound) {
		this.connection = connection;
		this.inbound = inbound;
	}

	boolean poll(long deadline) {
		requireNoHandler();
		try {
			if (!this.connection.awaitAnnounced(deadline) || !this.inbound.turn.acquire(() -> false, deadline)) {
				return false;
			}
			try {
				return this.inbound.await(deadline) != Next.NOTHING;
			}
			finally {
				this.connection.releaseTurn();
			}
		}
		catch (InterruptedException ex) {
			throw this.connection.interrupted("polling", ex);
		}
	}

	/**
	 * Receives the next message within the duct's own time-out.
	 * @return the message, or {@link #ENDED}
	 */
	@Nullable Object receive(Type type) {
		// What has been read already needs no look at the clock.
		if (!this.connection.isAnnounced() || this.connection.endpoint().lock().isUsed()
				|| !this.inbound.turn.tryAcquire()) {
			return receive(type, this.connection.endpoint().receiveDeadline());
		}
		try {
			requireNoHandler();
			Next next = this.inbound.next();
			if (next == Next.NOTHING) {
				next = this.inbound.await(this.connection.endpoint().receiveDeadline());
			}
			return received(next, type);
		}
		catch (InterruptedException ex) {
			throw this.connection.interrupted("receiving", ex);
		}
		finally {
			this.connection.releaseTurn();
		}
	}

	/**
	 * Receives the next message until a deadline.
	 * @return the message, or {@link #ENDED}
	 */
	@Nullable Object receive(Type type, long deadline) {
		requireNoHandler();
		try {
			if (!this.connection.awaitAnnounced(deadline) || !this.inbound.turn.acquire(() -> false, deadline)) {
				throw notInTime();
			}
			try {
				Next next = this.inbound.await(deadline);
				return (next == Next.MESSAGE) ? decodeMessage(type, deadline) : received(next, type);
			}
			finally {
				this.connection.releaseTurn();
			}
		}
		catch (InterruptedException ex) {
			throw this.connection.interrupted("receiving", ex);
		}
	}

	private @Nullable Object received(Next next, Type type) {
		return switch (next) {
			case MESSAGE -> decode(type);
			case END -> ENDED;
			case NOTHING -> throw notInTime();
		};
	}

	private DuctTimeoutException notInTime() {
		return new DuctTimeoutException(this.connection.subject() + ": no whole message came in time; call recv again",
				null);
	}

	/**
	 * Receives the next message if it has been read already or can be read at once.
	 * @return the message, or {@link #NOTHING}
	 */
	@Nullable Object tryReceive(Type type, long deadline) {
		if (!this.inbound.turn.tryAcquire()) {
			return NOTHING;
		}
		try {
			return (this.inbound.nextAtHand() == Next.MESSAGE) ? decodeMessage(type, deadline) : NOTHING;
		}
		finally {
			this.connection.releaseTurn();
		}
	}

	private @Nullable Object decodeMessage(Type type, long deadline) {
		this.connection.endpoint().lock().acquire(deadline - System.nanoTime());
		try {
			return decode(type);
		}
		finally {
			this.connection.endpoint().lock().release();
		}
	}

	private @Nullable Object decode(Type type) {
		if (this.connection.endpoint().takesAsItIs(type)) {
			return this.inbound.take();
		}
		FrameReader message = this.inbound.message();
		try {
			return this.connection.endpoint().decode(message.array(), message.offset(), message.length(), type);
		}
		finally {
			this.inbound.consumed();
		}
	}

	private void requireNoHandler() {
		if (this.connection.hasHandler()) {
			throw new IllegalStateException(this.connection.subject()
					+ ": has a handler, so messages cannot be received; use the handler or remove it");
		}
	}

}
