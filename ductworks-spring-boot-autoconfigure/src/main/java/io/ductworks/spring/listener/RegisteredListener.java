package io.ductworks.spring.listener;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * A {@link DuctListener} of the application. What changes its state does not wait for the
 * messages that it is handling. Thread-safe.
 */
public final class RegisteredListener {

	private final ListenerEndpoint endpoint;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	/** Guarded by the lock. */
	private State state;

	/** Whether nobody is to wait any more; guarded by the lock. */
	private boolean draining;

	/** What a listener does with messages. */
	public enum State {

		/** It handles them. */
		RUNNING,

		/** It lets them wait. */
		PAUSED,

		/** It refuses them. */
		STOPPED

	}

	RegisteredListener(ListenerEndpoint endpoint, boolean running) {
		this.endpoint = endpoint;
		this.state = running ? State.RUNNING : State.STOPPED;
	}

	/**
	 * Its id.
	 * @return the id, which no other listener has
	 */
	public String id() {
		return this.endpoint.id();
	}

	/**
	 * The name of its duct.
	 * @return the name
	 */
	public String duct() {
		return this.endpoint.duct();
	}

	/**
	 * The method, or the type, of the messages that it takes.
	 * @return the method or type, or {@code null} if it takes those that no other does
	 */
	public @Nullable String route() {
		return this.endpoint.route();
	}

	/**
	 * What it does with messages now.
	 * @return the state
	 */
	public State state() {
		this.lock.lock();
		try {
			return this.state;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Has it handle messages, also those that wait since it was paused.
	 */
	public void start() {
		change(null, State.RUNNING);
	}

	/**
	 * Has it refuse messages, also those that wait since it was paused: a requester is
	 * told to ask again later, status 503, anything else is counted as unhandled.
	 */
	public void stop() {
		change(null, State.STOPPED);
	}

	/**
	 * Lets messages wait, if it runs. Each holds a thread, and counts as being handled:
	 * with {@link io.ductworks.message.Protocol#JSON_RPC} up to the duct's
	 * {@code concurrency} of each connection do, and others behind them, also those for
	 * other listeners. When the application stops they are refused.
	 */
	public void pause() {
		change(State.RUNNING, State.PAUSED);
	}

	/**
	 * Has it handle messages again, if it was paused.
	 */
	public void resume() {
		change(State.PAUSED, State.RUNNING);
	}

	private void change(@Nullable State from, State to) {
		this.lock.lock();
		try {
			if (from == null || this.state == from) {
				this.state = to;
				this.changed.signalAll();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	void starting() {
		drain(false);
	}

	void draining() {
		drain(true);
	}

	private void drain(boolean draining) {
		this.lock.lock();
		try {
			this.draining = draining;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits while it is paused.
	 * @return whether a message is to be handled
	 */
	boolean takesMessages() throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			while (this.state == State.PAUSED && !this.draining) {
				this.changed.await();
			}
			return this.state == State.RUNNING;
		}
		finally {
			this.lock.unlock();
		}
	}

}
