package io.ductworks;

import org.jspecify.annotations.Nullable;

/**
 * The peer sent what is no frame, announced one over the limit, began one that did not
 * come to its end in time, or sent an answer that nobody had asked for. The connection
 * has ended, since nothing after the fault can be trusted; what was received whole before
 * it has been handed out.
 */
public final class MessageProtocolException extends DuctworksException {

	private static final long serialVersionUID = 1L;

	/** Why the connection ended. */
	private final CloseReason reason;

	/**
	 * Creates the exception.
	 * @param reason why the connection ended
	 * @param message which duct, what happened and what to do
	 * @param cause the failure underneath, or {@code null}
	 */
	public MessageProtocolException(CloseReason reason, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.reason = reason;
	}

	/**
	 * Why the connection ended.
	 * @return {@link CloseReason#BAD_MAGIC}, {@link CloseReason#FRAME_TOO_LARGE},
	 * {@link CloseReason#FRAME_TIMEOUT} or {@link CloseReason#UNMATCHED}
	 */
	public CloseReason reason() {
		return this.reason;
	}

}
