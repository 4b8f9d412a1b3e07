package io.ductworks.internal.connection;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The requests over one connection, and whose answer is whose. Thread-safe.
 */
public final class Asking {

	private final Answers answers;

	private final Reading reading;

	private final Output output;

	private final Lifecycle lifecycle;

	private final ConnectionSettings settings;

	private final Runnable keepTime;

	private final AtomicLong lastId = new AtomicLong();

	/**
	 * Creates what asks over a connection.
	 * @param keepTime has the loop look at the deadlines
	 */
	Asking(Answers answers, Reading reading, Output output, Lifecycle lifecycle, ConnectionSettings settings,
			Runnable keepTime) {
		this.answers = answers;
		this.reading = reading;
		this.output = output;
		this.lifecycle = lifecycle;
		this.settings = settings;
		this.keepTime = keepTime;
	}

	/**
	 * Gets ready for a request. What lies there already answers nothing, and would be
	 * taken for the answer: it ends the connection where nothing else than answers may
	 * come.
	 * @return false if the connection has ended
	 */
	public boolean getReady() {
		this.answers.asking();
		if (this.settings.answersOnly() && this.answers.isEmpty()) {
			readUnasked();
		}
		return this.lifecycle.end() == null;
	}

	/**
	 * Reads what lies there that nobody has asked for. A reader that waits for more has
	 * looked at it already.
	 */
	private void readUnasked() {
		while (!this.reading.tryAcquire()) {
			if (this.reading.isWaiting()) {
				return;
			}
			// For as long as it takes to hand out what was read.
			Thread.yield();
		}
		try {
			this.reading.nextNonBlocking();
		}
		finally {
			this.reading.release();
		}
	}

	/**
	 * Waits for an answer; one caller of several reads for all, the leader.
	 * @param answer what the calling thread waits for
	 * @param deadline in the time of {@link System#nanoTime()}
	 * @return false if the deadline passed first
	 * @throws InterruptedException if the thread is interrupted meanwhile
	 */
	public boolean await(PendingAnswer answer, long deadline) throws InterruptedException {
		while (!answer.isDone()) {
			if (!this.reading.acquire(answer::isDone, deadline)) {
				return answer.isDone();
			}
			Next next;
			try {
				// For everybody, until the leader's own answer is there.
				next = this.reading.nextUntilAnswered(answer, deadline);
			}
			finally {
				this.reading.release();
			}
			if (next == Next.END) {
				// The thread that ends the connection fails the request, as its last act.
				return answer.awaitDone(deadline);
			}
			if (next == Next.NOTHING && !answer.isDone() && deadline - System.nanoTime() <= 0) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Notes that a request goes out, whose answer is due from now on. To be called as the
	 * request is queued.
	 * @param answer the answer
	 */
	public void expect(PendingAnswer answer) {
		if (this.answers.add(answer)) {
			this.keepTime.run();
		}
	}

	/**
	 * The id of the next request, where answers bear one.
	 * @return the id, counted from 1
	 */
	public long nextId() {
		return this.lastId.incrementAndGet();
	}

	/**
	 * Whether a request with an id ever went out.
	 * @param id the id of an answer
	 * @return whether it did, or is about to
	 */
	public boolean hadAsked(long id) {
		return id > 0 && id <= this.lastId.get();
	}

	/**
	 * Gives an answer to the request that waits for it.
	 * @param id the id that the answer bears
	 * @param answer the answer
	 * @return whether a request has waited for it
	 */
	public boolean answered(long id, PendingAnswer.Answer answer) {
		PendingAnswer pending = this.answers.take(id);
		return pending != null && pending.come(answer);
	}

	/**
	 * Has the loop read the answers that no caller waits for.
	 */
	public void readAnswers() {
		this.reading.watch();
	}

	/**
	 * Gives an answer up. It keeps its place until it has come, or its time is over.
	 * @param answer the answer
	 * @return false if it had ended already
	 */
	public boolean giveUp(PendingAnswer answer) {
		if (!this.answers.giveUp(answer, System.nanoTime(), this.settings.lateAnswerNanos(answer.timeoutNanos()))) {
			return false;
		}
		this.reading.watch();
		this.keepTime.run();
		return true;
	}

	/**
	 * How many answers are due, those that were given up among them.
	 * @return the number of answers
	 */
	public int due() {
		return this.answers.size();
	}

	/**
	 * Fails the requests whose answers are due, since the connection has ended and takes
	 * no more frames.
	 */
	void fail(End end) {
		List<PendingAnswer> pending = this.answers.takeAll();
		// The last frames are those of the last requests where nothing else is sent.
		int unsent = this.settings.answersOnly() ? this.output.untouchedFrames() : 0;
		for (int i = 0; i < pending.size(); i++) {
			pending.get(i).fail(end, i < pending.size() - unsent);
		}
	}

}
