package io.ductworks.message;

/**
 * Takes the messages of a duct as they come, instead of {@link MessageDuct#recv()}. Calls
 * are in order for each connection; different connections are independent and may call at
 * the same time. A call may take its time: it holds up its own connection's next message
 * and nothing else.
 */
@FunctionalInterface
public interface DuctHandler {

	/**
	 * Handles one message. What it throws is logged, and the next message follows.
	 * @param from the connection that the message came on; what is sent to it goes back
	 * to the same peer
	 * @param message the message
	 * @throws Exception if the message could not be handled
	 */
	void handle(MessageDuct from, DuctMessage message) throws Exception;

	/**
	 * Whether senders expect an answer to every message. If so, messages that come while
	 * the duct {@linkplain MessageDuctParent#drain drains} are answered with an error at
	 * once; others stay unread.
	 * @return {@code false} by default
	 */
	default boolean replies() {
		return false;
	}

}
