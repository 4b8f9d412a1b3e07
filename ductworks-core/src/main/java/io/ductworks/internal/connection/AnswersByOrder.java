package io.ductworks.internal.connection;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The answers that one connection owes, in the order of their requests, which is the
 * order in which they come. One that was given up keeps its place until it has come.
 * Thread-safe.
 */
final class AnswersByOrder implements Correlation {

	private static final Deque<PendingAnswer> NONE = new ArrayDeque<>(0);

	/** Made with the first request, since most connections at rest never saw one. */
	private Deque<PendingAnswer> pending = NONE;

	private final AnswerTimes times = new AnswerTimes();

	private volatile int size;

	/** Whether a request was ever made, or is about to be. */
	private volatile boolean asked;

	@Override
	public void asking() {
		if (!this.asked) {
			this.asked = true;
		}
	}

	@Override
	public boolean wereAsked() {
		return this.asked;
	}

	@Override
	public synchronized boolean add(PendingAnswer answer) {
		if (this.pending == NONE) {
			this.pending = new ArrayDeque<>(2);
		}
		this.pending.add(answer);
		answer.queued = true;
		this.size = this.pending.size();
		return !answer.hasCaller() && this.times.add(answer);
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
	public @Nullable PendingAnswer take(long id) {
		if (this.size == 0) {
			return null;
		}
		synchronized (this) {
			PendingAnswer oldest = this.pending.poll();
			if (oldest != null) {
				taken(oldest);
			}
			this.size = this.pending.size();
			return oldest;
		}
	}

	private void taken(PendingAnswer answer) {
		answer.queued = false;
		this.times.remove(answer);
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
		synchronized (this) {
			answer.deadline(now + lateNanos);
			if (answer.queued && !answer.timedByLoop) {
				this.times.add(answer);
			}
		}
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
		return this.times.overdue(this.pending, now);
	}

	@Override
	public synchronized List<PendingAnswer> takeAll() {
		List<PendingAnswer> all = new ArrayList<>(this.pending);
		this.pending = NONE;
		all.forEach(this::taken);
		this.size = 0;
		return all;
	}

}
