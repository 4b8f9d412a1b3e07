package io.ductworks.message;

import java.io.IOException;
import java.lang.reflect.Type;
import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import io.ductworks.DuctInterruptedException;
import io.ductworks.DuctTimeoutException;
import io.ductworks.LocalSocketFaultException;
import io.ductworks.MessageCodecException;
import io.ductworks.codec.MessageCodec;
import io.ductworks.internal.loop.LogText;
import io.ductworks.internal.loop.SparingLog;
import io.ductworks.message.Inbound.Next;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What parents and children share: their settings, and sending to and receiving from
 * whatever connections there are.
 */
abstract sealed class Endpoint implements MessageDuct permits MessageDuctParent, MessageDuctChild {

	private final DuctOptions options;

	private final UserLock lock;

	private final long sendTimeoutNanos;

	private final Connections connections = new Connections(this);

	private final DuctStatistics statistics = new DuctStatistics(this::outboundPending);

	private final AtomicReference<@Nullable PayloadBuffer> spareBuffer = new AtomicReference<>();

	private final Object opening = new Object();

	private volatile @Nullable DuctHandler handler;

	private final Dispatching dispatching = new Dispatching();

	private final SparingLog log = new SparingLog(LoggerFactory.getLogger(Endpoint.class));

	private volatile @Nullable Session session;

	Endpoint(DuctOptions options) {
		this.options = options;
		this.sendTimeoutNanos = options.sendTimeout().toNanos();
		this.handler = options.handler();
		this.lock = new UserLock(subject(), options.lock());
	}

	// What the two roles differ in

	abstract boolean takesMany();

	abstract String howToOpen();

	abstract String whyNotConnected();

	// Opening and closing

	@Nullable Session session() {
		return this.session;
	}

	/**
	 * Starts a session, unless there is one.
	 */
	Session open() {
		synchronized (this.opening) {
			Session session = this.session;
			if (session == null) {
				try {
					session = new Session(this);
				}
				catch (IOException ex) {
					throw new LocalSocketFaultException(
							subject() + ": the operating system gave no selector: " + ex.getMessage(), ex);
				}
				this.session = session;
				this.connections.opened();
			}
			return session;
		}
	}

	/**
	 * Parts from the session, and gives back what the role itself has opened.
	 * @return the session, to be closed, or {@code null} if there is none
	 */
	@Nullable Session detach() {
		synchronized (this.opening) {
			Session session = this.session;
			this.session = null;
			if (session != null) {
				this.connections.closed();
			}
			return session;
		}
	}

	@Override
	public void close() {
		Session session = detach();
		if (session != null) {
			session.close(closeDeadline());
		}
	}

	// For connections

	DuctOptions options() {
		return this.options;
	}

	String subject() {
		return "Duct '" + this.options.name() + "'";
	}

	UserLock lock() {
		return this.lock;
	}

	Connections connections() {
		return this.connections;
	}

	SparingLog log() {
		return this.log;
	}

	@Nullable DuctHandler handler() {
		return this.handler;
	}

	Dispatching dispatching() {
		return this.dispatching;
	}

	long sendTimeoutNanos() {
		return this.sendTimeoutNanos;
	}

	long receiveDeadline() {
		return System.nanoTime() + this.options.receiveTimeout().toNanos();
	}

	long closeDeadline() {
		return System.nanoTime() + this.options.closeTimeout().toNanos();
	}

	private int outboundPending() {
		return this.connections.live().stream().mapToInt((connection) -> connection.outbound().pendingBytes()).sum();
	}

	/**
	 * Encodes one message.
	 * @return the payload, to be given back to {@link #recycle}
	 */
	PayloadBuffer encode(@Nullable Object payload) {
		PayloadBuffer spare = this.spareBuffer.getAndSet(null);
		PayloadBuffer buffer = (spare != null) ? spare : new PayloadBuffer(this.options.maxFrameSize());
		boolean encoded = false;
		try {
			this.options.codec().encode(payload, buffer);
			requireFits(buffer.total());
			encoded = true;
			return buffer;
		}
		catch (MessageCodecException ex) {
			throw ex;
		}
		catch (IOException | RuntimeException ex) {
			throw new MessageCodecException(
					subject() + ": cannot encode " + ((payload != null) ? payload.getClass().getName() : "null") + ": "
							+ LogText.shown(String.valueOf(ex.getMessage())),
					ex);
		}
		finally {
			if (!encoded) {
				recycle(buffer);
			}
		}
	}

