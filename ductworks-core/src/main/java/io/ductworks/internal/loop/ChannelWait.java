package io.ductworks.internal.loop;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Waits until a channel is ready for one operation, on the caller's thread. There is a
 * selector only from the first wait on, until {@link #release()}. One thread at a time
 * waits; any may wake or close.
 */
public final class ChannelWait {

	private static final Consumer<SelectionKey> IGNORED = (key) -> {
	};

	private final SelectableChannel channel;

	private final int operation;

	private @Nullable Selector selector;

	/** Whether {@link #wakeUp} came while there was no selector. */
	private boolean woken;

	private boolean closed;

	/**
	 * Creates a wait, which opens no selector yet.
	 * @param channel the channel, in non-blocking mode
	 * @param operation a bit of {@link SelectionKey}
	 */
	public ChannelWait(SelectableChannel channel, int operation) {
		this.channel = channel;
		this.operation = operation;
	}

	/**
	 * Waits until the channel is ready, or this is woken or closed.
	 * @param timeoutNanos the longest wait, 0 for no limit
	 * @return true if the channel is ready or this is closed, false if the time is over
	 * or {@link #wakeUp} came
	 * @throws InterruptedException if the thread was interrupted, before or meanwhile
	 * @throws IOException if the operating system gave no selector
	 */
	public boolean await(long timeoutNanos) throws InterruptedException, IOException {
		try {
			Selector selector = selector();
			if (selector == null) {
				return true;
			}
			// Rounded up: waking too early would only mean to wait again.
			long millis = timeoutNanos / 1_000_000 + ((timeoutNanos % 1_000_000 > 0) ? 1 : 0);
			int ready = selector.select(IGNORED, millis);
			if (Thread.interrupted()) {
				throw new InterruptedException();
			}
			return ready > 0;
		}
		catch (ClosedChannelException | ClosedSelectorException ex) {
			return true;
		}
	}

	private @Nullable Selector selector() throws IOException {
		synchronized (this) {
			if (this.selector == null && !this.closed) {
				Selector opened = Selector.open();
				this.selector = opened;
				this.channel.register(opened, this.operation);
				if (this.woken) {
					opened.wakeup();
				}
				this.woken = false;
			}
			return this.selector;
		}
	}

	/**
	 * Ends the wait that is under way, or else the next one.
	 */
	public void wakeUp() {
		synchronized (this) {
			this.woken = this.selector == null;
			if (this.selector != null) {
				this.selector.wakeup();
			}
		}
	}

	/**
	 * Gives the selector back until the next wait. No thread may be waiting.
	 */
	public void release() {
		synchronized (this) {
			closeSelector();
		}
	}

	/**
	 * Ends all waits, now and later.
	 */
	public void close() {
		synchronized (this) {
			this.closed = true;
			closeSelector();
		}
	}

	private void closeSelector() {
		Selector selector = this.selector;
		this.selector = null;
		if (selector != null) {
			try {
				selector.close();
			}
			catch (IOException ex) {
				// Nothing depends on it any more.
			}
		}
	}

}
