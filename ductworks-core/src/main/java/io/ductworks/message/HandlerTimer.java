package io.ductworks.message;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import io.ductworks.DuctProblemException;
import io.ductworks.DuctworksException;
import io.ductworks.internal.loop.EventLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for messages of a duct whose handler, or whose deferred answer, takes longer than
 * the duct's handler time-out: their requesters are told. A handler that runs goes on.
 * Thread-safe.
 */
final class HandlerTimer implements EventLoop.Timed {

	private static final Logger logger = LoggerFactory.getLogger(HandlerTimer.class);

	/** A look at all that run is not worth to be more exact. */
	private static final int LOOKS_PER_TIMEOUT = 10;

	private final EventLoop loop;

	private final Executor workers;

	/** In nanoseconds, 0 for never. */
	private final long timeout;

	private final Set<Watched> watched = ConcurrentHashMap.newKeySet();

	/** Whether the loop looks; guarded by this. */
	private boolean looks;

	/**
	 * Creates one for an open duct.
	 * @param timeoutNanos the handler time-out, 0 for none
	 */
	HandlerTimer(EventLoop loop, Executor workers, long timeoutNanos) {
		this.loop = loop;
		this.workers = workers;
		this.timeout = timeoutNanos;
	}

	/**
	 * A message that is being handled, or whose answer is deferred.
	 */
	static final class Watched {

		private final DuctMessage message;

		private final Thread handler = Thread.currentThread();

		private final long began = System.nanoTime();

		private volatile boolean running = true;

		private volatile boolean overdue;

		private Watched(DuctMessage message) {
			this.message = message;
		}

	}

	/**
	 * Watches a message that the calling thread is about to handle.
	 * @return what {@link #handled} takes, {@code null} without a time-out
	 */
	@Nullable Watched handling(DuctMessage message) {
		if (this.timeout == 0) {
			return null;
		}
		Watched watched = new Watched(message);
		this.watched.add(watched);
		synchronized (this) {
			if (!this.looks) {
				this.looks = true;
				this.loop.addTimer(this);
			}
		}
		return watched;
	}

	/**
	 * Notes that the handler has returned.
	 */
	void handled(@Nullable Watched watched) {
		if (watched != null) {
			watched.running = false;
			if (!watched.message.answer().isDue()) {
				this.watched.remove(watched);
			}
		}
	}

	@Override
	public long onTime(long now) {
		for (Watched watched : this.watched) {
			if (!watched.running && !watched.message.answer().isDue()) {
				this.watched.remove(watched);
			}
			else if (!watched.overdue && now - watched.began >= this.timeout) {
				watched.overdue = true;
				tell(watched);
			}
		}
		synchronized (this) {
			this.looks = !this.watched.isEmpty();
			return this.looks ? Math.max(1, this.timeout / LOOKS_PER_TIMEOUT) : Long.MAX_VALUE;
		}
	}

	/**
	 * On a worker, since to answer may wait for room.
	 */
	private void tell(Watched watched) {
		try {
			this.workers.execute(() -> tooLong(watched));
		}
		catch (RejectedExecutionException ex) {
			// The duct was closed meanwhile.
		}
	}

	private void tooLong(Watched watched) {
		DuctMessage message = watched.message;
		Reply reply = message.answer();
		if (watched.running) {
			Throwable where = new Throwable("what the handler does");
			where.setStackTrace(watched.handler.getStackTrace());
			logger.warn(
					"{}: the handler takes longer than its time-out of {} ms; it goes on, and its requester, if "
							+ "there is one, is told",
					reply.replies().subject(), TimeUnit.NANOSECONDS.toMillis(this.timeout), where);
		}
		if (!message.isRequest() && !reply.isDeferred()) {
			return;
		}
		DuctProblemException problem = new DuctProblemException(500,
				"The handler took longer than its time-out of " + TimeUnit.NANOSECONDS.toMillis(this.timeout) + " ms");
		try {
			if (reply.abandon(problem)) {
				reply.tellAbandoned();
			}
		}
		catch (DuctworksException ex) {
			logger.debug("{}: a requester could not be told", reply.replies().subject(), ex);
		}
	}

}
