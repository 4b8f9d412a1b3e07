package io.ductworks.message;

import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.channels.SelectionKey;
import java.security.Principal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.ductworks.CloseReason;
import io.ductworks.DuctInterruptedException;
import io.ductworks.DuctTimeoutException;
import io.ductworks.DuctworksException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.frame.FrameReader;
import io.ductworks.frame.FrameWriter.Offer;
import io.ductworks.message.Inbound.Next;
import io.ductworks.transport.ByteConnection;
import org.jspecify.annotations.Nullable;

/**
 * One live connection: its two halves, its requests and its end. A connection that has
 * ended stays so; what was read before the end can still be taken.
 */
final class Connection implements EventLoop.Ready, EventLoop.Timed {

	/** How often the loop looks whether a connection has lost its readers. */
	private static final long WATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

	/** How long one child may hold up what goes to all children. */
	private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	/** How many bytes may wait for one child of those that go to all children. */
	private static final int MAX_BEHIND = 8 * 1024 * 1024;

	/** What {@link #receive} gives after the last message. */
	static final Object ENDED = new Object();

	private final Session session;

	private final ByteConnection channel;

	private final int number;

	private final Inbound inbound;

	private final Outbound outbound;

	private final @Nullable Dispatch dispatch;

	private final MessageDuct duct = new ConnectedDuct(this);

	/** Open once observers know of the connection. */
	private final CountDownLatch announced = new CountDownLatch(1);

	private final Object endLock = new Object();

	private volatile @Nullable End end;

	private volatile @Nullable SelectionKey readKey;

	private volatile @Nullable SelectionKey writeKey;

	/** Whether the loop has left reading to callers and looks after them. */
	private boolean left;

	private int seenActivity;

