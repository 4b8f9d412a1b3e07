package io.ductworks.spring;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
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
 * The attempts to connect one child. A thread exists only while there is no connection.
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

	private final CountDownLatch connected = new CountDownLatch(1);

	private volatile @Nullable DuctworksException failure;

	private final CountDownLatch stopped = new CountDownLatch(1);

	private BackOffExecution pauses;

	private @Nullable Thread thread;

	private boolean running;

	private boolean first = true;

	private long connectedAt;

	ConnectTask(MessageDuctChild child, ConnectSettings settings) {
		this.child = child;
		this.settings = settings;
		this.pauses = settings.backOff().start();
	}

	/**
	 * Starts to connect, unless that is under way.
	 */
	synchronized void connect() {
		if (this.running || isStopped()) {
			return;
		}
		this.running = true;
		boolean pause = !this.first;
		if (this.connectedAt != 0 && System.nanoTime() - this.connectedAt > STABLE.toNanos()) {
			this.pauses = this.settings.backOff().start();
		}
		this.first = false;
		Thread thread = new Thread(() -> run(pause), "duct-" + this.child.name() + "-connect");
		thread.setDaemon(true);
		thread.start();
		this.thread = thread;
	}

	/**
	 * Stops and waits for the attempt that is under way: one that begins after the child
	 * was closed would open it again, and nobody would close it then.
	 */
	void stop() {
		this.stopped.countDown();
		Thread thread = thread();
		if (thread == null || thread == Thread.currentThread()) {
			return;
		}
		thread.interrupt();
		try {
			thread.join(STOP.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private synchronized @Nullable Thread thread() {
		return this.thread;
	}

	private boolean isStopped() {
		return this.stopped.getCount() == 0;
	}

	private void run(boolean pauseFirst) {
		try {
			long since = System.nanoTime();
			boolean connected = (!pauseFirst || pause()) && attempt(since, true);
			while (!connected && pause()) {
				connected = attempt(since, false);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			ended();
		}
	}

	private boolean pause() throws InterruptedException {
		long longest = this.pauses.nextBackOff();
		if (longest == BackOffExecution.STOP) {
			return false;
		}
		long millis = ThreadLocalRandom.current().nextLong(longest + 1);
		return !this.stopped.await(millis, TimeUnit.MILLISECONDS);
	}

	private boolean attempt(long since, boolean first) {
		try {
			this.child.connectOnce();
			connected();
			this.connected.countDown();
			logger.info("{} is connected after {} ms", this.child,
					TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since));
			return true;
		}
		catch (CommunicationFaultException | LocalSocketFaultException ex) {
			this.failure = ex;
			if (first) {
				logger.warn("{}; trying again in the background", ex.getMessage());
			}
			else {
				logger.debug("{}; trying again", ex.getMessage());
			}
			return false;
		}
		catch (DuctworksException ex) {
			// Connected by somebody else, or closed: nothing is left to do here.
			logger.debug("{}; no further attempt", ex.getMessage());
			return true;
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
		DuctworksException failure = this.failure;
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
			return this.connected.await(this.settings.startupTimeout().toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private synchronized void connected() {
		this.connectedAt = System.nanoTime();
	}

	/**
	 * Looks again: the connection may have ended while this thread still ran.
	 */
	private void ended() {
		synchronized (this) {
			this.running = false;
		}
		if (!isStopped() && !this.child.isConnected()) {
			connect();
		}
	}

}
