package io.ductworks.message;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import io.ductworks.AlreadyConnectedException;
import io.ductworks.CommunicationFaultException;
import io.ductworks.DuctworksException;
import io.ductworks.LocalSocketFaultException;
import io.ductworks.internal.connection.End;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a child connected for as long as it is open, on a thread that it keeps while
 * there is a connection: a system that is short of threads might give no other to connect
 * again.
 */
final class Reconnector {

	private static final Logger logger = LoggerFactory.getLogger(Reconnector.class);

	/**
	 * A connection that ended sooner does not reset the back-off: a parent that accepts
	 * and refuses would be asked without pause.
	 */
	private static final long STABLE_NANOS = TimeUnit.SECONDS.toNanos(10);

	private final OpenDuct open;

	private final DuctParts parts;

	private final Attempts attempts;

	private final Backoff backoff;

	/** Whether no attempt has failed since the last connection was lost. */
	private boolean firstSinceLost;

	/** How many attempts the back-off counts. */
	private int failed;

	/** When the last attempt began, in the time of {@link System#nanoTime()}. */
	private long attempted = System.nanoTime();

	Reconnector(OpenDuct open, DuctParts parts, Attempts attempts, Backoff backoff) {
		this.open = open;
		this.parts = parts;
		this.attempts = attempts;
		this.backoff = backoff;
	}

	/**
	 * Runs until the child is closed.
	 * @param connected whether it is connected already
	 */
	void run(boolean connected) {
		boolean first = !connected;
		try {
			if (connected) {
				awaitEnd();
			}
			while (this.open.isOpen()) {
				if (first || pause()) {
					connect(first);
				}
				first = false;
				awaitEnd();
			}
		}
		catch (DuctworksException | InterruptedException ex) {
			// Closed, or interrupted to end it.
			logger.debug("{} is not connected again", subject(), ex);
		}
	}

	/**
	 * Waits while there is a connection.
	 */
	private void awaitEnd() {
		long since = System.nanoTime();
		if (this.parts.live().all().isEmpty()) {
			return;
		}
		this.parts.availability().awaitWhileOpen(() -> this.parts.live().all().isEmpty(), since + Long.MAX_VALUE / 2);
		if (System.nanoTime() - since > STABLE_NANOS) {
			this.failed = 0;
		}
		this.firstSinceLost = true;
		if (this.open.isOpen()) {
			End end = this.parts.availability().lastEnd();
			logger.info("{} lost its connection: {}; connecting again", subject(),
					(end != null) ? end.reason().tag() : "unknown");
		}
	}

	/**
	 * Waits for a part of the longest pause, or until a caller wants a connection.
	 * @return false if the child was closed meanwhile
	 */
	private boolean pause() throws InterruptedException {
		this.failed++;
		Wish wish = this.parts.availability().wish();
		if (this.open.requests().areWaiting()) {
			wish.make();
		}
		wish.pause(this.backoff.nanos(this.failed, ThreadLocalRandom.current()), this.attempted,
				() -> !this.attempts.areFor(this.open));
		return this.attempts.areFor(this.open);
	}

	private void connect(boolean first) {
		long started = System.nanoTime();
		this.attempted = started;
		long timeout = this.parts.scope().options().connectTimeout().toNanos();
		try {
			IOException failure = this.attempts.attempt(this.open, started + timeout, () -> Duration.ofNanos(timeout));
			if (failure == null) {
				logger.info("{} is connected to {}", subject(), this.parts.scope().options().address());
			}
			else {
				failed(first, failure);
			}
		}
		catch (AlreadyConnectedException ex) {
			// By another thread.
			logger.debug("{} need not be connected", subject(), ex);
		}
		catch (CommunicationFaultException | LocalSocketFaultException ex) {
			failed(first, ex);
		}
		catch (DuctworksException ex) {
			throw ex;
		}
		catch (RuntimeException | Error ex) {
			// Such as no memory. There is no other thread to go on.
			logger.warn("{} could not try to connect; trying again", subject(), ex);
		}
	}

	private void failed(boolean first, Exception failure) {
		if (first || this.firstSinceLost) {
			this.firstSinceLost = false;
			logger.warn("{}: cannot connect to {}: {}; trying again in the background", subject(),
					this.parts.scope().options().address(), failure.getMessage());
		}
		else {
			logger.debug("{}: cannot connect: {}; trying again", subject(), failure.getMessage());
		}
	}

	private String subject() {
		return this.parts.scope().subject();
	}

}
