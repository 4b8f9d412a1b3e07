package io.ductworks.message;

import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
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

	/** How many handlers may run at a time. */
	private final int maxRunning;

	/** What wants to hand out a message when a handler less runs; guarded by the lock. */
	private final Set<Serving> waiting = new LinkedHashSet<>();

	/** Whether there are any, for those that would rather not take the lock. */
	private volatile boolean areWaiting;

	/** How many answers are deferred; guarded by the lock. */
	private int deferred;

	/** What happens to messages. */
	enum Mode {

		/** They are handed to the handler. */
		HAND_OUT,

		/** They stay unread. */
		SUSPEND,

		/** They are answered with an error. */
		REFUSE,

		/** They wait, since as many handlers run as may. */
		WAIT

	}

	HandlerSwitch(int maxRunning) {
		this.maxRunning = maxRunning;
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
	 * @param serving is resumed when it had to wait and may go on
	 */
	Mode begin(BooleanSupplier open, Serving serving) {
		this.lock.lock();
		try {
			if (!open.getAsBoolean()) {
				return Mode.SUSPEND;
			}
			if (this.mode == Mode.HAND_OUT && this.running.size() >= this.maxRunning) {
				this.waiting.add(serving);
				this.areWaiting = true;
				return Mode.WAIT;
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
		change(() -> {
			this.running.remove(Thread.currentThread());
			this.idle.signalAll();
		});
		resumeWaiting();
	}

	/**
	 * Resumes a connection that waits for a place, if there is one. What is resumed and
	 * has nothing to hand out calls this again: the place is for the next.
	 */
	void resumeWaiting() {
		if (!this.areWaiting) {
			return;
		}
		Serving next = null;
		this.lock.lock();
		try {
			Iterator<Serving> first = this.waiting.iterator();
			if (this.running.size() < this.maxRunning && first.hasNext()) {
				next = first.next();
				first.remove();
				this.areWaiting = first.hasNext();
			}
		}
		finally {
			this.lock.unlock();
		}
		if (next != null) {
			next.resume();
		}
	}

	/**
	 * Whether a connection waits for a handler less to run.
	 */
	boolean isWaiting(Serving serving) {
		if (!this.areWaiting) {
			return false;
		}
		this.lock.lock();
		try {
			return this.waiting.contains(serving);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How many connections wait for a handler less to run.
	 */
	int waiting() {
		if (!this.areWaiting) {
			return 0;
		}
		this.lock.lock();
		try {
			return this.waiting.size();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Forgets what waits, since the duct is closed.
	 */
	void closed() {
		List<Serving> abandoned;
		this.lock.lock();
		try {
			abandoned = List.copyOf(this.waiting);
			this.waiting.clear();
			this.areWaiting = false;
		}
		finally {
			this.lock.unlock();
		}
		abandoned.forEach(Serving::abandonIfEnded);
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
