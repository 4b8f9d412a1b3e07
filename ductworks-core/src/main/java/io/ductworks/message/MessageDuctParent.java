package io.ductworks.message;

import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.List;

import io.ductworks.AlreadyConnectedException;
import io.ductworks.CommunicationFaultException;
import io.ductworks.NotConnectedException;
import io.ductworks.internal.transport.ByteListener;
import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;

/**
 * The end of a duct that binds an address and listens for children. After
 * {@link #close()}, {@link #bind()} opens the same object again.
 */
public final class MessageDuctParent extends Endpoint {

	private final ListenOptions listenOptions;

	/** Held by the thread that binds, for as long as files and look-ups take. */
	private final Object binding = new Object();

	/** Held to open and to close, which wait for nothing. */
	private final Object changing = new Object();

	/** How often the parent was closed. */
	private volatile int closings;

	/** Of the present open period, or of the last. */
	private volatile @Nullable Listening listening;

	private volatile @Nullable DuctAddress listenerAddress;

	private MessageDuctParent(DuctOptions options, ListenOptions listenOptions) {
		super(DuctParts.of(options, options.accept() == Accept.MANY,
				"no child is connected; wait for one with listen()"));
		this.listenOptions = listenOptions;
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
			if (open() != null) {
				if (hadChild()) {
					throw hadItsChild();
				}
				return;
			}
			int closings = this.closings;
			Listening last = this.listening;
			if (last != null) {
				// Another thread may still be closing it.
				last.awaitClosed(parts().scope().closeDeadline());
			}
			ByteListener listener;
			try {
				listener = Listening.bind(options(), this.listenOptions);
			}
			catch (IOException | RuntimeException ex) {
				throw new CommunicationFaultException(
						subject() + ": cannot bind " + options().address() + ": " + ex.getMessage(), ex);
			}
			listen(listener, closings);
		}
	}

	/**
	 * Opens the parent over a listener, which is the parent's to close.
	 */
	void listen(ByteListener listener) {
		listen(listener, this.closings);
	}

	private void listen(ByteListener listener, int closings) {
		try {
			Listening listening = open(closings);
			this.listenerAddress = listener.address();
			listening.start(listener);
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

	/**
	 * Opens the parent, unless it was closed since somebody began to bind.
	 */
	private Listening open(int closings) throws BindException {
		synchronized (this.changing) {
			if (this.closings != closings) {
				throw new BindException("was closed while it was binding " + options().address());
			}
			Listening listening = new Listening(parts(), ensureOpen(), this.listenOptions);
			this.listening = listening;
			return listening;
		}
	}

	private void giveUp(ByteListener listener, Throwable failure) {
		try {
			listener.close();
		}
		catch (IOException ex) {
			failure.addSuppressed(ex);
		}
		close();
	}

	/**
	 * What listens, or has listened last.
	 */
	@Nullable Listening listening() {
		return this.listening;
	}

	private boolean hadChild() {
		Listening listening = this.listening;
		return listening != null && listening.hadChild();
	}

	/**
	 * Waits for a child. Binds first, if that was not done.
	 * @param timeout how long to wait, zero for a look without waiting
	 * @return whether a child is connected, or has gone again and left what is still to
	 * be received: messages, or its end, which {@link #recv()} then tells. A parent that
	 * takes many children, or has a handler, receives no ends
	 * @throws CommunicationFaultException if the address cannot be bound
	 * @throws AlreadyConnectedException if a parent for one child has had it, and all of
	 * it was received
	 * @throws io.ductworks.DuctInterruptedException if the thread was interrupted while
	 * it waited
	 */
	public boolean listen(Duration timeout) {
		long deadline = System.nanoTime() + DuctOptions.nanos(timeout);
		if (open() == null) {
			bind();
		}
		boolean last = hadChild();
		boolean connected = parts().availability()
			.awaitWhileOpen(() -> isConnected() || parts().inbox().hasUnread(), last ? System.nanoTime() : deadline);
		if (last && !connected && open() != null) {
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
		Listening listening = this.listening;
		return listening != null && open() != null && listening.isListening();
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
		return connections();
	}

	@Override
	@Nullable OpenDuct detach() {
		OpenDuct open;
		Listening listening;
		synchronized (this.changing) {
			this.closings++;
			open = super.detach();
			listening = this.listening;
		}
		if (open != null && listening != null) {
			listening.close();
		}
		return open;
	}

	/**
	 * The settings of a parent.
	 */
	public static final class Builder extends ListenBuilder<Builder> {

		private Accept accept = Accept.ONCE;

		private int maxChildren = 256;

		private Builder() {
			super("parent", "bind() opens it");
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
		 * @throws IllegalArgumentException if users or groups are allowed that this
		 * machine does not know, or users, groups or subjects where nothing would enforce
		 * that
		 */
		public MessageDuctParent build() {
			DuctAddress address = address();
			DuctOptions options = options((address != null) ? address : DuctAddress.Unix.pseudoAnonymous(), this.accept,
					(this.accept == Accept.MANY) ? this.maxChildren : 1, null);
			return new MessageDuctParent(options, listenOptions());
		}

	}

}
