package io.ductworks.message;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.ductworks.CloseReason;
import io.ductworks.internal.connection.Connection;
import io.ductworks.internal.connection.ConnectionSettings;
import io.ductworks.internal.connection.Readers;
import io.ductworks.internal.loop.EventLoop;
import io.ductworks.internal.loop.Uninterrupted;
import io.ductworks.internal.transport.ByteConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a parent or child has only while it is open: its threads and its connections.
 * Thread-safe.
 */
final class OpenDuct {

	private static final Logger logger = LoggerFactory.getLogger(OpenDuct.class);

	private static final long MOMENT_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final DuctParts parts;

	private final @Nullable Handling handling;

	private final Readers readers;

	private final ConnectionSettings settings;

	private final ClosedStage closed;

	private final DuctThreads threads;

	private final EventLoop loop;

	private final Workers workers;

	private final Completions completions;

	private final Observers observers;

	private final Requests requests;

	/** Opened when the duct begins to close; its monitor guards the beginning. */
	private final CountDownLatch closing = new CountDownLatch(1);

	/** Opened when the duct has closed. */
	private final CountDownLatch over = new CountDownLatch(1);

	/** Connections whose end is not yet worked off. */
	private final Set<Link> links = ConcurrentHashMap.newKeySet();

	/**
	 * Connections that were ended since the duct closes, and whose peers may not have.
	 */
	private final Set<Link> ended = ConcurrentHashMap.newKeySet();

	private final Comings comings;

	private final AtomicInteger connectionNumber = new AtomicInteger();

	/** How many connections, be they live or not, have messages handed out. */
	private final AtomicInteger runs = new AtomicInteger();

	private volatile boolean open = true;

	/**
	 * Starts the threads. A duct with a handler keeps the virtual machine alive, as a
	 * server does; any other does not.
	 * @param duct the parent or child, for observers
	 * @param observers are told what happens to it
	 * @param closed completed when it has closed
	 */
	OpenDuct(MessageDuct duct, DuctParts parts, @Nullable DuctHandler handler, List<DuctObserver> observers,
			ClosedStage closed) throws IOException {
		this.parts = parts;
		this.readers = parts.readers(handler);
		this.settings = settings(parts.scope().options(), this.readers);
		this.closed = closed;
		DuctThreads threads = new DuctThreads(parts.scope().options());
		this.threads = threads;
		this.loop = new EventLoop((loop) -> threads.named(loop, "loop", handler == null));
		this.workers = new Workers(parts.scope().subject(), threads, this.loop);
		this.completions = new Completions(this.workers);
		this.observers = new Observers(duct, parts.scope(), observers, this.workers);
		this.requests = new Requests(parts.scope(), parts.live(), this.completions, this.loop, this.workers);
		this.comings = new Comings(parts.scope(), parts.live());
		this.handling = (handler != null) ? handling(handler) : null;
		parts.scope().traffic().opened(handler);
		this.loop.start();
	}

	private Handling handling(DuctHandler handler) {
		Duration timeout = this.parts.scope().options().handlerTimeout();
		return new Handling(handler, this.parts.handlerSwitch(), this::isOpen, this.workers, this.loop,
				new HandlerTimer(this.loop, this.workers, (timeout != null) ? timeout.toNanos() : 0),
				this.parts.heldBack(), this.runs);
	}

	EventLoop loop() {
		return this.loop;
	}

	Executor workers() {
		return this.workers;
	}

	Observers observers() {
		return this.observers;
	}

	Requests requests() {
		return this.requests;
	}

	/**
	 * Starts a thread with a job of its own.
	 */
	Thread start(Runnable task, String job) {
		Thread thread = this.threads.named(task, job, true);
		thread.start();
		return thread;
	}

	boolean isOpen() {
		return this.open;
	}

	/**
	 * How many connections, be they live or not, have messages handed out, or wait for a
	 * handler less to run.
	 */
	int runs() {
		return this.runs.get() + this.parts.handlerSwitch().waiting();
	}

	/**
	 * Makes a new socket a connection of the duct.
	 * @throws IOException if the socket, or the duct, has been closed meanwhile
	 */
	void connected(ByteConnection channel) throws IOException {
		Connection connection = null;
		boolean added = false;
		try {
			connection = new Connection(this.connectionNumber.incrementAndGet(), this.loop, channel, this.settings,
					this.parts.scope().options().idleStrategy().newSpin());
			Link link = new Link(connection, this.readers, this.parts.scope(), this.completions, this.observers);
			RpcIntake rpc = complete(link);
			add(link, new LinkEvents(link, rpc, this.parts.live(), this.parts.inbox(), this.observers, this.requests,
					this.comings, this.readers == Readers.CALLERS, this.links));
			added = true;
		}
		finally {
			if (!added) {
				this.loop.close(channel);
			}
		}
		connection.start();
	}

