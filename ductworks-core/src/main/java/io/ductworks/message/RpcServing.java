package io.ductworks.message;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.DuctProblemException;
import io.ductworks.internal.protocol.RpcErrors;
import io.ductworks.internal.protocol.RpcId;
import io.ductworks.internal.protocol.RpcMessage;
import io.ductworks.message.HandlerSwitch.Mode;

/**
 * Hands the calls of one connection of JSON-RPC to a handler, on workers: several at a
 * time, as {@link CallQueue} lets them begin. Reading does not wait for them, unless a
 * notification finds no room. Thread-safe.
 */
final class RpcServing implements Serving {

	private final Link link;

	private final Handling handling;

	private final HandlerFailures failures;

	private final RpcRefusals refusals;

	private final CallQueue queue;

	private final HeldNotification held;

	/** The requests whose answers are deferred. */
	private final Map<IncomingCall, Abandonable> deferred = new ConcurrentHashMap<>();

	/** The threads that run the handler. */
	private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

	/** Whether a worker is on its way that has not looked for a call yet. */
	private final AtomicBoolean starting = new AtomicBoolean();

	/** How many of them wait for an answer of the peer. */
	private final AtomicInteger asking = new AtomicInteger();

	RpcServing(Link link, Handling handling, RpcRefusals refusals) {
		this.link = link;
		this.handling = handling;
		this.failures = new HandlerFailures(link);
		this.refusals = refusals;
		this.queue = new CallQueue(link.scope().options().rpc());
		this.held = new HeldNotification(link, this.queue, handling.loop());
	}

	private RpcOptions options() {
		return this.link.scope().options().rpc();
	}

	// From the reader, which must not block

	/**
	 * Whether more may be read.
	 */
	boolean takesMore() {
		return !this.held.isThere();
	}

	/**
	 * Takes a call.
	 */
	void offer(byte[] payload, RpcMessage.Call call) {
		IncomingCall incoming = new IncomingCall(this.link, payload, call, this.handling.handlerSwitch(),
				this::deferred, this::deferredEnded);
		if (this.queue.offer(incoming)) {
			startMore();
			return;
		}
		String full = options().maxWaiting() + " calls, or " + options().maxWaitingBytes()
				+ " bytes of them, wait for the handler, which is the limit";
		RpcId id = call.id();
		if (id != null) {
			this.refusals.send(id, DuctProblemException.unavailable("too busy, ask again later: " + full));
			return;
		}
		this.link.scope()
			.log()
			.warn("calls-full",
					this.link.subject() + ": " + full + "; reading stops until there is room for a notification, at "
							+ "most for the send time-out. Does the handler take too long, or allow too little "
							+ "concurrency?");
		this.held.hold(incoming);
		placeHeld();
	}

	/**
	 * Gives a request up, since the requester does. One that runs is left alone, unless
	 * its answer was deferred.
	 */
	void cancel(RpcId id) {
		IncomingCall request = this.queue.find(id);
		if (request == null) {
			return;
		}
		request.cancel();
		if (this.queue.take(request)) {
			this.refusals.send(id, RpcErrors.CANCELLED, "Cancelled");
		}
		else {
			abandonDeferred(request, RpcErrors.CANCELLED, "Cancelled");
		}
	}

	private void abandonDeferred(IncomingCall request, int code, String text) {
		Abandonable answer = this.deferred.get(request);
		RpcId id = request.id();
		if (answer == null || id == null || !answer.abandon(() -> this.refusals.send(id, code, text))) {
			return;
		}
		try {
			this.handling.workers().execute(answer::tellAbandoned);
		}
		catch (RejectedExecutionException ex) {
			// The duct was closed meanwhile.
			answer.tellAbandoned();
		}
	}

	private void placeHeld() {
		if (this.held.place()) {
			startMore();
		}
	}

	// Handing out

	/**
	 * Starts a worker if a call may begin, unless one is on its way. That one starts the
	 * next: to wake a thread for each call costs more than most handlers take.
	 */
	private void startMore() {
		if (!isDispatching()) {
			return;
		}
		if (this.handling.handlerSwitch().isRefusing()) {
			refuseRequests();
		}
		else if (!this.queue.mayBegin()) {
			this.handling.handlerSwitch().resumeWaiting();
		}
		else if (this.starting.compareAndSet(false, true)) {
			// Once observers know of the connection.
			this.link.announcement().afterwards(this::start);
		}
	}

	private boolean isDispatching() {
		return this.handling.isDispatching() && !this.handling.handlerSwitch().isWaiting(this);
	}

	private void refuseRequests() {
		IncomingCall request = this.queue.takeRequest();
		while (request != null) {
			RpcId id = request.id();
			if (id != null) {
				this.refusals.send(id,
						DuctProblemException.unavailable("shutting down; ask another process, or again"));
			}
			request = this.queue.takeRequest();
		}
	}

