package io.ductworks.peer;

import org.jspecify.annotations.Nullable;

/**
 * The error that a call was answered with. Immutable.
 *
 * @param code the number that says what kind of error it is, such as -32602
 * @param message what is wrong, in a few words
 * @param data more about it, JSON text as it came, or {@code null} if there is none
 */
public record RpcError(int code, String message, @Nullable String data) {

	/**
	 * The error as failures show it.
	 */
	@Override
	public String toString() {
		return "error " + this.code + " " + this.message
				+ ((this.data != null) ? ", data " + PeerConnection.shown(this.data) : "");
	}

}
