package io.ductworks.message;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The requests of one connection in the order in which they were sent, which is the order
 * of their answers. Abandoned ones keep their place until their late answer has come.
 */
final class PendingRequests {

	/** Small at first, since most connections at rest never saw a request. */
	private final Deque<PendingRequest> requests = new ArrayDeque<>(1);

	private volatile int size;

	synchronized void add(PendingRequest request) {
		this.requests.add(request);
		this.size = this.requests.size();
	}

	boolean isEmpty() {
		return this.size == 0;
	}

	/**
	 * Takes the request that the next message answers.
	 */
	@Nullable PendingRequest takeOldest() {
		if (this.size == 0) {
			return null;
		}
		synchronized (this) {
			PendingRequest oldest = this.requests.poll();
			this.size = this.requests.size();
			return oldest;
		}
	}

	/**
	 * Whether answers are awaited that no caller waits to read.
	 */
	boolean needReader() {
		if (this.size == 0) {
			return false;
		}
		synchronized (this) {
			for (PendingRequest request : this.requests) {
				if (isTimedByLoop(request)) {
					return true;
				}
			}
			return false;
		}
	}

	/**
	 * The next time at which the loop has to look, {@link Long#MAX_VALUE} from now if
	 * never.
	 */
	long nanosToDeadline(long now) {
		if (this.size == 0) {
			return Long.MAX_VALUE;
		}
		synchronized (this) {
			return this.requests.stream()
				.filter(PendingRequests::isTimedByLoop)
				.mapToLong((request) -> request.deadline() - now)
				.min()
				.orElse(Long.MAX_VALUE);
		}
	}

	private static boolean isTimedByLoop(PendingRequest request) {
		return request.future != null || request.isAbandoned();
	}

	/**
	 * The requests of the loop whose time is over.
	 */
	List<PendingRequest> overdue(long now) {
		if (this.size == 0) {
			return List.of();
		}
		synchronized (this) {
			return this.requests.stream()
				.filter((request) -> isTimedByLoop(request) && request.deadline() - now <= 0)
				.toList();
		}
	}

	synchronized List<PendingRequest> takeAll() {
		List<PendingRequest> all = new ArrayList<>(this.requests);
		this.requests.clear();
		this.size = 0;
		return all;
	}

}
