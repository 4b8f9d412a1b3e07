package io.ductworks.message;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.ductworks.internal.loop.Uninterrupted;
import org.jspecify.annotations.Nullable;

/**
 * The answers of one connection that go out in the order of their messages: those behind
 * one that is deferred wait for it. Thread-safe.
 */
final class ReplyOrder {

	/** How many may wait before no more messages are taken. */
	static final int CAPACITY = 1024;

	/** Longer than sending takes where there is room. */
	private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	private final Consumer<byte[]> send;

	/** Held while an answer is sent, since the next one must not overtake it. */
	private final ReentrantLock lock = new ReentrantLock();

	/** Guarded by the lock. */
	private final Deque<Place> places = new ArrayDeque<>(1);

	private volatile int size;

	/**
	 * Creates an order without a deferred answer.
	 * @param send sends an answer; may wait for room
	 */
	ReplyOrder(Consumer<byte[]> send) {
		this.send = send;
	}

	/**
	 * One answer's place in the order.
	 */
	static final class Place {

		private final @Nullable Abandonable deferred;

		private byte @Nullable [] answer;

		private Place(@Nullable Abandonable deferred, byte @Nullable [] answer) {
			this.deferred = deferred;
			this.answer = answer;
		}

	}

	boolean isEmpty() {
		return this.size == 0;
	}

	boolean isFull() {
		return this.size >= CAPACITY;
	}

	/**
	 * Keeps a place for an answer.
	 */
	Place keep(Abandonable deferred) {
		return add(new Place(deferred, null));
	}

	/**
	 * Sends an answer behind those that are waited for.
	 */
	void append(byte[] answer) {
		add(new Place(null, answer));
		sendWhatIsThere();
	}

	private Place add(Place place) {
		this.lock.lock();
		try {
			this.places.add(place);
			this.size = this.places.size();
		}
		finally {
			this.lock.unlock();
		}
		return place;
	}

	/**
	 * Gives the answer that a place was kept for.
	 */
	void complete(Place place, byte[] answer) {
		this.lock.lock();
		try {
			place.answer = answer;
		}
		finally {
			this.lock.unlock();
		}
		sendWhatIsThere();
	}

	private void sendWhatIsThere() {
		this.lock.lock();
		try {
			Place first = this.places.peek();
			while (first != null && first.answer != null) {
				this.send.accept(first.answer);
				this.places.remove();
				// Not before it was sent: the next may go out without a look at the
				// places.
				this.size = this.places.size();
				first = this.places.peek();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The deferred answers that are not there yet.
	 * @return none if another thread waits for room to send one: then there is no room
	 * for others either
	 */
	List<Abandonable> waitedFor() {
		List<Abandonable> deferred = new ArrayList<>();
		if (!tryLock()) {
			return deferred;
		}
		try {
			for (Place place : this.places) {
				if (place.answer == null && place.deferred != null) {
					deferred.add(place.deferred);
				}
			}
		}
		finally {
			this.lock.unlock();
		}
		return deferred;
	}

	private boolean tryLock() {
		return Uninterrupted.await((nanos) -> this.lock.tryLock(nanos, TimeUnit.NANOSECONDS),
				System.nanoTime() + MOMENT_NANOS);
	}

}
