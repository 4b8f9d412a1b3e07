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

	private final String whyNotConnected;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Absence absence;

	private final Wish wish = new Wish();

	private volatile State state = State.NEW;

	/** Whether no connection is waited for any more, though the duct is open. */
	private volatile boolean waitingStopped;

	/** How the last connection ended. */
	private @Nullable End lastEnd;

	/** Why the last attempt to connect failed. */
	private @Nullable Exception lastFailure;

	private enum State {

		NEW, OPEN, CLOSED

	}

	/**
	 * Creates the state of a duct that was never open.
	 * @param whyNotConnected why there may be no connection, as half a sentence
	 */
	Availability(DuctScope scope, String whyNotConnected) {
		this.scope = scope;
		this.absence = new Absence(scope.options().disconnectedGrace());
		this.whyNotConnected = whyNotConnected;
	}

	void opened() {
		change(() -> {
			this.state = State.OPEN;
			this.waitingStopped = false;
			this.absence.opened();
			this.lastEnd = null;
			this.lastFailure = null;
		});
	}

	void closed() {
		change(() -> this.state = State.CLOSED);
		this.wish.wake();
	}

	/**
	 * No connection is waited for any more until the duct is opened anew.
	 */
	void stopWaiting() {
		change(() -> this.waitingStopped = true);
	}

	/**
	 * Notes a new connection; needs the lock.
	 * @param open whether it has not ended yet
	 */
	void connected(boolean open) {
		this.lastFailure = null;
		if (open) {
			this.absence.ended();
		}
	}

	/**
	 * Notes the end of a connection; needs the lock.
	 * @param last whether there is none any more
	 */
	void ended(End end, boolean last) {
		this.lastEnd = end;
		if (last) {
			this.absence.began();
		}
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
		return waits() && !this.absence.isTooLong();
	}

	/**
	 * Whether a connection is waited for, for as long as that may take.
	 */
	boolean waits() {
		return isOpen() && !this.waitingStopped && this.scope.options().whenDisconnected() == WhenDisconnected.WAIT;
	}

	/**
	 * How many nanoseconds a connection is still waited for, if there is none.
	 */
	long graceLeft() {
		return this.absence.graceLeft();
	}

	/**
	 * Has the next attempt to connect made soon.
	 */
	Wish wish() {
		return this.wish;
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
		return awaitWhileOpen(condition, deadline, () -> {
		});
	}

	/**
	 * Waits until there is a connection, which it has attempts made for, or the duct is
	 * closed.
	 * @return whether it is so; not if the deadline passed first
	 */
	boolean awaitConnected(BooleanSupplier connected, long deadline) {
		return awaitWhileOpen(connected, deadline, this.wish::make);
	}

	private boolean awaitWhileOpen(BooleanSupplier condition, long deadline, Runnable beforeWaiting) {
		this.lock.lock();
		try {
			while (!condition.getAsBoolean() && isOpen()) {
				beforeWaiting.run();
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
	 * needs the lock. A sender waits no longer than the grace of the duct; a receiver
	 * would have nothing else to do.
	 * @param sends whether the caller sends or asks
	 * @throws io.ductworks.DuctworksException if there is nothing to wait for
	 */
	void awaitConnection(long deadline, boolean sends) {
		if (!isOpen() || this.waitingStopped) {
			throw notOpen();
		}
		this.wish.make();
		if (this.scope.options().whenDisconnected() == WhenDisconnected.FAIL) {
			throw notConnected(sends);
		}
		String subject = this.scope.subject();
		if (sends && this.absence.isTooLong()) {
			throw new NotConnectedException(subject + ": " + this.absence + lastProblem(), this.lastFailure);
		}
		if (!awaitChange(sends ? this.absence.bounded(deadline) : deadline) && deadline - System.nanoTime() <= 0) {
			throw new DuctTimeoutException(subject + ": still not connected when the time-out passed" + lastProblem(),
					this.lastFailure);
		}
	}

	private NotConnectedException notOpen() {
		NotOpen texts = this.scope.options().notOpen();
		return (this.state == State.NEW) ? new NotConnectedException(this.scope.subject() + ": " + texts.notYet(), null)
				: new NotConnectedException(CloseReason.LOCAL_SHUTDOWN, this.scope.subject() + ": " + texts.noMore(),
						null);
	}

	private DuctworksException notConnected(boolean tellEnd) {
		End end = this.lastEnd;
		if (tellEnd && end != null && !end.isLocal()) {
			return end.exception(this.scope.subject());
		}
		String text = this.scope.subject() + ": " + this.whyNotConnected;
		return new NotConnectedException((this.lastFailure != null) ? text + lastProblem() : text, this.lastFailure);
	}

	private String lastProblem() {
		if (this.lastFailure != null) {
			return ", the last attempt failed: " + this.lastFailure.getMessage();
		}
		End end = this.lastEnd;
		return (end != null && !end.isLocal()) ? ", the last one ended: " + end.text() : "; is the other side running?";
	}

}
