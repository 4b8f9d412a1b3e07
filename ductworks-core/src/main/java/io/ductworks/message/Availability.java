package io.ductworks.message;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import io.ductworks.CloseReason;
import io.ductworks.DuctInterruptedException;
import io.ductworks.DuctTimeoutException;
import io.ductworks.DuctworksException;
import io.ductworks.NotConnectedException;
import io.ductworks.internal.connection.End;
import org.jspecify.annotations.Nullable;

/**
 * Whether a parent or child is open, and waiting for that to change, or for its
 * connections to. What depends on it is guarded by its lock. Thread-safe.
 */
final class Availability {

	private final DuctScope scope;

	private final String howToOpen;

	private final String whyNotConnected;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private volatile State state = State.NEW;

	/** How the last connection ended. */
	private @Nullable End lastEnd;

	/** Why the last attempt to connect failed. */
	private @Nullable Exception lastFailure;

	private enum State {

		NEW, OPEN, CLOSED

	}

	/**
	 * Creates the state of a duct that was never open.
	 * @param howToOpen what to do about it, as half a sentence
	 * @param whyNotConnected why there may be no connection, as half a sentence
	 */
	Availability(DuctScope scope, String howToOpen, String whyNotConnected) {
		this.scope = scope;
		this.howToOpen = howToOpen;
		this.whyNotConnected = whyNotConnected;
	}

	void opened() {
		change(() -> {
			this.state = State.OPEN;
			this.lastEnd = null;
			this.lastFailure = null;
		});
	}

	void closed() {
		change(() -> this.state = State.CLOSED);
	}

	void connected() {
		this.lastFailure = null;
	}

	void ended(End end) {
		this.lastEnd = end;
	}

	void connectFailed(Exception failure) {
		change(() -> this.lastFailure = failure);
	}

	/**
	 * How the last connection ended.
	 */
	@Nullable End lastEnd() {
		return this.<@Nullable End>locked(() -> this.lastEnd);
	}

	boolean isOpen() {
		return this.state == State.OPEN;
	}

	/**
	 * Whether a connection is waited for while there is none.
	 */
	boolean waitsForConnection() {
		return isOpen() && this.scope.options().whenDisconnected() == WhenDisconnected.WAIT;
	}

	/**
	 * Changes what is guarded, and wakes the threads that wait.
	 */
	void change(Runnable change) {
		this.lock.lock();
		try {
			change.run();
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Looks at what is guarded.
	 */
	<T extends @Nullable Object> T locked(Supplier<T> look) {
		this.lock.lock();
		try {
			return look.get();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits until something is so, or the duct is closed.
	 * @return whether it is so; not if the deadline passed first
	 */
	boolean awaitWhileOpen(BooleanSupplier condition, long deadline) {
		this.lock.lock();
		try {
			while (!condition.getAsBoolean() && isOpen()) {
				if (!awaitChange(deadline)) {
					return false;
				}
			}
			return condition.getAsBoolean();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits for the next change; needs the lock.
	 * @return false if the deadline passed first
	 */
	boolean awaitChange(long deadline) {
		long left = deadline - System.nanoTime();
		if (left <= 0) {
			return false;
		}
		try {
			this.changed.awaitNanos(left);
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new DuctInterruptedException(
					this.scope.subject() + ": interrupted while waiting for a connection; the duct lives on", ex);
		}
	}

	/**
	 * Waits for a change while there is no connection, if the duct is one that waits;
	 * needs the lock.
	 * @param tellEnd whether to tell how the last connection ended
	 * @throws io.ductworks.DuctworksException if there is nothing to wait for
	 */
	void awaitConnection(long deadline, boolean tellEnd) {
		String subject = this.scope.subject();
		if (this.state == State.CLOSED) {
			throw new NotConnectedException(CloseReason.LOCAL_SHUTDOWN,
					subject + ": closed by this side; " + this.howToOpen, null);
		}
		if (this.scope.options().whenDisconnected() == WhenDisconnected.FAIL) {
			throw notConnected(subject, tellEnd);
		}
		if (!awaitChange(deadline)) {
			throw new DuctTimeoutException(subject + ": still not connected when the time-out passed"
					+ ((this.lastFailure != null) ? ", the last attempt failed: " + this.lastFailure.getMessage()
							: "; is the other side running?"),
					this.lastFailure);
		}
	}

	private DuctworksException notConnected(String subject, boolean tellEnd) {
		if (this.state == State.NEW) {
			return new NotConnectedException(subject + ": not open yet; " + this.howToOpen, null);
		}
		End end = this.lastEnd;
		if (tellEnd && end != null && !end.isLocal()) {
			return end.exception(subject);
		}
		return new NotConnectedException(subject + ": " + this.whyNotConnected, this.lastFailure);
	}

}
