package io.ductworks.message;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.util.concurrent.TimeUnit;

import io.ductworks.CloseReason;
import io.ductworks.DuctProblemException;
import io.ductworks.internal.protocol.RpcErrors;
import io.ductworks.internal.protocol.RpcWriter;
import io.ductworks.internal.loop.EventLoop;
import io.ductworks.internal.loop.LogText;
import io.ductworks.internal.transport.ByteConnection;
import io.ductworks.internal.transport.ByteListener;
import io.ductworks.internal.transport.ChildLostException;
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
final class Acceptor implements EventLoop.Ready, Handshakes.Outcome {

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

	private final Admission admission;

	private final DuctParts parts;

	private final OpenDuct open;

	private final ByteListener listener;

	private final AcceptLimit limit;

	private final @Nullable Handshakes handshakes;

	private final @Nullable Refusals refusals;

	/** How often in a row a child that seems one too many has had to wait. */
	private int pausesWhileFull;

	/**
	 * Creates an acceptor.
	 * @param tellsWhy whether children that are refused are told why
	 */
	Acceptor(Admission admission, DuctParts parts, OpenDuct open, ByteListener listener, AcceptLimit limit,
			boolean tellsWhy) {
		this.admission = admission;
		this.parts = parts;
		this.open = open;
		this.listener = listener;
		this.limit = limit;
		this.refusals = tellsWhy ? new Refusals(open.loop()) : null;
		DuctOptions options = parts.scope().options();
		TlsOptions tls = options.tls();
		this.handshakes = (tls != null && listener.address() instanceof DuctAddress.Tcp)
				? new Handshakes(open.workers(), tls, options.handshakeTimeout(), this) : null;
	}

	@Override
	public void ready(SelectionKey key) {
		this.pausesWhileFull = 0;
		accept(key);
	}

	private void accept(SelectionKey key) {
		try {
			boolean more = true;
			for (int i = 0; i < MAX_IN_A_ROW && more && key.isValid(); i++) {
				more = acceptNext(key);
			}
		}
		catch (ClosedChannelException ex) {
			// Closed by another thread a moment ago.
		}
		catch (IOException ex) {
			this.parts.scope()
				.log()
				.warn("cannot-accept", this.parts.scope().subject()
						+ ": cannot accept a child, tries again in a second: " + ex.getMessage());
			pause(key, FAILURE_PAUSE_NANOS);
		}
	}

	/**
	 * Takes the next child, unless it has to wait.
	 * @return whether there may be another one to take at once
	 */
	private boolean acceptNext(SelectionKey key) throws IOException {
		if (handlesTooMany()) {
			pause(key, FULL_PAUSE_NANOS);
			return false;
		}
		boolean full = isFull();
		if (full && this.pausesWhileFull < (isReading() ? MAX_FULL_PAUSES : 1)) {
			// A reader may be about to find that a child has gone.
			this.pausesWhileFull++;
			pauseThen(key, FULL_PAUSE_NANOS, () -> accept(key));
			return false;
		}
		long wait = this.limit.nanosToNext(System.nanoTime());
		if (wait > 0) {
			// Others wait in the backlog.
			pause(key, wait);
			return false;
		}
		ByteConnection child;
		try {
			child = this.listener.accept();
		}
		catch (ChildLostException ex) {
			logger.debug("{}: a child was lost as it was accepted", this.parts.scope().subject(), ex);
			this.limit.take(System.nanoTime());
			return true;
		}
		if (child == null) {
			return false;
		}
		this.limit.take(System.nanoTime());
		if (this.handshakes != null && (!full || this.refusals != null)) {
			this.handshakes.start(child);
		}
		else if (take(child, full)) {
			this.pausesWhileFull = 0;
		}
		return true;
	}

	private void pause(SelectionKey key, long nanos) {
		pauseThen(key, nanos, () -> {
		});
	}

