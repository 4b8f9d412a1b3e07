package io.ductworks.internal.connection;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Ends a connection whose peer sends no more, once the last answers have gone out or have
 * had their time.
 */
final class LastAnswersDeadline implements Deadline {

	/** How often to look whether they have gone out. */
	private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

	private final Lifecycle lifecycle;

	private final BooleanSupplier answering;

	private final Consumer<End> ends;

	LastAnswersDeadline(Lifecycle lifecycle, BooleanSupplier answering, Consumer<End> ends) {
		this.lifecycle = lifecycle;
		this.answering = answering;
		this.ends = ends;
	}

	@Override
	public long nanosLeft(long now) {
		if (this.lifecycle.inputEnd() == null) {
			return Long.MAX_VALUE;
		}
		boolean over = this.lifecycle.lastAnswersUntil() - now <= 0 || !this.answering.getAsBoolean();
		return over ? 0 : LOOK_NANOS;
	}

	@Override
	public long expired(long now) {
		End end = this.lifecycle.inputEnd();
		if (end != null) {
			this.ends.accept(end);
		}
		return Long.MAX_VALUE;
	}

}
