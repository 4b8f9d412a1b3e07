package io.ductworks.internal.loop;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.function.Consumer;

/**
 * Waits until channels are ready, and hands on their keys. One thread waits; any other
 * may do the rest meanwhile.
 */
final class Selection implements Closeable {

	private final Selector selector;

	private final Consumer<SelectionKey> ready;

	/**
	 * Creates a selection.
	 * @param selector holds the keys, its own from now on
	 * @param ready is given each key that is ready
	 */
	Selection(Selector selector, Consumer<SelectionKey> ready) {
		this.selector = selector;
		this.ready = ready;
	}

	SelectionKey register(SelectableChannel channel, int operations, Object attachment) throws IOException {
		return channel.register(this.selector, operations, attachment);
	}

	/**
	 * Adds operations to what a key waits for.
	 * @return whether that has changed anything, which a wait under way does not see
	 */
	boolean addInterest(SelectionKey key, int operations) {
		try {
			return (key.interestOpsOr(operations) & operations) != operations;
		}
		catch (CancelledKeyException ex) {
			// The channel is closed: there is nothing to wait for.
			return false;
		}
	}

	static void removeInterest(SelectionKey key, int operations) {
		try {
			key.interestOpsAnd(~operations);
		}
		catch (CancelledKeyException ex) {
			// The channel is closed: there is nothing to wait for.
		}
	}

	/**
	 * Waits until a channel is ready or this is woken, and hands on the keys.
	 * @param nanos how long to wait at most, 0 or less for a look without waiting,
	 * {@link Long#MAX_VALUE} for no limit
	 */
	void await(long nanos) throws IOException {
		if (nanos <= 0) {
			this.selector.selectNow();
		}
		else {
			this.selector.select((nanos == Long.MAX_VALUE) ? 0 : nanos / 1_000_000 + 1);
		}
		handOn();
	}

	private void handOn() {
		if (this.selector.selectedKeys().isEmpty()) {
			return;
		}
		for (SelectionKey key : this.selector.selectedKeys().toArray(SelectionKey[]::new)) {
			this.selector.selectedKeys().remove(key);
			if (key.isValid()) {
				this.ready.accept(key);
			}
		}
	}

	/**
	 * Lets go of channels that are closed; for the thread that waits. Keys that are found
	 * ready stay selected until the next wait.
	 */
	void releaseClosed() throws IOException {
		this.selector.selectNow();
	}

	/**
	 * Ends the wait that is under way, or else the next one.
	 */
	void wakeUp() {
		this.selector.wakeup();
	}

	@Override
	public void close() throws IOException {
		this.selector.close();
	}

}
