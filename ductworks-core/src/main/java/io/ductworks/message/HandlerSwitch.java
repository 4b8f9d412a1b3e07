package io.ductworks.message;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Whether a parent or child hands out messages, and how many handlers run. Thread-safe.
 */
final class HandlerSwitch {

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition idle = this.lock.newCondition();

	private volatile Mode mode = Mode.HAND_OUT;

	/** The threads that run a handler; guarded by the lock. */
	private final Set<Thread> running = new HashSet<>();

	/** How many answers are deferred; guarded by the lock. */
	private int deferred;

	/** What happens to messages. */
	enum Mode {

		/** They are handed to the handler. */
		HAND_OUT,

		/** They stay unread. */
		SUSPEND,

		/** They are answered with an error. */
		REFUSE

	}

	void suspend() {
		change(() -> this.mode = Mode.SUSPEND);
	}

	void refuse() {
		change(() -> this.mode = Mode.REFUSE);
	}

	void resume() {
		change(() -> this.mode = Mode.HAND_OUT);
	}

	/**
	 * Changes something that decides whether a handler may be called, while none is about
	 * to be.
	 */
	void change(Runnable change) {
		this.lock.lock();
		try {
			change.run();
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean isSuspended() {
		return this.mode == Mode.SUSPEND;
	}

	boolean isRefusing() {
		return this.mode == Mode.REFUSE;
	}

	/**
	 * Says what happens to a message that was found, and counts a handler as running if
	 * it is to be handed out.
	 * @param open whether the duct is still open
	 */
	Mode begin(BooleanSupplier open) {
		this.lock.lock();
		try {
			if (!open.getAsBoolean()) {
				return Mode.SUSPEND;
			}
			if (this.mode == Mode.HAND_OUT) {
				this.running.add(Thread.currentThread());
			}
			return this.mode;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Notes that a handler has returned.
	 */
	void end() {
		this.lock.lock();
		try {
			this.running.remove(Thread.currentThread());
			this.idle.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Notes that an answer is deferred.
	 */
	void deferred() {
		change(() -> this.deferred++);
	}

	/**
	 * Notes that a deferred answer is no more to come.
	 */
	void deferredEnded() {
		change(() -> {
			this.deferred--;
			this.idle.signalAll();
		});
	}

	/**
	 * Waits until no handler runs and no answer is deferred, but for one that the calling
	 * thread runs: it would wait for itself.
	 * @return false if the deadline passed first
	 */
	boolean awaitIdle(long deadline) throws InterruptedException {
		this.lock.lock();
		try {
			int own = this.running.contains(Thread.currentThread()) ? 1 : 0;
			long left = deadline - System.nanoTime();
			while ((this.running.size() > own || this.deferred > 0) && left > 0) {
				left = this.idle.awaitNanos(left);
			}
			return this.running.size() == own && this.deferred == 0;
		}
		finally {
			this.lock.unlock();
		}
	}

}
