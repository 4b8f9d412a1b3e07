package io.ductworks;

import org.jspecify.annotations.Nullable;

/**
 * The calling thread was interrupted while it waited. Its interrupt flag is set, the duct
 * and its connection live on.
 */
public final class DuctInterruptedException extends DuctworksException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message which duct, what happened and what to do
	 * @param cause the failure underneath, or {@code null}
	 */
	public DuctInterruptedException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
