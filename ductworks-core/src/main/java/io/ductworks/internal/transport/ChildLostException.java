package io.ductworks.internal.transport;

import java.io.IOException;

/**
 * A connection that was accepted cannot be used, and was closed. This says nothing about
 * the listener, which goes on.
 */
public final class ChildLostException extends IOException {

	private static final long serialVersionUID = 1;

	/**
	 * Creates the exception.
	 * @param cause what failed
	 */
	public ChildLostException(Exception cause) {
		super("a child was lost while it was accepted: " + cause.getMessage(), cause);
	}

}
