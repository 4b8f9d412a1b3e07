package io.ductworks.internal.transport;

import java.net.ConnectException;

import org.jspecify.annotations.Nullable;

/**
 * Nobody listens at an address, or nobody who takes connections now.
 */
public final class NobodyListensException extends ConnectException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message what the system said, and where nobody listens
	 * @param cause the failure underneath, or {@code null}
	 */
	public NobodyListensException(String message, @Nullable Exception cause) {
		super(message);
		initCause(cause);
	}

}
