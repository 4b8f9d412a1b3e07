package io.ductworks.message;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import io.ductworks.AlreadyConnectedException;
import io.ductworks.CommunicationFaultException;
import io.ductworks.DuctInterruptedException;
import io.ductworks.DuctworksException;
import io.ductworks.LocalSocketFaultException;
import io.ductworks.NotConnectedException;
import io.ductworks.internal.loop.LogText;
import io.ductworks.internal.transport.ByteConnection;
import io.ductworks.internal.transport.Connector;
import io.ductworks.internal.transport.TlsOptions;
import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;

/**
 * The end of a duct that connects to a parent. When its connection has ended,
 * {@link #connect()} makes a new one, also after {@link #close()}.
 */
public final class MessageDuctChild extends Endpoint {

	private static final long FIRST_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

	private static final long MAX_DELAY_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final ReentrantLock connecting = new ReentrantLock();

	private volatile @Nullable Connector connector;

	private MessageDuctChild(DuctOptions options) {
		super(options);
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
	 * listens. If it fails the child is closed, unless another thread connects it.
	 * @throws CommunicationFaultException if no attempt succeeded in time
	 * @throws AlreadyConnectedException if there is a connection, which stays
	 * @throws NotConnectedException if another thread closed the child
	 * @throws DuctInterruptedException if the thread was interrupted while it waited
	 */
	public void connect() {
		Session session = open();
		boolean givenUp = true;
		try {
			attemptUntilConnected(session);
			givenUp = false;
		}
		catch (AlreadyConnectedException ex) {
			givenUp = false;
			throw ex;
		}
		finally {
			if (givenUp) {
				giveUp(session);
			}
		}
	}

	/**
	 * Closes the child, unless another thread is connecting or has connected it, or has
	 * closed and opened it.
	 */
	private void giveUp(Session session) {
		boolean own = false;
		if (this.connecting.tryLock()) {
			try {
				own = session() == session && !isConnected();
				if (own) {
					detach();
				}
			}
			finally {
				this.connecting.unlock();
			}
		}
		if (own) {
			session.close(closeDeadline());
		}
	}

	private void attemptUntilConnected(Session session) {
		long timeout = options().connectTimeout().toNanos();
		long deadline = System.nanoTime() + timeout;
		long delay = FIRST_DELAY_NANOS;
		int attempts = 1;
		while (true) {
			IOException failure = attempt(session, Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
			if (failure == null) {
				return;
			}
			long left = deadline - System.nanoTime();
			if (left <= 0) {
				throw new CommunicationFaultException(subject() + ": cannot connect to " + options().address()
						+ ", tried " + attempts + " times in " + TimeUnit.NANOSECONDS.toMillis(timeout) + " ms: "
						+ failure.getMessage() + "; does the parent listen there?", failure);
			}
			sleep(session, Math.min(delay, left));
			delay = Math.min(delay * 2, MAX_DELAY_NANOS);
			attempts++;
		}
	}

	/**
	 * Tries once to connect. Sends and requests that wait for a connection go on waiting
	 * if it fails: the child stays open for a next attempt.
	 * @throws CommunicationFaultException if the attempt failed, or took longer than the
	 * connect time-out
	 * @throws AlreadyConnectedException if there is a connection
	 * @throws NotConnectedException if another thread closed the child
	 * @throws DuctInterruptedException if the thread was interrupted while it waited
	 */
	public void connectOnce() {
		IOException failure = attempt(open(), options().connectTimeout());
		if (failure != null) {
			throw new CommunicationFaultException(
					subject() + ": cannot connect to " + options().address() + ": " + failure.getMessage(), failure);
		}
	}

	private @Nullable IOException attempt(Session session, Duration timeout) {
		this.connecting.lock();
		try {
			if (isConnected()) {
				throw new AlreadyConnectedException(subject() + ": is connected already; close() it first", null);
			}
			ByteConnection channel = connect(session, timeout);
			statistics().connectsSucceeded.increment();
			session.connected(channel);
			return null;
		}
		catch (IOException ex) {
			if (Thread.currentThread().isInterrupted()) {
				throw new DuctInterruptedException(subject() + ": interrupted while connecting", ex);
			}
			if (session() != session) {
				throw closed(ex);
			}
			statistics().connectsFailed.increment();
			connections().connectFailed(ex);
			session.notifier().notify((observer) -> observer.connectFailed(this, ex));
			return ex;
		}
		finally {
			this.connecting.unlock();
		}
	}

	private ByteConnection connect(Session session, Duration timeout) throws IOException {
		try (Connector connector = openConnector()) {
			this.connector = connector;
			if (session() != session) {
				throw closed(null);
			}
			TlsOptions tls = options().tls();
			return allowed((tls != null) ? connector.connect(options().address(), timeout, tls)
					: connector.connect(options().address(), timeout));
		}
		catch (DuctworksException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			// Such as parameters that TLS cannot be set up with.
			throw new IOException(ex.toString(), ex);
		}
		finally {
			this.connector = null;
		}
	}

	/**
	 * A child tells nothing to a parent that is not who it should be.
	 */
	private ByteConnection allowed(ByteConnection parent) throws IOException {
		String refusal = options().peers().refusal(parent, options().address());
		if (refusal != null) {
			parent.close();
			throw new ConnectException("the parent there is not to be trusted: " + LogText.shown(refusal));
		}
		return parent;
	}

	private Connector openConnector() {
		try {
			return new Connector();
		}
		catch (IOException ex) {
			throw new LocalSocketFaultException(
					subject() + ": the operating system gave no selector: " + ex.getMessage(), ex);
		}
	}

	private NotConnectedException closed(@Nullable IOException cause) {
		return new NotConnectedException(subject() + ": closed by this side while connecting", cause);
	}

	private void sleep(Session session, long nanos) {
		try {
			if (session.sleep(nanos)) {
				throw closed(null);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new DuctInterruptedException(subject() + ": interrupted while connecting", ex);
		}
	}

	// Endpoint

	@Override
	boolean takesMany() {
		return false;
	}

	@Override
	String howToOpen() {
		return "connect() opens it";
	}

	@Override
	String whyNotConnected() {
		return "the connection has ended; connect() makes a new one";
	}

	@Override
	@Nullable Session detach() {
		Session session = super.detach();
		Connector connector = this.connector;
		if (session != null && connector != null) {
			try {
				connector.close();
			}
			catch (IOException ex) {
				// What matters is that the attempt ends.
			}
		}
		return session;
	}

	/**
	 * The settings of a child.
	 */
	public static final class Builder extends DuctBuilder<Builder> {

		private Builder() {
			super("child");
		}

		@Override
		Builder self() {
			return this;
		}

		/**
		 * Makes the child, which opens nothing before {@link MessageDuctChild#connect()}.
		 * @return the child
		 * @throws IllegalStateException if no address was set
		 */
		public MessageDuctChild build() {
			DuctAddress address = address();
			if (address == null) {
				throw new IllegalStateException("A child needs the address of its parent; set address(...)");
			}
			return new MessageDuctChild(options(address, Accept.ONCE, 1));
		}

	}

}
