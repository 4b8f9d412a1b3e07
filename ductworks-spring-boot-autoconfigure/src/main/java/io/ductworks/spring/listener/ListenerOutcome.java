package io.ductworks.spring.listener;

import java.util.Locale;

/**
 * How the invocation of a listener ended.
 */
public enum ListenerOutcome {

	/**
	 * The method returned, or what handles its failures answered in its place; and the
	 * result, if any, was sent.
	 */
	SUCCESS,

	/** The message could not be read, or was not valid. */
	REJECTED,

	/** The method failed, and nothing answered in its place. */
	ERROR,

	/** There was a result, but it could not be sent. */
	UNREPLIED;

	private final String tag = name().toLowerCase(Locale.ROOT);

	/**
	 * The outcome as it appears in meter tags, in lower case.
	 * @return the tag, never empty
	 */
	public String tag() {
		return this.tag;
	}

}
