package io.ductworks.message;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.security.Principal;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.ductworks.CloseReason;
import io.ductworks.DuctInterruptedException;
import io.ductworks.DuctworksException;
import io.ductworks.internal.loop.EventLoop;
import io.ductworks.internal.transport.ByteConnection;
import io.ductworks.message.Inbound.Next;
import org.jspecify.annotations.Nullable;

/**
 * One live connection: its two halves, its requests and its end. A connection that has
 * ended stays so; what was read before the end can still be taken.
 */
final class Connection implements EventLoop.Ready {

	/** How long answers may outlive the last that the peer sends. */
	private static final long LAST_ANSWERS_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

	private final Session session;

	private final ByteConnection channel;

	private final int number;

	private final long openedAt = System.nanoTime();

	private final Inbound inbound;

	private final Outbound outbound;

	private final Receiver receiver;

	private final Requests requests = new Requests(this);

	private final Deadlines deadlines = new Deadlines(this);

	private final @Nullable Dispatch dispatch;

	/** Whether nobody but callers takes what comes. */
	private final boolean callersOnly;

	private final MessageDuct duct = new ConnectedDuct(this);

	/** Opened and dropped once observers know of the connection. */
	private volatile @Nullable CountDownLatch announcement = new CountDownLatch(1);

	private final Object endLock = new Object();

	private volatile @Nullable End end;

	/** That the peer sends no more, while it may wait for answers that are under way. */
	private volatile @Nullable End inputEnd;

	/** How long to wait for them; written before {@link #inputEnd}. */
	private long lastAnswersUntil;

	/** Whether the connection has ended and accepts nothing more to send. */
	private volatile boolean outboundClosed;

	private volatile @Nullable SelectionKey readKey;

	private volatile @Nullable SelectionKey writeKey;

	/**
	 * Whether bytes have lately been sent or arrived; as long as they arrive, the loop
	 * keeps time.
	 */
	private volatile boolean lively;

	Connection(Session session, ByteConnection channel, int number) {
		this.session = session;
		this.channel = channel;
		this.number = number;
		this.inbound = new Inbound(this, channel, endpoint().options().maxFrameSize());
		this.outbound = new Outbound(this, channel);
		this.receiver = new Receiver(this, this.inbound);
		DuctHandler handler = endpoint().handler();
		this.dispatch = (handler != null) ? new Dispatch(this, handler) : null;
		this.callersOnly = handler == null && !endpoint().takesMany();
	}

	/**
	 * Makes the connection known to the loop, which does not read before
	 * {@link #watch()}.
	 */
	void register() throws IOException {
		SelectionKey key = this.session.loop().register(this.channel.readable(), 0, this);
		this.readKey = key;
		this.writeKey = (this.channel.writable() == this.channel.readable()) ? key
				: this.session.loop().register(this.channel.writable(), 0, this);
	}

	Endpoint endpoint() {
		return this.session.endpoint();
	}

	Session session() {
		return this.session;
	}

	Inbound inbound() {
		return this.inbound;
	}

	Outbound outbound() {
		return this.outbound;
	}

	Receiver receiver() {
		return this.receiver;
	}

	Requests requests() {
		return this.requests;
	}

	MessageDuct duct() {
		return this.duct;
	}

	@Nullable Principal peer() {
		return this.channel.peer();
	}

	String subject() {
		return endpoint().subject() + ", connection " + this.number;
	}

	ConnectionStatistics statistics() {
		return new ConnectionStatistics(this.number, peer(), Duration.ofNanos(System.nanoTime() - this.openedAt),
				this.outbound.pendingBytes(), this.outbound.acceptedFrames(), this.inbound.takenFrames());
	}

	@Nullable End end() {
		return this.end;
	}

	void announced() {
		CountDownLatch announcement = this.announcement;
		if (announcement != null) {
			this.announcement = null;
			announcement.countDown();
		}
	}

