package io.ductworks.message;

import java.lang.reflect.Type;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.ductworks.DuctInterruptedException;
import io.ductworks.DuctTimeoutException;
import io.ductworks.DuctworksException;
import io.ductworks.internal.connection.PendingAnswer;
import io.ductworks.internal.loop.EventLoop;
import io.ductworks.message.ConnectionQueue.Place;
import org.jspecify.annotations.Nullable;

/**
 * The requests of an open duct: over which connection each goes out, and waiting for one.
 * With pipelining or JSON-RPC a connection takes any number, without one at a time. A
 * request of which no byte was written when its connection ended goes out over another,
 * once each. Thread-safe.
 */
final class Requests {

	/** Twice this can still be told from the past. */
	private static final long MAX_TIMEOUT_NANOS = Long.MAX_VALUE / 4;

	private final DuctScope scope;

	private final LiveConnections live;

	private final Completions completions;

	private final EventLoop loop;

	private final Executor workers;

	/** Whether a connection takes any number of requests at a time. */
	private final boolean pipelining;

	private final ConnectionQueue queue;

	/** One object, since the loop tells timers apart. */
	private final EventLoop.Timed graceEnd = this::onGraceEnd;

	Requests(DuctScope scope, LiveConnections live, Completions completions, EventLoop loop, Executor workers) {
		this.scope = scope;
		this.live = live;
		this.completions = completions;
		this.loop = loop;
		this.workers = workers;
		this.pipelining = scope.options().pipelining() || scope.options().isRpc();
		this.queue = new ConnectionQueue(live);
	}

	/**
	 * Asks, and waits for the answer.
	 * @param started since when the caller waits
	 */
	<T> @Nullable T request(@Nullable Object payload, Type type, long started, long timeoutNanos,
			Candidates candidates) {
		this.scope.traffic().requireMayAsk();
		long timeout = bounded(timeoutNanos);
		while (true) {
			Link link = take(candidates, started, timeout);
			Requester requester = link.requester();
			PendingAnswer answer = requester.answerOfCaller(started, timeout);
			if (ask(link, payload, answer)) {
				await(link, answer);
				if (!answer.isUnsent()) {
					return requester.decode(answer, type);
				}
			}
			candidates.tried(link);
		}
	}

	private static void await(Link link, PendingAnswer answer) {
		Serving serving = link.serving();
		serving.asks();
		try {
			link.requester().await(answer);
		}
		finally {
			serving.hasAsked(answer.isGivenUp());
		}
	}

	/**
	 * A time-out that can be told from the past when it is added to the present.
	 */
	static long bounded(long timeoutNanos) {
		return Math.min(timeoutNanos, MAX_TIMEOUT_NANOS);
	}

	/**
	 * Sends a request over a connection that was taken for it.
	 * @return false if the connection had ended, and nothing was sent
	 */
	boolean ask(Link link, @Nullable Object payload, PendingAnswer answer) {
		boolean queued = false;
		try {
			if (link.isOpen()) {
				this.scope.traffic().asking();
				queued = link.requester().ask(payload, answer);
			}
			return queued;
		}
		finally {
			if (!queued && !this.pipelining) {
				this.queue.free(link);
			}
		}
	}

	private Link take(Candidates candidates, long started, long timeoutNanos) {
		long deadline = started + timeoutNanos;
		while (true) {
			awaitCandidate(candidates, deadline);
			Link link = tryTake(candidates);
			if (link == null && !this.pipelining) {
				link = awaitFree(candidates, deadline, timeoutNanos);
			}
			if (link != null) {
				return link;
			}
		}
	}

	/**
	 * Waits until there is a connection, be it busy.
	 * @throws DuctworksException if there is none to wait for
	 */
	void awaitCandidate(Candidates candidates, long deadline) {
		requireThatMoreAreTaken();
		Link only = candidates.only();
		if (only == null) {
			this.live.await(candidates, deadline);
		}
		else if (!candidates.include(only)) {
			throw only.failure();
		}
	}

	private void requireThatMoreAreTaken() {
		if (this.completions.isFull()) {
			throw refused(Completions.CAPACITY + " answers wait for the code that depends on them, which is the limit; "
					+ "what takes it so long?");
		}
	}

