package io.ductworks;

import org.jspecify.annotations.Nullable;

/**
 * The duct is open or connected already, or has had the one child that it accepts. It
 * stays as it is.
 */
public final class AlreadyConnectedException extends DuctworksException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message which duct, what happened and what to do
	 * @param cause the failure underneath, or {@code null}
	 */
	public AlreadyConnectedException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
