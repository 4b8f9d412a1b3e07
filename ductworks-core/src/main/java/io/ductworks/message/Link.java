package io.ductworks.message;

import java.lang.reflect.Type;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import io.ductworks.DuctworksException;
import io.ductworks.internal.connection.Connection;
import io.ductworks.internal.connection.Readers;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a parent or child, with what is done over it: sending, receiving and
 * asking.
 */
final class Link {

	private final Connection connection;

	private final int number;

	private final DuctScope scope;

	private final Announcement announcement = new Announcement();

	private final ClosedStage closed = new ClosedStage();

	private final Sender sender;

	private final Receiver receiver;

	private final Requester requester;

	private Serving serving = Serving.NOT;

	private @Nullable MessageDuct duct;

	Link(Connection connection, int number, Readers readers, DuctScope scope, Completions completions,
			Observers observers) {
		this.connection = connection;
		this.number = number;
		this.scope = scope;
		this.sender = new Sender(this::subject, connection, scope);
		this.receiver = new Receiver(this::subject, connection.reading(), readers, scope, this.announcement, observers);
		this.requester = new Requester(this::subject, connection, this.sender, scope, completions, observers);
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

	int number() {
		return this.number;
	}

	DuctScope scope() {
		return this.scope;
	}

	Announcement announcement() {
		return this.announcement;
	}

	ClosedStage closed() {
		return this.closed;
	}

	Sender sender() {
		return this.sender;
	}

	Receiver receiver() {
		return this.receiver;
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

	/**
	 * What messages and log lines call the connection.
	 */
	String subject() {
		String subject = this.scope.subject() + ", connection " + this.number;
		return (this.connection.remoteAddress() instanceof InetSocketAddress remote)
				? subject + " with " + remote.getAddress().getHostAddress() + ":" + remote.getPort() : subject;
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
		return this.requester.request(payload, type, started, timeoutNanos);
	}

	<T> CompletableFuture<T> requestAsync(@Nullable Object payload, Type type, long started, long timeoutNanos) {
		IllegalStateException misuse = misuse();
		return (misuse != null) ? CompletableFuture.failedFuture(misuse)
				: this.requester.requestAsync(payload, type, started, timeoutNanos);
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
