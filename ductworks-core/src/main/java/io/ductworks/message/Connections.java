package io.ductworks.message;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.ductworks.DuctInterruptedException;
import io.ductworks.DuctTimeoutException;
import io.ductworks.DuctworksException;
import io.ductworks.NotConnectedException;
import io.ductworks.message.Inbound.Next;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a parent or child, and waiting for one to send to or to receive
 * from. Thread-safe.
 */
final class Connections {

	/** Connections that have ended and wait to be received from; more are given up. */
	private static final int MAX_ENDED = 16;

	private final Endpoint endpoint;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Set<Connection> live = new LinkedHashSet<>();

	/**
	 * What is to be received from, with one child at a time, or to be handed on when the
	 * handler is resumed; in the order of coming.
	 */
	private final Deque<Connection> unread = new ArrayDeque<>();

	/** What {@link #live} holds, to be read without the lock. */
	private volatile List<Connection> allLive = List.of();

	/** The first that {@link #unread} holds, to be read without the lock. */
	private volatile @Nullable Connection oldest;

	/** With many children: those which have a message, in turn. */
	private final Set<Connection> ready = new LinkedHashSet<>();

	private volatile State state = State.NEW;

	private @Nullable End lastEnd;

	private @Nullable Exception lastFailure;

	private enum State {

		NEW, OPEN, CLOSED

	}

	Connections(Endpoint endpoint) {
		this.endpoint = endpoint;
	}

	void opened() {
		change(() -> {
			this.state = State.OPEN;
			this.lastEnd = null;
			this.lastFailure = null;
		});
	}

	/**
	 * Wakes everybody who waits; live connections end by themselves.
	 */
	void closed() {
		change(() -> {
			this.state = State.CLOSED;
			giveUp(this.unread);
			giveUp(this.ready);
		});
	}

	/**
	 * Forgets connections; what they had left is not received any more.
	 */
	private void giveUp(Collection<Connection> connections) {
		connections.stream()
			.filter((connection) -> connection.end() != null)
			.forEach(this.endpoint.statistics()::settle);
		connections.clear();
	}

	void add(Connection connection) {
		change(() -> {
			if (connection.end() == null) {
				// An observer may have ended it before it came here.
				this.live.add(connection);
			}
			this.lastFailure = null;
			if (!this.endpoint.takesMany() && this.endpoint.handler() == null) {
				this.unread.add(connection);
				dropEnded();
			}
		});
	}

	private void dropEnded() {
		while (this.unread.size() > MAX_ENDED) {
			drop(this.unread.remove());
		}
	}

	private void dropEndedReady() {
		List<Connection> ended = this.ready.stream().filter((connection) -> connection.end() != null).toList();
		for (Connection connection : ended.subList(0, Math.max(0, ended.size() - MAX_ENDED))) {
			this.ready.remove(connection);
			drop(connection);
		}
	}

	private void drop(Connection connection) {
		this.endpoint.statistics().settle(connection);
		this.endpoint.log()
			.warn("given-up", connection.subject()
					+ ": ended, and nobody received what it had left; gave it up for newer connections");
	}

	void ended(Connection connection, End end) {
		change(() -> {
			this.live.remove(connection);
			this.lastEnd = end;
			dropEndedReady();
			if (end.isLocal()) {
				this.unread.remove(connection);
				this.ready.remove(connection);
			}
		});
	}

	void connectFailed(Exception failure) {
		change(() -> this.lastFailure = failure);
	}

