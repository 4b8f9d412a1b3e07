package io.ductworks.internal.connection;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The answers that one connection owes, by the ids of their requests: they may come in
 * any order. One that was given up is forgotten. Thread-safe.
 */
final class AnswersById implements Correlation {

	/** In the order of the requests, guarded by this. */
	private final Map<Long, PendingAnswer> pending = new LinkedHashMap<>();

	private final AnswerTimes times = new AnswerTimes();

	private volatile int size;

	private volatile boolean asked;

	@Override
	public void asking() {
		this.asked = true;
	}

	@Override
	public boolean wereAsked() {
		return this.asked;
	}

	@Override
	public synchronized boolean add(PendingAnswer answer) {
		this.pending.put(answer.id(), answer);
		this.size = this.pending.size();
		return !answer.hasCaller() && this.times.add(answer);
	}

	@Override
	public synchronized @Nullable PendingAnswer take(long id) {
		PendingAnswer answer = this.pending.remove(id);
		if (answer != null) {
			this.times.remove(answer);
			this.size = this.pending.size();
		}
		return answer;
	}

	@Override
	public boolean isEmpty() {
		return this.size == 0;
	}

	@Override
	public int size() {
		return this.size;
	}

	@Override
	public boolean hasUnattended() {
		if (this.size == 0) {
			return false;
		}
		synchronized (this) {
			return !this.times.isEmpty();
		}
	}

	@Override
	public boolean giveUp(PendingAnswer answer, long now, long lateNanos) {
		if (!answer.giveUp()) {
			return false;
		}
		take(answer.id());
		return true;
	}

	@Override
	public long nanosToLook(long now) {
		if (this.size == 0) {
			return AnswerTimes.NEVER;
		}
		synchronized (this) {
			return this.times.nanosToLook(now);
		}
	}

	@Override
	public synchronized List<PendingAnswer> overdue(long now) {
		return this.times.overdue(this.pending.values(), now);
	}

	@Override
	public synchronized List<PendingAnswer> takeAll() {
		List<PendingAnswer> all = new ArrayList<>(this.pending.values());
		this.pending.clear();
		all.forEach(this.times::remove);
		this.size = 0;
		return all;
	}

}
