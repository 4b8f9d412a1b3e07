package io.ductworks.benchmarks;

import java.util.concurrent.atomic.AtomicLong;

import io.ductworks.benchmarks.Scenario.Format;
import org.jspecify.annotations.Nullable;

/**
 * Counts what comes. A question is answered with the figure since the last one.
 */
final class Counter implements Service {

	private final Format format;

	private final AtomicLong count = new AtomicLong();

	Counter(Format format) {
		this.format = format;
	}

	@Override
	public @Nullable Object handle(Object message) {
		if (Payloads.isQuestion(message)) {
			return Payloads.number(this.format, this.count.getAndSet(0));
		}
		this.count.incrementAndGet();
		return null;
	}

}
