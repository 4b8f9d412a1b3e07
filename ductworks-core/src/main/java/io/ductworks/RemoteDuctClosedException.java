package io.ductworks;

import org.jspecify.annotations.Nullable;

/**
 * The other side is gone, or the connection to it broke; {@link #reason()} says which.
 * The cause is the failure underneath, if there is one: an {@link java.io.EOFException}
 * where the stream ended, between two frames or inside one. A connection that this side
 * ended because the peer did not read or did not answer is told of in the same way.
 */
public final class RemoteDuctClosedException extends DuctworksException {

	private static final long serialVersionUID = 1L;

	/** Why the connection ended. */
	private final CloseReason reason;

	/**
	 * Creates the exception.
	 * @param reason why the connection ended
	 * @param message which duct, what happened and what to do
	 * @param cause the failure underneath, or {@code null}
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
