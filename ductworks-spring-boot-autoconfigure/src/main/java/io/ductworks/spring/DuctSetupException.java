package io.ductworks.spring;

import org.jspecify.annotations.Nullable;

/**
 * The application cannot start because a duct or a listener is set up in a way that
 * cannot work. Says what is wrong and what to write instead.
 */
public class DuctSetupException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** What is wrong. */
	private final String description;

	/** What to write instead. */
	private final String action;

	/**
	 * Creates the exception.
	 * @param description what is wrong, naming the property or method
	 * @param action what to write instead
	 * @param cause the failure underneath, or {@code null}
	 */
	public DuctSetupException(String description, String action, @Nullable Throwable cause) {
		super(description + " " + action, cause);
		this.description = description;
		this.action = action;
	}

	/**
	 * What is wrong.
	 * @return one or more sentences that name the property or method
	 */
	public String description() {
		return this.description;
	}

	/**
	 * What to do about it.
	 * @return one or more sentences
	 */
	public String action() {
		return this.action;
	}

}
