package io.ductworks.internal.loop;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one selector thread of an open parent or child: accepts, watches connections that
 * have no reader, finishes writes that the socket had no room for, and keeps time. It
 * runs no code of the user, but for log appenders, and sleeps as long as nothing happens.
 * An interrupt does not end it. Thread-safe.
 */
public final class EventLoop implements Runnable, Executor {

	private static final Logger logger = LoggerFactory.getLogger(EventLoop.class);

	/** When to ask a timer again that failed when it was asked. */
	private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

	/** How long a loop that cannot select leaves the processor to others. */
	private static final long FAILURE_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

	/** How long to wait for the thread to let go of a channel. */
	private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(2);

	private final Selection selection;

	private final Thread thread;

	private final Guard guard;

	private final Tasks tasks;

	/** Touched by the loop's own thread only. */
	private final Timers<Timed> timers = new Timers<>(this::onTime);

	private volatile boolean stopping;

	/** What is told when a channel is ready. */
	public interface Ready {

		/**
		 * Serves the channel, on the loop's thread, which it must not block.
		 * @param key what the channel is registered with
		 */
		void ready(SelectionKey key);

	}

	/** What has to be done at a certain time. */
	public interface Timed {

		/**
		 * Does what is due, on the loop's thread, which it must not block. After a
		 * failure it is asked again in a second.
		 * @param now the time, as {@link System#nanoTime()} gives it
		 * @return in how many nanoseconds to ask again, {@link Long#MAX_VALUE} for never
		 */
		long onTime(long now);

	}

	/**
	 * Creates a loop with a selector of its own, whose thread is not started yet.
	 * @param threads makes the thread
	 * @throws IOException if the operating system gives no selector
	 */
	public EventLoop(ThreadFactory threads) throws IOException {
		this(threads, Selector.open());
	}

	/**
	 * Creates a loop over a selector that is its own from now on.
	 */
	EventLoop(ThreadFactory threads, Selector selector) {
		this.selection = new Selection(selector, this::ready);
		this.thread = threads.newThread(this);
		this.guard = new Guard(this.thread, logger);
		this.tasks = new Tasks(this.guard);
	}

	/**
	 * Starts the thread, or lets go of everything if the system gives none.
	 * @throws IOException if the selector could not be closed after that
	 * @throws OutOfMemoryError if the system gives no thread
	 */
	public void start() throws IOException {
		try {
			this.thread.start();
		}
		catch (OutOfMemoryError ex) {
			this.selection.close();
			throw ex;
		}
	}

	/**
	 * Watches a channel.
	 * @param channel the channel, in non-blocking mode
	 * @param operations what to wait for at first, bits of {@link SelectionKey}
	 * @param ready is told when the channel is ready
	 * @return the key
	 * @throws IOException if the channel is closed
	 */
	public SelectionKey register(SelectableChannel channel, int operations, Ready ready) throws IOException {
		SelectionKey key = this.selection.register(channel, operations, ready);
		this.selection.wakeUp();
		return key;
	}

	/**
	 * Adds operations to what a key waits for. Does nothing if the channel is closed.
	 * @param key a key of this loop
	 * @param operations bits of {@link SelectionKey}
	 */
	public void addInterest(SelectionKey key, int operations) {
		if (this.selection.addInterest(key, operations) && !isCurrentThread()) {
			this.selection.wakeUp();
		}
	}

	/**
	 * Removes operations from what a key waits for. Does nothing if the channel is
	 * closed.
	 * @param key a key of any loop
	 * @param operations bits of {@link SelectionKey}
	 */
	public static void removeInterest(SelectionKey key, int operations) {
		Selection.removeInterest(key, operations);
	}

	/**
	 * Registers a timer: {@link Timed#onTime} is called now and then again after as many
	 * nanoseconds as it returns. One that is registered already is called now as well.
	 * @param subject the timer
	 */
	public void addTimer(Timed subject) {
		execute(() -> this.timers.add(subject, System.nanoTime()));
	}

	/**
	 * Removes a timer, so that it can be collected before it is due.
	 * @param subject the timer, which need not be registered
	 */
	public void removeTimer(Timed subject) {
		execute(() -> this.timers.remove(subject));
	}

	/**
	 * Runs a task soon, on the loop's thread.
	 * @param task the task, which must not block
	 */
	@Override
	public void execute(Runnable task) {
		this.tasks.add(task);
		if (!isCurrentThread()) {
			this.selection.wakeUp();
		}
	}

