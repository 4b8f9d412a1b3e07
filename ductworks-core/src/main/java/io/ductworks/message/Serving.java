package io.ductworks.message;

/**
 * What a connection's handler is doing.
 */
interface Serving {

	/** Of a connection that has no handler. */
	Serving NOT = new Serving() {

		@Override
		public boolean isUnderWay() {
			return false;
		}

		@Override
		public boolean isCurrentThread() {
			return false;
		}

		@Override
		public boolean isCurrentThreadWithMoreAtHand() {
			return false;
		}

		@Override
		public void sent() {
		}

		@Override
		public void resume() {
		}

	};

	/**
	 * Whether a message is being handled, or soon will be.
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
	boolean isCurrentThreadWithMoreAtHand();

	/**
	 * Notes that the calling thread has sent something: if it runs the handler, that is
	 * the answer.
	 */
	void sent();

	/**
	 * Looks for messages to handle.
	 */
	void resume();

}
