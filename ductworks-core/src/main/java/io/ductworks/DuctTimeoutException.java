package io.ductworks;

import org.jspecify.annotations.Nullable;

/**
 * Something did not happen within its time-out, and the connection, if there is one, is
 * still good. A send that timed out queued nothing; a receive that timed out lost
 * nothing: bytes of a partly received frame are kept for the next call. {@link #sent()}
 * says whether a request went out; if so its late answer will be skipped.
 * <p>
 * A connection that has ended because the peer did not read or did not answer is a
 * {@link RemoteDuctClosedException}.
 */
public final class DuctTimeoutException extends DuctworksException {

	private static final long serialVersionUID = 1L;

	/** Whether the message or request went out. */
	private final boolean sent;

	/**
	 * Creates the exception for something of which nothing was sent.
	 * @param message which duct, what happened and what to do
	 * @param cause the failure underneath, or {@code null}
	 */
	public DuctTimeoutException(String message, @Nullable Throwable cause) {
		this(message, false, cause);
	}

	/**
	 * Creates the exception.
	 * @param message which duct, what happened and what to do
	 * @param sent whether the message or request went out
	 * @param cause the failure underneath, or {@code null}
	 */
	public DuctTimeoutException(String message, boolean sent, @Nullable Throwable cause) {
		super(message, cause);
		this.sent = sent;
	}

	/**
	 * Whether the message or request went out.
	 * @return {@code true} for a request that was not answered in time: it may have been
	 * carried out; {@code false} if nothing was sent, so that it may be tried again
	 */
	public boolean sent() {
		return this.sent;
	}

}
