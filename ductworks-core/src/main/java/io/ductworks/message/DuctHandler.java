package io.ductworks.message;

import org.jspecify.annotations.Nullable;

/**
 * Takes the messages of a duct as they come, instead of {@link MessageDuct#recv()}. Calls
 * are in order for each connection; different connections are independent and may call at
 * the same time. A call may take its time: it holds up its own connection's next message
 * and nothing else.
 * <p>
 * A handler that is written as a lambda answers nothing by itself; what it sends to
 * {@code from} before it returns is its answer, as in the original's style. One that is
 * to answer each message is made with {@link #answering}.
 */
@FunctionalInterface
public interface DuctHandler {

	/**
	 * Handles one message. What it throws is logged, and the next message follows. If the
	 * handlers of the duct have ever answered a message, the one that made it throw is
	 * answered with a failure, as by an {@linkplain #answering answering} handler.
	 * @param from the connection that the message came on; what is sent to it goes back
	 * to the same peer
	 * @param message the message
	 * @throws Exception if the message could not be handled
	 */
	void handle(MessageDuct from, DuctMessage message) throws Exception;

	/**
	 * Makes a handler that answers each message: with the result, or with a failure of
	 * status 500 if it throws. One that throws a
	 * {@link io.ductworks.DuctProblemException} says itself what the requester is told. A
	 * message that cannot be read is answered with status 400. While the duct
	 * {@linkplain MessageDuctParent#drain drains}, messages are answered with status 503.
	 * <p>
	 * An answer that cannot be sent ends the connection, since all later answers would go
	 * to the wrong requests.
	 * @param answering gives the answer
	 * @return the handler
	 */
	static DuctHandler answering(Answering answering) {
		return new AnsweringHandler(answering);
	}

	/**
	 * Answers messages.
	 */
	@FunctionalInterface
	interface Answering {

		/**
		 * Answers one message.
		 * @param from the connection that the message came on
		 * @param message the message; if it is {@linkplain DuctMessage#reply(Object)
		 * replied to}, that is the answer, and the result is not sent
		 * @return the answer; {@code null} is an answer too
		 * @throws Exception if the message could not be handled
		 */
		@Nullable Object answer(MessageDuct from, DuctMessage message) throws Exception;

	}

}
