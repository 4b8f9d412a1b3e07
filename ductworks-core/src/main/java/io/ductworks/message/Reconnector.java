package io.ductworks.message;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import io.ductworks.AlreadyConnectedException;
import io.ductworks.CloseReason;
import io.ductworks.CommunicationFaultException;
import io.ductworks.DuctworksException;
import io.ductworks.LocalSocketFaultException;
import io.ductworks.internal.connection.End;
import org.jspecify.annotations.Nullable;
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

	private static final long SHORT_NANOS = TimeUnit.SECONDS.toNanos(1);

	/** After how many short connections in a row the parent seems to refuse the child. */
	private static final int MANY_SHORT = 3;

	private final OpenDuct open;

	private final DuctParts parts;

	private final Attempts attempts;

	private final Backoff backoff;

	/** Whether no attempt has failed since the last connection was lost. */
	private boolean firstSinceLost;

	/** Since when there is a connection, or was one whose end was not yet seen. */
	private @Nullable Long connectedAt;

	/** How many connections in a row ended within a second. */
	private int shortInARow;

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
				this.connectedAt = System.nanoTime();
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
		long now = System.nanoTime();
		if (this.connectedAt == null && this.parts.live().all().isEmpty()) {
			return;
		}
		long since = (this.connectedAt != null) ? this.connectedAt : now;
		this.connectedAt = null;
		this.parts.availability().awaitWhileOpen(() -> this.parts.live().all().isEmpty(), now + Long.MAX_VALUE / 2);
		long held = System.nanoTime() - since;
		if (held > STABLE_NANOS) {
			this.failed = 0;
		}
		this.firstSinceLost = true;
		if (this.open.isOpen()) {
			lost(this.parts.availability().lastEnd(), held);
		}
	}

	private void lost(@Nullable End end, long heldNanos) {
		this.shortInARow = (heldNanos < SHORT_NANOS) ? this.shortInARow + 1 : 0;
		if (this.shortInARow == MANY_SHORT && end != null && end.reason() != CloseReason.REFUSED) {
			logger.warn(
					"{}: its last {} connections ended within a second each ({}), so the parent seems to refuse it; see "
							+ "the parent's log: does it allow this user or certificate, has it max-children, is a "
							+ "child with another protocol taken for it?",
					subject(), MANY_SHORT, end.reason().tag());
		}
		if (isTurnedAway()) {
			logger.debug("{} lost its connection again: {}", subject(), end);
		}
		else {
			logger.info("{} lost its connection: {}; connecting again", subject(),
					(end != null) ? end.reason().tag() : "unknown");
		}
	}

	/**
	 * Whether its connections come and go, which was said.
	 */
	private boolean isTurnedAway() {
		return this.shortInARow >= MANY_SHORT;
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
				this.connectedAt = System.nanoTime();
				sayConnected();
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

	private void sayConnected() {
		if (isTurnedAway()) {
			logger.debug("{} is connected to {} again", subject(), this.parts.scope().options().address());
		}
		else {
			logger.info("{} is connected to {}", subject(), this.parts.scope().options().address());
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
