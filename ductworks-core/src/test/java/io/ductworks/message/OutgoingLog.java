package io.ductworks.message;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

/**
 * Notes what it is told of outgoing messages, and has them carry a context.
 */
final class OutgoingLog implements OutgoingObserver {

	private final List<Told> told = new CopyOnWriteArrayList<>();

	private final Map<String, String> context;

	OutgoingLog() {
		this(Map.of());
	}

	/**
	 * Creates a log.
	 * @param context what each message is to carry
	 */
	OutgoingLog(Map<String, String> context) {
		this.context = context;
	}

	@Override
	public Observed begin(OutgoingMessage message) {
		this.context.forEach(message::context);
		Told told = new Told(message);
		this.told.add(told);
		return told;
	}

	List<Told> told() {
		return this.told;
	}

	Told only() {
		if (this.told.size() != 1) {
			throw new AssertionError("It was told of " + this.told);
		}
		return this.told.get(0);
	}

	/**
	 * One message, and how it ended.
	 */
	static final class Told implements Observed {

		final OutgoingMessage message;

		final Thread began = Thread.currentThread();

		volatile @Nullable Thread ended;

		volatile @Nullable RequestOutcome outcome;

		volatile @Nullable Throwable failure;

		Told(OutgoingMessage message) {
			this.message = message;
		}

		@Override
		public void ended(RequestOutcome outcome, @Nullable Throwable failure) {
			if (this.outcome != null) {
				throw new AssertionError("It has ended before, with " + this.outcome);
			}
			this.failure = failure;
			this.ended = Thread.currentThread();
			this.outcome = outcome;
		}

		@Override
		public String toString() {
			return (this.message.isRequest() ? "request " : "message ") + this.message.method() + ": " + this.outcome;
		}

	}

}
