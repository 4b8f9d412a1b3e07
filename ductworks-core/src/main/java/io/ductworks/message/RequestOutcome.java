package io.ductworks.message;

import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;

import io.ductworks.DuctTimeoutException;
import io.ductworks.DuctworksException;
import io.ductworks.MessageCodecException;
import io.ductworks.RemoteHandlerException;
import org.jspecify.annotations.Nullable;

/**
 * How a request ended. There are no others, so that meters and alerts can name them all.
 */
public enum RequestOutcome {

	/** It was answered. */
	SUCCESS,

	/**
	 * It was answered with a problem of status 400 to 499: this side asked for something
	 * that cannot be had.
	 */
	REJECTED,

	/**
	 * It was answered with a problem of status 500 to 599, or with what could not be
	 * decoded: the other side failed.
	 */
	ERROR,

	/** It was not answered in time. */
	TIMEOUT,

	/** Its connection ended, or its caller was interrupted, before the answer came. */
	ABORTED;

	private final String tag = name().toLowerCase(Locale.ROOT);

	/**
	 * How a request ended that was answered with a problem.
	 */
	static RequestOutcome of(RemoteHandlerException problem) {
		return (problem.status() < 500) ? REJECTED : ERROR;
	}

	/**
	 * How a message or request ended by what its sender gets.
	 * @param failure the exception, {@code null} if there is none
	 */
	static RequestOutcome of(@Nullable Throwable failure) {
		if (failure == null) {
			return SUCCESS;
		}
		if (failure instanceof RemoteHandlerException problem) {
			return of(problem);
		}
		if (failure instanceof DuctTimeoutException || failure instanceof TimeoutException) {
			return TIMEOUT;
		}
		boolean ended = failure instanceof DuctworksException && !(failure instanceof MessageCodecException);
		return (ended || failure instanceof CancellationException) ? ABORTED : ERROR;
	}

	/**
	 * The outcome as it appears in meter tags, in lower case.
	 * @return the tag, never empty
	 */
	public String tag() {
		return this.tag;
	}

}
