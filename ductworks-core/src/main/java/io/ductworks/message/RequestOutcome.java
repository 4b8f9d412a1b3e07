package io.ductworks.message;

import java.util.Locale;

/**
 * How a request ended.
 */
public enum RequestOutcome {

	/** It was answered. */
	SUCCESS,

	/** It was answered with an error, or with what could not be decoded. */
	ERROR,

	/** It was not answered in time. */
	TIMEOUT,

	/** Its connection ended, or its caller was interrupted, before the answer came. */
	ABORTED;

	private final String tag = name().toLowerCase(Locale.ROOT);

	/**
	 * The outcome as it appears in meter tags, in lower case.
	 * @return the tag, never empty
	 */
	public String tag() {
		return this.tag;
	}

}
