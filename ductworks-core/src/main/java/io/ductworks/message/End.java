package io.ductworks.message;

import io.ductworks.CloseReason;
import io.ductworks.DuctTimeoutException;
import io.ductworks.DuctworksException;
import io.ductworks.MessageProtocolException;
import io.ductworks.NotConnectedException;
import io.ductworks.RemoteDuctClosedException;
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

	boolean isLocal() {
		return this.reason == CloseReason.LOCAL_SHUTDOWN;
	}

	DuctworksException exception(String subject) {
		String message = subject + ": " + this.text;
		return switch (this.reason) {
			case PEER_CLOSED, PEER_RESET, TRUNCATED -> new RemoteDuctClosedException(this.reason, message, this.cause);
			case BAD_MAGIC, FRAME_TOO_LARGE -> new MessageProtocolException(message, this.cause);
			case SEND_TIMEOUT, UNANSWERED -> new DuctTimeoutException(message, this.cause);
			case LOCAL_SHUTDOWN, TOO_MANY_CHILDREN -> new NotConnectedException(message, this.cause);
		};
	}

}
