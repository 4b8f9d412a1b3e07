package io.ductworks;

import org.jspecify.annotations.Nullable;

/**
 * The frame was fine, its content was not: a payload that cannot be encoded, is over
 * {@code max-frame-size}, or bytes that cannot be decoded to the wanted type. Only this
 * message is lost; the connection stays.
 */
public final class MessageCodecException extends DuctworksException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message which duct, what happened and what to do
	 * @param cause the failure underneath, or {@code null}
	 */
	public MessageCodecException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
