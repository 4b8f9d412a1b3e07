package io.ductworks.message;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.ductworks.CloseReason;
import org.slf4j.Logger;

/**
 * Warns of each reason at most once in ten seconds, and says the next time how often it
 * kept silent: who connects and misbehaves a thousand times shall not fill the disk.
 * Thread-safe.
 */
final class SparingLog {

	private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

	private final Logger logger;

	private final LongSupplier clock;

	private final Map<CloseReason, Warned> warned = new EnumMap<>(CloseReason.class);

	SparingLog(Logger logger, LongSupplier clock) {
		this.logger = logger;
		this.clock = clock;
	}

	void warn(CloseReason reason, String text) {
		int silent = silent(reason);
		if (silent == 0) {
			this.logger.warn("{}", text);
		}
		else if (silent > 0) {
			this.logger.warn("{} ({} more for the reason {} since the last line)", text, silent, reason.tag());
		}
		else {
			this.logger.debug("{}", text);
		}
	}

	/**
	 * How many were left out since the last line, -1 if this is to be left out too.
	 */
	private synchronized int silent(CloseReason reason) {
		long now = this.clock.getAsLong();
		Warned last = this.warned.get(reason);
		if (last != null && now - last.at < PAUSE_NANOS) {
			last.silent++;
			return -1;
		}
		this.warned.put(reason, new Warned(now));
		return (last != null) ? last.silent : 0;
	}

	private static final class Warned {

		private final long at;

		private int silent;

		Warned(long at) {
			this.at = at;
		}

	}

}
