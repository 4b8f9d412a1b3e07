package io.ductworks.message;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.CloseReason;
import io.ductworks.internal.loop.EventLoop;
import io.ductworks.internal.transport.ByteConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a parent or child has only while it is open: its threads and its connections.
 * Worker threads exist while there is work for them.
 */
final class Session implements Executor {

	private static final Logger logger = LoggerFactory.getLogger(Session.class);

	private static final long IDLE_SECONDS = 5;

	/** How long a system without threads is given to find one. */
	private static final long STARVED_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

	private final Endpoint endpoint;

	private final EventLoop loop;

	private final ThreadPoolExecutor workers;

	private final Notifier notifier;

	private final CountDownLatch closing = new CountDownLatch(1);

	private final AtomicInteger connectionNumber = new AtomicInteger();

	/** How many connections, be they live or not, have messages handed out. */
	private final AtomicInteger dispatches = new AtomicInteger();

	/** Whether the system gave no thread when one was needed last. */
	private volatile boolean starved;

	/**
	 * Starts the threads. A duct with a handler keeps the virtual machine alive, as a
	 * server does; any other does not.
	 */
	Session(Endpoint endpoint) throws IOException {
		this.endpoint = endpoint;
		String threadName = "duct-" + endpoint.name() + "-";
		this.notifier = new Notifier(endpoint.options().observers(), this::start);
		this.loop = new EventLoop((loop) -> thread(loop, threadName + "loop", endpoint.handler() == null));
		AtomicInteger number = new AtomicInteger();
		ThreadFactory threads = (task) -> thread(task, threadName + number.incrementAndGet(), true);
		this.workers = new ThreadPoolExecutor(0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS,
				new SynchronousQueue<>(), threads);
		this.loop.start();
	}

	private static Thread thread(Runnable task, String name, boolean daemon) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(daemon);
		return thread;
	}

	Endpoint endpoint() {
		return this.endpoint;
	}

	EventLoop loop() {
		return this.loop;
	}

	Notifier notifier() {
		return this.notifier;
	}

	AtomicInteger dispatches() {
		return this.dispatches;
	}

	/**
	 * Runs a task on a worker thread, or on the caller's once the session is closed.
	 */
	@Override
	public void execute(Runnable task) {
		try {
			start(task);
		}
		catch (RejectedExecutionException ex) {
			task.run();
		}
	}

	/**
	 * Runs a task on a worker thread, as soon as the system gives one.
	 * @throws RejectedExecutionException if the session is closed
	 */
	private void start(Runnable task) {
		try {
			this.workers.execute(task);
			this.starved = false;
		}
		catch (OutOfMemoryError ex) {
			// Thrown for too many threads as well as for too little memory.
			startLater(task, ex);
		}
	}

	private void startLater(Runnable task, OutOfMemoryError failure) {
		if (!this.starved) {
			this.starved = true;
			logger.warn("{}: no thread to handle what has come, tries again until there is one: {}",
					this.endpoint.subject(), failure.getMessage());
		}
		long again = System.nanoTime() + STARVED_NANOS;
		this.loop.addTimer((now) -> {
			if (now - again < 0) {
				return again - now;
			}
			execute(task);
			return Long.MAX_VALUE;
		});
	}

	/**
	 * Makes a new socket a connection of the endpoint.
	 */
	void connected(ByteConnection channel) throws IOException {
		Connection connection = new Connection(this, channel, this.connectionNumber.incrementAndGet());
		boolean added = false;
		try {
			// Either close() finds the connection, or it is refused here.
			synchronized (this.closing) {
				if (this.closing.getCount() == 0) {
					throw new ClosedChannelException();
				}
				connection.register();
				this.endpoint.statistics().opened(connection);
				this.notifier.notify((observer) -> observer.connected(this.endpoint, connection.duct()),
						connection::announced);
				this.endpoint.connections().add(connection);
				added = true;
			}
		}
		finally {
			if (!added) {
				this.loop.close(channel);
			}
		}
		connection.start();
	}

	void ended(Connection connection, End end, int unsent) {
		this.endpoint.statistics().connections.decrementAndGet();
		this.endpoint.connections().ended(connection, end);
		tellDisconnected(end.reason(), unsent);
		// Who receives gets it as an exception.
		if (end.isFault() && (this.endpoint.handler() != null || this.endpoint.takesMany())) {
			this.endpoint.log().warn(end.reason().tag(), connection.subject() + ": " + end.text());
		}
	}

	/**
	 * Counts a connection that was refused, and tells observers.
	 */
	void refused(CloseReason reason) {
		this.endpoint.statistics().closed(reason);
		tellDisconnected(reason, 0);
	}

	private void tellDisconnected(CloseReason reason, int unsent) {
		this.notifier.notify((observer) -> observer.disconnected(this.endpoint, reason, unsent));
	}

	/**
	 * Sleeps, unless or until the session is closed.
	 * @return whether it is closed
	 */
	boolean sleep(long nanos) throws InterruptedException {
		return this.closing.await(nanos, TimeUnit.NANOSECONDS);
	}

	/**
	 * Writes what was accepted until the deadline, ends all connections, stops the
	 * threads and waits until observers were told, again until the deadline. Handlers
	 * that run are not waited for.
	 */
	void close(long deadline) {
		synchronized (this.closing) {
			this.closing.countDown();
		}
		for (Connection connection : this.endpoint.connections().live()) {
			// The endpoint may have been opened again meanwhile.
			if (connection.session() == this) {
				close(connection, deadline);
			}
		}
		CountDownLatch told = new CountDownLatch(1);
		this.notifier.notify((observer) -> observer.closed(this.endpoint), told::countDown);
		this.loop.stop(deadline + TimeUnit.SECONDS.toNanos(2));
		this.workers.shutdown();
		if (!this.notifier.isCurrentThread()) {
			await(told, deadline);
		}
	}

	/**
	 * Closes one connection; the others and the threads come to their end in any case.
	 */
	private void close(Connection connection, long deadline) {
		try {
			connection.close(deadline);
		}
		catch (RuntimeException | Error ex) {
			logger.warn("{}: closing was not clean", connection.subject(), ex);
		}
	}

	private static void await(CountDownLatch told, long deadline) {
		try {
			told.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
