package io.ductworks.internal.connection;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Answers that bear the id of their request, and come in any order.
 */
final class AnswersById implements Correlation {

	private final Map<Long, PendingAnswer> pending = new LinkedHashMap<>();

	@Override
	public void add(PendingAnswer answer) {
		this.pending.put(answer.id(), answer);
	}

	@Override
	public @Nullable PendingAnswer take(long id) {
		return this.pending.remove(id);
	}

	@Override
	public boolean forgets() {
		return true;
	}

	@Override
	public Collection<PendingAnswer> pending() {
		return this.pending.values();
	}

	@Override
	public void clear() {
		this.pending.clear();
	}

}
