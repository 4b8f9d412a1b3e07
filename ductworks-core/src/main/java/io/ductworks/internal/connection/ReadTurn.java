package io.ductworks.internal.connection;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to read from a connection. The holder reads for everybody; the others
 * wait either for the turn or for what the holder found for them, whichever is first.
 */
final class ReadTurn {

	private static final AtomicReferenceFieldUpdater<ReadTurn, @Nullable Thread> HOLDER = AtomicReferenceFieldUpdater
		.newUpdater(ReadTurn.class, Thread.class, "holder");

	@SuppressWarnings("rawtypes")
	private static final AtomicReferenceFieldUpdater<ReadTurn, @Nullable Queue> WAITING = AtomicReferenceFieldUpdater
		.newUpdater(ReadTurn.class, Queue.class, "waiting");

	/** Often spares a thread to park and to be woken, which costs several times more. */
	private static final int YIELDS = 2;

	private volatile @Nullable Thread holder;

	/**
	 * Made for the first thread that waits, since few connections have several readers.
	 */
	private volatile @Nullable Queue<Thread> waiting;

	private Queue<Thread> waiting() {
		Queue<Thread> waiting = this.waiting;
		while (waiting == null) {
			WAITING.compareAndSet(this, null, new ConcurrentLinkedQueue<>());
			waiting = this.waiting;
		}
		return waiting;
	}

	boolean tryAcquire() {
		return HOLDER.compareAndSet(this, null, Thread.currentThread());
	}

	boolean isTaken() {
		return this.holder != null;
	}

	/**
	 * Waits for the turn.
	 * @param done ends the wait without the turn; the thread that makes it true unparks
	 * the waiting one
	 * @return whether the calling thread has the turn
	 */
	boolean acquire(BooleanSupplier done, long deadline) throws InterruptedException {
		if (tryAcquire()) {
			return true;
		}
		for (int yields = 0; yields < YIELDS; yields++) {
			Thread.yield();
			if (done.getAsBoolean()) {
				return false;
			}
			if (tryAcquire()) {
				return true;
			}
		}
		Thread thread = Thread.currentThread();
		boolean acquired = false;
		Queue<Thread> waiting = waiting();
		waiting.add(thread);
		try {
			while (!done.getAsBoolean()) {
				acquired = tryAcquire();
				long left = deadline - System.nanoTime();
				if (acquired || left <= 0) {
					break;
				}
				if (Thread.interrupted()) {
					throw new InterruptedException();
				}
				LockSupport.parkNanos(this, left);
			}
			return acquired;
		}
		finally {
			waiting.remove(thread);
			if (!acquired && this.holder == null) {
				// The release may have woken this thread alone, which does not use it.
				wakeNext();
			}
		}
	}

	void release() {
		this.holder = null;
		wakeNext();
	}

	private void wakeNext() {
		Queue<Thread> waiting = this.waiting;
		Thread next = (waiting != null) ? waiting.peek() : null;
		if (next != null) {
			LockSupport.unpark(next);
		}
	}

}
