package io.ductworks.message;

/**
 * What a connection's handler is doing.
 */
interface Serving {

	/** Of a connection that has no handler. */
	Serving NOT = new Serving() {

		@Override
		public boolean messageReady() {
			return false;
		}

		@Override
		public boolean isAnswering(boolean unread) {
			return false;
		}

		@Override
		public boolean isUnderWay() {
			return false;
		}

		@Override
		public boolean isCurrentThread() {
			return false;
		}

		@Override
		public void resume() {
		}

	};

	/**
	 * A message may be there.
	 * @return whether it is going to be taken, and what follows be read
	 */
	boolean messageReady();

	/**
	 * Whether an answer may still go out to a peer that sends no more.
	 * @param unread whether a message waits to be taken
	 */
	boolean isAnswering(boolean unread);

	/**
	 * Whether a message is being handled, or soon will be, or an answer is still to come.
	 */
	boolean isUnderWay();

	/**
	 * Whether the calling thread runs the handler.
	 */
	boolean isCurrentThread();

	/**
	 * Whether the calling thread runs the handler, and will run it again at once, perhaps
	 * for another answer.
	 */
	default boolean isCurrentThreadWithMoreAtHand() {
		return false;
	}

	/**
	 * Notes that the calling thread has sent something: if it runs the handler, that is
	 * the answer.
	 */
	default void sent() {
	}

	/**
	 * Looks for messages to handle.
	 */
	void resume();

	/**
	 * The calling thread waits for an answer over the connection; it may run the handler.
	 */
	default void asks() {
	}

	/**
	 * The calling thread waits no more.
	 * @param inVain whether no answer has come
	 */
	default void hasAsked(boolean inVain) {
	}

	/**
	 * The connection has ended; what came before the end is still handled.
	 */
	default void connectionEnded() {
	}

	/**
	 * The connection is about to be closed by this side: answers that are still to come
	 * will not.
	 */
	default void closing() {
	}

	/**
	 * Counts what is left if the connection has ended: the duct is closed, and nobody
	 * comes back for it.
	 */
	default void abandonIfEnded() {
	}

	/**
	 * Drops what was taken and not handed out, since nobody handles it any more.
	 * @return how many messages
	 */
	default int abandon() {
		return 0;
	}

}
