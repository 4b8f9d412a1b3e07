package io.ductworks.peer;

/**
 * Where scripts stand still until the test lets them go on.
 */
final class Holds {

	private int held;

	/** For those that stand still. */
	private int let;

	/** For those that come later. */
	private int ahead;

	/**
	 * Stands still until released, which may have been before.
	 * @return false if that was not in time
	 */
	synchronized boolean hold(Deadline deadline) throws InterruptedException {
		if (this.ahead > 0) {
			this.ahead--;
			return true;
		}
		this.held++;
		notifyAll();
		boolean released = false;
		try {
			released = deadline.await(this, () -> this.let > 0);
			return released;
		}
		finally {
			if (released) {
				this.let--;
			}
			else {
				this.held--;
			}
		}
	}

	synchronized void release() {
		if (this.held > 0) {
			this.held--;
			this.let++;
			notifyAll();
		}
		else {
			this.ahead++;
		}
	}

	/**
	 * Waits until somebody stands still.
	 * @return false if that was not in time
	 */
	synchronized boolean awaitHeld(Deadline deadline) throws InterruptedException {
		return deadline.await(this, () -> this.held > 0);
	}

}
