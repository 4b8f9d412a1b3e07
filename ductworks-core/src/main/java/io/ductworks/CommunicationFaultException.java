package io.ductworks;

import org.jspecify.annotations.Nullable;

/**
 * A parent could not bind or accept, or a child could not connect in time. The cause is
 * the last failure; the duct may be opened again.
 */
public final class CommunicationFaultException extends DuctworksException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message which duct, what happened and what to do
	 * @param cause the failure underneath, or {@code null}
	 */
	public CommunicationFaultException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