	boolean awaitAnnounced(long deadline) throws InterruptedException {
		CountDownLatch announcement = this.announcement;
		return announcement == null || this.session.notifier().isCurrentThread()
				|| announcement.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
	}

	/**
	 * Why nothing can be sent, or received, any more.
	 */
	DuctworksException failure() {
		End end = this.end;
		return ((end != null) ? end : broken()).exception(subject());
	}

	boolean isClosedByUs() {
		End end = this.end;
		return end != null && end.isLocal();
	}

	End broken() {
		IOException cause = this.outbound.failure();
		return new End(CloseReason.PEER_RESET,
				"the connection broke" + ((cause != null) ? ": " + cause.getMessage() : ""), cause);
	}

	void wantWritable() {
		this.session.loop().addInterest(writeKey(), SelectionKey.OP_WRITE);
		keepTime();
	}

	/**
	 * Has the loop look at the deadlines soon.
	 */
	void keepTime() {
		this.session.loop().addTimer(this.deadlines);
	}

	private SelectionKey writeKey() {
		SelectionKey key = this.writeKey;
		if (key == null) {
			throw new IllegalStateException("not open yet");
		}
		return key;
	}

	boolean hasHandler() {
		return this.dispatch != null;
	}

	boolean isAnnounced() {
		return this.announcement == null;
	}

	// Reading

	/**
	 * Reads ahead what is there, to find an end that has come.
	 */
	void readAhead() {
		if (!this.inbound.turn.tryAcquire()) {
			return;
		}
		try {
			this.inbound.next();
			while (this.end == null && this.inbound.hasRoom() && this.inbound.read()) {
				this.inbound.next();
			}
		}
		finally {
			releaseTurn();
		}
	}

	/**
	 * Whether somebody is at work on what was read and has not come to look for an end.
	 */
	boolean isReading() {
		return this.inbound.turn.isTaken() && !this.inbound.isWaiting();
	}

	/**
	 * Looks for a message without waiting for bytes.
	 */
	Next look() {
		if (!this.inbound.turn.tryAcquire()) {
			// Whoever has the turn had looked when it found the end.
			return (this.end != null && this.inbound.hasFound()) ? Next.MESSAGE : Next.NOTHING;
		}
		try {
			return this.inbound.nextAtHand();
		}
		finally {
			releaseTurn();
		}
	}

	DuctInterruptedException interrupted(String activity, InterruptedException ex) {
		Thread.currentThread().interrupt();
		return new DuctInterruptedException(subject() + ": interrupted while " + activity + "; the duct lives on", ex);
	}

	/**
	 * Gives the turn back and sees to it that somebody reads on, if anybody has to.
	 */
	void releaseTurn() {
		releaseTurn(false);
	}

	/**
	 * Gives the turn back.
	 * @param watched whether the loop has it, which goes on watching what callers read
	 */
	private void releaseTurn(boolean watched) {
		if (!watched && this.callersOnly && this.lively && this.end == null && this.inbound.pending.isEmpty()) {
			this.inbound.turn.release();
			settleIfEnded();
			return;
		}
		boolean message = this.inbound.next() == Next.MESSAGE;
		boolean room = this.inbound.hasRoom();
		boolean drained = this.inbound.isDrained();
		boolean settled = !message && this.outboundClosed;
		if (settled) {
			endpoint().statistics().settle(this);
		}
		this.inbound.turn.release();
		if (!settled && !message) {
			settleIfEnded();
		}
		if (message && this.dispatch != null) {
			if (isDispatching() || this.end != null && !endpoint().connections().holdBack(this)) {
				dispatch();
				return;
			}
		}
		else if (message) {
			ready();
		}
		if (room && (watched || this.dispatch != null || endpoint().takesMany() || !this.lively
				|| this.inbound.pending.needReader())) {
			readOn(drained);
		}
	}

