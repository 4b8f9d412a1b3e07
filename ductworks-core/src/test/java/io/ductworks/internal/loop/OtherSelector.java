package io.ductworks.internal.loop;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;

/**
 * Selects as a real selector does, but for what a test changes. No channel can be
 * registered.
 */
class OtherSelector extends AbstractSelector {

	private final Selector real;

	OtherSelector() throws IOException {
		super(SelectorProvider.provider());
		this.real = Selector.open();
	}

	/**
	 * Called before each look and each wait.
	 */
	void selecting() throws IOException {
		// For tests to override.
	}

	@Override
	public int selectNow() throws IOException {
		selecting();
		return this.real.selectNow();
	}

	@Override
	public int select(long timeout) throws IOException {
		selecting();
		return this.real.select(timeout);
	}

	@Override
	public int select() throws IOException {
		return select(0);
	}

	@Override
	public Selector wakeup() {
		this.real.wakeup();
		return this;
	}

	@Override
	public Set<SelectionKey> keys() {
		return this.real.keys();
	}

	@Override
	public Set<SelectionKey> selectedKeys() {
		return this.real.selectedKeys();
	}

	@Override
	protected SelectionKey register(AbstractSelectableChannel channel, int operations, Object attachment) {
		throw new UnsupportedOperationException();
	}

	@Override
	protected void implCloseSelector() throws IOException {
		this.real.close();
	}

}
