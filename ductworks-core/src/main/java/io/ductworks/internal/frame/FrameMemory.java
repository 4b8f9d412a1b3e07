package io.ductworks.internal.frame;

/**
 * How much memory the frames may take that are being gathered over all connections, so
 * that many peers that send large messages at a time end some connections and not the
 * process. Thread-safe.
 */
final class FrameMemory {

	/** For all connections of this process: a quarter of the largest heap. */
	static final FrameMemory OF_PROCESS = new FrameMemory(Runtime.getRuntime().maxMemory() / 4);

	private final long limit;

	private long held;

	/**
	 * Creates one that is free.
	 * @param limit the number of bytes
	 */
	FrameMemory(long limit) {
		this.limit = limit;
	}

	Share share() {
		return new Share(this);
	}

	/**
	 * Changes what one reader holds. If the others hold nothing, one may have as much as
	 * it needs: its frame is as small as its own limit wants it.
	 * @return whether that was possible
	 */
	private synchronized boolean change(long from, long to) {
		long others = this.held - from;
		if (to > from && others > 0 && others + to > this.limit) {
			return false;
		}
		this.held = others + to;
		return true;
	}

	private synchronized boolean isScarce() {
		return this.held > this.limit / 2;
	}

	synchronized long held() {
		return this.held;
	}

	/**
	 * What one reader holds.
	 */
	static final class Share {

		private final FrameMemory memory;

		/** Guarded by this, as is the next. */
		private long held;

		private boolean closed;

		private Share(FrameMemory memory) {
			this.memory = memory;
		}

		/**
		 * Holds that many bytes from now on, in place of what was held.
		 * @return false if there are not so many, and nothing has changed
		 */
		synchronized boolean hold(long bytes) {
			if (bytes != this.held && !this.closed && this.memory.change(this.held, bytes)) {
				this.held = bytes;
			}
			return bytes <= this.held;
		}

		/**
		 * Whether it is better not to keep what may be needed again.
		 */
		boolean isScarce() {
			return this.memory.isScarce();
		}

		/**
		 * Holds nothing, and never again.
		 */
		synchronized void close() {
			this.memory.change(this.held, 0);
			this.held = 0;
			this.closed = true;
		}

		@Override
		public String toString() {
			return "the frames that are being gathered over all connections hold " + this.memory.held() + " of "
					+ this.memory.limit + " bytes, a quarter of the heap";
		}

	}

}
