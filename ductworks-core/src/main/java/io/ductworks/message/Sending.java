package io.ductworks.message;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a parent or child sends: to which connections each message goes, and waiting for
 * one. A message of which nothing was queued when its connection ended goes out over the
 * next one, if the duct waits for one. Thread-safe.
 */
final class Sending {

	private final DuctScope scope;

	private final LiveConnections live;

	private final Broadcast broadcast;

	private final long sendTimeoutNanos;

	Sending(DuctScope scope, LiveConnections live) {
		this.scope = scope;
		this.live = live;
		this.broadcast = new Broadcast(scope);
		this.sendTimeoutNanos = scope.sendTimeoutNanos();
	}

	/**
	 * Sends a message, to each of several connections.
	 */
	void send(@Nullable Object payload) {
		this.scope.requireMethods("send", payload instanceof RpcCall);
		ObservedSend observed = this.scope.outgoing().begin(payload, false);
		if (observed == null) {
			sendNow(payload);
		}
		else {
			observed.send(this::sendNow);
		}
	}

	private void sendNow(@Nullable Object payload) {
		Link only = this.live.only();
		long left = (only != null) ? only.trySend(payload, this.sendTimeoutNanos) : this.sendTimeoutNanos;
		if (left == Sender.QUEUED) {
			return;
		}
		long deadline = System.nanoTime() + left;
		if (only != null) {
			requireOthersComing(List.of(only), deadline);
		}
		List<Link> targets = this.live.await(deadline);
		while (!trySend(targets, payload, deadline - System.nanoTime())) {
			requireOthersComing(targets, deadline);
			targets = this.live.await(deadline);
		}
	}

	private boolean trySend(List<Link> targets, @Nullable Object payload, long timeoutNanos) {
		if (targets.size() == 1) {
			return targets.get(0).trySend(payload, timeoutNanos) == Sender.QUEUED;
		}
		this.scope.traffic().sending();
		return this.broadcast.send(targets, payload, timeoutNanos);
	}

	/**
	 * What was not queued when its connection ended goes out over the next one, if the
	 * duct waits for one.
	 */
	private void requireOthersComing(List<Link> ended, long deadline) {
		if (!this.live.awaitGone(ended, deadline)) {
			throw ended.get(0).failure();
		}
	}

	/**
	 * Sends several messages with one time-out.
	 */
	void sendAll(Iterable<?> payloads) {
		this.scope.requireMethods("sendAll", false);
		ObservedSend observed = this.scope.outgoing().begin(null, false);
		if (observed == null) {
			sendAllNow(payloads);
		}
		else {
			observed.send((ignored) -> sendAllNow(payloads));
		}
	}

	private void sendAllNow(Iterable<?> payloads) {
		long deadline = System.nanoTime() + this.sendTimeoutNanos;
		List<Link> targets = awaitOpen(deadline);
		if (targets.size() == 1) {
			targets.get(0).sendAll(payloads, deadline - System.nanoTime());
		}
		else {
			payloads.forEach(this::sendNow);
		}
	}

	/**
	 * Sends a last message to each connection.
	 */
	void sendLast(@Nullable Object payload) {
		this.scope.requireMethods("sendLast", payload instanceof RpcCall);
		ObservedSend observed = this.scope.outgoing().begin(payload, false);
		if (observed == null) {
			sendLastNow(payload);
		}
		else {
			observed.send(this::sendLastNow);
		}
	}

	private void sendLastNow(@Nullable Object payload) {
		long deadline = System.nanoTime() + this.sendTimeoutNanos;
		awaitOpen(deadline).forEach((link) -> link.sendLast(payload, deadline));
	}

	/**
	 * All connections to send to, of which one at least has not ended a moment ago.
	 */
	private List<Link> awaitOpen(long deadline) {
		List<Link> targets = this.live.await(deadline);
		while (targets.stream().noneMatch(Link::isOpen)) {
			requireOthersComing(targets, deadline);
			targets = this.live.await(deadline);
		}
		return targets;
	}

}