	/**
	 * Gives a connection what handles its messages.
	 * @return what takes them with JSON-RPC, else {@code null}
	 */
	private @Nullable RpcIntake complete(Link link) {
		MessageDuct duct = new ConnectedDuct(link, this.requests);
		if (!this.parts.scope().options().isRpc()) {
			link.complete((this.handling != null) ? new HandlerRun(link, this.handling) : Serving.NOT, duct);
			return null;
		}
		RpcRefusals refusals = new RpcRefusals(link, this.workers);
		RpcServing serving = (this.handling != null) ? new RpcServing(link, this.handling, refusals) : null;
		link.complete((serving != null) ? serving : Serving.NOT, duct);
		return new RpcIntake(link, serving, refusals);
	}

	private static ConnectionSettings settings(DuctOptions options, Readers readers) {
		Duration lateAnswers = options.lateAnswerTimeout();
		Duration unread = options.unreadTimeout();
		return new ConnectionSettings(readers, options.maxFrameSize(), options.frameTimeout().toNanos(),
				options.sendTimeout().toNanos(), options.requestTimeout().toNanos(),
				(lateAnswers != null) ? lateAnswers.toNanos() : 0, (unread != null) ? unread.toNanos() : Long.MAX_VALUE,
				options.lastAnswersTimeout().toNanos(), options.mixedTraffic(), options.isRpc(), options.child());
	}

	private void add(Link link, LinkEvents events) throws IOException {
		// Either close() finds the connection, or it is refused here.
		synchronized (this.closing) {
			if (!this.open) {
				throw new ClosedChannelException();
			}
			link.connection().open(events);
			this.links.add(link);
			this.parts.scope().statistics().opened(link.connection());
			this.observers.connected(link, link.duct(), link.announcement()::made);
			this.parts.availability().change(() -> {
				this.parts.live().add(link);
				if (this.handling == null) {
					this.parts.inbox().connected(link);
				}
			});
			this.requests.connected();
			this.comings.came(link);
		}
	}

	/**
	 * Counts a connection that was refused, and tells observers.
	 */
	void refused(CloseReason reason) {
		this.parts.scope().statistics().closed(reason);
		this.observers.tell((observer, duct) -> observer.disconnected(duct, null, reason, 0));
	}

	/**
	 * Sleeps, unless or until the duct closes.
	 * @return whether it closes
	 */
	boolean sleep(long nanos) throws InterruptedException {
		return this.closing.await(nanos, TimeUnit.NANOSECONDS);
	}

	/**
	 * Writes what was accepted until the deadline, ends all connections, waits until
	 * observers and futures were told, again until the deadline, and stops the threads.
	 * Handlers that run are not waited for. A second call waits for the first.
	 */
	void close(long deadline) {
		if (!beginClosing()) {
			awaitOver(deadline);
			return;
		}
		try {
			this.parts.handlerSwitch().closed();
			endConnections(deadline);
			this.ended.forEach((link) -> close(link, (connection) -> connection.closing().finish(deadline)));
			this.requests.disconnected();
			this.observers.tellClosed();
			this.completions.awaitDone(deadline);
			this.observers.close(deadline);
			// A moment at least: what nothing holds up needs no more.
			long moment = Math.max(deadline, System.nanoTime() + MOMENT_NANOS);
			this.loop.stop(moment);
			this.closed.closed(CloseReason.LOCAL_SHUTDOWN, this.completions);
			if (!this.completions.isCurrentThread()) {
				this.closed.awaitCompleted(moment);
				this.completions.awaitDone(deadline);
			}
			this.workers.close();
		}
		finally {
			this.over.countDown();
		}
	}

	/**
	 * Writes what was accepted until the deadline and ends all connections, without
	 * waiting for their peers to end them too.
	 */
	void endConnections(long deadline) {
		List<Link> links = List.copyOf(this.links);
		this.ended.addAll(links);
		links.forEach((link) -> link.serving().closing());
		links.forEach((link) -> link.connection().output().flushNow());
		links.forEach((link) -> close(link, (connection) -> connection.closing().begin(deadline)));
	}

	/**
	 * Closes one connection; the others and the threads come to their end in any case.
	 */
	private static void close(Link link, Consumer<Connection> close) {
		try {
			close.accept(link.connection());
		}
		catch (RuntimeException | Error ex) {
			logger.warn("{}: closing was not clean", link.subject(), ex);
		}
	}

	private boolean beginClosing() {
		synchronized (this.closing) {
			if (!this.open) {
				return false;
			}
			// No handler is about to be called after this.
			this.parts.handlerSwitch().change(() -> this.open = false);
			this.closing.countDown();
			return true;
		}
	}

	/**
	 * Waits for the thread that closes the duct, which in turn waits for callbacks.
	 */
	private void awaitOver(long deadline) {
		if (this.observers.isCurrentThread() || this.completions.isCurrentThread()) {
			return;
		}
		Uninterrupted.await((nanos) -> this.over.await(nanos, TimeUnit.NANOSECONDS), deadline);
	}

}
