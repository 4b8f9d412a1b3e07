package io.ductworks.message;

import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.locks.LockSupport;

import io.ductworks.CloseReason;
import io.ductworks.DuctInterruptedException;
import io.ductworks.DuctTimeoutException;
import io.ductworks.DuctworksException;
import io.ductworks.NotConnectedException;
import io.ductworks.internal.connection.Connection;
import io.ductworks.internal.connection.Readers;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a parent or child, with what is done over it: sending, receiving and
 * asking.
 */
final class Link implements Named {

	private static final AtomicIntegerFieldUpdater<Link> OCCUPIED = AtomicIntegerFieldUpdater.newUpdater(Link.class,
			"occupied");

	/** How often a last message looks whether answers are still due. */
	private static final long ANSWERS_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

	private final Connection connection;

	private final Readers readers;

	private final DuctScope scope;

	private final Completions completions;

	private final Observers observers;

	private final Announcement announcement = new Announcement();

	private final Sender sender;

	/** Made when it is needed, as is the next: most connections need one of the two. */
	private volatile @Nullable Receiver receiver;

	private volatile @Nullable Requester requester;

	private Serving serving = Serving.NOT;

	/** 1 while a request is under way over a connection that takes one at a time. */
	private volatile int occupied;

	/** Whether nothing more is sent, but for a last message and answers before it. */
	private volatile boolean last;

	private @Nullable MessageDuct duct;

	/** Made for the first caller that wants to know; guarded by this. */
	private @Nullable ClosedStage closed;

	/** How the connection ended, once that is over; guarded by this. */
	private @Nullable CloseReason over;

	Link(Connection connection, Readers readers, DuctScope scope, Completions completions, Observers observers) {
		this.connection = connection;
		this.readers = readers;
		this.scope = scope;
		this.completions = completions;
		this.observers = observers;
		this.sender = new Sender(this, connection, scope);
	}

	/**
	 * Completes the link, before any other thread knows of it.
	 * @param serving its handler
	 * @param duct what users see of it
	 */
	void complete(Serving serving, MessageDuct duct) {
		this.serving = serving;
		this.duct = duct;
	}

	Connection connection() {
		return this.connection;
	}

	DuctScope scope() {
		return this.scope;
	}

	Announcement announcement() {
		return this.announcement;
	}

	/**
	 * The end of the connection, for those that wait for it.
	 */
	synchronized CompletionStage<CloseReason> whenClosed() {
		ClosedStage closed = this.closed;
		if (closed == null) {
			closed = new ClosedStage();
			this.closed = closed;
			if (this.over != null) {
				closed.closed(this.over, this.completions);
			}
		}
		return closed.stage();
	}

	/**
	 * Ends the connection, and has those told that wait for it.
	 */
	void close(long deadline) {
		this.serving.closing();
		this.connection.closing().close(deadline);
		ClosedStage closed;
		synchronized (this) {
			closed = this.closed;
		}
		if (closed != null && !this.completions.isCurrentThread()) {
			closed.awaitCompleted(deadline);
		}
	}

	/**
	 * Notes that the end is worked off.
	 */
	synchronized void over(CloseReason reason) {
		this.over = reason;
		if (this.closed != null) {
			this.closed.closed(reason, this.completions);
		}
	}

	Sender sender() {
		return this.sender;
	}

	Receiver receiver() {
		Receiver receiver = this.receiver;
		if (receiver == null) {
			// Two threads may each make one, since it has no state.
			receiver = new Receiver(this, this.connection.reading(), this.readers, this.scope, this.announcement,
					this.observers);
			this.receiver = receiver;
		}
		return receiver;
	}

	Requester requester() {
		Requester requester = this.requester;
		if (requester == null) {
			requester = new Requester(this, this.connection, this.sender, this.scope, this.observers);
			this.requester = requester;
		}
		return requester;
	}

	Serving serving() {
		return this.serving;
	}

	MessageDuct duct() {
		return Objects.requireNonNull(this.duct, "not complete yet");
	}

	/**
	 * Takes the connection for a request, unless another one is under way.
	 */
	boolean tryOccupy() {
		return OCCUPIED.compareAndSet(this, 0, 1);
	}

	/**
	 * Notes that no request is under way any more.
	 */
	void vacate() {
		this.occupied = 0;
	}

	/**
	 * Sends a message.
	 */
	void send(@Nullable Object payload, long timeoutNanos) {
		if (trySend(payload, timeoutNanos) != Sender.QUEUED) {
			throw failure();
		}
	}

	/**
	 * Sends a message, unless the connection ends first.
	 * @return {@link Sender#QUEUED}, or if nothing was how much of the time-out is left
	 */
	long trySend(@Nullable Object payload, long timeoutNanos) {
		if (!isOpen()) {
			return Math.max(0, timeoutNanos);
		}
		requireNotLast();
		this.scope.traffic().sending();
		long left = this.sender.trySend(payload, this.serving.isCurrentThreadWithMoreAtHand(), timeoutNanos);
		if (left == Sender.QUEUED) {
			this.serving.sent();
		}
		return left;
	}

