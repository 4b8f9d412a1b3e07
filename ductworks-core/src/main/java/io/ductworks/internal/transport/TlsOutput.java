package io.ductworks.internal.transport;

import java.io.IOException;
import java.nio.ByteBuffer;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * The records of TLS that go to the peer. Thread-safe: records are made under the lock of
 * the object, since their order counts. Never waits for the peer.
 */
final class TlsOutput {

	/** For records without data of the caller. */
	static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

	/**
	 * Records that are encrypted before they are written together: no more than the 64
	 * KiB that are sure to be offered again.
	 */
	private static final int GATHERED_RECORDS = 4;

	private final ByteConnection socket;

	private final SSLEngine engine;

	/** Encrypted and not yet written. */
	private ByteBuffer outgoing = NOTHING;

	/** How much of what is offered next is in {@link #outgoing} already. */
	private int encrypted;

	/** Whether the peer is slow: then each record that has left counts as progress. */
	private boolean congested;

	private boolean moved;

	TlsOutput(ByteConnection socket, SSLEngine engine) {
		this.socket = socket;
		this.engine = engine;
	}

	/**
	 * Writes data. Reports only the bytes whose records have left: those that are
	 * encrypted and wait for room have to be offered again, and are not encrypted twice.
	 */
	synchronized int write(ByteBuffer source) throws IOException {
		this.moved = false;
		int start = source.position();
		if (!flush()) {
			return 0;
		}
		source.position(start + this.encrypted);
		this.encrypted = 0;
		int left = source.position();
		while (source.hasRemaining()) {
			encrypt(source);
			this.congested = !flush();
			if (this.congested) {
				this.encrypted = source.position() - left;
				source.position(left);
				break;
			}
			left = source.position();
		}
		return left - start;
	}

	/**
	 * Whether the socket took bytes in the last {@link #write}, even if only a part of a
	 * record.
	 */
	synchronized boolean hasMoved() {
		return this.moved;
	}

	/**
	 * Makes a record that the engine wants, for {@link #flush()} to write.
	 * @return false if there is no room for what was made before
	 */
	synchronized boolean wrap() throws IOException {
		if (!flush()) {
			return false;
		}
		encrypt(NOTHING);
		return true;
	}

	/**
	 * Sends what the engine has to say, if it has and there is room. What there is no
	 * room for goes out before the next data.
	 */
	synchronized void answer() throws IOException {
		if (flush() && this.engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
			encrypt(NOTHING);
			flush();
		}
	}

	/**
	 * Tells the peer that nothing more comes, if there is room for it and no data wait.
	 */
	synchronized void end() throws IOException {
		this.engine.closeOutbound();
		if (flush() && this.encrypted == 0) {
			encrypt(NOTHING);
			flush();
		}
	}

	/**
	 * Writes what was made.
	 * @return whether nothing is left of it
	 */
	synchronized boolean flush() throws IOException {
		if (this.outgoing.hasRemaining()) {
			this.moved |= this.socket.write(this.outgoing) > 0;
			if (this.outgoing.hasRemaining()) {
				return false;
			}
			this.outgoing = NOTHING;
		}
		return true;
	}

	/**
	 * Makes records; nothing is left of those before.
	 */
	private void encrypt(ByteBuffer source) throws IOException {
		int size = this.engine.getSession().getPacketBufferSize();
		boolean gathered = source.hasRemaining() && !this.congested;
		ByteBuffer target = ByteBuffer.allocate(gathered ? GATHERED_RECORDS * size : size);
		int records = 0;
		do {
			SSLEngineResult result = this.engine.wrap(source, target);
			if (result.getStatus() == Status.BUFFER_OVERFLOW) {
				// What the peer announces makes records larger meanwhile.
				if (target.position() > 0) {
					break;
				}
				target = ByteBuffer.allocate(this.engine.getSession().getPacketBufferSize());
				continue;
			}
			if (result.getStatus() == Status.CLOSED && result.bytesProduced() == 0) {
				throw new SSLException("TLS is closed already");
			}
			if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
				runTasks(this.engine);
			}
		}
		while (++records < GATHERED_RECORDS && source.hasRemaining() && target.remaining() >= size);
		this.outgoing = target.flip();
	}

	/**
	 * Runs what an engine has to calculate before it goes on.
	 */
	static void runTasks(SSLEngine engine) {
		Runnable task;
		while ((task = engine.getDelegatedTask()) != null) {
			task.run();
		}
	}

}
