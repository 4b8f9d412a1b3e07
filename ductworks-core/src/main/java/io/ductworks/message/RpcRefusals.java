package io.ductworks.message;

import java.util.concurrent.Executor;

import io.ductworks.DuctProblemException;
import io.ductworks.DuctworksException;
import io.ductworks.internal.protocol.RpcErrors;
import io.ductworks.internal.protocol.RpcId;
import io.ductworks.internal.protocol.RpcWriter;
import org.jspecify.annotations.Nullable;

/**
 * Answers that the library gives by itself, from threads that must not block. What finds
 * no room to be sent waits for it on a worker, up to a limit. Thread-safe.
 */
final class RpcRefusals {

	/** How many may wait for room. */
	private static final int CAPACITY = 1024;

	private final Link link;

	private final Executor workers;

	/** Made for the first that finds no room. */
	private @Nullable TaskQueue waiting;

	RpcRefusals(Link link, Executor workers) {
		this.link = link;
		this.workers = workers;
	}

	/**
	 * Sends an error, now or when there is room.
	 * @param id the request's id, {@code null} if it is not known
	 */
	void send(@Nullable RpcId id, int code, String text) {
		send(RpcWriter.error(id, RpcErrors.encode(code, text)));
	}

	/**
	 * Sends a problem, now or when there is room.
	 */
	void send(RpcId id, DuctProblemException problem) {
		send(RpcWriter.error(id, RpcErrors.encode(problem, Integer.MAX_VALUE)));
	}

	private void send(byte[] answer) {
		if (this.link.sender().offer(answer)) {
			return;
		}
		if (!waiting().offer(() -> sendWaiting(answer), CAPACITY)) {
			this.link.scope()
				.log()
				.warn("refusals-full",
						this.link.subject() + ": " + CAPACITY + " answers that refuse requests wait for the peer to "
								+ "read, which is the limit; another one was dropped, its requester is told nothing");
		}
	}

	private synchronized TaskQueue waiting() {
		TaskQueue waiting = this.waiting;
		if (waiting == null) {
			waiting = new TaskQueue(this.workers, 1);
			this.waiting = waiting;
		}
		return waiting;
	}

	private void sendWaiting(byte[] answer) {
		try {
			this.link.sender().sendEncoded(answer, answer.length, false, this.link.scope().sendTimeoutNanos());
		}
		catch (DuctworksException ex) {
			this.link.scope()
				.log()
				.warn("refusal-unsent",
						this.link.subject() + ": an answer that refuses a request was not sent: " + ex.getMessage());
		}
	}

}