	/**
	 * Closes a channel's owner so that the operating system has let go of it on return: a
	 * closed channel stays open underneath while a selector holds its key. Waits for the
	 * loop's thread, but if something holds that up, for two seconds only: then the
	 * system lets go later. An interrupt does not end the wait and stays set. The loop's
	 * own thread does not wait, since it is about to select. What the owner throws is
	 * logged only.
	 * @param owner what to close
	 */
	public void close(Closeable owner) {
		try {
			owner.close();
		}
		catch (IOException | RuntimeException | Error ex) {
			// TLS takes memory even to close, and the caller has more to do.
			logger.debug("Closing failed", ex);
		}
		if (isCurrentThread()) {
			return;
		}
		CountDownLatch released = new CountDownLatch(1);
		execute(() -> {
			try {
				releaseClosed();
			}
			finally {
				released.countDown();
			}
		});
		if (!Uninterrupted.await(released, this.thread, System.nanoTime() + CLOSE_NANOS)) {
			this.guard.warn("held-up", "has not let go of a closed channel within two seconds; does a log appender,"
					+ " or something else that it calls, wait for a duct?");
		}
	}

	private void releaseClosed() {
		try {
			this.selection.releaseClosed();
		}
		catch (IOException ex) {
			logger.debug("Select failed", ex);
		}
	}

	/**
	 * Asks the system whether the peer of a channel is gone, be there unread bytes or
	 * not.
	 * @param channel a channel of a socket; of any other nothing is known
	 * @return whether the system says so; it does not after the end of a stream of TCP,
	 * behind which the peer may still be reading
	 */
	public boolean hasHungUp(SelectableChannel channel) {
		if ((channel.validOps() & SelectionKey.OP_CONNECT) == 0) {
			return false;
		}
		try (Selector selector = channel.provider().openSelector()) {
			// A connected channel is never ready to connect, but an error or the end of
			// both directions makes it ready for everything.
			channel.register(selector, SelectionKey.OP_CONNECT);
			return selector.selectNow() > 0;
		}
		catch (IOException ex) {
			// The channel is closed, or there are no descriptors left.
			return false;
		}
	}

	/**
	 * Whether the thread is at work.
	 * @return false before {@link #start} and once the thread has ended
	 */
	public boolean isAlive() {
		return this.thread.isAlive();
	}

	/**
	 * Stops the thread and waits until it has ended, or a deadline passes: then it ends
	 * as soon as nothing holds it up any more. An interrupt does not end the wait and
	 * stays set. The loop's own thread does not wait.
	 * @param deadline in the time of {@link System#nanoTime()}
	 * @return whether the thread has ended
	 */
	public boolean stop(long deadline) {
		this.stopping = true;
		this.selection.wakeUp();
		return !isCurrentThread() && Uninterrupted.join(this.thread, deadline);
	}

	/**
	 * Whether the caller is the loop's own thread.
	 * @return whether it is
	 */
	public boolean isCurrentThread() {
		return Thread.currentThread() == this.thread;
	}

	/**
	 * Serves until {@link #stop}; for the loop's own thread only.
	 */
	@Override
	public void run() {
		try (this.selection) {
			while (!this.stopping) {
				try {
					serve();
				}
				catch (RuntimeException | Error ex) {
					// What handles failures has failed too, for want of memory. Nothing
					// may be done here that takes some.
				}
			}
			while (!this.tasks.isEmpty()) {
				this.guard.run(this.tasks::runRound);
			}
		}
		catch (IOException ex) {
			logger.debug("Closing failed", ex);
		}
	}

	private void serve() {
		try {
			this.tasks.runRound();
			long nanos = this.timers.isEmpty() ? Long.MAX_VALUE : this.timers.askDue(System.nanoTime());
			// A task that selected may have used up the wake-up of stop() or execute().
			boolean hasMore = this.stopping || !this.tasks.isEmpty();
			this.selection.await(hasMore ? 0 : nanos);
		}
		catch (IOException | RuntimeException | Error ex) {
			// Where nothing can be selected, tasks and times can still be served.
			this.guard.failed(ex);
			LockSupport.parkNanos(FAILURE_PAUSE_NANOS);
		}
		if (Thread.interrupted()) {
			// As long as the flag is set, nothing waits, neither selectors nor pauses.
			this.guard.warn("interrupted", "was interrupted, which does not end a duct; close() does");
		}
	}

	private void ready(SelectionKey key) {
		this.guard.run(() -> ((Ready) key.attachment()).ready(key));
	}

	private long onTime(Timed subject, long now) {
		try {
			return subject.onTime(now);
		}
		catch (RuntimeException | Error ex) {
			this.guard.failed(ex);
			return RETRY_NANOS;
		}
	}

}
