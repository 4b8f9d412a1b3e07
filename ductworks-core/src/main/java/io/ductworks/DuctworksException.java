package io.ductworks;

import org.jspecify.annotations.Nullable;

/**
 * Root of everything that a duct throws. The family is sealed and unchecked; each subtype
 * says what is still usable afterwards. The message names the duct, what happened, the
 * numbers against the limit, and what to do.
 */
public abstract sealed class DuctworksException extends RuntimeException
		permits NotConnectedException, AlreadyConnectedException, CommunicationFaultException,
		LocalSocketFaultException, MessageProtocolException, MessageCodecException, RemoteDuctClosedException,
		DuctTimeoutException, DuctInterruptedException, RemoteHandlerException {

	private static final long serialVersionUID = 1L;

	DuctworksException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
