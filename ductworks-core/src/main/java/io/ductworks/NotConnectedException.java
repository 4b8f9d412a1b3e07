package io.ductworks;

import org.jspecify.annotations.Nullable;

/**
 * There is no connection to use: not yet bound or connected, no child there, or closed by
 * this side. Nothing was sent or taken, but for a request that waited for its answer when
 * this side closed: it was sent. The duct can be opened or waited for.
 */
public final class NotConnectedException extends DuctworksException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message which duct, what happened and what to do
	 * @param cause the failure underneath, or {@code null}
	 */
	public NotConnectedException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