	/**
	 * Takes a connection if one is free: where it takes any number of requests, of two
	 * taken at random the one over which fewer answers are due, which keeps all about
	 * equally busy.
	 */
	@Nullable Link tryTake(Candidates candidates) {
		if (!this.pipelining) {
			return this.queue.tryTake(candidates);
		}
		List<Link> all = this.live.all().stream().filter(candidates::include).toList();
		if (all.size() < 2) {
			return all.isEmpty() ? null : all.get(0);
		}
		ThreadLocalRandom random = ThreadLocalRandom.current();
		int first = random.nextInt(all.size());
		int second = (first + 1 + random.nextInt(all.size() - 1)) % all.size();
		return (all.get(first).connection().asking().due() <= all.get(second).connection().asking().due())
				? all.get(first) : all.get(second);
	}

	/**
	 * Waits until a connection is free.
	 * @return the connection, or {@code null} if none is left
	 */
	private @Nullable Link awaitFree(Candidates candidates, long deadline, long timeoutNanos) {
		CompletableFuture<@Nullable Link> granted = new CompletableFuture<>();
		Place place = enter(candidates, (link) -> {
			if (!granted.complete(link) && link != null) {
				this.queue.free(link);
			}
		});
		boolean taken = false;
		try {
			Link link = granted.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
			taken = true;
			return link;
		}
		catch (TimeoutException ex) {
			throw busy(timeoutNanos);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new DuctInterruptedException(
					this.scope.subject()
							+ ": interrupted while waiting for other requests; nothing was sent, the duct lives on",
					ex);
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			if (!taken) {
				this.queue.leave(place);
				Link link = granted.cancel(false) ? null : granted.getNow(null);
				if (link != null) {
					this.queue.free(link);
				}
			}
		}
	}

	Place enter(Candidates candidates, ConnectionQueue.Granted granted) {
		Place place = this.queue.enter(candidates, granted);
		if (place == null) {
			throw refused(
					ConnectionQueue.CAPACITY + " requests wait for a connection that is free, which is the limit");
		}
		watchGrace();
		return place;
	}

	boolean leave(Place place) {
		return this.queue.leave(place);
	}

	/**
	 * Gives back a connection over which nothing was asked.
	 */
	void giveBack(Link link) {
		this.queue.free(link);
	}

	DuctTimeoutException busy(long timeoutNanos) {
		return refused("its connections were busy with other requests for its time-out of "
				+ Requester.millis(timeoutNanos) + " ms; one at a time goes over each of the " + this.live.all().size()
				+ ". Allow more time or more connections, or set pipelining where the peer answers all, in order");
	}

	private DuctTimeoutException refused(String why) {
		this.scope.statistics().requestsRefused.increment();
		return new DuctTimeoutException(this.scope.subject() + ": a request was not sent, since " + why, null);
	}

	TrafficGuard traffic() {
		return this.scope.traffic();
	}

	Payloads payloads() {
		return this.scope.payloads();
	}

	Completions completions() {
		return this.completions;
	}

	EventLoop loop() {
		return this.loop;
	}

	Executor workers() {
		return this.workers;
	}

	// What happens to connections

	/**
	 * No answer is due any more over a connection.
	 */
	void answered(Link link) {
		if (!this.pipelining) {
			this.queue.free(link);
		}
	}

	/**
	 * There is a connection more.
	 */
	void connected() {
		this.queue.serve();
	}

	/**
	 * There is a connection less, or there will be none any more.
	 */
	void disconnected() {
		this.queue.dismiss();
		watchGrace();
	}

	/**
	 * Whether some wait for a connection.
	 */
	boolean areWaiting() {
		return !this.queue.isEmpty();
	}

	/**
	 * Those that wait in the queue while there is no connection do so no longer than the
	 * duct waits for one.
	 */
	private void watchGrace() {
		if (areWaiting() && this.live.all().isEmpty()) {
			this.loop.addTimer(this.graceEnd);
		}
	}

	private long onGraceEnd(long now) {
		this.queue.dismiss();
		return areWaiting() ? this.live.graceLeft() : Long.MAX_VALUE;
	}

}
