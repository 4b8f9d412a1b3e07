package io.ductworks.internal.connection;

import java.io.EOFException;
import java.io.IOException;

import javax.net.ssl.SSLException;

import io.ductworks.CloseReason;
import io.ductworks.DuctworksException;
import io.ductworks.MessageProtocolException;
import io.ductworks.NotConnectedException;
import io.ductworks.RemoteDuctClosedException;
import io.ductworks.internal.frame.MalformedFrameException;
import io.ductworks.internal.loop.LogText;
import org.jspecify.annotations.Nullable;

/**
 * How a connection ended, and the exception that says so to each of its users.
 *
 * @param reason why
 * @param text what happened, as the end of a sentence that begins with the duct
 * @param cause the failure underneath, if any
 */
public record End(CloseReason reason, String text, @Nullable Exception cause) {

	/** This side closed the connection. */
	public static final End LOCAL = new End(CloseReason.LOCAL_SHUTDOWN, "closed by this side", null);

	/**
	 * The end by a failure to read.
	 */
	static End of(IOException ex) {
		if (ex instanceof MalformedFrameException malformed) {
			return new End(malformed.reason(), String.valueOf(ex.getMessage()), null);
		}
		if (ex instanceof EOFException) {
			return new End(CloseReason.TRUNCATED, String.valueOf(ex.getMessage()), ex);
		}
		if (ex instanceof SSLException) {
			return new End(CloseReason.TLS_FAILED, "TLS failed: " + LogText.shown(String.valueOf(ex.getMessage())), ex);
		}
		return broken(ex);
	}

	/**
	 * The end of a connection that broke.
	 */
	static End broken(@Nullable IOException cause) {
		return new End(CloseReason.PEER_RESET,
				"the connection broke" + ((cause != null) ? ": " + cause.getMessage() : ""), cause);
	}

	/**
	 * The end by a failure of this side, such as too little memory: what it cost cannot
	 * be made up for.
	 * @param what this side was doing
	 */
	static End failed(String what, Throwable failure) {
		return new End((failure instanceof OutOfMemoryError) ? CloseReason.OUT_OF_MEMORY : CloseReason.PEER_RESET,
				what + " failed: " + LogText.shown(failure.toString()), null);
	}

	/**
	 * The end by the peer, between two messages or inside one.
	 * @param unfinished how much of a message has come, or {@code null}
	 */
	static End ofStream(@Nullable String unfinished) {
		if (unfinished != null) {
			String text = "the peer closed the connection in the middle of a message, after " + unfinished;
			return new End(CloseReason.TRUNCATED, text, new EOFException(text));
		}
		String text = "the peer closed the connection";
		return new End(CloseReason.PEER_CLOSED, text, new EOFException(text));
	}

	/**
	 * Whether this side closed the connection.
	 * @return whether it did
	 */
	public boolean isLocal() {
		return this.reason == CloseReason.LOCAL_SHUTDOWN;
	}

	/**
	 * Whether something went wrong, in other words: neither side has just closed.
	 * @return whether it did
	 */
	public boolean isFault() {
		return !isLocal() && this.reason != CloseReason.PEER_CLOSED;
	}

	/**
	 * The exception for a caller that wanted to use the connection.
	 * @param subject which duct and connection
	 * @return the exception, new at each call
	 */
	public DuctworksException exception(String subject) {
		String message = subject + ": " + this.text;
		return switch (this.reason) {
			case BAD_MAGIC, FRAME_TOO_LARGE, FRAME_TIMEOUT, UNMATCHED ->
				new MessageProtocolException(this.reason, message, this.cause);
			case LOCAL_SHUTDOWN -> new NotConnectedException(this.reason, message, this.cause);
			default -> new RemoteDuctClosedException(this.reason, message, this.cause);
		};
	}

}
