package io.ductworks.message;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.CloseReason;
import io.ductworks.DuctworksException;
import io.ductworks.MessageCodecException;
import io.ductworks.message.Dispatching.Mode;
import io.ductworks.message.Inbound.Next;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the messages of one connection to a handler, in order. A worker thread reads and
 * handles; it stays with the connection while messages keep coming and then leaves it to
 * the loop again.
 */
final class Dispatch implements Runnable {

	private static final Logger logger = LoggerFactory.getLogger(Dispatch.class);

	/** How long a worker waits for the next message before it goes. */
	private static final long STAY_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

	/** A connection that has spoken so lately is likely to go on. */
	private static final long RECENT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

	private final Connection connection;

	private final DuctHandler handler;

	/** How often a run was asked for since the last one began; above 0 there is one. */
	private final AtomicInteger asked = new AtomicInteger();

	private volatile @Nullable Thread thread;

	/** How long to wait for another message in this run. */
	private long stayNanos;

	/** When the last run ended, or 0. */
	private long lastEnd;

	/** Whether another message follows the one that is being handled. */
	private boolean moreAtHand;

	Dispatch(Connection connection, DuctHandler handler) {
		this.connection = connection;
		this.handler = handler;
	}

	/**
	 * Asks for a run, which begins once observers know of the connection. One that is
	 * under way goes on for longer.
	 */
	void schedule() {
		if (this.asked.getAndIncrement() > 0) {
			return;
		}
		Session session = this.connection.session();
		session.dispatches().incrementAndGet();
		if (this.connection.isAnnounced()) {
			session.execute(this);
		}
		else {
			// Not by a worker that waits: it may be the only one that observers could
			// have.
			session.notifier().afterwards(() -> session.execute(this));
		}
	}

	/**
	 * Whether a run was asked for or goes on.
	 */
	boolean isUnderWay() {
		return this.asked.get() != 0;
	}

	/**
	 * Whether the calling thread runs this connection's handler.
	 */
	boolean isCurrentThread() {
		return this.thread == Thread.currentThread();
	}

	/**
	 * Whether the calling thread handles a message, and will at once handle another.
	 */
	boolean isCurrentThreadWithMoreAtHand() {
		return isCurrentThread() && this.moreAtHand;
	}

	@Override
	public void run() {
		try {
			drainWhileAsked();
		}
		finally {
			this.connection.session().dispatches().decrementAndGet();
		}
	}

	private void drainWhileAsked() {
		int seen;
		do {
			seen = this.asked.get();
			try {
				drain();
			}
			catch (InterruptedException ex) {
				// A worker is interrupted only to end it, when its duct is closed.
				Thread.currentThread().interrupt();
			}
			catch (RuntimeException | Error ex) {
				this.connection.finish(new End(CloseReason.PEER_RESET, "handing out failed: " + ex, null));
				logger.error("{}: handing out failed; the connection has ended", this.connection.subject(), ex);
			}
		}
		while (this.asked.addAndGet(-seen) != 0);
	}

	private void drain() throws InterruptedException {
		boolean more = true;
		// To wait takes a thread and a selector, too much for who speaks now and then.
		boolean recent = this.lastEnd != 0 && System.nanoTime() - this.lastEnd < RECENT_NANOS;
		this.stayNanos = recent ? STAY_NANOS : 0;
		// Who has the turn asks for another run when giving it back.
		while (more && this.connection.isDispatching() && this.connection.inbound().turn.tryAcquire()) {
			more = handleNext();
		}
		if (this.connection.end() != null && !this.connection.isDispatching()) {
			// Nobody else looks after what is left of a connection that has ended.
			this.connection.look();
		}
		this.lastEnd = System.nanoTime();
	}

	/**
	 * Takes the next message, gives the turn back and handles the message: while the
	 * handler runs, requesters may read.
	 * @return whether there was a message
	 */
	private boolean handleNext() throws InterruptedException {
		Inbound inbound = this.connection.inbound();
		byte[] payload = null;
		Mode mode = Mode.SUSPEND;
		try {
			if (inbound.await(System.nanoTime() + this.stayNanos) == Next.MESSAGE) {
				mode = this.connection.endpoint().dispatching().begin();
				payload = (mode != Mode.SUSPEND) ? inbound.take() : null;
				this.moreAtHand = inbound.next() == Next.MESSAGE;
			}
		}
		finally {
			if (payload != null) {
				this.connection.releaseTurnToHandle();
			}
			else {
				if (mode == Mode.HAND_OUT) {
					// There was no memory to take it with.
					this.connection.endpoint().dispatching().end();
				}
				this.connection.releaseTurn();
			}
		}
		if (payload == null) {
			return false;
		}
		DuctMessage message = new DuctMessage(this.connection, payload);
		if (mode == Mode.REFUSE) {
			if (message.error() == null) {
				refuse(message);
			}
		}
		else {
			handle(message);
		}
		return true;
	}

	private void handle(DuctMessage message) {
		this.thread = Thread.currentThread();
		try {
			this.handler.handle(this.connection.duct(), message);
		}
		catch (MessageCodecException ex) {
			// Without its causes, which quote the payload.
			this.connection.endpoint()
				.log()
				.warn("unreadable", this.connection.subject() + ": the handler failed on a message of " + message.size()
						+ " bytes; the next message follows: " + ex.getMessage());
		}
		catch (Throwable ex) {
			// Each kind for itself, so that what a peer provokes hides nothing else.
			this.connection.endpoint()
				.log()
				.warn(ex.getClass().getName(), this.connection.subject() + ": the handler failed on a message of "
						+ message.size() + " bytes; the next message follows", ex);
		}
		finally {
			this.thread = null;
			// What a handler leaves behind must not hit the next one.
			Thread.interrupted();
			this.connection.endpoint().dispatching().end();
		}
	}

	private void refuse(DuctMessage message) {
		try {
			message.replyWithError(503, "Shutting down", null);
		}
		catch (DuctworksException ex) {
			logger.debug("{}: a refusal could not be sent", this.connection.subject(), ex);
		}
	}

}
