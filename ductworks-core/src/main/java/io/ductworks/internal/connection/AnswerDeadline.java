package io.ductworks.internal.connection;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.ductworks.CloseReason;

/**
 * Gives up the answers that no caller waits for when their time is over, and ends the
 * connection when a late one has not come after a grace: nobody could tell it from the
 * next.
 */
final class AnswerDeadline implements Deadline {

	private final Answers answers;

	private final Reading reading;

	private final ConnectionSettings settings;

	private final Consumer<End> ends;

	AnswerDeadline(Answers answers, Reading reading, ConnectionSettings settings, Consumer<End> ends) {
		this.answers = answers;
		this.reading = reading;
		this.settings = settings;
		this.ends = ends;
	}

	@Override
	public long nanosLeft(long now) {
		return this.answers.nanosToLook(now);
	}

	@Override
	public long expired(long now) {
		if (this.answers.overdue(now).isEmpty()) {
			return this.answers.nanosToLook(now);
		}
		// If this process was held up, answers that came in time may still be unread.
		this.reading.look();
		for (PendingAnswer answer : this.answers.overdue(now)) {
			if (answer.isGivenUp()) {
				this.ends.accept(new End(CloseReason.UNANSWERED,
						"a request was not answered within its time-out of "
								+ TimeUnit.NANOSECONDS.toMillis(answer.timeoutNanos()) + " ms, nor in the "
								+ TimeUnit.NANOSECONDS.toMillis(this.settings.lateAnswerNanos(answer.timeoutNanos()))
								+ " ms after it; what comes now could not be told apart. Does the other side handle "
								+ "what it is sent, and answer it (in Spring: does its @DuctListener method "
								+ "return a result)?",
						null));
				return Long.MAX_VALUE;
			}
			this.answers.giveUp(answer, now, this.settings.lateAnswerNanos(answer.timeoutNanos()));
		}
		this.answers.overdue(now);
		return this.answers.nanosToLook(now);
	}

}
