package io.ductworks.internal.loop;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Stands for a failure in whose messages a peer has put what could forge log lines: it
 * has the same stack trace, and the messages as {@link LogText} shows them.
 */
final class ShownFailure extends Throwable {

	private static final long serialVersionUID = 1L;

	/** No text that is of use is longer. */
	private static final int MAX_LENGTH = 4000;

	private ShownFailure(Throwable failure, @Nullable Throwable cause) {
		super(LogText.shown(failure.toString(), MAX_LENGTH), cause, true, true);
	}

	/**
	 * A failure that may be logged.
	 * @return the failure itself if its messages are harmless
	 */
	static Throwable of(Throwable failure) {
		return isHarmless(failure, newSet()) ? failure : shown(failure, newSet());
	}

	private static Set<Throwable> newSet() {
		return Collections.newSetFromMap(new IdentityHashMap<>());
	}

	private static boolean isHarmless(@Nullable Throwable failure, Set<Throwable> seen) {
		if (failure == null || !seen.add(failure)) {
			return true;
		}
		String text = failure.toString();
		if (!LogText.shown(text, MAX_LENGTH).equals(text) || !isHarmless(failure.getCause(), seen)) {
			return false;
		}
		for (Throwable suppressed : failure.getSuppressed()) {
			if (!isHarmless(suppressed, seen)) {
				return false;
			}
		}
		return true;
	}

	private static Throwable shown(Throwable failure, Set<Throwable> seen) {
		seen.add(failure);
		Throwable cause = failure.getCause();
		ShownFailure shown = new ShownFailure(failure,
				(cause != null && !seen.contains(cause)) ? shown(cause, seen) : null);
		shown.setStackTrace(failure.getStackTrace());
		for (Throwable suppressed : failure.getSuppressed()) {
			if (!seen.contains(suppressed)) {
				shown.addSuppressed(shown(suppressed, seen));
			}
		}
		return shown;
	}

	/**
	 * The class and the message of the failure that this one stands for.
	 */
	@Override
	public String toString() {
		return String.valueOf(getMessage());
	}

}
