package io.ductworks;

import org.jspecify.annotations.Nullable;

/**
 * A system call on the local socket failed for a reason that is not the peer's: no file
 * descriptors, no permission, an unusable socket file.
 */
public final class LocalSocketFaultException extends DuctworksException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message which duct, what happened and what to do
	 * @param cause the failure underneath, or {@code null}
	 */
	public LocalSocketFaultException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