	/**
	 * Notes that a connection has a message for whoever receives from any.
	 */
	void ready(Connection connection) {
		if (this.endpoint.takesMany()) {
			this.lock.lock();
			try {
				this.ready.add(connection);
				if (connection.end() != null) {
					dropEndedReady();
				}
				this.changed.signalAll();
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	/**
	 * Notes that the end of a connection was received.
	 * @return false if it was received before
	 */
	boolean received(Connection connection) {
		this.lock.lock();
		try {
			boolean removed = this.unread.remove(connection);
			publish();
			return removed;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Keeps a connection that has ended while its handler is suspended.
	 * @return false if the handler is suspended no longer
	 */
	boolean holdBack(Connection connection) {
		this.lock.lock();
		try {
			if (!this.endpoint.dispatching().isSuspended()) {
				return false;
			}
			if (!this.unread.contains(connection)) {
				this.unread.add(connection);
				dropEnded();
				publish();
			}
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Gives back what was held back.
	 */
	List<Connection> takeHeldBack() {
		this.lock.lock();
		try {
			List<Connection> held = List.copyOf(this.unread);
			this.unread.clear();
			publish();
			return held;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void change(Runnable change) {
		this.lock.lock();
		try {
			change.run();
			publish();
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void publish() {
		this.allLive = List.copyOf(this.live);
		this.oldest = this.unread.peek();
	}

	List<Connection> live() {
		return this.allLive;
	}

	/**
	 * Waits until there is a connection, or a message of one that has ended, of no matter
	 * which policy.
	 * @return false if the deadline passed, or the duct was closed, first
	 */
	boolean awaitConnected(long deadline) {
		this.lock.lock();
		try {
			while (!hasConnectionOrMessage() && this.state == State.OPEN) {
				if (!await(deadline)) {
					return false;
				}
			}
			return hasConnectionOrMessage();
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean hasConnectionOrMessage() {
		return !this.live.isEmpty() || this.endpoint.handler() == null
				&& this.unread.stream().anyMatch((connection) -> connection.look() == Next.MESSAGE);
	}

	/**
	 * The connection to send to, if there is just one and no need to wait for it.
	 */
	@Nullable Connection onlyLive() {
		List<Connection> all = this.allLive;
		return (all.size() == 1 && this.state == State.OPEN) ? all.get(0) : null;
	}

	/**
	 * All connections to send to, at least one.
	 * @throws DuctworksException if there is none
	 */
	List<Connection> awaitLive(long deadline) {
		List<Connection> all = this.allLive;
		if (!all.isEmpty() && this.state == State.OPEN) {
			return all;
		}
		this.lock.lock();
		try {
			while (this.live.isEmpty() || this.state != State.OPEN) {
				End end = this.lastEnd;
				awaitConnection(deadline, (end != null && !end.isLocal()) ? end : null);
			}
			return this.allLive;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The connection to receive from, with one child at a time, if there is no need to
	 * wait for it.
	 */
	@Nullable Connection oldest() {
		return (this.state == State.OPEN) ? this.oldest : null;
	}

	/**
	 * The connection to receive from, with one child at a time.
	 * @throws DuctworksException if there is none
	 */
	Connection awaitUnread(long deadline) {
		Connection oldest = oldest();
		if (oldest != null) {
			return oldest;
		}
		this.lock.lock();
		try {
			while (this.unread.isEmpty() || this.state != State.OPEN) {
				awaitConnection(deadline, null);
			}
			return this.unread.element();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A connection that may have a message, with many children.
	 * @return the connection, or {@code null} if the deadline passed first
	 * @throws DuctworksException if there is no connection at all
	 */
	@Nullable Connection awaitReady(long deadline) {
		this.lock.lock();
		try {
			while (this.ready.isEmpty()) {
				if (this.live.isEmpty() || this.state != State.OPEN) {
					awaitConnection(deadline, null);
				}
				else if (!await(deadline)) {
					return null;
				}
			}
			Iterator<Connection> iterator = this.ready.iterator();
			Connection next = iterator.next();
			iterator.remove();
			return next;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits for a change while there is no connection, if the duct is one that waits.
	 */
	private void awaitConnection(long deadline, @Nullable End end) {
		String subject = this.endpoint.subject();
		if (this.state == State.CLOSED) {
			throw new NotConnectedException(subject + ": closed by this side; " + this.endpoint.howToOpen(), null);
		}
		if (this.endpoint.options().whenDisconnected() == WhenDisconnected.FAIL) {
			if (this.state == State.NEW) {
				throw new NotConnectedException(subject + ": not open yet; " + this.endpoint.howToOpen(), null);
			}
			throw (end != null) ? end.exception(subject) : notConnected(subject);
		}
		if (!await(deadline)) {
			throw new DuctTimeoutException(subject + ": still not connected when the time-out passed"
					+ ((this.lastFailure != null) ? ", the last attempt failed: " + this.lastFailure.getMessage()
							: "; is the other side running?"),
					this.lastFailure);
		}
	}

	private NotConnectedException notConnected(String subject) {
		return new NotConnectedException(subject + ": " + this.endpoint.whyNotConnected(), this.lastFailure);
	}

	private boolean await(long deadline) {
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
					this.endpoint.subject() + ": interrupted while waiting for a connection; the duct lives on", ex);
		}
	}

}
