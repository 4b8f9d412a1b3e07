package io.ductworks.message;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * A message or request on its way out, and the observers that are told when it is over.
 * Thread-safe.
 */
final class ObservedSend {

	private final OutgoingMessage message;

	private final @Nullable Object payload;

	private final List<OutgoingObserver.Observed> observed;

	private final AtomicBoolean over = new AtomicBoolean();

	/**
	 * Creates one that has begun.
	 * @param payload what is sent, with what it carries of a trace
	 */
	ObservedSend(OutgoingMessage message, @Nullable Object payload, List<OutgoingObserver.Observed> observed) {
		this.message = message;
		this.payload = payload;
		this.observed = observed;
	}

	@Nullable Object payload() {
		return this.payload;
	}

	/**
	 * Sends it, and tells how that went.
	 */
	void send(Consumer<@Nullable Object> send) {
		this.<Object>ask((payload) -> {
			send.accept(payload);
			return null;
		});
	}

	/**
	 * Asks and waits for the answer, and tells how that went.
	 */
	<T> @Nullable T ask(Function<@Nullable Object, @Nullable T> ask) {
		T answer;
		try {
			answer = ask.apply(this.payload);
		}
		catch (RuntimeException | Error ex) {
			ended(ex);
			throw ex;
		}
		ended(null);
		return answer;
	}

	/**
	 * Tells that it is over, unless that was told.
	 * @param failure what its sender gets, {@code null} if it did not fail
	 */
	void ended(@Nullable Throwable failure) {
		if (!this.over.compareAndSet(false, true)) {
			return;
		}
		RequestOutcome outcome = RequestOutcome.of(failure);
		for (OutgoingObserver.Observed told : this.observed) {
			try {
				told.ended(outcome, failure);
			}
			catch (RuntimeException | Error ex) {
				this.message.logFailure(told, ex);
			}
		}
	}

}
