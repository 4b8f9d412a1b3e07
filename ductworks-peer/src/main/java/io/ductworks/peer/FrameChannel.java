package io.ductworks.peer;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;

/**
 * The frames of a connection, and bytes that are none. It reads only when it is asked to.
 * A wait that ends before the frame does loses nothing: what has come of the frame is
 * kept. One thread reads at a time, and one writes.
 */
final class FrameChannel implements Closeable {

	static final int HEADER_BYTES = 5;

	private static final byte FIRST_BYTE = 0x54;

	private static final int MAX_BYTES = 1 << 29;

	private final PeerTransport transport;

	private final Object reading = new Object();

	private final Object writing = new Object();

	private byte[] bytes = new byte[8 * 1024];

	/** Between these, what has come and nobody has taken. */
	private int from;

	private int to;

	private @Nullable PeerEnd end;

	FrameChannel(PeerTransport transport) {
		this.transport = transport;
	}

	/**
	 * A frame with that payload.
	 */
	static byte[] frame(byte[] payload) {
		return ByteBuffer.allocate(HEADER_BYTES + payload.length)
			.put(FIRST_BYTE)
			.putInt(payload.length)
			.put(payload)
			.array();
	}

	/**
	 * The beginning of a frame that announces so many bytes.
	 */
	static byte[] header(long length) {
		return ByteBuffer.allocate(HEADER_BYTES).put(FIRST_BYTE).putInt((int) length).array();
	}

	/**
	 * Waits for the next frame.
	 * @return its payload
	 */
	byte[] readFrame(Deadline deadline) throws IOException {
		synchronized (this.reading) {
			awaitBytes(HEADER_BYTES, "the header of a frame", deadline);
			if (this.bytes[this.from] != FIRST_BYTE) {
				throw new ProtocolException("got what is no frame: "
						+ HexFormat.of().formatHex(this.bytes, this.from, Math.min(this.to, this.from + 32)));
			}
			long length = Integer.toUnsignedLong(ByteBuffer.wrap(this.bytes).getInt(this.from + 1));
			if (length > MAX_BYTES) {
				throw new ProtocolException(
						"got the header of a frame of " + length + " bytes, a peer takes " + MAX_BYTES);
			}
			awaitBytes(HEADER_BYTES + length, "a frame", deadline);
			this.from += HEADER_BYTES;
			return take((int) length);
		}
	}

	/**
	 * Waits until something has come.
	 * @return false at the end of the stream
	 */
	boolean awaitSome(Deadline deadline) throws IOException {
		synchronized (this.reading) {
			return available() > 0 || fill(deadline);
		}
	}

	/**
	 * Waits for so many bytes, be they frames or not.
	 */
	byte[] readBytes(int count, Deadline deadline) throws IOException {
		synchronized (this.reading) {
			awaitBytes(count, "what was to come", deadline);
			return take(count);
		}
	}

	/**
	 * Waits for the end of the stream.
	 * @return all bytes before it
	 */
	byte[] readRest(Deadline deadline) throws IOException {
		synchronized (this.reading) {
			while (fill(deadline)) {
				// Goes on.
			}
			if (this.end == PeerEnd.RESET) {
				throw new EOFException(ended() + ", behind " + available() + " bytes");
			}
			return take(available());
		}
	}

	/**
	 * Waits for the end of the stream, be it a reset, and drops what comes before.
	 */
	PeerEnd awaitEnd(Deadline deadline) throws IOException {
		synchronized (this.reading) {
			do {
				this.from = this.to;
			}
			while (fill(deadline));
			return (this.end == PeerEnd.RESET) ? PeerEnd.RESET : PeerEnd.CLOSED;
		}
	}

	private void awaitBytes(long count, String what, Deadline deadline) throws IOException {
		while (available() < count) {
			try {
				if (!fill(deadline)) {
					throw new EOFException(ended() + ((available() > 0) ? ", behind " + part(count, what) : ""));
				}
			}
			catch (SocketTimeoutException ex) {
				throw new SocketTimeoutException(
						((available() > 0) ? "got " + part(count, what) : "got nothing") + " " + deadline);
			}
		}
	}

	private String part(long count, String what) {
		return available() + " of " + count + " bytes of " + what;
	}

	private String ended() {
		return "the other side has " + ((this.end == PeerEnd.RESET) ? "reset" : "closed") + " the connection";
	}

	private int available() {
		return this.to - this.from;
	}

	private byte[] take(int count) {
		byte[] taken = Arrays.copyOfRange(this.bytes, this.from, this.from + count);
		this.from += count;
		return taken;
	}

	/**
	 * Reads once.
	 * @return false at the end of the stream
	 */
	private boolean fill(Deadline deadline) throws IOException {
		if (this.end != null) {
			return false;
		}
		makeRoom();
		ByteBuffer into = ByteBuffer.wrap(this.bytes, this.to, this.bytes.length - this.to);
		int count;
		try {
			count = this.transport.read(into, deadline.left());
		}
		catch (ClosedChannelException | InterruptedIOException ex) {
			throw ex;
		}
		catch (IOException ex) {
			this.end = PeerEnd.RESET;
			return false;
		}
		if (count == 0) {
			throw new SocketTimeoutException("no end " + deadline);
		}
		if (count < 0) {
			this.end = PeerEnd.CLOSED;
			return false;
		}
		this.to += count;
		return true;
	}

	private void makeRoom() {
		if (this.from == this.to) {
			this.from = 0;
			this.to = 0;
		}
		if (this.to == this.bytes.length) {
			byte[] target = (this.from < this.bytes.length / 2) ? new byte[2 * this.bytes.length] : this.bytes;
			System.arraycopy(this.bytes, this.from, target, 0, available());
			this.bytes = target;
			this.to -= this.from;
			this.from = 0;
		}
	}

	/**
	 * Writes all of it.
	 */
	void write(byte[] bytes, Deadline deadline) throws IOException {
		synchronized (this.writing) {
			ByteBuffer buffer = ByteBuffer.wrap(bytes);
			while (buffer.hasRemaining()) {
				if (writeSome(buffer, deadline) == 0) {
					throw new SocketTimeoutException("there was room for " + buffer.position() + " of " + bytes.length
							+ " bytes " + deadline + "; the other side does not read");
				}
			}
		}
	}

	private int writeSome(ByteBuffer buffer, Deadline deadline) throws IOException {
		try {
			return this.transport.write(buffer, deadline.left());
		}
		catch (ClosedChannelException | InterruptedIOException ex) {
			throw ex;
		}
		catch (IOException ex) {
			throw new IOException("the other side has ended the connection: " + ex.getMessage(), ex);
		}
	}

	void closeOutput() throws IOException {
		this.transport.closeOutput();
	}

	void reset() throws IOException {
		this.transport.reset();
	}

	@Override
	public void close() throws IOException {
		this.transport.close();
	}

}
