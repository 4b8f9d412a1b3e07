package io.ductworks.message;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import io.ductworks.AlreadyConnectedException;
import io.ductworks.CloseReason;
import io.ductworks.CommunicationFaultException;
import io.ductworks.DuctInterruptedException;
import io.ductworks.DuctworksException;
import io.ductworks.LocalSocketFaultException;
import io.ductworks.NotConnectedException;
import io.ductworks.internal.loop.LogText;
import io.ductworks.internal.transport.ByteConnection;
import io.ductworks.internal.transport.Connector;
import io.ductworks.internal.transport.TlsOptions;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of one child to connect, one at a time. Thread-safe.
 */
final class Attempts {

	private final MessageDuct child;

	private final DuctParts parts;

	private final Supplier<@Nullable OpenDuct> current;

	private final ReentrantLock lock = new ReentrantLock();

	/** Of the attempt that is under way. */
	private volatile @Nullable Connector connector;

	/**
	 * Creates the attempts of a child.
	 * @param child the child, for observers
	 * @param current what is open now
	 */
	Attempts(MessageDuct child, DuctParts parts, Supplier<@Nullable OpenDuct> current) {
		this.child = child;
		this.parts = parts;
		this.current = current;
	}

	/**
	 * Tries once, after waiting for an attempt of another thread.
	 * @param deadline until when to wait for the other attempt
	 * @param timeout how long the own one may take
	 * @return why it failed, or {@code null} if the child is connected
	 */
	@Nullable IOException attempt(OpenDuct open, long deadline, Supplier<Duration> timeout) {
		acquire(deadline);
		try {
			requireNotConnected();
			ByteConnection channel = connect(open, timeout.get());
			statistics().connectsSucceeded.increment();
			open.connected(channel);
			return null;
		}
		catch (IOException ex) {
			if (Thread.currentThread().isInterrupted()) {
				throw interrupted(ex);
			}
			if (this.current.get() != open) {
				throw closed(ex);
			}
			statistics().connectsFailed.increment();
			this.parts.availability().connectFailed(ex);
			open.observers().tell((observer, duct) -> observer.connectFailed(duct, ex));
			return ex;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void acquire(long deadline) {
		boolean acquired;
		try {
			acquired = this.lock.tryLock(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw interrupted(ex);
		}
		if (!acquired) {
			throw new CommunicationFaultException(subject() + ": cannot connect to " + options().address()
					+ ", another thread has tried to for all of the connect time-out", null);
		}
	}

	/**
	 * Whether a child that was opened is still, or closed and perhaps opened anew.
	 */
	boolean areFor(OpenDuct open) {
		return this.current.get() == open;
	}

	/**
	 * Runs something while no attempt is under way.
	 * @return false if one is
	 */
	boolean ifNone(Runnable action) {
		if (!this.lock.tryLock()) {
			return false;
		}
		try {
			action.run();
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	void requireNotConnected() {
		if (this.child.isConnected()) {
			throw new AlreadyConnectedException(subject() + ": is connected already; close() it first", null);
		}
	}

	private ByteConnection connect(OpenDuct open, Duration timeout) throws IOException {
		try (Connector connector = openConnector()) {
			this.connector = connector;
			if (this.current.get() != open) {
				throw closed(null);
			}
			TlsOptions tls = options().tls();
			return allowed((tls != null) ? connector.connect(options().address(), timeout, tls)
					: connector.connect(options().address(), timeout));
		}
		catch (DuctworksException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			// Such as parameters that TLS cannot be set up with.
			throw new IOException(ex.toString(), ex);
		}
		finally {
			this.connector = null;
		}
	}

	/**
	 * A child tells nothing to a parent that is not who it should be.
	 */
	private ByteConnection allowed(ByteConnection parent) throws IOException {
		String refusal = options().peers().refusal(parent, options().address());
		if (refusal != null) {
			parent.close();
			throw new ConnectException("the parent there is not to be trusted: " + LogText.shown(refusal));
		}
		return parent;
	}

	private Connector openConnector() {
		try {
			return new Connector();
		}
		catch (IOException ex) {
			throw new LocalSocketFaultException(
					subject() + ": the operating system gave no selector: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Ends the attempt that is under way, if any.
	 */
	void cancel() {
		Connector connector = this.connector;
		if (connector != null) {
			try {
				connector.close();
			}
			catch (IOException ex) {
				// What matters is that the attempt ends.
			}
		}
	}

	NotConnectedException closed(@Nullable IOException cause) {
		return new NotConnectedException(CloseReason.LOCAL_SHUTDOWN,
				subject() + ": closed by this side while connecting", cause);
	}

	DuctInterruptedException interrupted(Exception cause) {
		return new DuctInterruptedException(subject() + ": interrupted while connecting", cause);
	}

	private DuctOptions options() {
		return this.parts.scope().options();
	}

	private DuctStatistics statistics() {
		return this.parts.scope().statistics();
	}

	private String subject() {
		return this.parts.scope().subject();
	}

}
