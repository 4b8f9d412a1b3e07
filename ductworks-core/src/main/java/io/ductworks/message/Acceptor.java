package io.ductworks.message;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.util.concurrent.TimeUnit;

import io.ductworks.CloseReason;
import io.ductworks.internal.loop.EventLoop;
import io.ductworks.internal.loop.LogText;
import io.ductworks.internal.transport.ByteConnection;
import io.ductworks.internal.transport.ByteListener;
import io.ductworks.internal.transport.TlsOptions;
import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the children that come to one listener of a parent: no faster than is allowed, no
 * more than are allowed, and only those who are allowed. All but the handshakes of TLS
 * happens on the loop's thread.
 */
final class Acceptor implements EventLoop.Ready, Handshakes.Admission {

	private static final Logger logger = LoggerFactory.getLogger(Acceptor.class);

	/** A system without file descriptors is given some time to find one. */
	private static final long FAILURE_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

	/**
	 * Children that are taken before others are served: sockets that were closed stay
	 * open underneath until the loop selects again.
	 */
	private static final int MAX_IN_A_ROW = 16;

	/**
	 * Children that have gone and whose messages may be handed out beside those of
	 * others.
	 */
	private static final int MAX_GONE = 16;

	/** How long a child that seems one too many has to wait for the verdict. */
	private static final long FULL_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

	/** How often it has to while another child's message is being read. */
	private static final int MAX_FULL_PAUSES = 20;

	private final MessageDuctParent parent;

	private final Session session;

	private final ByteListener listener;

	private final AcceptLimit limit;

	private final @Nullable Handshakes handshakes;

	Acceptor(MessageDuctParent parent, Session session, ByteListener listener, AcceptLimit limit) {
		this.parent = parent;
		this.session = session;
		this.listener = listener;
		this.limit = limit;
		TlsOptions tls = parent.options().tls();
		this.handshakes = (tls != null && listener.address() instanceof DuctAddress.Tcp)
				? new Handshakes(session, tls, parent.options().handshakeTimeout(), this) : null;
	}

	@Override
	public void ready(SelectionKey key) {
		accept(key, 0);
	}

	private void accept(SelectionKey key, int pauses) {
		int paused = pauses;
		try {
			for (int i = 0; i < MAX_IN_A_ROW && key.isValid(); i++) {
				if (handlesTooMany()) {
					pause(key, FULL_PAUSE_NANOS, () -> {
					});
					return;
				}
				boolean full = isFull();
				if (full && paused < (isReading() ? MAX_FULL_PAUSES : 1)) {
					// Who reads may be about to find that a child has gone.
					int next = paused + 1;
					pause(key, FULL_PAUSE_NANOS, () -> accept(key, next));
					return;
				}
				long wait = this.limit.nanosToNext(System.nanoTime());
				if (wait > 0) {
					// Others wait in the backlog.
					pause(key, wait, () -> {
					});
					return;
				}
				ByteConnection child = this.listener.accept();
				if (child == null) {
					return;
				}
				this.limit.take(System.nanoTime());
				if (this.handshakes != null && !full) {
					this.handshakes.start(child);
				}
				else if (take(child, full)) {
					paused = 0;
				}
			}
		}
		catch (ClosedChannelException ex) {
			// Closed by another thread a moment ago.
		}
		catch (IOException ex) {
			logger.warn("{}: cannot accept a child, tries again in a second: {}", this.parent.subject(),
					ex.getMessage());
			pause(key, FAILURE_PAUSE_NANOS, () -> {
			});
		}
	}

	private void pause(SelectionKey key, long nanos, Runnable afterwards) {
		EventLoop.removeInterest(key, this.listener.acceptOperation());
		long resumed = System.nanoTime() + nanos;
		this.session.loop().addTimer((now) -> {
			if (now - resumed < 0) {
				return resumed - now;
			}
			this.session.loop().addInterest(key, this.listener.acceptOperation());
			afterwards.run();
			return Long.MAX_VALUE;
		});
	}

	/**
	 * Whether children come and go faster than their messages are handled, which take a
	 * thread each. The next wait in the backlog, so that what they send is not lost.
	 */
	private boolean handlesTooMany() {
		int running = this.session.dispatches().get();
		long idle = this.parent.connections()
			.live()
			.stream()
			.filter((connection) -> !connection.isHandingOut())
			.count();
		if (running + idle < this.parent.options().maxChildren() + MAX_GONE) {
			return false;
		}
		this.parent.log()
			.warn("handlers-busy",
					this.parent.subject() + ": more children may have to wait in the backlog: "
							+ this.parent.connections().live().size() + " are connected, and messages of " + running
							+ ", many of which have gone, are being handled; what takes the handler so long?");
		return true;
	}

	private boolean isFull() {
		Connections connections = this.parent.connections();
		int most = this.parent.options().maxChildren();
		if (connections.live().size() < most) {
			return false;
		}
		// A child that has gone may not have been noticed yet.
		connections.live().forEach(Connection::readAhead);
		connections.live().forEach(Connection::giveWay);
		return connections.live().size() >= most;
	}

	private boolean isReading() {
		return this.parent.connections().live().stream().anyMatch(Connection::isReading);
	}

	private boolean take(ByteConnection child, boolean full) throws IOException {
		if (full || this.parent.hadChild()) {
			refuse(child, CloseReason.TOO_MANY_CHILDREN, this.parent.connections().live().size() + " of "
					+ this.parent.options().maxChildren() + " are connected");
			return false;
		}
		String refusal = this.parent.options().peers().refusal(child, this.listener.address());
		if (refusal != null) {
			refuse(child, CloseReason.UNAUTHORISED, LogText.shown(refusal));
			return false;
		}
		this.session.connected(child);
		if (this.parent.taken()) {
			this.session.loop().close(this.listener);
		}
		return true;
	}

	private void refuse(ByteConnection child, CloseReason reason, String text) throws IOException {
		try (child) {
			refuse(reason, text);
		}
	}

	@Override
	public void admit(ByteConnection child) {
		this.session.loop().execute(() -> {
			try {
				take(child, isFull());
			}
			catch (IOException ex) {
				// The parent was closed meanwhile, or the child has gone.
				logger.debug("{}: a child was not taken", this.parent.subject(), ex);
			}
		});
	}

	@Override
	public void refuse(CloseReason reason, String text) {
		this.session.refused(reason);
		this.parent.log().warn(reason.tag(), this.parent.subject() + ": refused a child, " + text);
	}

	/**
	 * Ends the handshakes that are under way.
	 */
	void close() {
		if (this.handshakes != null) {
			this.handshakes.close();
		}
	}

}
