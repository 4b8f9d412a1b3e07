package io.ductworks;

import org.jspecify.annotations.Nullable;

/**
 * The other side is gone. Without a cause it closed cleanly between two frames; an
 * {@link java.io.EOFException} as cause means that it closed inside a frame, any other
 * {@link java.io.IOException} that the connection broke.
 */
public final class RemoteDuctClosedException extends DuctworksException {

	private static final long serialVersionUID = 1L;

	/** Why the connection ended. */
	private final CloseReason reason;

	/**
	 * Creates the exception.
	 * @param reason why the connection ended
	 * @param message which duct, what happened and what to do
	 * @param cause the failure underneath, or {@code null} after a clean close
	 */
	public RemoteDuctClosedException(CloseReason reason, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.reason = reason;
	}

	/**
	 * Why the connection ended.
	 * @return the reason
	 */
	public CloseReason reason() {
		return this.reason;
	}

}
