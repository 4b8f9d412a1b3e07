package io.ductworks.internal.frame;

import java.io.IOException;

import io.ductworks.CloseReason;

/**
 * What arrived is no frame, or one that is too large for the limit or the memory. Nothing
 * after it can be read.
 */
public final class MalformedFrameException extends IOException {

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
