package io.ductworks.internal.connection;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

/**
 * What the owner of a connection is told and asked. Called by the loop and by threads
 * that read, write or close; must not block.
 */
public interface ConnectionListener {

	/**
	 * A message may be there that no caller waits for. Told if the messages go to a
	 * handler or to callers of any connection.
	 * @return whether another thread takes it and reads on, so that nobody else has to
	 */
	boolean messageReady();

	/**
	 * Whether an answer may still go out to a peer that sends no more.
	 * @param unread whether a message waits to be taken
	 * @param unwritten whether bytes wait to be written
	 * @return whether there may be one
	 */
	boolean isAnswering(boolean unread, boolean unwritten);

	/**
	 * An answer has come, and no other is due.
	 */
	void answered();

	/**
	 * Whether the next payload may be {@linkplain #received taken}; else it stays unread,
	 * with all behind it, until a thread reads again. Asked where answers bear an id.
	 * @return whether it may
	 */
	boolean takesMore();

	/**
	 * Takes a payload as it is found, be it an answer or a message. Told where answers
	 * bear an id, so that only the owner can tell them apart; it gives answers to
	 * {@link Asking#answered}.
	 * @param payload the payload, the owner's from now on
	 */
	void received(byte[] payload);

	/**
	 * How many messages were taken over all connections of the owner.
	 * @return the number of messages
	 */
	long messagesTaken();

	/**
	 * The system gives no selector to wait for the peer with. A reader goes on without,
	 * and looks for bytes many times in a second.
	 * @param failure what the system said
	 */
	void cannotWait(IOException failure);

	/**
	 * Looks whether the first message of a connection says that the peer refuses it.
	 * @param bytes has its payload
	 * @param offset where that begins
	 * @param length how long it is
	 * @return how the connection ends, or {@code null} if it is any other message
	 */
	@Nullable End refusal(byte[] bytes, int offset, int length);

	/**
	 * Messages have waited for some time, and nobody has taken one meanwhile. Comes once
	 * for as long as that is so.
	 * @param nanos for how long
	 */
	void untaken(long nanos);

	/**
	 * The connection is about to end: nobody can see the end before this has returned.
	 * Comes once.
	 * @param end how it ends
	 */
	void ending(End end);

	/**
	 * The connection has ended and its channel is let go. Comes once.
	 * @param end how it ended
	 * @param unsent how many accepted frames were not written to their end
	 */
	void ended(End end, int unsent);

	/**
	 * The end is worked off: requests have failed, and threads that waited for the end go
	 * on. Comes once.
	 * @param end how it ended
	 */
	void over(End end);

	/**
	 * This side has closed the connection, and messages were left that nobody had taken.
	 * @param messages how many
	 */
	void unhandled(int messages);

	/**
	 * The connection has ended, and all that came over it has been taken. May come more
	 * than once.
	 */
	void drained();

}
