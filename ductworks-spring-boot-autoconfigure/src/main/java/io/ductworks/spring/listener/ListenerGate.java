package io.ductworks.spring.listener;

import java.util.concurrent.Semaphore;

import io.ductworks.DuctProblemException;
import io.ductworks.message.DuctMessage;
import org.jspecify.annotations.Nullable;

/**
 * Where messages wait for their listener, or are turned away. Thread-safe.
 */
final class ListenerGate {

	private final RegisteredListener listener;

	/** How many messages may be handled at a time, over all connections. */
	private final @Nullable Semaphore permits;

	/**
	 * Creates a gate.
	 * @param listener says whether messages are handled
	 * @param concurrency how many at a time, 0 for any number
	 */
	ListenerGate(RegisteredListener listener, int concurrency) {
		this.listener = listener;
		this.permits = (concurrency > 0) ? new Semaphore(concurrency, true) : null;
	}

	/**
	 * Waits until a message may be handled.
	 * @return false if it may not, and its sender was told
	 */
	boolean enter(DuctMessage message) {
		try {
			if (this.listener.takesMessages()) {
				if (this.permits != null) {
					this.permits.acquire();
				}
				return true;
			}
		}
		catch (InterruptedException ex) {
			// The duct was closed meanwhile; its worker goes on without the interrupt.
		}
		if (message.isRequest()) {
			message.replyWithError(DuctProblemException
				.unavailable("listener " + this.listener.id() + " does not run; ask again later"));
		}
		else {
			message.notFound("The listener does not run", this.listener.id());
		}
		return false;
	}

	/**
	 * Notes that a message is handled, and answered.
	 */
	void leave() {
		if (this.permits != null) {
			this.permits.release();
		}
	}

}
