package io.ductworks.message;

import java.io.IOException;
import java.lang.reflect.Type;
import java.net.SocketAddress;
import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

import io.ductworks.CloseReason;
import io.ductworks.DuctInterruptedException;
import io.ductworks.DuctTimeoutException;
import io.ductworks.LocalSocketFaultException;
import io.ductworks.codec.MessageCodec;
import org.jspecify.annotations.Nullable;

/**
 * What parents and children share: sending to, receiving from and asking the connections
 * that there are, and one open period after the other.
 */
abstract class Endpoint implements MessageDuct {

	private final DuctParts parts;

	private final Sending sending;

	private final AskingAny asking;

	private final Object opening = new Object();

	private final List<DuctObserver> observers;

	private volatile @Nullable DuctHandler handler;

	private volatile @Nullable OpenDuct open;

	/** The last that was open, until the next is. */
	private volatile @Nullable OpenDuct closed;

	private volatile ClosedStage closedStage = new ClosedStage();

	Endpoint(DuctParts parts) {
		this.parts = parts;
		this.sending = new Sending(parts.scope(), parts.live());
		this.asking = new AskingAny(parts.scope(), parts.live(), this::openRequests);
		this.handler = parts.scope().options().handler();
		this.observers = new CopyOnWriteArrayList<>(parts.scope().options().observers());
	}

	DuctParts parts() {
		return this.parts;
	}

	DuctOptions options() {
		return this.parts.scope().options();
	}

	String subject() {
		return this.parts.scope().subject();
	}

	// Opening and closing

	/**
	 * What is open now.
	 */
	@Nullable OpenDuct open() {
		return this.open;
	}

	/**
	 * Opens the duct, unless it is open.
	 */
	OpenDuct ensureOpen() {
		synchronized (this.opening) {
			OpenDuct open = this.open;
			if (open == null) {
				if (this.closed != null) {
					this.closedStage = new ClosedStage();
				}
				open = start(this.closedStage);
				this.open = open;
				this.closed = null;
				this.parts.availability().opened();
			}
			return open;
		}
	}

