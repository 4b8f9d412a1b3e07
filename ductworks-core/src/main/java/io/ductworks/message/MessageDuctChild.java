package io.ductworks.message;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.ductworks.AlreadyConnectedException;
import io.ductworks.CommunicationFaultException;
import io.ductworks.DuctInterruptedException;
import io.ductworks.NotConnectedException;
import io.ductworks.internal.loop.Uninterrupted;
import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;

/**
 * The end of a duct that connects to a parent. When its connection has ended,
 * {@link #connect()} makes a new one, also after {@link #close()}; a child that was built
 * with {@link Builder#reconnect} connects again by itself until it is closed.
 */
public final class MessageDuctChild extends Endpoint {

	private static final long FIRST_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

	/** Not even a peer on the same machine answers in less. */
	private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

	private static final long MAX_DELAY_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final Attempts attempts;

	private final Object reconnecting = new Object();

	/** The thread that connects again, and what it was started for. */
	private @Nullable Thread reconnectThread;

	private @Nullable OpenDuct reconnected;

	/** The thread that connected again until the child was closed. */
	private @Nullable Thread endingThread;

	private MessageDuctChild(DuctOptions options) {
		super(DuctParts.of(options, false, (options.reconnect() != null)
				? "it is being connected; wait with awaitConnected()" : "there is no connection; connect() makes one"));
		this.attempts = new Attempts(this, parts(), this::open);
	}

	/**
	 * A child for a parent of the same machine or process.
	 * @param address the parent's {@link MessageDuctParent#listenerAddress()}
	 * @return the child, not yet connected
	 */
	public static MessageDuctChild pseudoAnonymous(DuctAddress address) {
		return builder().address(address).build();
	}

	/**
	 * A child for a parent on TCP.
	 * @param host the parent's host
	 * @param port the parent's port
	 * @return the child, not yet connected
	 */
	public static MessageDuctChild pseudoAnonymousTcp(String host, int port) {
		return builder().address(new DuctAddress.Tcp(host, port)).build();
	}

	/**
	 * Starts a child with settings of its own.
	 * @return the builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Where this child connects.
	 * @return the address
	 */
	public DuctAddress connectAddress() {
		return options().address();
	}

	/**
	 * Connects, trying again for as long as the connect time-out allows while nobody
	 * listens. If it fails the child is closed, unless another thread connects it, be it
	 * in the background.
	 * @throws CommunicationFaultException if no attempt succeeded in time
	 * @throws AlreadyConnectedException if there is a connection, which stays
	 * @throws NotConnectedException if another thread closed the child
	 * @throws DuctInterruptedException if the thread was interrupted while it waited
	 */
	public void connect() {
		OpenDuct open = ensureOpen();
		boolean givenUp = true;
		try {
			attemptUntilConnected(open);
			givenUp = false;
			reconnect(open, true);
		}
		catch (AlreadyConnectedException ex) {
			givenUp = false;
			throw ex;
		}
		finally {
			if (givenUp) {
				giveUp(open);
			}
		}
	}

	/**
	 * Closes the child, unless another thread is connecting or has connected it, or has
	 * closed and opened it.
	 */
	private void giveUp(OpenDuct open) {
		boolean[] own = { false };
		this.attempts.ifNone(() -> {
			own[0] = open() == open && !isConnected() && !isReconnecting(open);
			if (own[0]) {
				detach();
			}
		});
		if (own[0]) {
			open.close(parts().scope().closeDeadline());
		}
	}

	private void attemptUntilConnected(OpenDuct open) {
		long timeout = options().connectTimeout().toNanos();
		long deadline = System.nanoTime() + timeout;
		long delay = FIRST_DELAY_NANOS;
		long left = timeout;
		ConnectFailures failures = new ConnectFailures();
		while (true) {
			IOException failure = this.attempts.attempt(open, deadline,
					() -> Duration.ofNanos(Math.max(LEAST_NANOS, deadline - System.nanoTime())));
			if (failure == null) {
				return;
			}
			failures.add(failure, left);
			left = deadline - System.nanoTime();
			if (left < LEAST_NANOS) {
				throw new CommunicationFaultException(
						subject() + ": cannot connect to " + options().address() + ", " + failures.text(timeout),
						failures.telling());
			}
			// The last attempts need time too.
			sleep(open, Math.min(delay, left / 2));
			left = deadline - System.nanoTime();
			delay = Math.min(delay * 2, MAX_DELAY_NANOS);
		}
	}

