package io.ductworks;

import java.util.Locale;

/**
 * Why a connection ended. The set is closed: exceptions, meter tags and events all take
 * their reason from here.
 */
public enum CloseReason {

	/** The peer closed the connection between two frames. */
	PEER_CLOSED,

	/** The connection broke: reset by the peer, broken pipe or another I/O error. */
	PEER_RESET,

	/** The stream ended inside a frame, or without the {@code close_notify} of TLS. */
	TRUNCATED,

	/** A frame did not begin with the byte {@code 0x54}. */
	BAD_MAGIC,

	/** A frame announced more bytes than {@code max-frame-size} allows. */
	FRAME_TOO_LARGE,

	/** A frame was begun, and not all of it came within the frame time-out. */
	FRAME_TIMEOUT,

	/** Bytes were waiting, and none could be written within the send time-out. */
	SEND_TIMEOUT,

	/** A request that had timed out stayed unanswered for a further grace. */
	UNANSWERED,

	/**
	 * A message came where only answers are expected, and none was due: which answer is
	 * whose could not be told any more.
	 */
	UNMATCHED,

	/** Messages of the peer waited for longer than {@code unread-timeout}. */
	UNREAD,

	/** There was no memory for what came or was to be sent. */
	OUT_OF_MEMORY,

	/** The parent said that it does not take this child. */
	REFUSED,

	/** The parent had as many children as it takes. */
	TOO_MANY_CHILDREN,

	/** The handshake of TLS was not over in time. */
	HANDSHAKE_TIMEOUT,

	/** TLS failed: a certificate is not accepted, or the peer does not speak TLS. */
	TLS_FAILED,

	/** The peer's user, or the subject of its certificate, is not allowed there. */
	UNAUTHORISED,

	/** This side closed the connection. */
	LOCAL_SHUTDOWN;

	private final String tag = name().toLowerCase(Locale.ROOT).replace('_', '-');

	/**
	 * The reason as it appears in messages and meter tags: lower case with hyphens, such
	 * as {@code peer-closed}.
	 * @return the tag, never empty
	 */
	public String tag() {
		return this.tag;
	}

}
