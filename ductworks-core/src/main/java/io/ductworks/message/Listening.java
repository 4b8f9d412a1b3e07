package io.ductworks.message;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.ductworks.internal.loop.Uninterrupted;
import io.ductworks.internal.transport.Binder;
import io.ductworks.internal.transport.ByteListener;
import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a parent has while it is open and listens: the listener, what accepts the children
 * that come, and the watch over the file of a Unix domain socket. Thread-safe.
 */
final class Listening implements Admission {

	private static final Logger logger = LoggerFactory.getLogger(Listening.class);

	private final DuctParts parts;

	private final OpenDuct open;

	private final ListenOptions options;

	/** Read without the lock by the loop, which others wait for with it. */
	private volatile @Nullable ByteListener listener;

	/** Of the present listener. */
	private @Nullable Acceptor acceptor;

	private volatile boolean closed;

	/** Opened when the address is free again. */
	private final CountDownLatch over = new CountDownLatch(1);

	/**
	 * Held by the thread that puts the file back, for as long as the file system takes.
	 */
	private final Object repairing = new Object();

	/** Whether the file could not be put back when it was tried last. */
	private boolean failed;

	/** Whether a parent for one child has had it. */
	private volatile boolean hadChild;

	Listening(DuctParts parts, OpenDuct open, ListenOptions options) {
		this.parts = parts;
		this.open = open;
		this.options = options;
	}

	/**
	 * Binds an address. Others on the way could read and change what is sent in the
	 * clear, so that without TLS it is one that only this machine reaches.
	 */
	static ByteListener bind(DuctOptions duct, ListenOptions options) throws IOException {
		boolean loopbackOnly = duct.tls() == null && !options.allowPlaintext();
		return Binder.bind(duct.address(), options.backlog(), options.fileMode(), loopbackOnly);
	}

	/**
	 * Listens, and watches the file if there is one.
	 */
	void start(ByteListener listener) throws IOException {
		listen(listener);
		if (listener.address() instanceof DuctAddress.Unix) {
			// On a worker, since that waits for the loop.
			Runnable putBack = () -> this.open.workers().execute(this::putBack);
			this.open.loop()
				.addTimer(new SocketFileWatch(() -> this.open.isOpen() && !this.hadChild, this::isInPlace, putBack));
		}
	}

	private synchronized void listen(ByteListener listener) throws IOException {
		if (this.closed) {
			throw new ClosedChannelException();
		}
		this.listener = listener;
		this.open.observers().tell((observer, duct) -> observer.bound(duct, listener.address()));
		Acceptor acceptor = new Acceptor(this, this.parts, this.open, listener,
				new AcceptLimit(this.options.acceptsPerSecond(), System.nanoTime()), tellsWhy());
		this.acceptor = acceptor;
		this.open.loop().register(listener.acceptable(), listener.acceptOperation(), acceptor);
		this.open.observers().tell((observer, duct) -> observer.listening(duct, listener.address()));
	}

	/**
	 * Whether a child that is refused is told why.
	 */
	private boolean tellsWhy() {
		return this.options.refusalFrame() || this.parts.scope().options().isRpc();
	}

	/**
	 * Whether children can connect.
	 */
	boolean isListening() {
		return this.listener != null && !this.closed && !this.hadChild && this.open.loop().isAlive();
	}

	/**
	 * Whether children find the listener.
	 */
	boolean isInPlace() {
		ByteListener listener = this.listener;
		return listener != null && listener.isInPlace();
	}

	/**
	 * Listens anew where the file of the socket was removed or replaced.
	 */
	void putBack() {
		synchronized (this.repairing) {
			if (!this.closed && !isInPlace()) {
				listenAnew();
			}
		}
	}

	private void listenAnew() {
		ByteListener gone;
		synchronized (this) {
			gone = this.listener;
			this.listener = null;
		}
		if (gone != null) {
			this.open.loop().close(gone);
		}
		// Only now can no other child come from the old listener.
		if (this.hadChild) {
			return;
		}
		ByteListener bound = null;
		try {
			bound = bind(this.parts.scope().options(), this.options);
			listen(bound);
			this.failed = false;
			logger.warn("{}: the file of {} had been removed or replaced, and is there again",
					this.parts.scope().subject(), bound.address());
		}
		catch (IOException | RuntimeException ex) {
			failedToPutBack(bound, ex);
		}
	}

	private void failedToPutBack(@Nullable ByteListener bound, Exception failure) {
		if (bound != null) {
			synchronized (this) {
				this.listener = null;
			}
			this.open.loop().close(bound);
		}
		if (!this.failed && !this.closed) {
			logger.warn(
					"{}: the file of {} was removed or replaced, and cannot be put back: {}; "
							+ "children that are connected stay, tries again every {} s",
					this.parts.scope().subject(), this.parts.scope().options().address(), failure.getMessage(),
					TimeUnit.NANOSECONDS.toSeconds(SocketFileWatch.LOOK_NANOS));
		}
		this.failed = true;
	}

	@Override
	public boolean hadChild() {
		return this.hadChild;
	}

	@Override
	public boolean taken() {
		this.hadChild = this.parts.scope().options().accept() == Accept.ONCE;
		return this.hadChild;
	}

	/**
	 * Takes no more children.
	 */
	void close() {
		ByteListener listener;
		Acceptor acceptor;
		synchronized (this) {
			this.closed = true;
			listener = this.listener;
			acceptor = this.acceptor;
			this.listener = null;
			this.acceptor = null;
		}
		try {
			if (acceptor != null) {
				acceptor.close();
			}
			if (listener != null) {
				this.open.loop().close(listener);
			}
		}
		finally {
			this.over.countDown();
		}
	}

	/**
	 * Waits until the address is free again.
	 */
	void awaitClosed(long deadline) {
		Uninterrupted.await((nanos) -> this.over.await(nanos, TimeUnit.NANOSECONDS), deadline);
	}

}