	Connection(Session session, ByteConnection channel, int number) {
		this.session = session;
		this.channel = channel;
		this.number = number;
		this.inbound = new Inbound(this, channel, endpoint().options().maxFrameSize());
		this.outbound = new Outbound(this, channel);
		DuctHandler handler = endpoint().handler();
		this.dispatch = (handler != null) ? new Dispatch(this, handler) : null;
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

	MessageDuct duct() {
		return this.duct;
	}

	@Nullable Principal peer() {
		return this.channel.peer();
	}

	String subject() {
		return endpoint().subject() + ", connection " + this.number;
	}

	@Nullable End end() {
		return this.end;
	}

	void announced() {
		this.announced.countDown();
	}

	boolean awaitAnnounced(long deadline) throws InterruptedException {
		return this.announced.getCount() == 0 || this.session.notifier().isCurrentThread()
				|| this.announced.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
	}

	// Sending

	/**
	 * Encodes and queues one message, then writes unless another thread does.
	 * @param queued called when it is certain that the message goes out, or {@code null}
	 */
	void send(@Nullable Object payload, @Nullable Runnable queued, long deadline) {
		enqueue(payload, queued, deadline);
		this.outbound.flush();
	}

	/**
	 * Queues and writes one message that is encoded already.
	 */
	void send(byte[] payload, int length, long deadline) {
		offer(payload, length, null, deadline);
		this.outbound.flush();
	}

	void sendAll(Iterable<?> payloads, long deadline) {
		try {
			for (Object payload : payloads) {
				enqueue(payload, null, deadline);
			}
		}
		finally {
			this.outbound.flush();
		}
	}

	private void enqueue(@Nullable Object payload, @Nullable Runnable queued, long deadline) {
		Endpoint endpoint = endpoint();
		PayloadBuffer buffer;
		Offer offer;
		endpoint.lock().acquire(deadline);
		try {
			buffer = endpoint.encode(payload);
			offer = this.outbound.offer(buffer.array(), buffer.size(), queued);
		}
		finally {
			endpoint.lock().release();
		}
		try {
			if (offer == Offer.CLOSED) {
				throw failure();
			}
			if (offer == Offer.FULL) {
				offer(buffer.array(), buffer.size(), queued, deadline);
			}
		}
		finally {
			endpoint.recycle(buffer);
		}
	}

	/**
	 * Queues one message, waiting for room without the user's lock.
	 */
	private void offer(byte[] payload, int length, @Nullable Runnable queued, long deadline) {
		while (true) {
			Offer offer;
			endpoint().lock().acquire(deadline);
			try {
				offer = this.outbound.offer(payload, length, queued);
			}
			finally {
				endpoint().lock().release();
			}
			if (offer == Offer.QUEUED) {
				return;
			}
			if (offer == Offer.CLOSED) {
				throw failure();
			}
			this.outbound.flush();
			if (!this.outbound.awaitRoom(length, deadline)) {
				throw new DuctTimeoutException(
						subject() + ": no room to send " + length + " bytes in time, " + this.outbound.pendingBytes()
								+ " of " + Outbound.CAPACITY + " bytes wait for the peer to read; nothing was queued",
						null);
			}
		}
	}

	/**
	 * Queues one of the messages that go to many. A child that has fallen behind holds
	 * the sender up for a moment only, then gets a larger bound; past that it is cut off.
	 */
	void sendBehind(byte[] payload, int length) {
		Offer offer = this.outbound.offer(payload, length, null);
		if (offer == Offer.FULL && !this.outbound.isStalled(PATIENCE_NANOS)) {
			awaitRoomForMoment(length);
		}
		if (offer == Offer.FULL) {
			offer = this.outbound.offer(payload, length, MAX_BEHIND, null);
		}
		if (offer == Offer.FULL) {
			finish(new End(CloseReason.SEND_TIMEOUT, "the peer has fallen " + this.outbound.pendingBytes()
					+ " bytes behind what goes to all children, the limit is " + MAX_BEHIND, null));
		}
		this.outbound.flush();
	}

	private void awaitRoomForMoment(int length) {
		try {
			this.outbound.awaitRoom(length, System.nanoTime() + PATIENCE_NANOS);
		}
		catch (DuctInterruptedException ex) {
			// The message goes to all children or to none, and some may have it already.
		}
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
		this.session.loop().want(writeKey(), SelectionKey.OP_WRITE);
		this.session.loop().keepTime(this);
	}

	private SelectionKey writeKey() {
		SelectionKey key = this.writeKey;
		if (key == null) {
			throw new IllegalStateException("not open yet");
		}
		return key;
	}

	// Receiving

	boolean poll(long deadline) {
		requireNoHandler();
		try {
			if (!awaitAnnounced(deadline) || !this.inbound.turn.acquire(() -> false, deadline)) {
				return false;
			}
			try {
				return this.inbound.await(deadline) != Next.NOTHING;
			}
			finally {
				releaseTurn();
			}
		}
		catch (InterruptedException ex) {
			throw interrupted("polling", ex);
		}
	}

	/**
	 * Receives the next message.
	 * @return the message, or {@link #ENDED}
	 */
	@Nullable Object receive(Type type, long deadline) {
		requireNoHandler();
		try {
			if (awaitAnnounced(deadline) && this.inbound.turn.acquire(() -> false, deadline)) {
				try {
					Next next = this.inbound.await(deadline);
					if (next != Next.NOTHING) {
						return (next == Next.MESSAGE) ? decodeMessage(type, deadline) : ENDED;
					}
				}
				finally {
					releaseTurn();
				}
			}
			throw new DuctTimeoutException(subject() + ": no whole message came in time; call recv again", null);
		}
		catch (InterruptedException ex) {
			throw interrupted("receiving", ex);
		}
	}

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
			return Next.NOTHING;
		}
		try {
			return nextAtHand();
		}
		finally {
			releaseTurn();
		}
	}

	/**
	 * Receives a message if there is one at hand.
	 * @return the message, or {@code null} if there is none
	 */
	@Nullable Received tryReceive(Type type, long deadline) {
		if (!this.inbound.turn.tryAcquire()) {
			return null;
		}
		try {
			return (nextAtHand() == Next.MESSAGE) ? new Received(decodeMessage(type, deadline)) : null;
		}
		finally {
			releaseTurn();
		}
	}

	private Next nextAtHand() {
		Next next = this.inbound.next();
		while (next == Next.NOTHING && this.inbound.read()) {
			next = this.inbound.next();
		}
		return next;
	}

	/**
	 * A message, which may be {@code null}, in contrast to none.
	 *
	 * @param value the message
	 */
	record Received(@Nullable Object value) {
	}

	private <T> @Nullable T decodeMessage(Type type, long deadline) {
		Endpoint endpoint = endpoint();
		endpoint.lock().acquire(deadline);
		try {
			FrameReader message = this.inbound.message();
			try {
				return endpoint.decode(message.array(), message.offset(), message.length(), type);
			}
			finally {
				this.inbound.consumed();
			}
		}
		finally {
			endpoint.lock().release();
		}
	}

	private void requireNoHandler() {
		if (this.dispatch != null) {
			throw new IllegalStateException(
					subject() + ": has a handler, so messages cannot be received; use the handler or remove it");
		}
	}

	private DuctInterruptedException interrupted(String activity, InterruptedException ex) {
		Thread.currentThread().interrupt();
		return new DuctInterruptedException(subject() + ": interrupted while " + activity + "; the duct lives on", ex);
	}

	/**
	 * Gives the turn back and sees to it that somebody reads on, if anybody has to.
	 */
	void releaseTurn() {
		boolean message = this.inbound.next() == Next.MESSAGE;
		boolean room = this.inbound.hasRoom();
		this.inbound.turn.release();
		if (message && this.dispatch != null) {
			if (isDispatching() || this.end != null && !endpoint().connections().holdBack(this)) {
				dispatch();
				return;
			}
		}
		else if (message) {
			ready();
		}
		if (room && (this.dispatch != null || endpoint().takesMany() || this.inbound.pending.needReader())) {
			watch();
		}
	}

	/**
	 * Tells who receives from any that there is a message, but observers first that there
	 * is a connection.
	 */
	private void ready() {
		if (this.announced.getCount() == 0) {
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
		this.inbound.turn.release();
		if (this.inbound.pending.needReader()) {
			watch();
		}
	}

	/**
	 * Lets the loop read as soon as there is something.
	 */
	void watch() {
		SelectionKey key = this.readKey;
		if (key != null) {
			this.session.loop().want(key, SelectionKey.OP_READ);
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

	// Requests

	<T> @Nullable T request(@Nullable Object payload, Type type, long timeoutNanos) {
		requireOtherThanServing();
		PendingRequest request = PendingRequest.ofCaller(type, timeoutNanos);
		send(payload, () -> this.inbound.pending.add(request), request.deadline());
		try {
			awaitAnswer(request);
		}
		catch (InterruptedException ex) {
			if (request.abandon()) {
				abandoned();
				completed(request, RequestOutcome.ABORTED);
				throw interrupted("waiting for an answer", ex);
			}
			Thread.currentThread().interrupt();
		}
		if (request.abandon()) {
			abandoned();
			completed(request, RequestOutcome.TIMEOUT);
			throw unansweredInTime(request);
		}
		return answer(request);
	}

	private void awaitAnswer(PendingRequest request) throws InterruptedException {
		long deadline = request.deadline();
		boolean inTime = true;
		while (inTime && !request.isDone()) {
			inTime = this.inbound.turn.acquire(request::isDone, deadline);
			if (inTime) {
				try {
					inTime = lead(request, deadline);
				}
				finally {
					releaseTurn();
				}
			}
		}
	}

	/**
	 * Reads for everybody until the own answer is there.
	 */
	private boolean lead(PendingRequest request, long deadline) throws InterruptedException {
		boolean inTime = true;
		while (inTime && this.inbound.next() != Next.END && !request.isDone()) {
			inTime = this.inbound.read() || this.inbound.awaitReadable(deadline);
		}
		return inTime;
	}

	@SuppressWarnings("unchecked")
	<T> CompletableFuture<T> requestAsync(@Nullable Object payload, Type type, long timeoutNanos) {
		requireOtherThanServing();
		CompletableFuture<@Nullable Object> future = new CompletableFuture<>();
		PendingRequest request = PendingRequest.ofFuture(type, timeoutNanos, future);
		send(payload, () -> this.inbound.pending.add(request), endpoint().sendDeadline());
		watch();
		this.session.loop().keepTime(this);
		return (CompletableFuture<T>) future;
	}

	private void requireOtherThanServing() {
		if (this.dispatch != null && this.dispatch.isCurrentThread()) {
			throw new IllegalStateException(subject() + ": a handler cannot request over the connection that it is "
					+ "serving, since an answer could not be told from a message; ask over another duct");
		}
	}

	/**
	 * Hands an answer to its requester; the turn is held.
	 */
	void answered(PendingRequest request, byte[] payload) {
		if (request.answer(payload) && request.future != null) {
			completeAsync(request);
		}
	}

	private void completeAsync(PendingRequest request) {
		CompletableFuture<@Nullable Object> future = request.future;
		if (future != null) {
			this.session.execute(() -> {
				try {
					future.complete(answer(request));
				}
				catch (RuntimeException | Error ex) {
					future.completeExceptionally(ex);
				}
			});
		}
	}

	@SuppressWarnings("unchecked")
	private <T> @Nullable T answer(PendingRequest request) {
		RequestOutcome outcome = RequestOutcome.ABORTED;
		try {
			byte[] payload = request.payload();
			outcome = RequestOutcome.ERROR;
			RemoteHandlerException error = ErrorReply.decode(subject(), payload);
			if (error != null) {
				throw error;
			}
			T answer = (T) endpoint().decode(payload, 0, payload.length, request.type);
			outcome = RequestOutcome.SUCCESS;
			return answer;
		}
		finally {
			completed(request, outcome);
		}
	}

	private void completed(PendingRequest request, RequestOutcome outcome) {
		long nanos = System.nanoTime() - request.started;
		endpoint().statistics().requested(outcome, nanos);
		this.session.notifier().requestCompleted(endpoint(), outcome, nanos);
	}

	private void abandoned() {
		watch();
		this.session.loop().keepTime(this);
	}

	private DuctTimeoutException unansweredInTime(PendingRequest request) {
		return new DuctTimeoutException(subject() + ": no answer within " + (request.timeoutNanos + 999_999) / 1_000_000
				+ " ms; a late one will be skipped, and the connection ends if it takes as long again", null);
	}

	// Handing out

	boolean isDispatching() {
		return this.dispatch != null && !endpoint().dispatching().isSuspended();
	}

	/**
	 * Hands out what is there, on a thread of its own.
	 */
	void dispatch() {
		if (this.dispatch != null) {
			this.dispatch.schedule();
		}
	}

	// On the loop's thread

	@Override
	public void ready(SelectionKey key) {
		if (key.isWritable()) {
			EventLoop.forget(key, SelectionKey.OP_WRITE);
			this.outbound.writable();
		}
		if (key.isValid() && key.isReadable()) {
			// Before anything else: who reads meanwhile may want it back.
			EventLoop.forget(key, SelectionKey.OP_READ);
			readable();
		}
	}

	private void readable() {
		Dispatch dispatch = this.dispatch;
		if (dispatch != null && isDispatching() && dispatch.schedule()) {
			leaveToCallers();
		}
		else if (this.inbound.turn.tryAcquire()) {
			boolean room;
			try {
				this.inbound.next();
				this.inbound.read();
				this.inbound.next();
				room = this.inbound.hasRoom();
			}
			finally {
				releaseTurn();
			}
			if (room) {
				watch();
			}
			else {
				leaveToCallers();
			}
		}
		else {
			leaveToCallers();
		}
	}

	private void leaveToCallers() {
		this.left = true;
		this.seenActivity = this.inbound.activity();
		this.session.loop().keepTime(this);
	}

	@Override
	public long onTime(long now) {
		if (this.end != null) {
			return Long.MAX_VALUE;
		}
		long sendTimeout = endpoint().options().sendTimeout().toNanos();
		long untilSendTimeout = this.outbound.nanosToTimeout(now, sendTimeout);
		if (untilSendTimeout <= 0) {
			finish(new End(CloseReason.SEND_TIMEOUT, "the peer took none of " + this.outbound.pendingBytes()
					+ " waiting bytes for " + TimeUnit.NANOSECONDS.toMillis(sendTimeout) + " ms", null));
			return Long.MAX_VALUE;
		}
		long next = Math.min(untilSendTimeout, lookAfterRequests(now));
		return lookAfterReaders() ? Math.min(next, WATCH_NANOS) : next;
	}

	private long lookAfterRequests(long now) {
		if (!this.inbound.pending.overdue(now).isEmpty()) {
			// If this process was held up, answers that came in time may still be unread.
			look();
		}
		for (PendingRequest request : this.inbound.pending.overdue(now)) {
			if (request.isAbandoned()) {
				finish(new End(CloseReason.UNANSWERED,
						"a request was not answered within twice its time-out of "
								+ TimeUnit.NANOSECONDS.toMillis(request.timeoutNanos)
								+ " ms; what comes now could not be told apart",
						null));
				return Long.MAX_VALUE;
			}
			CompletableFuture<@Nullable Object> future = request.future;
			if (future != null && request.abandon()) {
				completed(request, RequestOutcome.TIMEOUT);
				this.session.execute(() -> future.completeExceptionally(unansweredInTime(request)));
			}
		}
		return this.inbound.pending.nanosToDeadline(now);
	}

	/**
	 * Watches again once nobody has read for a while.
	 * @return whether to look again
	 */
	private boolean lookAfterReaders() {
		if (!this.left) {
			return false;
		}
		int activity = this.inbound.activity();
		if (activity == this.seenActivity && this.inbound.turn.tryAcquire()) {
			boolean room = this.inbound.hasRoom();
			releaseTurn();
			if (room) {
				this.left = false;
				watch();
				return false;
			}
		}
		this.seenActivity = activity;
		return true;
	}

	// The end

	/**
	 * Writes what was accepted until the deadline, then ends the connection.
	 */
	void close(long deadline) {
		if (this.end == null) {
			this.outbound.awaitEmpty(deadline);
			finish(End.LOCAL);
		}
	}

	/**
	 * Ends the connection, unless it has ended already.
	 */
	void finish(End end) {
		synchronized (this.endLock) {
			if (this.end != null) {
				return;
			}
			this.end = end;
		}
		if (end.isLocal()) {
			// Nothing is handed out any more that observers would have to know of first.
			announced();
		}
		this.outbound.close();
		this.inbound.close();
		this.session.loop().close(this.channel);
		int unsent = this.outbound.unsentFrames();
		endpoint().statistics().messagesUnsent.add(unsent);
		for (PendingRequest request : this.inbound.pending.takeAll()) {
			if (request.fail(end.exception(subject())) && request.future != null) {
				completeAsync(request);
			}
		}
		this.session.ended(this, end, unsent);
		if (isDispatching()) {
			dispatch();
		}
		else if (this.dispatch != null) {
			// What is left waits for the handler to be resumed.
			look();
		}
	}

}
