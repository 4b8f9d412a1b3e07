package io.ductworks.message;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

import io.ductworks.CloseReason;
import io.ductworks.DuctProblemException;
import io.ductworks.DuctworksException;
import io.ductworks.internal.connection.End;
import io.ductworks.internal.connection.Next;
import io.ductworks.internal.connection.Reading;
import io.ductworks.message.HandlerSwitch.Mode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the messages of one connection to a handler, in order. A worker thread reads and
 * handles; it stays with the connection while messages keep coming and then leaves it to
 * the loop again.
 */
final class HandlerRun implements Serving, Runnable {

	private static final Logger logger = LoggerFactory.getLogger(HandlerRun.class);

	/** How long a worker waits for the next message before it goes. */
	private static final long STAY_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

	/** A connection that has spoken so lately is likely to go on. */
	private static final long RECENT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

	private static final AtomicIntegerFieldUpdater<HandlerRun> ASKED = AtomicIntegerFieldUpdater
		.newUpdater(HandlerRun.class, "asked");

	private final Link link;

	private final Handling handling;

	private final Reading reading;

	private final HandlerCalls calls;

	private final LinkReplies replies;

	/** How often a run was asked for since the last one began; above 0 there is one. */
	private volatile int asked;

	/** How long to wait for another message in this run. */
	private long stayNanos;

	/** When the last run ended, or 0. */
	private long lastEnd;

	/** Whether another message follows the one that is being handled. */
	private boolean moreAtHand;

	HandlerRun(Link link, Handling handling) {
		this.link = link;
		this.handling = handling;
		this.reading = link.connection().reading();
		this.calls = new HandlerCalls(link, handling);
		this.replies = new LinkReplies(link, handling.handlerSwitch(), handling.handler() instanceof AnsweringHandler);
	}

	/**
	 * Asks for a run, which begins once observers know of the connection. One that is
	 * under way goes on for longer.
	 */
	void schedule() {
		if (ASKED.getAndIncrement(this) > 0) {
			return;
		}
		this.handling.runs().incrementAndGet();
		// Not by a worker that waits: it may be the only one that observers could have.
		this.link.announcement().afterwards(this::start);
	}

	private void start() {
		try {
			this.handling.workers().execute(this);
		}
		catch (RejectedExecutionException ex) {
			// The duct was closed meanwhile, and hands out nothing more.
			this.asked = 0;
			this.handling.runs().decrementAndGet();
			abandonIfEnded();
		}
	}

	/**
	 * Whether messages are handed out.
	 */
	private boolean isDispatching() {
		return this.handling.isDispatching() && !isWaiting();
	}

	/**
	 * Whether a message waits for a handler less to run.
	 */
	private boolean isWaiting() {
		return this.handling.handlerSwitch().isWaiting(this);
	}

	private boolean isOpen() {
		return this.handling.isOpen();
	}

	@Override
	public boolean messageReady() {
		if (isWaiting()) {
			// It is resumed when it may go on.
			return false;
		}
		if (isDispatching() || !this.link.isOpen() && isOpen() && !this.handling.heldBack().hold(this.link)) {
			schedule();
			return true;
		}
		return false;
	}

	@Override
	public boolean isAnswering(boolean unread) {
		return this.handling.isDispatching() && (unread || isUnderWay());
	}

	@Override
	public boolean isUnderWay() {
		return this.asked != 0 || isWaiting() || this.replies.areDeferred();
	}

	@Override
	public boolean isCurrentThread() {
		return this.calls.isCurrentThread();
	}

	@Override
	public boolean isCurrentThreadWithMoreAtHand() {
		return isCurrentThread() && this.moreAtHand;
	}

	@Override
	public void sent() {
		if (isCurrentThread()) {
			this.calls.sent();
		}
	}

	@Override
	public void resume() {
		schedule();
	}

	@Override
	public void run() {
		try {
			handleWhileAsked();
		}
		finally {
			this.handling.runs().decrementAndGet();
			this.handling.handlerSwitch().resumeWaiting();
		}
	}

	@Override
	public void closing() {
		this.replies.close();
	}

	@Override
	public void abandonIfEnded() {
		if (!this.link.isOpen()) {
			this.link.abandon();
		}
	}

	private void handleWhileAsked() {
		int seen;
		do {
			seen = this.asked;
			try {
				handleWhileThereIsMore();
			}
			catch (InterruptedException ex) {
				// A worker is interrupted only to end it, when its duct is closed.
				Thread.currentThread().interrupt();
			}
			catch (RuntimeException | Error ex) {
				this.link.connection().end(new End(CloseReason.PEER_RESET, "handing out failed: " + ex, null));
				logger.error("{}: handing out failed; the connection has ended", this.link.subject(), ex);
			}
		}
		while (ASKED.addAndGet(this, -seen) != 0);
	}

	private void handleWhileThereIsMore() throws InterruptedException {
		boolean more = true;
		// To wait takes a thread and a selector, too much for a peer that speaks now and
		// then.
		boolean recent = this.lastEnd != 0 && System.nanoTime() - this.lastEnd < RECENT_NANOS;
		this.stayNanos = recent ? STAY_NANOS : 0;
		// A reader that has the turn asks for another run when it gives the turn back.
		while (more && isDispatching() && !this.replies.areFull() && this.reading.tryAcquire()) {
			more = handleNext();
		}
		if (!isOpen()) {
			// What is left is not handled any more.
			this.link.abandon();
		}
		else if (!this.link.isOpen() && !isDispatching()) {
			// Nobody else looks after what is left of a connection that has ended.
			this.reading.look();
		}
		this.lastEnd = System.nanoTime();
	}

	/**
	 * Takes the next message, gives the turn back and handles the message: while the
	 * handler runs, requesters may read.
	 * @return whether there was a message
	 */
	private boolean handleNext() throws InterruptedException {
		byte[] payload = null;
		Mode mode = Mode.SUSPEND;
		try {
			if (this.reading.nextUntil(System.nanoTime() + this.stayNanos) == Next.MESSAGE) {
				mode = this.handling.handlerSwitch().begin(this.handling.open(), this);
				payload = (mode == Mode.HAND_OUT || mode == Mode.REFUSE) ? this.reading.take() : null;
				this.moreAtHand = this.reading.nextIfBuffered() == Next.MESSAGE;
			}
		}
		finally {
			if (payload != null) {
				this.reading.releaseToHandle();
			}
			else {
				if (mode == Mode.HAND_OUT) {
					// There was no memory to take it with.
					this.handling.handlerSwitch().end();
				}
				this.reading.release();
			}
		}
		if (payload == null) {
			return false;
		}
		DuctMessage message = new DuctMessage(new BareMessage(payload, this.replies));
		if (mode == Mode.REFUSE) {
			refuse(message);
		}
		else {
			handle(message);
		}
		return true;
	}

	private void handle(DuctMessage message) {
		try {
			this.calls.call(message);
		}
		finally {
			this.handling.handlerSwitch().end();
		}
	}

	private void refuse(DuctMessage message) {
		try {
			message.replyWithError(DuctProblemException.unavailable("shutting down; ask another process, or again"));
		}
		catch (DuctworksException ex) {
			logger.debug("{}: a refusal could not be sent", this.link.subject(), ex);
		}
		finally {
			message.answer().handled();
		}
	}

}
