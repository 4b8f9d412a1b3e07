package io.ductworks;

import org.jspecify.annotations.Nullable;

/**
 * The operating system gave a child no selector to connect with, most likely since there
 * are no file descriptors left. The child may try again. Whatever else the system
 * refuses, such as a permission or a socket file, is a
 * {@link CommunicationFaultException}, and so is what keeps a parent from listening.
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
