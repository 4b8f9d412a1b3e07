package io.ductworks.internal.connection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;

import io.ductworks.internal.frame.FrameReader;
import io.ductworks.internal.frame.MalformedFrameException;
import io.ductworks.internal.loop.ChannelWait;
import io.ductworks.internal.loop.Uninterrupted;
import io.ductworks.internal.transport.ByteConnection;

/**
 * What is left unread when this side has closed a connection, and what still comes: it is
 * thrown away. A system that finds unread bytes when a socket of TCP closes answers them
 * with a reset, and drops what it still had to deliver. For one thread.
 */
public final class LastInput {

	private static final int SCRATCH_BYTES = 16 * 1024;

	private final ReadTurn turn;

	private final ByteConnection channel;

	private final FrameReader reader;

	private int messages;

	/** Whether what comes is no frames any more. */
	private boolean malformed;

	LastInput(ReadTurn turn, ByteConnection channel, FrameReader reader) {
		this.turn = turn;
		this.channel = channel;
		this.reader = reader;
	}

	/**
	 * Throws away what was read, unless another thread is reading just now.
	 * @return how many whole messages there were
	 */
	public int discard() {
		if (this.turn.tryAcquire()) {
			try {
				discardWhole();
			}
			finally {
				this.turn.release();
			}
		}
		return this.messages;
	}

	/**
	 * Throws away what was read, and what comes until the peer's end or a deadline. An
	 * interrupt does not end the wait, and stays.
	 * @param deadline in the time of {@link System#nanoTime()}
	 * @return how many whole messages there were
	 */
	int discardUntil(long deadline) {
		if (!Uninterrupted.await((nanos) -> this.turn.acquire(() -> false, System.nanoTime() + nanos), deadline)) {
			return 0;
		}
		ChannelWait wait = new ChannelWait(this.channel.readable(), SelectionKey.OP_READ);
		try {
			discardWhole();
			Uninterrupted.await((nanos) -> isEnd(wait, nanos), deadline);
		}
		finally {
			wait.close();
			this.turn.release();
		}
		return this.messages;
	}

	/**
	 * Reads what is there, then waits for more.
	 * @return whether the peer sends no more
	 */
	private boolean isEnd(ChannelWait wait, long nanos) throws InterruptedException {
		try {
			int count = read();
			if (count == 0 && nanos > 0) {
				wait.await(nanos);
			}
			return count < 0;
		}
		catch (IOException ex) {
			// The peer is gone, or there is nothing to wait with.
			return true;
		}
	}

	private int read() throws IOException {
		if (this.malformed) {
			return this.channel.read(ByteBuffer.allocate(SCRATCH_BYTES));
		}
		try {
			int count = this.reader.fill(this.channel);
			discardWhole();
			return count;
		}
		catch (MalformedFrameException ex) {
			// What is thrown away is not worth the memory that its frame would take.
			this.malformed = true;
			return 0;
		}
	}

	private void discardWhole() {
		try {
			while (!this.malformed && this.reader.next()) {
				this.reader.consume();
				this.messages++;
			}
		}
		catch (MalformedFrameException ex) {
			this.malformed = true;
		}
	}

}
