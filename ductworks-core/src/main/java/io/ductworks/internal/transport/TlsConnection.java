package io.ductworks.internal.transport;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.security.Principal;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

import org.jspecify.annotations.Nullable;

/**
 * TLS over another connection. Memory is held only while there is something in it. One
 * thread may read while another writes; the handshake is over before either.
 */
final class TlsConnection implements ByteConnection {

	private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

	/**
	 * Records that are encrypted before they are written together: no more than the 64
	 * KiB that are sure to be offered again.
	 */
	private static final int GATHERED_RECORDS = 4;

	/**
	 * Warnings, key updates and the like, which JSSE takes without end; a handshake needs
	 * far fewer.
	 */
	private static final int MAX_RECORDS_WITHOUT_DATA = 100;

	private static final String LATEST = "TLSv1.3";

	private final ByteConnection socket;

	private final SSLEngine engine;

	/** Encrypted and not yet decrypted; touched by whoever reads, as are the next. */
	private ByteBuffer received = NOTHING;

	private ByteBuffer decrypted = NOTHING;

	private int recordsWithoutData;

	private boolean endReceived;

	/** Held while records are made, since their order counts. */
	private final Object writing = new Object();

	/** Encrypted and not yet written. */
	private ByteBuffer outgoing = NOTHING;

	/** How much of what is to be written is in {@link #outgoing} already. */
	private int encrypted;

	/** Whether the peer is slow: then each record that has left counts as progress. */
	private boolean congested;

	private boolean begun;

	private volatile boolean established;

	private volatile @Nullable Principal peer;

	TlsConnection(ByteConnection socket, SSLEngine engine) {
		this.socket = socket;
		this.engine = engine;
	}

	// Handshake

	/** What a handshake needs to go on. */
	enum Need {

		/** Bytes from the peer. */
		READABLE,

		/** Room for bytes to the peer. */
		WRITABLE,

		/** Nothing more: it is done. */
		NOTHING

	}

	/**
	 * Does what can be done of the handshake now, calculations included.
	 * @return what it waits for
	 * @throws IOException if it failed; the peer was told why, if there was room
	 */
	Need shakeHands() throws IOException {
		try {
			return goOn();
		}
		catch (SSLException ex) {
			flushAlert();
			throw ex;
		}
	}

	private Need goOn() throws IOException {
		HandshakeStatus status = this.engine.getHandshakeStatus();
		if (!this.begun) {
			this.begun = true;
			this.engine.beginHandshake();
			status = this.engine.getHandshakeStatus();
		}
		while (true) {
			switch (status) {
				case NEED_TASK -> runTasks();
				case NEED_WRAP -> {
					synchronized (this.writing) {
						if (!flush()) {
							return Need.WRITABLE;
						}
						encrypt(NOTHING);
					}
				}
				case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
					if (!flushed()) {
						return Need.WRITABLE;
					}
					if (!decrypt(NOTHING)) {
						return Need.READABLE;
					}
					if (this.endReceived) {
						throw new EOFException("the peer ended the TLS handshake");
					}
				}
				default -> {
					if (!flushed()) {
						return Need.WRITABLE;
					}
					established();
					return Need.NOTHING;
				}
			}
			status = this.engine.getHandshakeStatus();
		}
	}

	private boolean flushed() throws IOException {
		synchronized (this.writing) {
			return flush();
		}
	}

	private void established() throws SSLException {
		try {
			// JSSE accepts one that is trusted by itself even if it has expired.
			((X509Certificate) this.engine.getSession().getPeerCertificates()[0]).checkValidity();
			this.peer = this.engine.getSession().getPeerPrincipal();
		}
		catch (SSLPeerUnverifiedException ex) {
			// A child without a certificate, where none is needed.
		}
		catch (CertificateException ex) {
			throw new SSLException("the peer's certificate is not valid now: " + ex.getMessage(), ex);
		}
		this.established = true;
	}

	private void flushAlert() {
		try {
			synchronized (this.writing) {
				if (flush() && this.engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
					encrypt(NOTHING);
					flush();
				}
			}
		}
		catch (IOException ex) {
			// The failure itself says more.
		}
	}

	private void runTasks() {
		Runnable task;
		while ((task = this.engine.getDelegatedTask()) != null) {
			task.run();
		}
	}

	// Reading

	@Override
	public int read(ByteBuffer target) throws IOException {
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
	 * Decrypts one record, right into the target if that has room for the largest.
	 * @return false if there is no whole record, and no more bytes now
	 */
	private boolean decrypt(ByteBuffer target) throws IOException {
		if (!this.received.hasRemaining()) {
			return fill();
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
			afterRecord(result);
		}
		return true;
	}

	/**
	 * Answers what a record asked for.
	 */
	private void afterRecord(SSLEngineResult result) throws IOException {
		HandshakeStatus status = result.getHandshakeStatus();
		if (status == HandshakeStatus.NOT_HANDSHAKING || status == HandshakeStatus.FINISHED) {
			return;
		}
		if (!this.engine.getSession().getProtocol().equals(LATEST)) {
			throw new SSLException("the peer wants to renegotiate, which is refused");
		}
		runTasks();
		synchronized (this.writing) {
			// What there is no room for now goes out before the next message.
			if (flush() && this.engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
				encrypt(NOTHING);
				flush();
			}
		}
	}

	private boolean fill() throws IOException {
		int size = this.engine.getSession().getPacketBufferSize();
		ByteBuffer room = (this.received.capacity() >= size) ? this.received.compact()
				: ByteBuffer.allocate(size).put(this.received);
		int count = this.socket.read(room);
		this.received = room.flip();
		if (count < 0) {
			throw new EOFException(
					"the peer closed the connection without saying so in TLS: its last bytes may be missing");
		}
		return count > 0;
	}

	// Writing

	/**
	 * Reports only what has left: bytes that are encrypted and wait for room are to be
	 * given again, as who waits for room does, and are not encrypted twice.
	 */
	@Override
	public int write(ByteBuffer source) throws IOException {
		synchronized (this.writing) {
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
				runTasks();
			}
		}
		while (++records < GATHERED_RECORDS && source.hasRemaining() && target.remaining() >= size);
		this.outgoing = target.flip();
	}

	private boolean flush() throws IOException {
		if (this.outgoing.hasRemaining()) {
			this.socket.write(this.outgoing);
			if (this.outgoing.hasRemaining()) {
				return false;
			}
			this.outgoing = NOTHING;
		}
		return true;
	}

	// The rest

	@Override
	public boolean isEndKnown() {
		return this.endReceived;
	}

	@Override
	public SelectableChannel readable() {
		return this.socket.readable();
	}

	@Override
	public SelectableChannel writable() {
		return this.socket.writable();
	}

	@Override
	public @Nullable Principal peer() {
		return this.peer;
	}

	@Override
	public @Nullable SocketAddress remoteAddress() {
		return this.socket.remoteAddress();
	}

	/**
	 * Says so to the peer, if there is room for it.
	 */
	@Override
	public void close() throws IOException {
		try {
			synchronized (this.writing) {
				this.engine.closeOutbound();
				if (this.established && flush() && this.encrypted == 0) {
					encrypt(NOTHING);
					flush();
				}
			}
		}
		catch (IOException ex) {
			// The peer is gone.
		}
		finally {
			this.socket.close();
		}
	}

}