	private void sleep(OpenDuct open, long nanos) {
		try {
			if (open.sleep(nanos)) {
				throw this.attempts.closed(null);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw this.attempts.interrupted(ex);
		}
	}

	/**
	 * Tries once to connect. Sends and requests that wait for a connection go on waiting
	 * if it fails: the child stays open for a next attempt.
	 * @throws CommunicationFaultException if the attempt failed, or took longer than the
	 * connect time-out, be it with waiting for another thread's attempt
	 * @throws AlreadyConnectedException if there is a connection
	 * @throws NotConnectedException if another thread closed the child
	 * @throws DuctInterruptedException if the thread was interrupted while it waited
	 */
	public void connectOnce() {
		OpenDuct open = ensureOpen();
		Duration timeout = options().connectTimeout();
		IOException failure = this.attempts.attempt(open, System.nanoTime() + timeout.toNanos(), () -> timeout);
		if (failure != null) {
			throw new CommunicationFaultException(
					subject() + ": cannot connect to " + options().address() + ": " + failure.getMessage(), failure);
		}
		reconnect(open, true);
	}

	/**
	 * Opens the child and returns at once. It is connected in the background, and again
	 * whenever it has lost its connection, until it is closed. Does nothing if that is
	 * under way.
	 * @throws IllegalStateException if the child was built without
	 * {@link Builder#reconnect}
	 */
	public void connectInBackground() {
		if (options().reconnect() == null) {
			throw new IllegalStateException(
					subject() + ": does not connect by itself; build it with reconnect(...), or use connect()");
		}
		reconnect(ensureOpen(), false);
	}

	/**
	 * Starts the thread that connects again, if there is to be one.
	 */
	private void reconnect(OpenDuct open, boolean connected) {
		Backoff backoff = options().reconnect();
		if (backoff == null) {
			return;
		}
		synchronized (this.reconnecting) {
			if (this.reconnected != open && open.isOpen()) {
				Reconnector reconnector = new Reconnector(open, parts(), this.attempts, backoff);
				this.reconnectThread = open.start(() -> reconnector.run(connected), "connect");
				this.reconnected = open;
			}
		}
	}

	private boolean isReconnecting(OpenDuct open) {
		synchronized (this.reconnecting) {
			return this.reconnected == open;
		}
	}

	/**
	 * Waits until there is a connection.
	 * @param timeout how long to wait, zero for a look without waiting
	 * @return whether there is one; not if the child is not open
	 * @throws DuctInterruptedException if the thread was interrupted while it waited
	 */
	public boolean awaitConnected(Duration timeout) {
		return parts().availability().awaitConnected(this::isConnected, System.nanoTime() + DuctOptions.nanos(timeout));
	}

	@Override
	@Nullable OpenDuct detach() {
		OpenDuct open = super.detach();
		if (open != null) {
			this.attempts.cancel();
			synchronized (this.reconnecting) {
				if (this.reconnected == open) {
					this.endingThread = this.reconnectThread;
					this.reconnectThread = null;
					this.reconnected = null;
				}
			}
		}
		return open;
	}

	@Override
	public void close() {
		super.close();
		Thread ending;
		synchronized (this.reconnecting) {
			ending = this.endingThread;
			this.endingThread = null;
		}
		if (ending != null) {
			awaitEnd(ending);
		}
	}

	/**
	 * Waits for a thread that has nothing more to do, but may be looking up a host name.
	 */
	private void awaitEnd(Thread thread) {
		Uninterrupted.join(thread, System.nanoTime() + options().closeTimeout().toNanos());
	}

	/**
	 * The settings of a child.
	 */
	public static final class Builder extends DuctBuilder<Builder> {

		private @Nullable Backoff reconnect;

		private Builder() {
			super("child", "connect() opens it");
		}

		/**
		 * Keeps the child connected once {@link MessageDuctChild#connect()},
		 * {@link MessageDuctChild#connectOnce()} or
		 * {@link MessageDuctChild#connectInBackground()} has opened it: whenever its
		 * connection has ended it is connected again, with pauses between the attempts
		 * that begin anew after a connection of more than 10 s. A caller that wants a
		 * connection, be it that it waits or fails, has the next attempt made at once, at
		 * most ten times a second. Each attempt may take as long as the connect time-out.
		 * Default: it is not.
		 * @param backoff the pauses
		 * @return this builder
		 */
		public Builder reconnect(Backoff backoff) {
			this.reconnect = backoff;
			return this;
		}

		@Override
		Builder self() {
			return this;
		}

		/**
		 * Makes the child, which opens nothing before {@link MessageDuctChild#connect()}.
		 * @return the child
		 * @throws IllegalStateException if no address was set
		 * @throws IllegalArgumentException if users or groups are allowed that this
		 * machine does not know, or users, groups or subjects where nothing would enforce
		 * that
		 */
		public MessageDuctChild build() {
			DuctAddress address = address();
			if (address == null) {
				throw new IllegalStateException("A child needs the address of its parent; set address(...)");
			}
			Backoff reconnect = (this.reconnect != null) ? this.reconnect.over(address) : null;
			return new MessageDuctChild(options(address, Accept.ONCE, 1, reconnect));
		}

	}

}
