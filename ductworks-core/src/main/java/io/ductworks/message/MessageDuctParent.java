package io.ductworks.message;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.ductworks.AlreadyConnectedException;
import io.ductworks.CommunicationFaultException;
import io.ductworks.NotConnectedException;
import io.ductworks.internal.loop.EventLoop;
import io.ductworks.internal.transport.Binder;
import io.ductworks.internal.transport.ByteListener;
import io.ductworks.internal.transport.SocketFileMode;
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

	/** How often the file of a Unix domain socket is looked at. */
	private static final long FILE_LOOK_NANOS = TimeUnit.SECONDS.toNanos(5);

	private final SocketFileMode fileMode;

	private final int acceptsPerSecond;

	private final boolean allowPlaintext;

	private final Object binding = new Object();

	private volatile @Nullable ByteListener listener;

	private volatile @Nullable DuctAddress listenerAddress;

	/** Of the present listener. */
	private volatile @Nullable Acceptor acceptor;

	/** Whether a parent for one child has had it since it was bound. */
	private volatile boolean hadChild;

	private MessageDuctParent(DuctOptions options, SocketFileMode fileMode, int acceptsPerSecond,
			boolean allowPlaintext) {
		super(options);
		this.fileMode = fileMode;
		this.acceptsPerSecond = acceptsPerSecond;
		this.allowPlaintext = allowPlaintext;
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
				listener = bind(options().address());
			}
			catch (IOException | RuntimeException ex) {
				throw new CommunicationFaultException(
						subject() + ": cannot bind " + options().address() + ": " + ex.getMessage(), ex);
			}
			listen(listener);
		}
	}

	private ByteListener bind(DuctAddress address) throws IOException {
		// Others on the way could read and change what is sent in the clear.
		boolean loopbackOnly = options().tls() == null && !this.allowPlaintext;
		return Binder.bind(address, BACKLOG, this.fileMode, loopbackOnly);
	}

	void listen(ByteListener listener) {
		this.hadChild = false;
		try {
			Session session = open();
			listen(session, listener);
			if (listener.address() instanceof DuctAddress.Unix) {
				session.loop().addTimer(new FileWatch(session));
			}
		}
		catch (IOException | RuntimeException ex) {
			giveUp(listener, ex);
			throw new CommunicationFaultException(
					subject() + ": cannot listen at " + listener.address() + ": " + ex.getMessage(), ex);
		}
		catch (Error ex) {
			// Such as the one that says that there is no thread to be had.
			giveUp(listener, ex);
			throw ex;
		}
	}

	private void giveUp(ByteListener listener, Throwable failure) {
		this.listener = null;
		try {
			listener.close();
		}
		catch (IOException ex) {
			failure.addSuppressed(ex);
		}
		close();
	}

	private void listen(Session session, ByteListener listener) throws IOException {
		this.listener = listener;
		this.listenerAddress = listener.address();
		session.notifier().notify((observer) -> observer.bound(this, listener.address()));
		Acceptor acceptor = new Acceptor(this, session, listener,
				new AcceptLimit(this.acceptsPerSecond, System.nanoTime()));
		this.acceptor = acceptor;
		session.loop().register(listener.acceptable(), listener.acceptOperation(), acceptor);
		session.notifier().notify((observer) -> observer.listening(this, listener.address()));
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
		long deadline = System.nanoTime() + DuctOptions.nanos(timeout);
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
	 * Whether children can connect now. A parent for one child does not listen any more
	 * once it has had it.
	 * @return whether the address is bound and children are taken there
	 */
	public boolean isListening() {
		synchronized (this.binding) {
			return this.listener != null && session() != null && !this.hadChild;
		}
	}

	/**
	 * How many children this parent takes.
	 * @return as it was built, {@link Accept#ONCE} by default
	 */
	public Accept accept() {
		return options().accept();
	}

	/**
	 * The children that are connected now.
	 * @return a duct for each connection, in the order of their coming; closing one ends
	 * that connection for good
	 */
	public List<MessageDuct> children() {
		return connections().live().stream().map(Connection::duct).toList();
	}

	/**
	 * Notes that a child was taken.
	 * @return whether it was the only one that there may be
	 */
	boolean taken() {
		this.hadChild = options().accept() == Accept.ONCE;
		return this.hadChild;
	}

	boolean hadChild() {
		return this.hadChild;
	}

	/**
	 * Looks now and then whether children still find the file of the socket, and has it
	 * put back if not: what cleans up old files takes it for one of them.
	 */
	final class FileWatch implements EventLoop.Timed {

		private final Session session;

		private long next = System.nanoTime() + FILE_LOOK_NANOS;

		private boolean failed;

		FileWatch(Session session) {
			this.session = session;
		}

		@Override
		public long onTime(long now) {
			if (session() != this.session || MessageDuctParent.this.hadChild) {
				return Long.MAX_VALUE;
			}
			if (this.next - now <= 0) {
				this.next = now + FILE_LOOK_NANOS;
				ByteListener listener = MessageDuctParent.this.listener;
				if (listener == null || !listener.isInPlace()) {
					// Who closes the duct holds the lock and waits for this thread.
					this.session.execute(this::putBack);
				}
			}
			return this.next - now;
		}

		void putBack() {
			synchronized (MessageDuctParent.this.binding) {
				ByteListener listener = MessageDuctParent.this.listener;
				if (session() != this.session || listener != null && listener.isInPlace()) {
					return;
				}
				MessageDuctParent.this.listener = null;
				if (listener != null) {
					this.session.loop().close(listener);
				}
				// Only now can no other child come from the old listener.
				if (MessageDuctParent.this.hadChild) {
					return;
				}
				ByteListener bound = null;
				try {
					bound = bind(options().address());
					listen(this.session, bound);
					this.failed = false;
					logger.warn("{}: the file of {} had been removed or replaced, and is there again", subject(),
							options().address());
				}
				catch (IOException | RuntimeException ex) {
					failed(bound, ex);
				}
			}
		}

		private void failed(@Nullable ByteListener bound, Exception failure) {
			MessageDuctParent.this.listener = null;
			if (bound != null) {
				this.session.loop().close(bound);
			}
			if (!this.failed) {
				logger.warn(
						"{}: the file of {} was removed or replaced, and cannot be put back: {}; "
								+ "children that are connected stay, tries again every {} s",
						subject(), options().address(), failure.getMessage(),
						TimeUnit.NANOSECONDS.toSeconds(FILE_LOOK_NANOS));
			}
			this.failed = true;
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
			Acceptor acceptor = this.acceptor;
			this.acceptor = null;
			if (acceptor != null) {
				acceptor.close();
			}
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

		private int acceptsPerSecond = 200;

		private SocketFileMode fileMode = SocketFileMode.ownerOnly();

		private boolean allowPlaintext;

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
		 * Sets how many children are accepted in a second, on average and at once; more
		 * wait in the backlog of the operating system. Default: 200.
		 * @param acceptsPerSecond the number, at least 1
		 * @return this builder
		 * @throws IllegalArgumentException if the number is less than 1
		 */
		public Builder acceptsPerSecond(int acceptsPerSecond) {
			if (acceptsPerSecond < 1) {
				throw new IllegalArgumentException(
						"acceptsPerSecond is " + acceptsPerSecond + ", it must be at least 1");
			}
			this.acceptsPerSecond = acceptsPerSecond;
			return this;
		}

		/**
		 * Sets the permissions of the file of a Unix domain socket, whatever the umask;
		 * to connect takes the permission to write. Others than the own user have to be
		 * {@linkplain #allowedUsers allowed} too. Default: {@code 0600}.
		 * @param permissions in octal, such as {@code 0660}, or in letters, such as
		 * {@code rw-rw----}
		 * @return this builder
		 * @throws IllegalArgumentException if the text is neither
		 */
		public Builder permissions(String permissions) {
			this.fileMode = this.fileMode.withPermissions(permissions);
			return this;
		}

		/**
		 * Sets the group of the file of a Unix domain socket. Default: that of this
		 * process.
		 * @param group the name or number of a group that this process may give the file
		 * @return this builder
		 */
		public Builder group(String group) {
			this.fileMode = this.fileMode.withGroup(group);
			return this;
		}

		/**
		 * Sets whether the parent may listen without TLS where other machines reach it.
		 * Default: no.
		 * @param allowPlaintext whether it may
		 * @return this builder
		 */
		public Builder allowPlaintext(boolean allowPlaintext) {
			this.allowPlaintext = allowPlaintext;
			return this;
		}

		/**
		 * Makes the parent, which opens nothing before {@link MessageDuctParent#bind()}.
		 * @return the parent
		 */
		public MessageDuctParent build() {
			DuctAddress address = address();
			return new MessageDuctParent(
					options((address != null) ? address : DuctAddress.Unix.pseudoAnonymous(), this.accept,
							(this.accept == Accept.MANY) ? this.maxChildren : 1),
					this.fileMode, this.acceptsPerSecond, this.allowPlaintext);
		}

	}

}