	/**
	 * Has the loop read on, at once if there is something left.
	 */
	private void readOn(boolean drained) {
		if (drained || this.end != null) {
			watch();
		}
		else if (this.inputEnd == null) {
			this.session.loop().execute(this::readable);
		}
	}

	/**
	 * Makes up for {@link #finish}, which cannot look while the turn is taken.
	 */
	private void settleIfEnded() {
		if (this.outboundClosed) {
			look();
		}
	}

	/**
	 * Tells who receives from any that there is a message, but observers first that there
	 * is a connection.
	 */
	private void ready() {
		if (isAnnounced()) {
			endpoint().connections().ready(this);
		}
		else {
			this.session.notifier().afterwards(() -> endpoint().connections().ready(this));
		}
	}

	/**
	 * Gives the turn back while a message is handled. Who asks for the next one comes
	 * back; answers have to be read meanwhile.
	 */
	void releaseTurnToHandle() {
		boolean drained = this.inbound.isDrained();
		this.inbound.turn.release();
		if (this.inbound.pending.needReader()) {
			readOn(drained);
		}
	}

	/**
	 * Has the loop look what there is, and watch for more. A handshake may have read more
	 * than it needed, of which no selector would tell.
	 */
	void start() {
		this.session.loop().execute(this::readable);
	}

	/**
	 * Lets the loop read as soon as there is something.
	 */
	void watch() {
		SelectionKey key = this.readKey;
		if (key != null && this.inputEnd == null) {
			this.session.loop().addInterest(key, SelectionKey.OP_READ);
		}
	}

	/**
	 * Has somebody read until the end is found, now that writing has failed.
	 */
	void findEnd() {
		this.session.loop().execute(() -> {
			this.inbound.wakeUp();
			readable();
		});
	}

	// Handing out

	/**
	 * Whether the calling thread runs the handler of this connection.
	 */
	boolean isServing() {
		return this.dispatch != null && this.dispatch.isCurrentThread();
	}

	/**
	 * Whether the calling thread runs the handler of this connection, and will run it
	 * again at once, perhaps for another answer.
	 */
	boolean isServingMore() {
		return this.dispatch != null && this.dispatch.isCurrentThreadWithMoreAtHand();
	}

	/**
	 * Whether messages are being handed out, or soon will be.
	 */
	boolean isHandingOut() {
		return this.dispatch != null && this.dispatch.isUnderWay();
	}

	boolean isDispatching() {
		return this.dispatch != null && !endpoint().dispatching().isSuspended();
	}

	/**
	 * Hands out what is there, on a thread of its own.
	 */
	void dispatch() {
		Dispatch dispatch = this.dispatch;
		if (dispatch != null) {
			dispatch.schedule();
		}
	}

	// On the loop's thread

	@Override
	public void ready(SelectionKey key) {
		if (key.isWritable()) {
			EventLoop.removeInterest(key, SelectionKey.OP_WRITE);
			this.outbound.writable();
		}
		if (key.isValid() && key.isReadable()) {
			// Before anything else: who reads meanwhile may want it back.
			EventLoop.removeInterest(key, SelectionKey.OP_READ);
			readable();
		}
	}

	/**
	 * Reads once, so that only a whole message takes a worker: a part of one, or the end
	 * of many connections at once, takes none.
	 */
	private void readable() {
		if (this.inbound.turn.tryAcquire()) {
			try {
				this.inbound.next();
				this.inbound.read();
				this.inbound.next();
			}
			finally {
				releaseTurn(true);
			}
		}
		else if (isDispatching()) {
			dispatch();
		}
		lively();
	}

	/**
	 * Whether the loop looks regularly whether anything has arrived, and wakes who waits
	 * for it if not.
	 */
	boolean isLively() {
		return this.lively;
	}

	/**
	 * Notes that something has arrived or was sent.
	 */
	void lively() {
		if (!this.lively) {
			this.lively = true;
			keepTime();
		}
	}

