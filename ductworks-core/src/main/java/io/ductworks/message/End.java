package io.ductworks.message;

import java.io.EOFException;
import java.io.IOException;

import javax.net.ssl.SSLException;

import io.ductworks.CloseReason;
import io.ductworks.DuctTimeoutException;
import io.ductworks.DuctworksException;
import io.ductworks.MessageProtocolException;
import io.ductworks.NotConnectedException;
import io.ductworks.RemoteDuctClosedException;
import io.ductworks.internal.loop.LogText;
import org.jspecify.annotations.Nullable;

/**
 * How a connection ended, and the exception that says so to each of its users.
 *
 * @param reason why
 * @param text what happened, as the end of a sentence that begins with the duct
 * @param cause the failure underneath, if any
 */
record End(CloseReason reason, String text, @Nullable Exception cause) {

	static final End LOCAL = new End(CloseReason.LOCAL_SHUTDOWN, "closed by this side", null);

	/**
	 * The end by a failure to read.
	 */
	static End of(IOException ex) {
		if (ex instanceof EOFException) {
			return new End(CloseReason.TRUNCATED, String.valueOf(ex.getMessage()), ex);
		}
		if (ex instanceof SSLException) {
			return new End(CloseReason.TLS_FAILED, "TLS failed: " + LogText.shown(String.valueOf(ex.getMessage())), ex);
		}
		return new End(CloseReason.PEER_RESET, "the connection broke: " + ex.getMessage(), ex);
	}

	boolean isLocal() {
		return this.reason == CloseReason.LOCAL_SHUTDOWN;
	}

	/**
	 * Whether something went wrong, in other words: neither side has just closed.
	 */
	boolean isFault() {
		return !isLocal() && this.reason != CloseReason.PEER_CLOSED;
	}

	DuctworksException exception(String subject) {
		String message = subject + ": " + this.text;
		return switch (this.reason) {
			case PEER_CLOSED, PEER_RESET, TRUNCATED, TLS_FAILED, HANDSHAKE_TIMEOUT ->
				new RemoteDuctClosedException(this.reason, message, this.cause);
			case BAD_MAGIC, FRAME_TOO_LARGE, FRAME_TIMEOUT -> new MessageProtocolException(message, this.cause);
			case SEND_TIMEOUT, UNANSWERED -> new DuctTimeoutException(message, this.cause);
			case LOCAL_SHUTDOWN, TOO_MANY_CHILDREN, UNAUTHORISED -> new NotConnectedException(message, this.cause);
		};
	}

}
