package io.ductworks.message;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

/**
 * The events that wait for one observer. Those about one subject, such as a connection,
 * are told in their order; those about several may be told at the same time, so that one
 * that takes its time holds up no other. Thread-safe.
 */
final class EventQueue {

	/** How many events may wait; more are dropped. */
	static final int CAPACITY = 10_000;

	/** How many are told at a time. */
	static final int MAX_RUNNING = 64;

	private final TaskQueue threads;

	/** What waits for each subject that has a thread, or is about to; guarded by this. */
	private final Map<Object, Queue<Runnable>> waiting = new HashMap<>();

	/** How many events wait; guarded by this. */
	private int size;

	/** Told when no other is left; guarded by this. */
	private @Nullable Runnable last;

	/** Whether no more is taken; guarded by this. */
	private boolean closed;

	EventQueue(Executor threads) {
		this.threads = new TaskQueue(threads, MAX_RUNNING);
	}

	/**
	 * Adds an event behind those of its subject.
	 * @return false if too many wait, or the queue is closed
	 */
	boolean offer(Object subject, Runnable event) {
		boolean first;
		synchronized (this) {
			if (isFull()) {
				return false;
			}
			first = add(subject, event);
		}
		if (first) {
			start(subject);
		}
		return true;
	}

	/**
	 * Adds the first event of a subject, behind those of another one that wait now.
	 * @return false if too many wait, or the queue is closed
	 */
	boolean offerFirst(Object subject, Object after, Runnable event) {
		synchronized (this) {
			if (isFull()) {
				return false;
			}
			add(subject, event);
			if (this.waiting.containsKey(after)) {
				add(after, () -> start(subject));
				return true;
			}
		}
		start(subject);
		return true;
	}

	private boolean isFull() {
		return this.closed || this.last != null || this.size >= CAPACITY;
	}

	/**
	 * Adds an event; needs the lock.
	 * @return whether its subject has no thread yet
	 */
	private boolean add(Object subject, Runnable event) {
		Queue<Runnable> events = this.waiting.get(subject);
		boolean first = events == null;
		if (events == null) {
			events = new ArrayDeque<>();
			this.waiting.put(subject, events);
		}
		events.add(event);
		this.size++;
		return first;
	}

	/**
	 * Adds the event that comes after all others; none is taken after it.
	 */
	void offerLast(Runnable event) {
		synchronized (this) {
			if (!this.waiting.isEmpty()) {
				this.last = event;
				return;
			}
			this.closed = true;
		}
		this.threads.offer(event, Integer.MAX_VALUE);
	}

	private void start(Object subject) {
		this.threads.offer(() -> tellAll(subject), Integer.MAX_VALUE);
	}

	private void tellAll(Object subject) {
		Runnable event;
		while ((event = next(subject)) != null) {
			event.run();
		}
	}

	private synchronized @Nullable Runnable next(Object subject) {
		Queue<Runnable> events = this.waiting.get(subject);
		Runnable event = (events != null) ? events.poll() : null;
		if (event != null) {
			this.size--;
			return event;
		}
		this.waiting.remove(subject);
		if (!this.waiting.isEmpty()) {
			return null;
		}
		Runnable last = this.last;
		if (last != null) {
			this.closed = true;
			this.last = null;
		}
		return last;
	}

	/**
	 * Whether the calling thread tells one.
	 */
	boolean isCurrentThread() {
		return this.threads.isCurrentThread();
	}

	/**
	 * Waits until all were told. An interrupt does not end the wait, and stays.
	 */
	void awaitIdle(long deadline) {
		this.threads.awaitIdle(deadline);
	}

	/**
	 * Takes no more events, and drops those that wait.
	 * @return how many were dropped
	 */
	synchronized int close() {
		int dropped = this.size + ((this.last != null) ? 1 : 0);
		this.closed = true;
		this.last = null;
		this.size = 0;
		this.waiting.values().forEach(Queue::clear);
		return dropped;
	}

}
