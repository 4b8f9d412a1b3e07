package io.ductworks;

import org.jspecify.annotations.Nullable;

/**
 * Something did not happen within its time-out. A send that timed out queued nothing; a
 * receive that timed out lost nothing: bytes of a partly received frame are kept for the
 * next call. A request whose answer did not come in time was sent, and its late answer
 * will be skipped.
 * <p>
 * It is also thrown if the connection has ended because the peer did not read, or did not
 * answer; the message says so.
 */
public final class DuctTimeoutException extends DuctworksException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message which duct, what happened and what to do
	 * @param cause the failure underneath, or {@code null}
	 */
	public DuctTimeoutException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
