package io.ductworks.internal.frame;

import io.ductworks.CloseReason;

/**
 * What arrived is no frame, or one over the limit. Nothing after it can be trusted.
 */
public final class MalformedFrameException extends Exception {

	private static final long serialVersionUID = 1L;

	/** Why the connection has to end. */
	private final CloseReason reason;

	MalformedFrameException(CloseReason reason, String message) {
		super(message);
		this.reason = reason;
	}

	/**
	 * Why the connection has to end.
	 * @return the reason
	 */
	public CloseReason reason() {
		return this.reason;
	}

}
