package io.ductworks.message;

import java.lang.reflect.Type;

import io.ductworks.DuctInterruptedException;
import io.ductworks.DuctTimeoutException;
import io.ductworks.internal.connection.Next;
import io.ductworks.internal.connection.Readers;
import io.ductworks.internal.connection.Reading;
import io.ductworks.internal.frame.FrameReader;
import org.jspecify.annotations.Nullable;

/**
 * Receiving from one connection: callers take turns, and each reads on its own thread.
 * {@link #await} leaves the turn with a caller that found a message, which then has to
 * {@link #take} it. Thread-safe.
 */
final class Receiver {

	private final Named connectionName;

	private final Reading reading;

	private final boolean handled;

	private final DuctScope scope;

	private final Announcement announcement;

	private final Observers observers;

	Receiver(Named connectionName, Reading reading, Readers readers, DuctScope scope, Announcement announcement,
			Observers observers) {
		this.connectionName = connectionName;
		this.reading = reading;
		this.handled = readers == Readers.HANDLER;
		this.scope = scope;
		this.announcement = announcement;
		this.observers = observers;
	}

	/**
	 * Waits until a message, or the end, can be received.
	 */
	boolean poll(long deadline) {
		Next next = await(deadline, "polling");
		if (next == Next.MESSAGE) {
			this.reading.release();
		}
		return next != Next.NOTHING;
	}

	/**
	 * Waits for the next message within the duct's own time-out.
	 * @return {@link Next#MESSAGE} if the calling thread has the turn and is to take it
	 */
	Next await() {
		// What has been read already needs no look at the clock.
		if (!this.announcement.isMade() || this.scope.lock().isUsed() || !this.reading.tryAcquire()) {
			return await(this.scope.receiveDeadline());
		}
		Next next = Next.NOTHING;
		try {
			requireNoHandler();
			next = this.reading.nextIfBuffered();
			if (next == Next.NOTHING) {
				next = this.reading.nextUntil(this.scope.receiveDeadline());
			}
			return next;
		}
		catch (InterruptedException ex) {
			throw interrupted("receiving", ex);
		}
		finally {
			if (next != Next.MESSAGE) {
				this.reading.release();
			}
		}
	}

	/**
	 * Waits for the next message until a deadline.
	 * @return {@link Next#MESSAGE} if the calling thread has the turn and is to take it
	 */
	Next await(long deadline) {
		return await(deadline, "receiving");
	}

	private Next await(long deadline, String activity) {
		requireNoHandler();
		try {
			if (!awaitAnnounced(deadline) || !this.reading.acquire(deadline)) {
				return Next.NOTHING;
			}
			Next next = Next.NOTHING;
			try {
				next = this.reading.nextUntil(deadline);
				return next;
			}
			finally {
				if (next != Next.MESSAGE) {
					this.reading.release();
				}
			}
		}
		catch (InterruptedException ex) {
			throw interrupted(activity, ex);
		}
	}

	/**
	 * An observer may receive from the connection that it is being told of.
	 */
	private boolean awaitAnnounced(long deadline) throws InterruptedException {
		return this.announcement.isMade() || this.observers.isCurrentThread() || this.announcement.await(deadline);
	}

	/**
	 * Looks for a message that is there or can be read at once.
	 * @return {@link Next#MESSAGE} if the calling thread has the turn and is to take it
	 */
	Next look() {
		if (!this.reading.tryAcquire()) {
			return Next.NOTHING;
		}
		Next next = Next.NOTHING;
		try {
			next = this.reading.nextNonBlocking();
			return next;
		}
		finally {
			if (next != Next.MESSAGE) {
				this.reading.release();
			}
		}
	}

	/**
	 * Takes the message that was found, and gives the turn back.
	 */
	<T> @Nullable T take(Type type) {
		if (this.scope.lock().isUsed()) {
			return take(type, this.scope.receiveDeadline());
		}
		try {
			return decode(type);
		}
		finally {
			this.reading.release();
		}
	}

	/**
	 * Takes the message that was found, and gives the turn back.
	 * @param deadline until when to wait for the user's lock
	 */
	<T> @Nullable T take(Type type, long deadline) {
		try {
			this.scope.lock().acquire(deadline - System.nanoTime());
			try {
				return decode(type);
			}
			finally {
				this.scope.lock().release();
			}
		}
		finally {
			this.reading.release();
		}
	}

	@SuppressWarnings("unchecked")
	private <T> @Nullable T decode(Type type) {
		if (this.scope.payloads().areMessages(type)) {
			return (T) this.reading.take();
		}
		FrameReader message = this.reading.message();
		try {
			return this.scope.payloads().decode(message.array(), message.offset(), message.length(), type);
		}
		finally {
			this.reading.consumed();
		}
	}

	DuctTimeoutException notInTime() {
		return new DuctTimeoutException(
				this.connectionName.subject() + ": no whole message came in time; call recv again", null);
	}

	private DuctInterruptedException interrupted(String activity, InterruptedException ex) {
		Thread.currentThread().interrupt();
		return new DuctInterruptedException(
				this.connectionName.subject() + ": interrupted while " + activity + "; the duct lives on", ex);
	}

	private void requireNoHandler() {
		if (this.handled) {
			throw new IllegalStateException(this.connectionName.subject()
					+ ": has a handler, so messages cannot be received; use the handler or remove it");
		}
	}

}
