package io.ductworks.internal.transport;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * The records of TLS that come from the peer. For one thread at a time. Never waits for
 * the peer.
 */
final class TlsInput {

	private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

	/**
	 * Warnings, key updates and the like, which JSSE takes without end; a handshake needs
	 * far fewer.
	 */
	private static final int MAX_RECORDS_WITHOUT_DATA = 100;

	/** What a frame begins with, and no record of TLS. */
	private static final byte PLAIN_FRAME = 0x54;

	private static final String LATEST = "TLSv1.3";

	private final ByteConnection socket;

	private final SSLEngine engine;

	private final TlsOutput output;

	/** Encrypted and not yet decrypted. */
	private ByteBuffer received = NOTHING;

	/** Decrypted and not yet given to the reader. */
	private ByteBuffer decrypted = NOTHING;

	private int recordsWithoutData;

	private boolean endReceived;

	private boolean established;

	/**
	 * Creates the input.
	 * @param output sends what a record asks for
	 */
	TlsInput(ByteConnection socket, SSLEngine engine, TlsOutput output) {
		this.socket = socket;
		this.engine = engine;
		this.output = output;
	}

	/**
	 * Notes that the handshake is over: another one is refused from now on.
	 */
	void established() {
		this.established = true;
	}

	/**
	 * Whether the peer has said that nothing more comes.
	 */
	boolean isEndReceived() {
		return this.endReceived;
	}

	/**
	 * Reads data, as {@link ByteConnection#read} does.
	 */
	int read(ByteBuffer target) throws IOException {
		int before = target.position();
		boolean more = true;
		while (more && target.hasRemaining()) {
			if (this.decrypted.hasRemaining()) {
				move(this.decrypted, target);
			}
			else {
				more = !this.endReceived && decrypt(target);
			}
		}
		release();
		int count = target.position() - before;
		return (count == 0 && this.endReceived) ? -1 : count;
	}

	private static void move(ByteBuffer from, ByteBuffer target) {
		int length = Math.min(from.remaining(), target.remaining());
		target.put(target.position(), from, from.position(), length);
		from.position(from.position() + length);
		target.position(target.position() + length);
	}

	private void release() {
		if (!this.received.hasRemaining()) {
			this.received = NOTHING;
		}
		if (!this.decrypted.hasRemaining()) {
			this.decrypted = NOTHING;
		}
	}

	/**
	 * Takes the next record of the handshake.
	 * @return false if there is no whole record, and no more bytes now
	 */
	boolean unwrap() throws IOException {
		return decrypt(NOTHING);
	}

	/**
	 * Decrypts one record, right into the target if that has room for the largest.
	 */
	private boolean decrypt(ByteBuffer target) throws IOException {
		if (!this.received.hasRemaining()) {
			return fill();
		}
		if (!this.established && this.received.get(this.received.position()) == PLAIN_FRAME) {
			throw new SSLException(
					"the peer sent a plain frame where TLS begins: set ssl (ssl.bundle) on its side too, "
							+ "or on neither");
		}
		int size = this.engine.getSession().getApplicationBufferSize();
		boolean direct = target.remaining() >= size;
		ByteBuffer buffer = direct ? target
				: (this.decrypted.capacity() >= size) ? this.decrypted.clear() : ByteBuffer.allocate(size);
		SSLEngineResult result = this.engine.unwrap(this.received, buffer);
		if (!direct) {
			this.decrypted = buffer.flip();
		}
		if (result.getStatus() == Status.BUFFER_UNDERFLOW) {
			return fill();
		}
		if (result.getStatus() == Status.BUFFER_OVERFLOW) {
			throw new SSLException("a record of TLS is larger than " + size + " bytes");
		}
		this.endReceived = result.getStatus() == Status.CLOSED;
		this.recordsWithoutData = (result.bytesProduced() > 0) ? 0 : this.recordsWithoutData + 1;
		if (this.recordsWithoutData > MAX_RECORDS_WITHOUT_DATA) {
			throw new SSLException("the peer sent " + this.recordsWithoutData + " records of TLS without data");
		}
		if (this.established && !this.endReceived) {
			afterRecord(result.getHandshakeStatus());
		}
		return true;
	}

	/**
	 * Answers what a record asked for.
	 */
	private void afterRecord(HandshakeStatus status) throws IOException {
		if (status == HandshakeStatus.NOT_HANDSHAKING || status == HandshakeStatus.FINISHED) {
			return;
		}
		if (!this.engine.getSession().getProtocol().equals(LATEST)) {
			throw new SSLException("the peer wants to renegotiate, which is refused");
		}
		TlsOutput.runTasks(this.engine);
		this.output.answer();
	}

	private boolean fill() throws IOException {
		int size = this.engine.getSession().getPacketBufferSize();
		ByteBuffer room = (this.received.capacity() >= size) ? this.received.compact()
				: ByteBuffer.allocate(size).put(this.received);
		int count = this.socket.read(room);
		this.received = room.flip();
		if (count < 0) {
			throw new EOFException(this.established
					? "the peer closed the connection without saying so in TLS: its last bytes may be missing"
					: "the peer closed the connection during the TLS handshake: does it speak TLS? Its log says more");
		}
		return count > 0;
	}

}