	private void pauseThen(SelectionKey key, long nanos, Runnable retry) {
		EventLoop.removeInterest(key, this.listener.acceptOperation());
		long resumed = System.nanoTime() + nanos;
		this.open.loop().addTimer((now) -> {
			if (now - resumed < 0) {
				return resumed - now;
			}
			this.open.loop().addInterest(key, this.listener.acceptOperation());
			retry.run();
			return Long.MAX_VALUE;
		});
	}

	/**
	 * Whether children come and go faster than their messages are handled, which take a
	 * thread each. The next wait in the backlog, so that what they send is not lost.
	 */
	private boolean handlesTooMany() {
		int running = this.open.runs();
		long idle = this.parts.live().all().stream().filter((link) -> !link.serving().isUnderWay()).count();
		if (running + idle < maxChildren() + MAX_GONE) {
			return false;
		}
		this.parts.scope()
			.log()
			.warn("handlers-busy",
					this.parts.scope().subject() + ": more children may have to wait in the backlog: "
							+ this.parts.live().all().size() + " are connected, and messages of " + running
							+ ", many of which have gone, are being handled; what takes the handler so long?");
		return true;
	}

	private int maxChildren() {
		return this.parts.scope().options().maxChildren();
	}

	private boolean isFull() {
		LiveConnections live = this.parts.live();
		if (live.all().size() < maxChildren()) {
			return false;
		}
		// A child that has gone may not have been noticed yet.
		live.all().forEach((link) -> link.connection().reading().findEndBehindMessages());
		live.all().forEach((link) -> link.connection().giveWay());
		return live.all().size() >= maxChildren();
	}

	private boolean isReading() {
		return this.parts.live().all().stream().anyMatch((link) -> link.connection().reading().isReading());
	}

	private boolean take(ByteConnection child, boolean full) throws IOException {
		if (full || this.admission.hadChild()) {
			refuse(child, CloseReason.TOO_MANY_CHILDREN,
					this.parts.live().all().size() + " of " + maxChildren() + " are connected");
			return false;
		}
		String refusal = this.parts.scope().options().peers().refusal(child, this.listener.address());
		if (refusal != null) {
			refuse(child, CloseReason.UNAUTHORISED, LogText.shown(refusal));
			return false;
		}
		this.open.connected(child);
		if (this.admission.taken()) {
			this.open.loop().close(this.listener);
		}
		return true;
	}

	private void refuse(ByteConnection child, CloseReason reason, String text) throws IOException {
		try {
			SocketAddress remote = child.remoteAddress();
			refuse(reason, (remote instanceof InetSocketAddress) ? text + "; it came from " + remote : text);
		}
		finally {
			// Counted by then, so that a peer that sees the end finds the count.
			if (this.refusals != null) {
				this.refusals.tell(child, encoded(Problems.refusal(reason, text)));
			}
			else {
				child.close();
			}
		}
	}

	private byte[] encoded(DuctProblemException problem) {
		int maxLength = this.parts.scope().payloads().maxFrameSize();
		return this.parts.scope().options().isRpc() ? RpcWriter.error(null, RpcErrors.encode(problem, maxLength))
				: Problems.encode(problem, maxLength);
	}

	@Override
	public void admit(ByteConnection child) {
		this.open.loop().execute(() -> {
			try {
				take(child, isFull());
			}
			catch (IOException ex) {
				// The parent was closed meanwhile, or the child has gone.
				logger.debug("{}: a child was not taken", this.parts.scope().subject(), ex);
			}
		});
	}

	@Override
	public void refuse(CloseReason reason, String text) {
		this.open.refused(reason);
		DuctScope scope = this.parts.scope();
		scope.log().warn(reason.tag(), scope.subject() + ": refused a child, " + text);
	}

	/**
	 * Ends the handshakes that are under way.
	 */
	void close() {
		if (this.handshakes != null) {
			this.handshakes.close();
		}
		if (this.refusals != null) {
			this.open.loop().execute(this.refusals::close);
		}
	}

}
