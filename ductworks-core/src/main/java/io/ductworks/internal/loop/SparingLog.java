package io.ductworks.internal.loop;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Warns of what peers do, each reason at most once in ten seconds, and says the next time
 * how often it kept silent: a peer that connects and misbehaves a thousand times shall
 * not fill the disk. Of failures that are this side's own it tells more. What is left out
 * is logged at {@code DEBUG}. It remembers 64 reasons; for one more it forgets the one
 * that it warned of longest ago. Thread-safe.
 */
public final class SparingLog {

	private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

	/** Longer than any text whose parts have been cut already. */
	private static final int MAX_LENGTH = 4000;

	/** Far more than there should be, since names of exceptions are reasons too. */
	private static final int MAX_REASONS = 64;

	/** As many as show how often it happens, and no more than a screen or two. */
	private static final int MAX_LINES = 100;

	private final Logger logger;

	private final LongSupplier clock;

	/** The reason that was warned of longest ago comes first. */
	private final Map<String, Warned> warned = new LinkedHashMap<>();

	/**
	 * Creates a log that has warned of nothing yet.
	 * @param logger takes the lines
	 */
	public SparingLog(Logger logger) {
		this(logger, System::nanoTime);
	}

	SparingLog(Logger logger, LongSupplier clock) {
		this.logger = logger;
		this.clock = clock;
	}

	/**
	 * Warns, unless it did so for the same reason only just now.
	 * @param reason one of a few
	 * @param text what happened; line breaks and control characters are replaced
	 */
	public void warn(String reason, String text) {
		log(reason, text, null);
	}

	/**
	 * Warns with a stack trace, unless it did so for the same reason only just now.
	 * @param reason one of a few
	 * @param text what happened; line breaks and control characters are replaced
	 * @param failure why it happened; line breaks and control characters in its messages
	 * are replaced
	 */
	public void warn(String reason, String text, Throwable failure) {
		log(reason, text, ShownFailure.of(failure));
	}

	/**
	 * Warns of a failure that is this side's own, and so of each: with its stack trace
	 * unless it did so for the same reason only just now, then with one line. After a
	 * hundred lines within ten seconds it is silent for that reason, and says the next
	 * time how often.
	 * @param reason one of a few
	 * @param text what happened; line breaks and control characters are replaced
	 * @param failure why it happened; line breaks and control characters in its messages
	 * are replaced
	 */
	public void warnOfEach(String reason, String text, Throwable failure) {
		Throwable shown = ShownFailure.of(failure);
		if (isRepeated(reason)) {
			this.logger.warn("{}", LogText.shown(text + ": " + shown, MAX_LENGTH));
		}
		else {
			log(reason, text, shown);
		}
	}

	/**
	 * Whether the reason has its stack trace already, and may have another line.
	 */
	private synchronized boolean isRepeated(String reason) {
		Warned last = this.warned.get(reason);
		return last != null && this.clock.getAsLong() - last.at < PAUSE_NANOS && ++last.lines < MAX_LINES;
	}

	private void log(String reason, String text, @Nullable Throwable failure) {
		String line = LogText.shown(text, MAX_LENGTH);
		int silent = silent(reason);
		if (silent == 0) {
			this.logger.warn("{}", line, failure);
		}
		else if (silent > 0) {
			this.logger.warn("{} ({} more for the reason {} since the last line)", line, silent, reason, failure);
		}
		else {
			this.logger.debug("{}", line, failure);
		}
	}

	/**
	 * How many were left out since the last line, -1 if this is to be left out too.
	 */
	private synchronized int silent(String reason) {
		long now = this.clock.getAsLong();
		Warned last = this.warned.get(reason);
		if (last != null && now - last.at < PAUSE_NANOS) {
			last.silent++;
			return -1;
		}
		this.warned.remove(reason);
		if (this.warned.size() == MAX_REASONS) {
			this.warned.remove(this.warned.keySet().iterator().next());
		}
		this.warned.put(reason, new Warned(now));
		return (last != null) ? last.silent : 0;
	}

	private static final class Warned {

		private final long at;

		private int silent;

		/** How many lines there were after the first. */
		private int lines;

		Warned(long at) {
			this.at = at;
		}

	}

}