	/**
	 * Refuses a message that is larger than a frame may be.
	 */
	void requireFits(long length) {
		if (length > this.options.maxFrameSize()) {
			throw new MessageCodecException(subject() + ": a message of " + length + " bytes is not sent, the limit is "
					+ this.options.maxFrameSize() + "; send less at a time or raise max-frame-size on both sides",
					null);
		}
	}

	/**
	 * Whether payloads are messages of a type as they are.
	 */
	boolean takesAsItIs(Type type) {
		return this.options.codec() == MessageCodec.bytes() && (type == byte[].class || type == Object.class);
	}

	void recycle(PayloadBuffer buffer) {
		if (buffer.recycle()) {
			this.spareBuffer.set(buffer);
		}
	}

	@SuppressWarnings("unchecked")
	<T> @Nullable T decode(byte[] bytes, int offset, int length, Type type) {
		try {
			return (T) this.options.codec().decode(bytes, offset, length, type);
		}
		catch (IOException | RuntimeException ex) {
			throw new MessageCodecException(subject() + ": a message of " + length + " bytes cannot be read as "
					+ type.getTypeName() + ": " + LogText.shown(String.valueOf(ex.getMessage())), ex);
		}
	}

	// MessageDuct

	@Override
	public String name() {
		return this.options.name();
	}

	@Override
	public void send(@Nullable Object payload) {
		Connection only = this.connections.onlyLive();
		if (only != null) {
			only.outbound().send(payload, null, this.sendTimeoutNanos);
			return;
		}
		long deadline = System.nanoTime() + this.sendTimeoutNanos;
		List<Connection> targets = this.connections.awaitLive(deadline);
		if (targets.size() == 1) {
			targets.get(0).outbound().send(payload, null, deadline - System.nanoTime());
		}
		else {
			sendToMany(targets, payload, deadline - System.nanoTime());
		}
	}

	private void sendToMany(List<Connection> targets, @Nullable Object payload, long timeoutNanos) {
		PayloadBuffer buffer;
		this.lock.acquire(timeoutNanos);
		try {
			buffer = encode(payload);
		}
		finally {
			this.lock.release();
		}
		try {
			boolean queued = false;
			for (Connection target : targets) {
				queued |= target.outbound().sendBehind(buffer.array(), buffer.size());
			}
			if (!queued) {
				throw targets.get(0).failure();
			}
		}
		finally {
			recycle(buffer);
		}
	}

	@Override
	public void sendAll(Iterable<?> payloads) {
		long deadline = System.nanoTime() + this.sendTimeoutNanos;
		List<Connection> targets = this.connections.awaitLive(deadline);
		if (targets.size() == 1) {
			targets.get(0).outbound().sendAll(payloads, deadline - System.nanoTime());
		}
		else {
			payloads.forEach(this::send);
		}
	}

	@Override
	public boolean poll(Duration timeout) {
		requireNoHandler();
		long deadline = System.nanoTime() + DuctOptions.nanos(timeout);
		try {
			return takesMany() ? pollAny(deadline) : this.connections.awaitUnread(deadline).receiver().poll(deadline);
		}
		catch (DuctTimeoutException ex) {
			return false;
		}
	}

	private boolean pollAny(long deadline) {
		Connection connection;
		do {
			connection = this.connections.awaitReady(deadline);
		}
		while (connection != null && connection.look() != Next.MESSAGE);
		return connection != null;
	}

	@Override
	public <T> @Nullable T recv(Type type) {
		requireNoHandler();
		return takesMany() ? receiveFromAny(type, receiveDeadline()) : receiveFromOldest(type);
	}

	@SuppressWarnings("unchecked")
	private <T> @Nullable T receiveFromOldest(Type type) {
		Connection oldest = this.connections.oldest();
		if (oldest != null) {
			Object received = oldest.receiver().receive(type);
			if (received != Receiver.ENDED) {
				return (T) received;
			}
			throwEnd(oldest);
		}
		long deadline = receiveDeadline();
		while (true) {
			Connection connection = this.connections.awaitUnread(deadline);
			Object received = connection.receiver().receive(type, deadline);
			if (received != Receiver.ENDED) {
				return (T) received;
			}
			throwEnd(connection);
		}
	}

