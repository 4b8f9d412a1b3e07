package io.ductworks.internal.connection;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import io.ductworks.internal.loop.ChannelWait;

/**
 * How the reader waits for bytes: it reads first where that has lately been of use, then
 * spins as long as the idle strategy wants, then waits in a selector of its own. Used by
 * the thread whose turn it is, but for the methods that say otherwise.
 */
final class ReadWait {

	private static final int MAX_READS_TO_SKIP = 255;

	private static final int READS_PER_LOOK_AT_CLOCK = 4;

	/** Without a look at the deadline and the interrupt flag, while bytes keep coming. */
	private static final int MAX_READS_IN_A_ROW = 16;

	/** How often to look for bytes while the system gives no selector to wait with. */
	private static final long STARVED_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

	private final ChannelWait readable;

	private final Spin spin;

	private final Lifecycle lifecycle;

	private final Activity activity;

	private final BooleanSupplier read;

	private final InputEvents events;

	private int readsInVain;

	private int readsToSkip;

	private int readsInARow;

	private volatile boolean waiting;

	/**
	 * Creates the waiting of one reader.
	 * @param readable waits until there is something to read
	 * @param read reads once; whether there was something new, be it the end
	 * @param events told if the system gives no selector
	 */
	ReadWait(ChannelWait readable, Spin spin, Lifecycle lifecycle, Activity activity, BooleanSupplier read,
			InputEvents events) {
		this.readable = readable;
		this.spin = spin;
		this.lifecycle = lifecycle;
		this.activity = activity;
		this.read = read;
		this.events = events;
	}

	/**
	 * Begins to wait: for a look without waiting the deadline has passed already.
	 */
	void begin() {
		this.readsInARow = 0;
	}

	/**
	 * Looks now and then at the deadline and the interrupt flag, as long as bytes keep
	 * coming and nothing is waited for.
	 * @return false if the deadline has passed
	 * @throws InterruptedException if the thread was interrupted
	 */
	boolean mayGoOn(long deadline) throws InterruptedException {
		if (++this.readsInARow < MAX_READS_IN_A_ROW) {
			return true;
		}
		this.readsInARow = 0;
		if (Thread.interrupted()) {
			throw new InterruptedException();
		}
		return deadline - System.nanoTime() > 0;
	}

	/**
	 * Reads, waiting for something to read.
	 * @return false if the deadline passed first
	 * @throws InterruptedException if the thread was interrupted
	 */
	boolean readUntil(long deadline) throws InterruptedException {
		if (readFirst()) {
			return true;
		}
		long started = System.nanoTime();
		boolean came = readInALoop(started, Math.min(this.spin.nanos(), deadline - started));
		if (!came) {
			boolean inTime = await(started, deadline);
			came = this.read.getAsBoolean() || inTime;
		}
		this.spin.waited(started);
		return came;
	}

	/**
	 * Reads before waiting where that has lately been of use: a peer on the same core
	 * answers before the write returns. Elsewhere it would be in vain, and cost more than
	 * all the rest.
	 */
	private boolean readFirst() {
		if (this.readsToSkip > 0) {
			this.readsToSkip--;
			return false;
		}
		boolean came = this.read.getAsBoolean();
		this.readsInVain = came ? 0 : Math.min(2 * this.readsInVain + 1, MAX_READS_TO_SKIP);
		this.readsToSkip = this.readsInVain;
		return came;
	}

	private boolean readInALoop(long started, long nanos) {
		if (nanos <= 0) {
			return false;
		}
		do {
			for (int reads = 0; reads < READS_PER_LOOK_AT_CLOCK; reads++) {
				if (this.read.getAsBoolean()) {
					return true;
				}
			}
		}
		while (System.nanoTime() - started < nanos);
		return false;
	}

	/**
	 * Waits until there is something to read, or the connection has ended.
	 * @return false if the deadline passed first
	 */
	private boolean await(long now, long deadline) throws InterruptedException {
		this.readsInARow = 0;
		long left = deadline - now;
		if (left <= 0) {
			if (Thread.interrupted()) {
				throw new InterruptedException();
			}
			return false;
		}
		this.waiting = true;
		try {
			// A timer of the operating system costs as much as all the rest of the way.
			boolean loopKeepsTime = left > Quietness.MAX_NANOS && this.activity.isLively();
			return this.readable.await(loopKeepsTime ? 0 : left) || this.lifecycle.end() != null
					|| deadline - System.nanoTime() > 0;
		}
		catch (IOException ex) {
			// No descriptors: reading needs none.
			this.events.cannotWait(ex);
			TimeUnit.NANOSECONDS.sleep(Math.min(left, STARVED_NANOS));
			return deadline - System.nanoTime() > 0;
		}
		finally {
			this.waiting = false;
		}
	}

	/**
	 * Whether the reader waits in its selector; for any thread.
	 */
	boolean isWaiting() {
		return this.waiting;
	}

	/**
	 * Makes a reader that waits, or is about to, read once more; for any thread.
	 */
	void wakeUp() {
		this.readable.wakeUp();
	}

	/**
	 * Gives the selector back until the next wait.
	 */
	void release() {
		this.readable.release();
	}

	/**
	 * Ends all waits, now and later; for any thread.
	 */
	void close() {
		this.readable.close();
	}

}
