package io.ductworks.message;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.ductworks.AlreadyConnectedException;
import io.ductworks.CloseReason;
import io.ductworks.CommunicationFaultException;
import io.ductworks.NotConnectedException;
import io.ductworks.transport.ByteConnection;
import io.ductworks.transport.ByteListener;
import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a duct that binds an address and listens for children. After
 * {@link #close()}, {@link #bind()} opens the same object again.
 */
public final class MessageDuctParent extends Endpoint {

	private static final Logger logger = LoggerFactory.getLogger(MessageDuctParent.class);

	private static final int BACKLOG = 128;

	/** A system without file descriptors is given some time to find one. */
	private static final long ACCEPT_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

	/** How long a child that seems one too many has to wait for the verdict. */
	private static final long FULL_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

	/** How often it has to while another child's message is being read. */
	private static final int MAX_FULL_PAUSES = 20;

	private final Object binding = new Object();

	private @Nullable ByteListener listener;

	private volatile @Nullable DuctAddress listenerAddress;

	/** Whether a parent for one child has had it since it was bound. */
	private volatile boolean hadChild;

	private MessageDuctParent(DuctOptions options) {
		super(options);
	}

	/**
	 * A parent for one child, on a Unix domain socket at a fresh path in a directory of
	 * its own that only this user may enter.
	 * @return the parent, not yet bound
	 */
	public static MessageDuctParent pseudoAnonymous() {
		return builder().build();
	}

	/**
	 * A parent for one child, on TCP at {@code localhost} and a free port.
	 * @return the parent, not yet bound
	 */
	public static MessageDuctParent pseudoAnonymousTcp() {
		return builder().address(new DuctAddress.Tcp("localhost", 0)).build();
	}

	/**
	 * Starts a parent with settings of its own.
	 * @return the builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Binds the address; children can connect from now on. Does nothing if it is bound
	 * already.
	 * @throws CommunicationFaultException if the address is in use or cannot be bound
	 * @throws AlreadyConnectedException if a parent for one child has had it
	 */
	public void bind() {
		synchronized (this.binding) {
			if (session() != null) {
				if (this.hadChild) {
					throw hadItsChild();
				}
				return;
			}
			ByteListener listener;
			try {
				listener = ByteListener.bind(options().address(), BACKLOG);
			}
			catch (IOException | RuntimeException ex) {
				throw new CommunicationFaultException(
						subject() + ": cannot bind " + options().address() + ": " + ex.getMessage(), ex);
			}
			listen(listener);
		}
	}

	private void listen(ByteListener listener) {
		this.listener = listener;
		this.listenerAddress = listener.address();
		this.hadChild = false;
		try {
			Session session = open();
			session.notifier().notify((observer) -> observer.bound(this, listener.address()));
			session.loop()
				.register(listener.acceptable(), listener.acceptOperation(),
						(key) -> accept(session, listener, key, 0));
			session.notifier().notify((observer) -> observer.listening(this, listener.address()));
		}
		catch (IOException | RuntimeException ex) {
			this.listener = null;
			try {
				listener.close();
			}
			catch (IOException suppressed) {
				ex.addSuppressed(suppressed);
			}
			close();
			throw new CommunicationFaultException(
					subject() + ": cannot listen at " + listener.address() + ": " + ex.getMessage(), ex);
		}
	}

	/**
	 * Waits for a child. Binds first, if that was not done.
	 * @param timeout how long to wait, zero for a look without waiting
	 * @return whether a child is connected, or has gone again and left a message that is
	 * still to be received
	 * @throws CommunicationFaultException if the address cannot be bound
	 * @throws AlreadyConnectedException if a parent for one child has had it, and it is
	 * gone
	 * @throws io.ductworks.DuctInterruptedException if the thread was interrupted while
	 * it waited
	 */
	public boolean listen(Duration timeout) {
		long deadline = System.nanoTime() + timeout.toNanos();
		if (session() == null) {
			bind();
		}
		boolean last = this.hadChild;
		boolean connected = connections().awaitConnected(last ? System.nanoTime() : deadline);
		if (last && !connected && session() != null) {
			throw hadItsChild();
		}
		return connected;
	}

	private AlreadyConnectedException hadItsChild() {
		return new AlreadyConnectedException(
				subject() + ": takes one child and has had it; close() and bind() to take another", null);
	}

	/**
	 * The address that this parent was made with.
	 * @return the address; a port may be 0
	 */
	public DuctAddress bindAddress() {
		return options().address();
	}

	/**
	 * The real address, for children to connect to: a port 0 is resolved.
	 * @return the address of the last {@link #bind()}
	 * @throws io.ductworks.NotConnectedException if it was never bound
	 */
	public DuctAddress listenerAddress() {
		DuctAddress address = this.listenerAddress;
		if (address == null) {
			throw new NotConnectedException(subject() + ": not bound yet; call bind() first", null);
		}
		return address;
	}

	/**
	 * The children that are connected now.
	 * @return a duct for each connection, in the order of their coming; closing one ends
	 * that connection for good
	 */
	public List<MessageDuct> children() {
		return connections().live().stream().map(Connection::duct).toList();
	}

	// On the loop's thread

	private void accept(Session session, ByteListener listener, SelectionKey key, int pauses) {
		int paused = pauses;
		try {
			while (key.isValid()) {
				boolean full = isFull();
				if (full && paused < (isReading() ? MAX_FULL_PAUSES : 1)) {
					// Who reads may be about to find that a child has gone.
					int next = paused + 1;
					pause(session, listener, key, FULL_PAUSE_NANOS, () -> accept(session, listener, key, next));
					return;
				}
				ByteConnection child = listener.accept();
				if (child == null) {
					return;
				}
				if (full) {
					refuse(session, child);
				}
				else {
					admit(session, listener, child);
					paused = 0;
				}
			}
		}
		catch (ClosedChannelException ex) {
			// Closed by another thread a moment ago.
		}
		catch (IOException ex) {
			logger.warn("{}: cannot accept a child, tries again in a second: {}", subject(), ex.getMessage());
			pause(session, listener, key, ACCEPT_PAUSE_NANOS, () -> {
			});
		}
	}

	private void pause(Session session, ByteListener listener, SelectionKey key, long nanos, Runnable afterwards) {
		EventLoop.forget(key, listener.acceptOperation());
		long resumed = System.nanoTime() + nanos;
		session.loop().keepTime((now) -> {
			if (now - resumed < 0) {
				return resumed - now;
			}
			session.loop().want(key, listener.acceptOperation());
			afterwards.run();
			return Long.MAX_VALUE;
		});
	}

	private boolean isFull() {
		if (connections().live().size() < options().maxChildren()) {
			return false;
		}
		// A child that has gone may not have been noticed yet.
		connections().live().forEach(Connection::readAhead);
		return connections().live().size() >= options().maxChildren();
	}

	private boolean isReading() {
		return connections().live().stream().anyMatch(Connection::isReading);
	}

	private void refuse(Session session, ByteConnection child) throws IOException {
		session.disconnected(CloseReason.TOO_MANY_CHILDREN, 0);
		logger.warn("{}: refused a child, {} of {} are connected", subject(), connections().live().size(),
				options().maxChildren());
		child.close();
	}

	private void admit(Session session, ByteListener listener, ByteConnection child) throws IOException {
		session.connected(child);
		if (options().accept() == Accept.ONCE) {
			this.hadChild = true;
			session.loop().close(listener);
		}
	}

	// Endpoint

	@Override
	boolean takesMany() {
		return options().accept() == Accept.MANY;
	}

	@Override
	String howToOpen() {
		return "bind() opens it";
	}

	@Override
	String whyNotConnected() {
		return "no child is connected; wait for one with listen()";
	}

	@Override
	@Nullable Session detach() {
		synchronized (this.binding) {
			Session session = super.detach();
			ByteListener listener = this.listener;
			this.listener = null;
			if (session != null && listener != null) {
				session.loop().close(listener);
			}
			return session;
		}
	}

	/**
	 * The settings of a parent.
	 */
	public static final class Builder extends DuctBuilder<Builder> {

		private Accept accept = Accept.ONCE;

		private int maxChildren = 256;

		private Builder() {
			super("parent");
		}

		@Override
		Builder self() {
			return this;
		}

		/**
		 * Sets how many children are taken. Default: {@link Accept#ONCE}, as the
		 * original.
		 * @param accept how many
		 * @return this builder
		 */
		public Builder accept(Accept accept) {
			this.accept = accept;
			return this;
		}

		/**
		 * Sets how many children may be connected at a time with {@link Accept#MANY}; one
		 * too many is accepted and closed at once. Default: 256.
		 * @param maxChildren the number, at least 1
		 * @return this builder
		 * @throws IllegalArgumentException if the number is less than 1
		 */
		public Builder maxChildren(int maxChildren) {
			if (maxChildren < 1) {
				throw new IllegalArgumentException("maxChildren is " + maxChildren + ", it must be at least 1");
			}
			this.maxChildren = maxChildren;
			return this;
		}

		/**
		 * Makes the parent, which opens nothing before {@link MessageDuctParent#bind()}.
		 * @return the parent
		 */
		public MessageDuctParent build() {
			DuctAddress address = address();
			return new MessageDuctParent(options((address != null) ? address : DuctAddress.Unix.pseudoAnonymous(),
					this.accept, (this.accept == Accept.MANY) ? this.maxChildren : 1));
		}

	}

}
