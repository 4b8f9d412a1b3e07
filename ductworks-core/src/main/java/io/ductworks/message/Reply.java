package io.ductworks.message;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

import io.ductworks.DuctProblemException;
import io.ductworks.DuctworksException;
import io.ductworks.MessageCodecException;
import org.jspecify.annotations.Nullable;

/**
 * The one answer to a message: given before its handler returns, or deferred, or given up
 * for another one that says why. Thread-safe.
 */
final class Reply implements Abandonable {

	private static final AtomicReferenceFieldUpdater<Reply, State> STATE = AtomicReferenceFieldUpdater
		.newUpdater(Reply.class, State.class, "state");

	private static final Runnable NOBODY = () -> {
	};

	private final Replies replies;

	private volatile State state = State.OPEN;

	/** Whether it was ever deferred. */
	private volatile boolean deferred;

	/** Whether the handler has returned. */
	private volatile boolean handled;

	/** What decoding the message failed with last. */
	private volatile @Nullable Throwable unreadable;

	/** What encoding an answer failed with last. */
	private volatile @Nullable Throwable unsendable;

	/** Is told that nobody waits any more; guarded by this. */
	private Runnable onAbandoned = NOBODY;

	/** Whether that is so; guarded by this. */
	private boolean isAbandoned;

	/** What became of the answer. */
	private enum State {

		/** It may be given. */
		OPEN,

		/** The holder of the deferred answer may give it. */
		DEFERRED,

		/** It is being given. */
		ANSWERING,

		/** It was given. */
		ANSWERED,

		/** It could not be sent. */
		FAILED,

		/** The handler has returned without it. */
		HANDLED,

		/** Another answer was given in its place, since nobody waits for it any more. */
		ABANDONED

	}

	Reply(Replies replies) {
		this.replies = replies;
	}

	/**
	 * Gives it. Does nothing if it was given up: the handler cannot know.
	 */
	void give(Runnable send) {
		if (take()) {
			send(send, State.OPEN);
		}
	}

	/**
	 * Has it given later.
	 */
	void defer() {
		if (take()) {
			this.deferred = true;
			// Before any other thread knows of it that could give it up.
			this.state = State.DEFERRED;
			this.replies.defer(this);
		}
	}

	/**
	 * Takes it to be given.
	 * @return false if it was given up
	 */
	private boolean take() {
		if (!this.replies.takesAnswer()) {
			throw new IllegalStateException(this.replies.subject() + ": " + this.replies.method()
					+ " came as a notification, whose sender waits for no answer; have it ask with a request");
		}
		if (STATE.compareAndSet(this, State.OPEN, State.ANSWERING)) {
			return true;
		}
		if (this.state == State.ABANDONED) {
			return false;
		}
		throw givenAlready();
	}

	private IllegalStateException givenAlready() {
		String what = switch (this.state) {
			case HANDLED -> "was handled already";
			case DEFERRED -> "has a deferred answer";
			case OPEN, ANSWERING, ANSWERED, FAILED, ABANDONED -> "was answered already";
		};
		return new IllegalStateException(this.replies.subject()
				+ ": a message is answered once, until its handler has returned; this one " + what);
	}

	/**
	 * Sends an answer.
	 * @param before the state to go back to if nothing was sent and another answer may be
	 * given
	 */
	private void send(Runnable send, State before) {
		State state = State.FAILED;
		try {
			send.run();
			state = State.ANSWERED;
		}
		catch (MessageCodecException ex) {
			this.unsendable = ex;
			state = before;
			throw ex;
		}
		catch (DuctworksException ex) {
			throw ex;
		}
		catch (RuntimeException | Error ex) {
			this.unsendable = ex;
			state = before;
			throw ex;
		}
		finally {
			this.state = state;
			if (before == State.DEFERRED && state != before) {
				this.replies.deferredEnded();
			}
			if (this.handled) {
				endIfOpen();
			}
		}
	}

	/**
	 * Gives it after it was deferred.
	 * @return false if it was given up
	 */
	boolean giveDeferred(Runnable send) {
		if (STATE.compareAndSet(this, State.DEFERRED, State.ANSWERING)) {
			send(send, State.DEFERRED);
			return true;
		}
		if (this.state == State.ABANDONED) {
			return false;
		}
		throw givenAlready();
	}

	@Override
	public boolean abandon(DuctProblemException problem) {
		return abandon(() -> this.replies.send(problem));
	}

	@Override
	public boolean abandon(Runnable instead) {
		State before = this.state;
		boolean isToCome = before == State.OPEN || before == State.DEFERRED;
		if (!isToCome || !STATE.compareAndSet(this, before, State.ABANDONED)) {
			return false;
		}
		try {
			instead.run();
		}
		finally {
			if (before == State.DEFERRED) {
				this.replies.deferredEnded();
			}
		}
		return true;
	}

	@Override
	public void tellAbandoned() {
		Runnable told;
		synchronized (this) {
			this.isAbandoned = true;
			told = this.onAbandoned;
		}
		told.run();
	}

	void onAbandoned(Runnable told) {
		synchronized (this) {
			this.onAbandoned = told;
			if (!this.isAbandoned) {
				return;
			}
		}
		told.run();
	}

	/**
	 * Whether it may be given now.
	 */
	boolean isOpen() {
		return this.state == State.OPEN;
	}

	/**
	 * Whether it, or another one in its place, was given.
	 */
	boolean isGiven() {
		return this.state == State.ANSWERED || this.state == State.ABANDONED;
	}

	/**
	 * Whether it was deferred, be it that it was given since.
	 */
	boolean isDeferred() {
		return this.deferred;
	}

	/**
	 * Whether it is deferred and not given yet.
	 */
	boolean isDue() {
		return this.state == State.DEFERRED;
	}

	/**
	 * Notes that the message could not be decoded.
	 */
	void unreadable(Throwable failure) {
		this.unreadable = failure;
	}

	/**
	 * What the requester is told of what the handler failed with.
	 */
	DuctProblemException problem(Throwable failure) {
		if (failure instanceof DuctProblemException problem) {
			return problem;
		}
		if (this.unreadable == failure) {
			return new DuctProblemException(400, "The message cannot be read");
		}
		return new DuctProblemException(500,
				(this.unsendable == failure) ? "The reply cannot be sent" : "The listener failed");
	}

	/**
	 * Notes that the handler has returned.
	 */
	void handled() {
		this.handled = true;
		endIfOpen();
	}

	private void endIfOpen() {
		STATE.compareAndSet(this, State.OPEN, State.HANDLED);
	}

	Replies replies() {
		return this.replies;
	}

}
