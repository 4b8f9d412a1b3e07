package io.ductworks.internal.connection;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

import io.ductworks.internal.loop.EventLoop;
import io.ductworks.internal.transport.ByteConnection;

/**
 * How this side closes a connection, so that what was written arrives: over TCP it tells
 * the peer that nothing more comes, and reads on until the peer's end. Thread-safe.
 */
public final class Closing {

	private final EventLoop loop;

	private final ByteConnection channel;

	private final Lifecycle lifecycle;

	private final Reading reading;

	private final Output output;

	private final Consumer<End> ends;

	private final IntConsumer unhandled;

	/** Whether the channel is open still, and what comes is to be thrown away. */
	private final AtomicBoolean readingOn = new AtomicBoolean();

	/**
	 * Creates the closing of a connection that is open.
	 * @param ends ends the connection
	 * @param unhandled told how many messages were left
	 */
	Closing(EventLoop loop, ByteConnection channel, Lifecycle lifecycle, Reading reading, Output output,
			Consumer<End> ends, IntConsumer unhandled) {
		this.loop = loop;
		this.channel = channel;
		this.lifecycle = lifecycle;
		this.reading = reading;
		this.output = output;
		this.ends = ends;
		this.unhandled = unhandled;
	}

	/**
	 * Closes the connection, and waits until its end is worked off, be it begun by
	 * another thread. An interrupt does not end the wait, and stays.
	 * @param deadline until when to write, and to wait for the peer's end, in the time of
	 * {@link System#nanoTime()}
	 */
	public void close(long deadline) {
		try {
			begin(deadline);
		}
		finally {
			finish(deadline);
		}
	}

	/**
	 * Writes what was accepted until the deadline, and ends the connection. The channel
	 * may be left open: {@link #finish} has to follow.
	 * @param deadline in the time of {@link System#nanoTime()}
	 */
	public void begin(long deadline) {
		if (this.lifecycle.end() == null) {
			try {
				this.output.flushNow();
				this.output.awaitEmpty(deadline);
			}
			finally {
				this.ends.accept(End.LOCAL);
			}
		}
	}

	/**
	 * Waits until the end is worked off, throws away what the peer still sends until its
	 * end or the deadline, and lets the channel go.
	 * @param deadline in the time of {@link System#nanoTime()}
	 */
	public void finish(long deadline) {
		this.lifecycle.awaitEnded(deadline);
		int messages = 0;
		End end = this.lifecycle.end();
		if (this.readingOn.compareAndSet(true, false)) {
			try {
				messages = this.reading.last().discardUntil(deadline);
			}
			finally {
				this.loop.close(this.channel);
			}
		}
		else if (end != null && end.isLocal()) {
			messages = this.reading.last().discard();
		}
		if (messages > 0) {
			this.unhandled.accept(messages);
		}
	}

	/**
	 * Tells the peer that nothing more comes, where that lets arrive what was written.
	 * @return whether the channel stays open, to be read from to its end
	 */
	boolean keepsReading() {
		if (this.output.unsentFrames() > 0) {
			return false;
		}
		try {
			boolean readOn = this.channel.closeOutput();
			this.readingOn.set(readOn);
			return readOn;
		}
		catch (IOException | RuntimeException ex) {
			// The peer has gone, or TLS cannot say so.
			return false;
		}
	}

}