	private OpenDuct start(ClosedStage closedStage) {
		try {
			return new OpenDuct(this, this.parts, this.handler, this.observers, closedStage);
		}
		catch (IOException ex) {
			throw new LocalSocketFaultException(
					subject() + ": the operating system gave no selector: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Parts from what is open, and gives back what the role itself has opened.
	 * @return what is to be closed, or {@code null} if nothing is open
	 */
	@Nullable OpenDuct detach() {
		synchronized (this.opening) {
			OpenDuct open = this.open;
			this.open = null;
			if (open != null) {
				this.closed = open;
				this.parts.availability().closed();
				this.parts.inbox().closed();
				this.parts.heldBack().clear();
			}
			return open;
		}
	}

	@Override
	public void close() {
		long deadline = this.parts.scope().closeDeadline();
		OpenDuct open = detach();
		OpenDuct closing = (open != null) ? open : this.closed;
		if (closing != null) {
			closing.close(deadline);
		}
	}

	/**
	 * Begins to close, without waiting for the peers: {@link #close()} has to follow.
	 */
	void beginClosing() {
		OpenDuct open = detach();
		if (open != null) {
			open.endConnections(this.parts.scope().closeDeadline());
		}
	}

	/**
	 * Waits for no connection any more, until the duct is opened anew: what waits for one
	 * fails at once, and so does what would have to. Connections that there are go on.
	 */
	public void stopWaiting() {
		this.parts.availability().stopWaiting();
		OpenDuct open = this.open;
		if (open != null) {
			open.requests().disconnected();
		}
	}

	/**
	 * For how long this duct may be without a connection before sends and requests that
	 * wait for one fail.
	 * @return as it was built
	 */
	public Duration disconnectedGrace() {
		return options().disconnectedGrace();
	}

	@Override
	public CompletionStage<CloseReason> whenClosed() {
		return this.closedStage.stage();
	}

	private @Nullable Requests openRequests() {
		OpenDuct open = this.open;
		return (open != null) ? open.requests() : null;
	}

	// Sending, receiving and asking

	@Override
	public String name() {
		return options().name();
	}

	@Override
	public MessageCodec codec() {
		return options().codec();
	}

	@Override
	public Protocol protocol() {
		return options().protocol();
	}

	@Override
	public void send(@Nullable Object payload) {
		this.sending.send(payload);
	}

	@Override
	public void sendAll(Iterable<?> payloads) {
		this.sending.sendAll(payloads);
	}

	@Override
	public void sendLast(@Nullable Object payload) {
		this.sending.sendLast(payload);
	}

	@Override
	public void send(String method, @Nullable Object payload) {
		this.sending.send(new RpcCall(method, payload));
	}

	@Override
	public void sendLast(String method, @Nullable Object payload) {
		this.sending.sendLast(new RpcCall(method, payload));
	}

	@Override
	public boolean poll(Duration timeout) {
		requireReceives("poll");
		try {
			return this.parts.inbox().poll(System.nanoTime() + DuctOptions.nanos(timeout));
		}
		catch (DuctTimeoutException ex) {
			return false;
		}
	}

	@Override
	public <T> @Nullable T recv(Type type) {
		requireReceives("recv");
		return this.parts.inbox().receive(type);
	}

	@Override
	public <T> @Nullable T recv(Type type, Duration timeout) {
		requireReceives("recv");
		return this.parts.inbox().receive(type, System.nanoTime() + DuctOptions.nanos(timeout));
	}

	private void requireReceives(String what) {
		this.parts.scope().requireMethods(what, false);
		if (this.handler != null) {
			throw new IllegalStateException(
					subject() + ": has a handler, so messages cannot be received; use the handler or remove it");
		}
	}

	@Override
	public <T> @Nullable T request(@Nullable Object payload, Type replyType, Duration timeout) {
		return this.asking.request(payload, replyType, timeout);
	}

	@Override
	public <T> @Nullable T request(String method, @Nullable Object payload, Type replyType, Duration timeout) {
		return this.asking.request(new RpcCall(method, payload), replyType, timeout);
	}

	@Override
	public <T> CompletableFuture<T> requestAsync(@Nullable Object payload, Type replyType, Duration timeout) {
		return this.asking.requestAsync(payload, replyType, timeout);
	}

	@Override
	public <T> CompletableFuture<T> requestAsync(String method, @Nullable Object payload, Type replyType,
			Duration timeout) {
		return this.asking.requestAsync(new RpcCall(method, payload), replyType, timeout);
	}

	@Override
	public Duration requestTimeout() {
		return options().requestTimeout();
	}

	// The handler and the observers

	@Override
	public void handler(DuctHandler handler) {
		synchronized (this.opening) {
			if (this.open != null) {
				throw new IllegalStateException(subject() + ": is open already; set the handler before it opens");
			}
			if (this.handler != null) {
				throw new IllegalStateException(subject() + ": has a handler already; a duct takes one");
			}
			this.handler = handler;
		}
	}

	/**
	 * Adds an observer to those that the duct was built with.
	 * @param observer is told what happens to the duct
	 * @throws IllegalStateException if the duct is open
	 */
	public void observer(DuctObserver observer) {
		synchronized (this.opening) {
			if (this.open != null) {
				throw new IllegalStateException(subject() + ": is open already; add the observer before it opens");
			}
			this.observers.add(observer);
		}
	}

	/**
	 * Adds an observer to those that are told of each message and request that the duct
	 * sends, from now on.
	 * @param observer is told, be the duct open or not
	 */
	public void outgoingObserver(OutgoingObserver observer) {
		this.parts.scope().outgoing().add(observer);
	}

	/**
	 * Stops handing out messages to the handler, before the duct opens or at any time. A
	 * message that is being handled is not affected; others stay unread.
	 */
	public void suspend() {
		this.parts.handlerSwitch().suspend();
	}

	/**
	 * Starts handing out messages again.
	 */
	public void resume() {
		this.parts.handlerSwitch().resume();
		handOut();
	}

	/**
	 * Has the handler look for what was held back.
	 */
	private void handOut() {
		this.parts.heldBack().take().forEach(Link::handOut);
		this.parts.live().all().forEach(Link::handOut);
	}

	/**
	 * Stops handing out messages and waits for the handlers that run. Meanwhile, and
	 * until {@link #resume()}, messages for a handler that
	 * {@linkplain DuctHandler#answering answers} are answered with an error of status
	 * 503; others stay unread. A handler that calls this does not wait for itself.
	 * @param timeout how long to wait
	 * @return whether no other handler runs any more
	 * @throws DuctInterruptedException if the thread was interrupted while it waited
	 */
	public boolean drain(Duration timeout) {
		if (this.handler instanceof AnsweringHandler || this.handler != null && options().isRpc()) {
			this.parts.handlerSwitch().refuse();
			handOut();
		}
		else {
			suspend();
		}
		try {
			return this.parts.handlerSwitch().awaitIdle(System.nanoTime() + DuctOptions.nanos(timeout));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new DuctInterruptedException(subject() + ": interrupted while waiting for its handlers", ex);
		}
	}

	// What there is

	@Override
	public boolean isConnected() {
		return !this.parts.live().all().isEmpty();
	}

	@Override
	public List<MessageDuct> connections() {
		return this.parts.live().all().stream().map(Link::duct).toList();
	}

	@Override
	public @Nullable Principal peer() {
		Link only = onlyLive();
		return (only != null) ? only.connection().peer() : null;
	}

	@Override
	public @Nullable SocketAddress remoteAddress() {
		Link only = onlyLive();
		return (only != null) ? only.connection().remoteAddress() : null;
	}

	private @Nullable Link onlyLive() {
		List<Link> live = this.parts.live().all();
		return (live.size() == 1) ? live.get(0) : null;
	}

	@Override
	public DuctStatistics statistics() {
		return this.parts.scope().statistics();
	}

	@Override
	public String toString() {
		return subject() + " at " + options().address();
	}

}
