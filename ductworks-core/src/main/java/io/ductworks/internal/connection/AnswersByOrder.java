package io.ductworks.internal.connection;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

/**
 * Answers that come in the order of their requests.
 */
final class AnswersByOrder implements Correlation {

	private final Deque<PendingAnswer> pending = new ArrayDeque<>(1);

	@Override
	public void add(PendingAnswer answer) {
		this.pending.add(answer);
	}

	@Override
	public @Nullable PendingAnswer take(long id) {
		return this.pending.poll();
	}

	@Override
	public boolean forgets() {
		return false;
	}

	@Override
	public Collection<PendingAnswer> pending() {
		return this.pending;
	}

	@Override
	public void clear() {
		this.pending.clear();
	}

}