	/**
	 * Throws the end of a connection once; who waited beside goes on with what comes
	 * next.
	 */
	private void throwEnd(Connection connection) {
		if (this.connections.received(connection) || connection.isClosedByUs()) {
			throw connection.failure();
		}
	}

	@SuppressWarnings("unchecked")
	private <T> @Nullable T receiveFromAny(Type type, long deadline) {
		while (true) {
			Connection connection = this.connections.awaitReady(deadline);
			if (connection == null) {
				throw new DuctTimeoutException(subject() + ": no whole message came from any of "
						+ this.connections.live().size() + " children in time; call recv again", null);
			}
			Object received = connection.receiver().tryReceive(type, deadline);
			if (received != Receiver.NOTHING) {
				return (T) received;
			}
		}
	}

	private void requireNoHandler() {
		if (this.handler != null) {
			throw new IllegalStateException(
					subject() + ": has a handler, so messages cannot be received; use the handler or remove it");
		}
	}

	@Override
	public <T> @Nullable T request(@Nullable Object payload, Type replyType, Duration timeout) {
		long started = System.nanoTime();
		long nanos = DuctOptions.nanos(timeout);
		Connection connection = only(this.connections.awaitLive(started + nanos));
		return connection.requests().request(payload, replyType, started, nanos);
	}

	@Override
	public <T> CompletableFuture<T> requestAsync(@Nullable Object payload, Class<T> replyType) {
		Connection connection = only(this.connections.awaitLive(System.nanoTime() + this.sendTimeoutNanos));
		return connection.requests().requestAsync(payload, replyType, requestTimeout().toNanos());
	}

	private Connection only(List<Connection> live) {
		if (live.size() > 1) {
			throw new IllegalStateException(
					subject() + ": has " + live.size() + " children, a request goes to one; ask one of children()");
		}
		return live.get(0);
	}

	@Override
	public Duration requestTimeout() {
		return this.options.requestTimeout();
	}

	@Override
	public void handler(DuctHandler handler) {
		synchronized (this.opening) {
			if (this.session != null) {
				throw new IllegalStateException(subject() + ": is open already; set the handler before it opens");
			}
			if (this.handler != null) {
				throw new IllegalStateException(subject() + ": has a handler already; a duct takes one");
			}
			this.handler = handler;
		}
	}

	/**
	 * Stops handing out messages to the handler, before the duct opens or at any time. A
	 * message that is being handled is not affected; others stay unread.
	 */
	public void suspend() {
		this.dispatching.suspend();
	}

	/**
	 * Starts handing out messages again.
	 */
	public void resume() {
		this.dispatching.resume();
		this.connections.takeHeldBack().forEach(Connection::dispatch);
		this.connections.live().forEach(Connection::dispatch);
	}

	/**
	 * Stops handing out messages and waits for the handlers that run. Meanwhile, and
	 * until {@link #resume()}, messages for a handler that
	 * {@linkplain DuctHandler#replies() replies} are answered with an error of status
	 * 503; others stay unread.
	 * @param timeout how long to wait
	 * @return whether no handler runs any more
	 * @throws DuctInterruptedException if the thread was interrupted while it waited
	 */
	public boolean drain(Duration timeout) {
		DuctHandler handler = this.handler;
		if (handler == null || !handler.replies()) {
			suspend();
		}
		else {
			this.dispatching.refuse();
		}
		try {
			return this.dispatching.awaitIdle(System.nanoTime() + DuctOptions.nanos(timeout));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new DuctInterruptedException(subject() + ": interrupted while waiting for its handlers", ex);
		}
	}

	@Override
	public boolean isConnected() {
		return !this.connections.live().isEmpty();
	}

	@Override
	public @Nullable Principal peer() {
		List<Connection> live = this.connections.live();
		return (live.size() == 1) ? live.get(0).peer() : null;
	}

	@Override
	public DuctStatistics statistics() {
		return this.statistics;
	}

	@Override
	public String toString() {
		return subject() + " at " + this.options.address();
	}

}
