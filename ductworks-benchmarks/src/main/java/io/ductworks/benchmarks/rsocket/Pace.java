package io.ductworks.benchmarks.rsocket;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import io.rsocket.RSocket;
import io.rsocket.util.EmptyPayload;

/**
 * Keeps one sender's fire and forget, which knows no back-pressure, from filling the
 * memory: asks now and then whether all so far has arrived, and waits for the answer to
 * the question before.
 */
class Pace {

	private final RSocket socket;

	private final int credit;

	private CompletableFuture<?> before = CompletableFuture.completedFuture(EmptyPayload.INSTANCE);

	private int sent;

	Pace(RSocket socket, int credit) {
		this.socket = socket;
		this.credit = credit;
	}

	void sent() throws ExecutionException, InterruptedException {
		this.sent++;
		if (this.sent == this.credit) {
			this.sent = 0;
			CompletableFuture<?> now = this.socket.requestResponse(EmptyPayload.INSTANCE).toFuture();
			this.before.get();
			this.before = now;
		}
	}

}