	void sendAll(Iterable<?> payloads, long timeoutNanos) {
		requireTakesMore();
		this.scope.traffic().sending();
		this.sender.sendAll(payloads, timeoutNanos);
		this.serving.sent();
	}

	private void requireTakesMore() {
		if (!isOpen()) {
			throw failure();
		}
		requireNotLast();
	}

	private void requireNotLast() {
		if (this.last) {
			throw new NotConnectedException(subject() + ": has sent its last message, and takes no other", null);
		}
	}

	/**
	 * Sends a last message behind the answers that are due either way, and no other after
	 * it.
	 */
	void sendLast(@Nullable Object payload, long deadline) {
		if (this.serving.isCurrentThread()) {
			throw new IllegalStateException(
					subject() + ": a handler cannot send the last message, its own answer comes after it");
		}
		requireTakesMore();
		this.last = true;
		boolean sent = false;
		try {
			awaitAnswers(deadline);
			this.sender.send(payload, false, deadline - System.nanoTime());
			sent = true;
		}
		finally {
			this.last = sent;
		}
	}

	private void awaitAnswers(long deadline) {
		while (isOpen() && (this.occupied != 0 || this.connection.asking().due() > 0 || this.serving.isUnderWay())) {
			if (deadline - System.nanoTime() <= 0) {
				throw new DuctTimeoutException(subject() + ": the last message was not sent, since "
						+ this.connection.asking().due() + " answers of the peer and those of the handler were still "
						+ "due when the time-out passed", null);
			}
			if (Thread.interrupted()) {
				Thread.currentThread().interrupt();
				throw new DuctInterruptedException(subject() + ": interrupted while waiting for the answers that are "
						+ "due; the last message was not sent", null);
			}
			LockSupport.parkNanos(this, ANSWERS_LOOK_NANOS);
		}
	}

	/**
	 * Whether a request may go out.
	 */
	boolean takesRequests() {
		return isOpen() && !this.last;
	}

	/**
	 * Sends what answers a message.
	 */
	void answer(@Nullable Object result) {
		this.sender.send(result, this.serving.isCurrentThreadWithMoreAtHand(), this.scope.sendTimeoutNanos());
	}

	@Override
	public String subject() {
		String subject = this.scope.subject() + ", connection " + this.connection.number();
		return (this.connection.remoteAddress() instanceof InetSocketAddress remote)
				? subject + " with " + shown(remote) : subject;
	}

	private static String shown(InetSocketAddress remote) {
		String host = remote.getAddress().getHostAddress();
		return ((host.indexOf(':') >= 0) ? "[" + host + "]" : host) + ":" + remote.getPort();
	}

	/**
	 * Why nothing can be sent, or received, any more.
	 */
	DuctworksException failure() {
		return this.connection.failure().exception(subject());
	}

	boolean isOpen() {
		return this.connection.end() == null;
	}

	/**
	 * Says why the calling thread may not ask over this connection.
	 * @return the exception, or {@code null} if it may
	 */
	@Nullable IllegalStateException misuse() {
		return this.serving.isCurrentThread() && !this.scope.options().isRpc() ? new IllegalStateException(
				subject() + ": a handler cannot request over the connection that it is serving, since an answer "
						+ "could not be told from a message; ask over another duct")
				: null;
	}

	/**
	 * Has the handler look for what is there, now that messages are handed out again.
	 */
	void handOut() {
		this.serving.resume();
	}

	/**
	 * Counts what a connection that has ended has left, since nobody takes it any more.
	 */
	void abandon() {
		int messages = this.connection.reading().last().discard() + this.serving.abandon();
		if (messages > 0) {
			unhandled(messages);
		}
		this.scope.statistics().settle(this.connection);
	}

	/**
	 * Counts what was taken and not handed out, since nobody handles it any more.
	 */
	void abandonTaken() {
		int messages = this.serving.abandon();
		if (messages > 0) {
			unhandled(messages);
		}
	}

	/**
	 * Counts messages that came and were neither handled nor received.
	 */
	void unhandled(int messages) {
		this.scope.statistics().messagesUnhandled.add(messages);
		this.scope.log()
			.warn("unhandled", subject() + ": ended with " + messages
					+ " messages that were neither handled nor received; they are lost");
	}

	/**
	 * Gives up a connection that has ended, with the messages that it has left.
	 */
	void giveUp() {
		abandon();
		this.scope.log()
			.warn("given-up",
					subject() + ": ended, and nobody received what it had left; gave it up for newer connections");
	}

	@Override
	public String toString() {
		return subject();
	}

}