	private void start() {
		this.handling.runs().incrementAndGet();
		try {
			this.handling.workers().execute(this::run);
		}
		catch (RejectedExecutionException ex) {
			// The duct was closed meanwhile, and hands out nothing more.
			this.link.abandonTaken();
			notStarted();
		}
		catch (RuntimeException | Error ex) {
			notStarted();
			throw ex;
		}
	}

	private void notStarted() {
		this.starting.set(false);
		this.handling.runs().decrementAndGet();
	}

	private void run() {
		// First, so that a call that comes from now on finds a worker.
		this.starting.set(false);
		try {
			IncomingCall call = this.queue.begin();
			while (call != null) {
				startMore();
				call = handle(call) ? this.queue.begin() : null;
			}
		}
		finally {
			this.handling.runs().decrementAndGet();
			// A call that waited for a place may have got one before it was put back.
			startMore();
		}
	}

	/**
	 * Handles a call.
	 * @return false if nothing is handed out any more
	 */
	private boolean handle(IncomingCall call) {
		Mode mode = this.handling.handlerSwitch().begin(this.handling.open(), this);
		if (mode != Mode.HAND_OUT) {
			this.queue.putBack(call);
			if (mode == Mode.REFUSE) {
				refuseRequests();
			}
			else if (!this.handling.isOpen()) {
				this.link.abandon();
			}
			return false;
		}
		boolean ended = true;
		try {
			RpcId id = call.id();
			if (id != null && call.isExpired(System.nanoTime())) {
				this.refusals.send(id, RpcErrors.EXPIRED, "Not begun, since it waited longer than its requester does");
			}
			else {
				ended = call(call);
			}
		}
		finally {
			this.handling.handlerSwitch().end();
			if (ended) {
				ended(call);
			}
		}
		return true;
	}

	/**
	 * Calls the handler.
	 * @return false if the answer was deferred
	 */
	private boolean call(IncomingCall call) {
		DuctMessage message = new DuctMessage(call);
		Reply reply = message.answer();
		this.threads.add(Thread.currentThread());
		HandlerTimer.Watched watched = this.handling.timer().handling(message);
		try {
			this.handling.handler().handle(this.link.duct(), message);
			if (call.isRequest() && reply.isOpen()) {
				message.reply(null);
			}
		}
		catch (Throwable ex) {
			if (call.isRequest()) {
				this.failures.answer(message, ex);
			}
			this.failures.log(message.size(), ex);
		}
		finally {
			reply.handled();
			this.handling.timer().handled(watched);
			this.threads.remove(Thread.currentThread());
			// What a handler leaves behind must not hit the next one.
			Thread.interrupted();
		}
		return !reply.isDeferred();
	}

	/**
	 * Notes a deferred answer, unless the requester has given up already.
	 */
	private void deferred(IncomingCall call, Abandonable answer) {
		this.deferred.put(call, answer);
		if (call.isCancelled()) {
			abandonDeferred(call, RpcErrors.CANCELLED, "Cancelled");
		}
	}

	private void deferredEnded(IncomingCall call) {
		this.deferred.remove(call);
		this.handling.handlerSwitch().deferredEnded();
		ended(call);
		startMore();
	}

	private void ended(IncomingCall call) {
		this.queue.end(call);
		placeHeld();
	}

	// What it is doing

	@Override
	public boolean messageReady() {
		return true;
	}

	@Override
	public boolean isAnswering(boolean unread) {
		return this.handling.isDispatching() && isUnderWay();
	}

	@Override
	public boolean isUnderWay() {
		return !this.queue.isIdle();
	}

	@Override
	public boolean isCurrentThread() {
		return this.threads.contains(Thread.currentThread());
	}

	@Override
	public void resume() {
		startMore();
	}

	@Override
	public void asks() {
		if (isCurrentThread()) {
			this.asking.incrementAndGet();
		}
	}

	@Override
	public void hasAsked(boolean inVain) {
		if (!isCurrentThread()) {
			return;
		}
		int asked = this.asking.getAndDecrement();
		if (inVain && asked >= options().concurrency()) {
			this.link.scope()
				.log()
				.warn("all-ask", this.link.subject() + ": all " + asked
						+ " handlers that may run at a time were waiting for answers of the peer, whose handlers may "
						+ "wait for this side in turn, until the time-out of one passed; ask from fewer handlers, or "
						+ "allow more concurrency on both sides");
		}
	}

	@Override
	public void connectionEnded() {
		if (this.queue.isWaiting() && this.handling.handlerSwitch().isSuspended()) {
			this.handling.heldBack().hold(this.link);
		}
	}

	@Override
	public void closing() {
		this.deferred.keySet()
			.forEach((request) -> abandonDeferred(request, RpcErrors.INTERNAL_ERROR,
					"The duct was closed before the answer came"));
	}

	@Override
	public void abandonIfEnded() {
		if (!this.link.isOpen()) {
			this.link.abandon();
		}
	}

	@Override
	public int abandon() {
		return this.queue.clear() + this.held.abandon();
	}

}
