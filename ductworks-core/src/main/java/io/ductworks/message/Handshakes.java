package io.ductworks.message;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

import io.ductworks.CloseReason;
import io.ductworks.internal.loop.LogText;
import io.ductworks.internal.transport.ByteConnection;
import io.ductworks.internal.transport.TlsHandshake;
import io.ductworks.internal.transport.TlsOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handshakes of a parent with children that have connected, each on a worker thread.
 * There are so many at most; one more ends the oldest, so that peers that only connect do
 * not keep others out. Thread-safe.
 */
final class Handshakes {

	private static final Logger logger = LoggerFactory.getLogger(Handshakes.class);

	private static final int MAX_PENDING = 32;

	private final Executor workers;

	private final TlsOptions tls;

	private final Duration timeout;

	private final Outcome outcome;

	private final Deque<TlsHandshake> pending = new ArrayDeque<>();

	private boolean closed;

	/** What comes of a handshake. */
	interface Outcome {

		/**
		 * It is done; the connection is the receiver's to close. Must not block.
		 */
		void admit(ByteConnection child);

		/**
		 * It failed; the socket is closed.
		 */
		void refuse(CloseReason reason, String text);

	}

	Handshakes(Executor workers, TlsOptions tls, Duration timeout, Outcome outcome) {
		this.workers = workers;
		this.tls = tls;
		this.timeout = timeout;
		this.outcome = outcome;
	}

	/**
	 * Starts the handshake with a child, whose socket is closed if that is not possible.
	 */
	void start(ByteConnection socket) {
		TlsHandshake handshake = null;
		try {
			TlsHandshake started = TlsHandshake.ofParent(socket, this.tls);
			handshake = started;
			end(added(started));
			this.workers.execute(() -> run(started, socket));
		}
		catch (IOException | RuntimeException | OutOfMemoryError ex) {
			// Such as no selector, or no memory.
			admitted(handshake, null);
			end(handshake);
			close(socket);
			this.outcome.refuse(CloseReason.TLS_FAILED, "its TLS handshake could not begin: " + ex.getMessage());
		}
	}

	/**
	 * Adds a handshake.
	 * @return one that is to end for it, if any
	 */
	private synchronized @Nullable TlsHandshake added(TlsHandshake handshake) {
		if (this.closed) {
			return handshake;
		}
		this.pending.add(handshake);
		return (this.pending.size() > MAX_PENDING) ? this.pending.remove() : null;
	}

	private void run(TlsHandshake handshake, ByteConnection socket) {
		ByteConnection child = null;
		try {
			child = handshake.run(this.timeout);
		}
		catch (SocketTimeoutException ex) {
			this.outcome.refuse(CloseReason.HANDSHAKE_TIMEOUT, String.valueOf(ex.getMessage()));
		}
		catch (ClosedChannelException ex) {
			if (!isClosed()) {
				this.outcome.refuse(CloseReason.HANDSHAKE_TIMEOUT,
						"its TLS handshake was pending when more than " + MAX_PENDING + " were");
			}
		}
		catch (IOException | RuntimeException ex) {
			this.outcome.refuse(CloseReason.TLS_FAILED,
					"TLS failed: " + LogText.shown(String.valueOf(ex.getMessage())));
		}
		catch (Error ex) {
			// Such as one of the supplier of the context; the next child may fare better.
			this.outcome.refuse(CloseReason.TLS_FAILED, "TLS failed: " + LogText.shown(ex.toString()));
		}
		finally {
			if (!admitted(handshake, child)) {
				close(socket);
			}
		}
	}

	/**
	 * Hands the connection on, unless the parent is closed and nobody would take it.
	 */
	private synchronized boolean admitted(@Nullable TlsHandshake handshake, @Nullable ByteConnection child) {
		if (handshake != null) {
			this.pending.remove(handshake);
		}
		if (child == null || this.closed) {
			return false;
		}
		this.outcome.admit(child);
		return true;
	}

	private static void close(ByteConnection socket) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			logger.debug("Closing failed", ex);
		}
	}

	private synchronized boolean isClosed() {
		return this.closed;
	}

	private static void end(@Nullable TlsHandshake handshake) {
		if (handshake != null) {
			try {
				handshake.close();
			}
			catch (IOException ex) {
				logger.debug("Closing failed", ex);
			}
		}
	}

	/**
	 * Ends all that are pending; nothing is admitted any more.
	 */
	void close() {
		Deque<TlsHandshake> ended;
		synchronized (this) {
			this.closed = true;
			ended = new ArrayDeque<>(this.pending);
			this.pending.clear();
		}
		ended.forEach(Handshakes::end);
	}

}
