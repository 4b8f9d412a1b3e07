package io.ductworks.spring;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import io.ductworks.CommunicationFaultException;
import io.ductworks.DuctworksException;
import io.ductworks.LocalSocketFaultException;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.spring.ConnectSettings.Startup;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.backoff.BackOffExecution;

/**
 * The attempts to connect one child, on a thread that it keeps while there is a
 * connection: a system that is short of threads might give no other to connect again.
 */
final class ConnectTask {

	private static final Logger logger = LoggerFactory.getLogger(ConnectTask.class);

	/**
	 * A connection that ended sooner does not reset the back-off: a parent that accepts
	 * and refuses would be asked without pause.
	 */
	private static final Duration STABLE = Duration.ofSeconds(10);

	/** Looking up a host name cannot be interrupted. */
	private static final Duration STOP = Duration.ofSeconds(1);

	private final MessageDuctChild child;

	private final ConnectSettings settings;

	private final Thread thread;

	/** Has a permit for each connection that was lost. */
	private final Semaphore lost = new Semaphore(0);

	/** All children have begun when the first is waited for. */
	private final long startupDeadline;

	private final CountDownLatch connected = new CountDownLatch(1);

	private volatile @Nullable Throwable failure;

	private final CountDownLatch stopped = new CountDownLatch(1);

	/** Touched by the task's own thread only, as is what follows. */
	private BackOffExecution pauses;

	private boolean begun;

	ConnectTask(MessageDuctChild child, ConnectSettings settings) {
		this.child = child;
		this.settings = settings;
		this.pauses = settings.backOff().start();
		this.thread = new Thread(this::run, "duct-" + child.name() + "-connect");
		this.thread.setDaemon(true);
		this.startupDeadline = System.nanoTime() + settings.startupTimeout().toNanos();
	}

	/**
	 * Starts to connect, again after each {@link #lost}.
	 */
	void start() {
		this.thread.start();
	}

	/**
	 * Has the child connected again.
	 */
	void lost() {
		this.lost.release();
	}

	/**
	 * Stops and waits for the attempt that is under way: one that begins after the child
	 * was closed would open it again, and nobody would close it then.
	 */
	void stop() {
		this.stopped.countDown();
		if (this.thread == Thread.currentThread()) {
			return;
		}
		this.thread.interrupt();
		try {
			this.thread.join(STOP.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void run() {
		try {
			// Even if stopped already: who sends would wait for a child never opened.
			connect();
			while (this.stopped.getCount() > 0) {
				long since = System.nanoTime();
				this.lost.acquire();
				if (System.nanoTime() - since > STABLE.toNanos()) {
					this.pauses = this.settings.backOff().start();
				}
				connect();
			}
		}
		catch (InterruptedException ex) {
			// Stopped.
		}
	}

	private void connect() throws InterruptedException {
		long since = System.nanoTime();
		boolean first = true;
		while (!this.child.isConnected() && pause()) {
			attempt(since, first);
			first = false;
		}
	}

	/**
	 * Waits, except before the very first attempt.
	 */
	private boolean pause() throws InterruptedException {
		if (!this.begun) {
			this.begun = true;
			return true;
		}
		long longest = this.pauses.nextBackOff();
		if (longest == BackOffExecution.STOP) {
			return false;
		}
		long millis = ThreadLocalRandom.current().nextLong(longest + 1);
		return !this.stopped.await(millis, TimeUnit.MILLISECONDS);
	}

	private void attempt(long since, boolean first) {
		try {
			this.child.connectOnce();
			this.connected.countDown();
			logger.info("{} is connected after {} ms", this.child,
					TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since));
		}
		catch (CommunicationFaultException | LocalSocketFaultException ex) {
			this.failure = ex;
			if (first) {
				logger.warn("{}; trying again in the background", ex.getMessage());
			}
			else {
				logger.debug("{}; trying again", ex.getMessage());
			}
		}
		catch (DuctworksException ex) {
			// Connected or closed by somebody else, or stopped.
			logger.debug("{}; no failure", ex.getMessage());
		}
		catch (RuntimeException | Error ex) {
			// Such as no memory. There is no other thread to go on.
			this.failure = ex;
			logger.warn("{} could not try to connect; trying again", this.child, ex);
		}
	}

	/**
	 * Waits for the first connection, if the start of the application is to.
	 * @throws DuctSetupException if it is to fail without
	 */
	void awaitStartup() {
		Startup startup = this.settings.startup();
		if (startup == Startup.CONTINUE || awaitConnected()) {
			return;
		}
		String message = "Duct '" + this.child.name() + "' is not connected to " + this.child.connectAddress()
				+ " after " + this.settings.startupTimeout().toMillis() + " ms";
		Throwable failure = this.failure;
		if (startup == Startup.FAIL) {
			throw new DuctSetupException(
					message + ((failure != null) ? ", the last attempt failed: " + failure.getMessage() : "") + ".",
					"Start the other side first, or set ductworks.child." + this.child.name()
							+ ".connect.startup to continue.",
					failure);
		}
		logger.warn("{}; the application starts without it", message);
	}

	private boolean awaitConnected() {
		try {
			return this.connected.await(this.startupDeadline - System.nanoTime(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
