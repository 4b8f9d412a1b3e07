package io.ductworks.message;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The deferred answers of one connection that may still be due. Thread-safe.
 */
final class DeferredReplies {

	/** Guarded by this; the first is due. */
	private final Deque<Reply> replies = new ArrayDeque<>();

	/**
	 * Adds one behind the others, which are given before it.
	 */
	synchronized void add(Reply reply) {
		while (!this.replies.isEmpty() && !this.replies.getFirst().isDue()) {
			this.replies.removeFirst();
		}
		this.replies.addLast(reply);
	}

	/**
	 * Those that are due.
	 */
	synchronized List<Reply> due() {
		return this.replies.stream().filter(Reply::isDue).toList();
	}

}