	/**
	 * Has the loop do no more than watch, and gives back what only a lively connection
	 * needs, if nobody is just reading or writing.
	 */
	boolean becomeQuiet() {
		if (!this.outbound.release()) {
			// As long as something waits to be written this is no quiet connection, but
			// who
			// waits to read has a deadline, and an end has to be noticed.
			if (this.inbound.isWaiting()) {
				this.inbound.wakeUp();
			}
			else if (!this.inbound.turn.isTaken()) {
				watch();
			}
			return false;
		}
		if (this.inbound.turn.tryAcquire()) {
			this.lively = false;
			this.inbound.release();
			boolean room = this.inbound.hasRoom();
			boolean drained = this.inbound.isDrained();
			releaseTurn();
			if (room && isHandingOut()) {
				// Nobody else would notice the end while a message is being handled and
				// another one is at hand.
				readOn(drained);
			}
			return true;
		}
		if (this.inbound.isWaiting()) {
			this.lively = false;
			// Who waits keeps time itself from now on, but may be about to leave.
			this.inbound.wakeUp();
			watch();
			return true;
		}
		return false;
	}

	// The end

	/**
	 * Ends the connection, since the peer sends no more. If that is all, and a message of
	 * its is being handled, the answer is written first: a peer may close its sending
	 * half and wait for the rest.
	 */
	void inputEnded(End end) {
		if (end.reason() != CloseReason.PEER_CLOSED || this.inputEnd != null && this.outbound.failure() != null
				|| !this.inbound.pending.isEmpty() || !isAnswering()) {
			finish(end);
		}
		else if (this.inputEnd == null) {
			this.lastAnswersUntil = System.nanoTime() + LAST_ANSWERS_NANOS;
			this.inputEnd = end;
			keepTime();
		}
	}

	boolean isInputEnded() {
		return this.inputEnd != null;
	}

	private boolean isAnswering() {
		Dispatch dispatch = this.dispatch;
		return dispatch != null && (isDispatching() && (dispatch.isUnderWay() || this.inbound.hasFound())
				|| this.outbound.pendingBytes() > 0);
	}

	/**
	 * How long answers may still go out to a peer that sends no more.
	 */
	long nanosToLastAnswer(long now) {
		return isAnswering() ? this.lastAnswersUntil - now : 0;
	}

	/**
	 * Gives up what is left of a connection whose peer sends no more, for a new one.
	 */
	void giveWay() {
		End inputEnd = this.inputEnd;
		if (inputEnd != null) {
			finish(inputEnd);
		}
	}

	/**
	 * Writes what was accepted until the deadline, then ends the connection.
	 */
	void close(long deadline) {
		if (this.end == null) {
			try {
				this.outbound.flushNow();
				this.outbound.awaitEmpty(deadline);
			}
			finally {
				finish(End.LOCAL);
			}
		}
	}

	/**
	 * Ends the connection, unless it has ended already.
	 */
	void finish(End reported) {
		End end;
		synchronized (this.endLock) {
			if (this.end != null) {
				return;
			}
			End inputEnd = this.inputEnd;
			// A peer that was found to close is not told of again as one that is broken.
			end = (inputEnd != null && reported.reason() == CloseReason.PEER_RESET) ? inputEnd : reported;
			// First, so that whoever sees the end finds it counted.
			endpoint().statistics().closed(end.reason());
			this.end = end;
		}
		if (end.isLocal()) {
			// Nothing is handed out any more that observers would have to know of first.
			announced();
		}
		try {
			this.outbound.close();
			this.outboundClosed = true;
			this.inbound.close();
			this.session.loop().removeTimer(this.deadlines);
			this.session.loop().close(this.channel);
		}
		finally {
			int unsent = this.outbound.unsentFrames();
			endpoint().statistics().messagesUnsent.add(unsent);
			try {
				this.session.ended(this, end, unsent);
			}
			finally {
				// Only now, so that who asked finds no connection any more.
				this.requests.fail(end);
				// What is left is handed out, or waits to be received.
				look();
			}
		}
	}

}
