package io.ductworks.internal.loop;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one selector thread of an open parent or child: accepts, watches connections that
 * nobody reads, finishes writes that the socket had no room for, and keeps time. It never
 * runs code of the user and sleeps as long as nothing happens.
 */
public final class EventLoop implements Runnable {

	private static final Logger logger = LoggerFactory.getLogger(EventLoop.class);

	/** When to ask again who failed when it was asked. */
	private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

	/** How long a loop that cannot select leaves the processor to others. */
	private static final long FAILURE_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

	private static final Runnable END_OF_ROUND = () -> {
	};

	private final SparingLog log = new SparingLog(logger);

	private final Selector selector;

	private final Thread thread;

	private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

	/** What keeps time, and when each is due; touched by the loop's own thread only. */
	private final Map<Timed, Long> due = new HashMap<>();

	/** When the first of them is due. */
	private long nearest;

	private volatile boolean stopping;

	/** What is told when a channel is ready. */
	public interface Ready {

		/**
		 * Serves the channel, on the loop's thread.
		 * @param key what the channel is registered with
		 */
		void ready(SelectionKey key);

	}

	/** What has to be done at a certain time. */
	public interface Timed {

		/**
		 * Does what is due.
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
	public EventLoop(ThreadFactory threads, Selector selector) {
		this.selector = selector;
		this.thread = threads.newThread(this);
	}

	/**
	 * Starts the thread, or lets go of everything if the system gives none.
	 */
	public void start() throws IOException {
		try {
			this.thread.start();
		}
		catch (OutOfMemoryError ex) {
			this.selector.close();
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
		SelectionKey key = channel.register(this.selector, operations, ready);
		this.selector.wakeup();
		return key;
	}

	/**
	 * Adds operations to what a key waits for.
	 */
	public void addInterest(SelectionKey key, int operations) {
		try {
			if ((key.interestOpsOr(operations) & operations) != operations && !isCurrentThread()) {
				this.selector.wakeup();
			}
		}
		catch (CancelledKeyException ex) {
			// The channel is closed: there is nothing to wait for.
		}
	}

	/**
	 * Removes operations from what a key waits for.
	 */
	public static void removeInterest(SelectionKey key, int operations) {
		try {
			key.interestOpsAnd(~operations);
		}
		catch (CancelledKeyException ex) {
			// The channel is closed: there is nothing to wait for.
		}
	}

	/**
	 * Registers a timer: {@link Timed#onTime} is called now and then again after as many
	 * nanoseconds as it returns.
	 * @param subject the timer
	 */
	public void addTimer(Timed subject) {
		execute(() -> {
			this.nearest = System.nanoTime();
			this.due.put(subject, this.nearest);
		});
	}

	/**
	 * Removes a timer, so that it can be collected before it is due.
	 * @param subject the timer, which need not be registered
	 */
	public void removeTimer(Timed subject) {
		execute(() -> this.due.remove(subject));
	}

	/**
	 * Runs a task soon, on the loop's thread.
	 * @param task the task, which must not block
	 */
	public void execute(Runnable task) {
		this.tasks.add(task);
		if (!isCurrentThread()) {
			this.selector.wakeup();
		}
	}

	/**
	 * Closes a channel's owner so that the operating system has let go of it on return: a
	 * closed channel stays open underneath while a selector holds its key. The loop's own
	 * thread does not wait, since it is about to select.
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
				selectNow();
			}
			finally {
				released.countDown();
			}
		});
		boolean interrupted = false;
		while (this.thread.isAlive()) {
			try {
				if (released.await(100, TimeUnit.MILLISECONDS)) {
					break;
				}
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	private void selectNow() {
		try {
			// Keys that are found ready stay selected for the next regular round.
			this.selector.selectNow();
		}
		catch (IOException ex) {
			logger.debug("Select failed", ex);
		}
	}

	/**
	 * Stops the thread and waits until it has ended.
	 */
	public void stop() {
		this.stopping = true;
		this.selector.wakeup();
		boolean interrupted = false;
		while (!isCurrentThread() && this.thread.isAlive()) {
			try {
				this.thread.join();
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Whether the caller is the loop's own thread.
	 * @return whether it is
	 */
	public boolean isCurrentThread() {
		return Thread.currentThread() == this.thread;
	}

	@Override
	public void run() {
		try (Selector selector = this.selector) {
			while (!this.stopping) {
				serve(selector);
			}
			while (!this.tasks.isEmpty()) {
				guard(this::runTasks);
			}
		}
		catch (IOException ex) {
			logger.debug("Closing failed", ex);
		}
	}

	private void serve(Selector selector) {
		try {
			runTasks();
			long nanos = keepTime();
			// A task that selected may have used up the wake-up of stop() or execute().
			if (this.stopping || !this.tasks.isEmpty() || nanos <= 0) {
				selector.selectNow();
			}
			else {
				selector.select((nanos == Long.MAX_VALUE) ? 0 : nanos / 1_000_000 + 1);
			}
			handOn(selector);
		}
		catch (IOException | RuntimeException | Error ex) {
			// Where nothing can be selected, tasks and times can still be served.
			failed(ex);
			LockSupport.parkNanos(FAILURE_PAUSE_NANOS);
		}
	}

	/**
	 * Runs the tasks that there are now. What they add comes after the next look at the
	 * selector, so that nobody keeps others from being served.
	 */
	private void runTasks() {
		if (this.tasks.isEmpty()) {
			return;
		}
		this.tasks.add(END_OF_ROUND);
		Runnable task = this.tasks.poll();
		while (task != null && task != END_OF_ROUND) {
			guard(task);
			task = this.tasks.poll();
		}
	}

	/**
	 * Asks those who are due.
	 * @return in how many nanoseconds the next is due
	 */
	private long keepTime() {
		if (this.due.isEmpty()) {
			return Long.MAX_VALUE;
		}
		long now = System.nanoTime();
		if (this.nearest - now > 0) {
			return this.nearest - now;
		}
		long nearest = Long.MAX_VALUE;
		for (Iterator<Map.Entry<Timed, Long>> entries = this.due.entrySet().iterator(); entries.hasNext();) {
			Map.Entry<Timed, Long> entry = entries.next();
			long left = entry.getValue() - now;
			if (left <= 0) {
				left = onTime(entry.getKey(), now);
				entry.setValue(now + left);
			}
			if (left == Long.MAX_VALUE) {
				entries.remove();
			}
			nearest = Math.min(nearest, left);
		}
		this.nearest = now + nearest;
		return nearest;
	}

	private long onTime(Timed subject, long now) {
		try {
			return subject.onTime(now);
		}
		catch (RuntimeException | Error ex) {
			failed(ex);
			return RETRY_NANOS;
		}
	}

	private void handOn(Selector selector) {
		if (selector.selectedKeys().isEmpty()) {
			return;
		}
		for (SelectionKey key : selector.selectedKeys().toArray(SelectionKey[]::new)) {
			selector.selectedKeys().remove(key);
			if (key.isValid()) {
				guard(() -> ((Ready) key.attachment()).ready(key));
			}
		}
	}

	private void guard(Runnable task) {
		try {
			task.run();
		}
		catch (CancelledKeyException ex) {
			// Closed by another thread a moment ago.
		}
		catch (RuntimeException | Error ex) {
			failed(ex);
		}
	}

	private void failed(Throwable failure) {
		try {
			this.log.warn(failure.getClass().getName(), this.thread.getName() + " goes on after an unexpected failure",
					failure);
		}
		catch (RuntimeException | Error ex) {
			// Such as too little memory: nothing must end this thread.
		}
	}

}
