package io.ductworks.spring.boot.health;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.ductworks.CloseReason;
import io.ductworks.message.DuctObserver;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * Knows since when children have been without a connection, and why. Counts from the
 * start of the application on, so it starts before the ducts do. Thread-safe.
 */
public final class ChildWatch implements DuctObserver, SmartLifecycle {

	/** A child that is refused may be connected for a moment, over and over. */
	private static final long HELD_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final LongSupplier nanoTime;

	/** By the names of the children, guarded by this. */
	private final Map<String, Contact> contacts = new HashMap<>();

	private long startedAt;

	private boolean running;

	/**
	 * Creates a watch over no child yet.
	 * @param nanoTime tells the time, such as {@link System#nanoTime}
	 */
	public ChildWatch(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
		this.startedAt = nanoTime.getAsLong();
	}

	@Override
	public synchronized void start() {
		this.contacts.clear();
		this.startedAt = this.nanoTime.getAsLong();
		this.running = true;
	}

	@Override
	public synchronized void stop() {
		this.running = false;
	}

	@Override
	public synchronized boolean isRunning() {
		return this.running;
	}

	/**
	 * Before all that has to do with ducts.
	 */
	@Override
	public int getPhase() {
		return 0;
	}

	@Override
	public synchronized void connected(MessageDuct duct, MessageDuct connection) {
		if (duct instanceof MessageDuctChild) {
			Contact contact = contact(duct);
			contact.connected = true;
			contact.connectedAt = this.nanoTime.getAsLong();
			contact.failure = null;
		}
	}

	@Override
	public synchronized void disconnected(MessageDuct duct, @Nullable MessageDuct connection, CloseReason reason,
			int unsent) {
		if (duct instanceof MessageDuctChild) {
			Contact contact = contact(duct);
			long now = this.nanoTime.getAsLong();
			if (contact.connected && now - contact.connectedAt >= HELD_NANOS) {
				contact.absentSince = now;
			}
			contact.connected = false;
			contact.failure = "the connection ended: " + reason.tag();
		}
	}

	@Override
	public synchronized void connectFailed(MessageDuct duct, Exception failure) {
		String message = failure.getMessage();
		contact(duct).failure = (message != null) ? message : failure.getClass().getSimpleName();
	}

	private Contact contact(MessageDuct child) {
		return this.contacts.computeIfAbsent(child.name(), (name) -> new Contact(this.startedAt));
	}

	/**
	 * For how long a child has been without a connection; zero if its end was not told
	 * yet.
	 */
	synchronized Duration absence(MessageDuctChild child) {
		Contact contact = contact(child);
		return contact.connected ? Duration.ZERO : Duration.ofNanos(this.nanoTime.getAsLong() - contact.absentSince);
	}

	/**
	 * Why a child has no connection, {@code null} if that is not known.
	 */
	synchronized @Nullable String failure(MessageDuctChild child) {
		return contact(child).failure;
	}

	/**
	 * What is known of one child.
	 */
	private static final class Contact {

		private boolean connected;

		private long connectedAt;

		private long absentSince;

		private @Nullable String failure;

		Contact(long absentSince) {
			this.absentSince = absentSince;
		}

	}

}
