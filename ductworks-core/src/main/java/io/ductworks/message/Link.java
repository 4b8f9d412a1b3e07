package io.ductworks.message;

import java.lang.reflect.Type;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.ductworks.CloseReason;
import io.ductworks.DuctworksException;
import io.ductworks.internal.connection.Connection;
import io.ductworks.internal.connection.Readers;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a parent or child, with what is done over it: sending, receiving and
 * asking.
 */
final class Link implements Named {

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
		this.connection.close(deadline);
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

	private Requester requester() {
		Requester requester = this.requester;
		if (requester == null) {
			requester = new Requester(this, this.connection, this.sender, this.scope, this.completions, this.observers);
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

	void send(@Nullable Object payload, long timeoutNanos) {
		this.sender.send(payload, this.serving.isCurrentThreadWithMoreAtHand(), timeoutNanos);
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

	<T> @Nullable T request(@Nullable Object payload, Type type, long started, long timeoutNanos) {
		IllegalStateException misuse = misuse();
		if (misuse != null) {
			throw misuse;
		}
		return requester().request(payload, type, started, timeoutNanos);
	}

	<T> CompletableFuture<T> requestAsync(@Nullable Object payload, Type type, long started, long timeoutNanos) {
		IllegalStateException misuse = misuse();
		return (misuse != null) ? CompletableFuture.failedFuture(misuse)
				: requester().requestAsync(payload, type, started, timeoutNanos);
	}

	private @Nullable IllegalStateException misuse() {
		return this.serving.isCurrentThread() ? new IllegalStateException(
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
	 * Gives up a connection that has ended, with the messages that it has left.
	 */
	void giveUp() {
		this.scope.statistics().settle(this.connection);
		this.scope.log()
			.warn("given-up",
					subject() + ": ended, and nobody received what it had left; gave it up for newer connections");
	}

	@Override
	public String toString() {
		return subject();
	}

}
