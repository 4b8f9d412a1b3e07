package io.ductworks;

import org.jspecify.annotations.Nullable;

/**
 * There is no connection to use: not yet bound or connected, no child there, or closed by
 * this side. Nothing was sent or taken, but for a request that waited for its answer when
 * this side closed: it was sent. The duct can be opened or waited for.
 */
public final class NotConnectedException extends DuctworksException {

	private static final long serialVersionUID = 1L;

	/** Why the connection ended, if there was one. */
	private final @Nullable CloseReason reason;

	/**
	 * Creates the exception for a duct without a connection.
	 * @param message which duct, what happened and what to do
	 * @param cause the failure underneath, or {@code null}
	 */
	public NotConnectedException(String message, @Nullable Throwable cause) {
		this(null, message, cause);
	}

	/**
	 * Creates the exception for a connection that this side has ended.
	 * @param reason why the connection ended, or {@code null} if there was none
	 * @param message which duct, what happened and what to do
	 * @param cause the failure underneath, or {@code null}
	 */
	public NotConnectedException(@Nullable CloseReason reason, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.reason = reason;
	}

	/**
	 * Why the connection ended.
	 * @return {@link CloseReason#LOCAL_SHUTDOWN} if this side closed it, {@code null} if
	 * there was none
	 */
	public @Nullable CloseReason reason() {
		return this.reason;
	}

}
