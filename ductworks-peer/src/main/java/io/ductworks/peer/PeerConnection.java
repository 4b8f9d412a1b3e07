package io.ductworks.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * One connection of a {@link DuctPeer}, as a script or a test uses it. It reads only in
 * {@code receive…}, {@code expect}, {@link #answerEach}, {@link #awaitEnd()} and what
 * {@link #rpc()} waits for: a peer that calls none of them is one that never reads.
 * <p>
 * Each call blocks until it is done, at most for the time-out: 10 s unless set. Where the
 * other side does not do what a call expects, in time or at all, the call throws an
 * {@link AssertionError} that says what came instead. A call on a connection that this
 * side has closed, or whose thread is interrupted, throws an
 * {@link IllegalStateException}. A call that fails while it sends leaves a part of its
 * frame behind.
 * <p>
 * Safe for use by several threads. One may receive while another sends.
 */
public sealed class PeerConnection implements AutoCloseable permits DuctPeer {

	/** How much of a payload goes into a message. */
	private static final int SHOWN_CHARACTERS = 1000;

	static final Duration FOREVER = Duration.ofDays(365);

	private final Supplier<Exchange> exchange;

	private volatile boolean readingStopped;

	PeerConnection(Supplier<Exchange> exchange) {
		this.exchange = exchange;
	}

	/**
	 * Which of the peer's connections this is.
	 * @return 1 for the first one
	 */
	public int number() {
		return this.exchange.get().number();
	}

	Exchange exchange() {
		return this.exchange.get();
	}

	/**
	 * Sets how long a call waits.
	 * @param timeout the longest time, 10 s unless set
	 * @return this connection
	 */
	public PeerConnection withTimeout(Duration timeout) {
		this.exchange.get().timeout(timeout);
		return this;
	}

	/**
	 * This connection as JSON-RPC 2.0 has it.
	 * @return what calls methods and answers such calls, on the same connection
	 */
	public RpcPeer rpc() {
		return new RpcPeer(this);
	}

	/**
	 * Waits for the next message.
	 * @return its payload as text
	 */
	public String receive() {
		return text(receiveBytes());
	}

	/**
	 * Waits for the next message. A wait that ends before the message does loses nothing
	 * of it.
	 * @param atMost how long to wait
	 * @return its payload as text
	 */
	public String receive(Duration atMost) {
		return text(receiveBytes(atMost));
	}

	/**
	 * Waits for the next message.
	 * @return its payload
	 */
	public byte[] receiveBytes() {
		return receiveBytes(this.exchange.get().timeout());
	}

	/**
	 * Waits for the next message. A wait that ends before the message does loses nothing
	 * of it.
	 * @param atMost how long to wait
	 * @return its payload
	 */
	public byte[] receiveBytes(Duration atMost) {
		return read("receive", atMost, FrameChannel::readFrame);
	}

	/**
	 * Waits for so many bytes, frames or not.
	 * @param count how many
	 * @return exactly these
	 */
	public byte[] receiveRaw(int count) {
		return read("receive " + count + " bytes", this.exchange.get().timeout(),
				(frames, deadline) -> frames.readBytes(count, deadline));
	}

	/**
	 * Waits until the other side has closed the connection or its sending half.
	 * @return all bytes before that, frames or not
	 */
	public byte[] receiveRest() {
		return read("receive the rest", this.exchange.get().timeout(), FrameChannel::readRest);
	}

	/**
	 * Waits for the next message, which must be that one.
	 * @param json the payload; white space outside of strings does not count, the order
	 * of members does
	 */
	public void expect(String json) {
		expect(json, (text) -> JsonText.compact(text).equals(JsonText.compact(json)));
	}

	/**
	 * Waits for the next message, which must match.
	 * @param condition what its payload must fulfil
	 * @return its payload
	 */
	public String expect(Predicate<String> condition) {
		return expect("a match", condition);
	}

	private String expect(String what, Predicate<String> condition) {
		return read("expect " + shown(what), this.exchange.get().timeout(), (frames, deadline) -> {
			String text = text(frames.readFrame(deadline));
			if (!condition.test(text)) {
				throw new ProtocolException("got " + shown(text));
			}
			return text;
		});
	}

	/**
	 * Waits until the other side has ended the connection, and drops what comes before.
	 * @return how it has ended
	 */
	public PeerEnd awaitEnd() {
		return read("await the end", this.exchange.get().timeout(), FrameChannel::awaitEnd);
	}

	/**
	 * Says that nothing is read from now on: a caller that tries gets an
	 * {@link IllegalStateException}. What the operating system has room for is taken from
	 * the other side all the same.
	 */
	public void stopReading() {
		this.readingStopped = true;
	}

	<T> T read(String name, Duration atMost, Exchange.Step<T> step) {
		if (this.readingStopped) {
			throw new IllegalStateException("The peer has stopped reading, so it cannot " + name);
		}
		return this.exchange.get().step(name, atMost, step);
	}

	/**
	 * Sends a message.
	 * @param payload its payload, which need not be JSON
	 */
	public void send(String payload) {
		send(bytes(payload));
	}

	/**
	 * Sends a message.
	 * @param payload its payload
	 */
	public void send(byte[] payload) {
		write("send " + payload.length + " bytes", FrameChannel.frame(payload));
	}

	/**
	 * Sends a message: the same as {@link #send(String)}, for a script that answers.
	 * @param payload its payload, which need not be JSON
	 */
	public void reply(String payload) {
		send(payload);
	}

	/**
	 * Answers each message, until the other side ends the connection or the peer is
	 * closed. Waits for messages without limit.
	 * @param answer gives the payload of the answer to a payload
	 */
	public void answerEach(UnaryOperator<String> answer) {
		Exchange on = this.exchange.get();
		read("answer each message", FOREVER, (frames, forever) -> {
			while (frames.awaitSome(forever)) {
				String text = text(frames.readFrame(Deadline.in(on.timeout())));
				frames.write(DuctPeer.frame(answer.apply(text)), Deadline.in(on.timeout()));
			}
			return on;
		});
	}

	/**
	 * Answers that the request has failed, as a duct does whose handler throws.
	 * @param status the status of the problem, such as 500
	 * @param title what is wrong, in a few words
	 */
	public void sendFailure(int status, String title) {
		send("{\"ductworks:error\":{\"status\":" + status + ",\"title\":" + JsonText.quote(title) + "}}");
	}

	/**
	 * Sends bytes as they are.
	 * @param bytes a frame, several, a part of one, or none at all
	 */
	public void sendRaw(byte... bytes) {
		write("send " + bytes.length + " raw bytes", bytes);
	}

	/**
	 * Sends bytes as they are.
	 * @param hex two digits a byte; spaces between them do not count
	 */
	public void sendHex(String hex) {
		sendRaw(HexFormat.of().parseHex(hex.replace(" ", "")));
	}

	/**
	 * Begins a message and does not end it.
	 * @param payload its payload
	 * @param bytes how many bytes of the frame to send, 5 of which are its header
	 */
	public void sendPart(String payload, int bytes) {
		byte[] frame = DuctPeer.frame(payload);
		if (bytes < 0 || bytes > frame.length) {
			throw new IllegalArgumentException("A frame of " + frame.length + " bytes has no part of " + bytes);
		}
		write("send a part of " + bytes + " bytes", Arrays.copyOf(frame, bytes));
	}

	/**
	 * Begins a message and does not end it: all but its last byte.
	 * @param payload its payload
	 */
	public void stall(String payload) {
		sendPart(payload, FrameChannel.HEADER_BYTES + bytes(payload).length - 1);
	}

	/**
	 * Sends the header of a frame and no payload.
	 * @param length how many bytes it announces, 0 to 4,294,967,295
	 */
	public void sendHeader(long length) {
		write("send a header of " + length + " bytes", FrameChannel.header(length));
	}

	/**
	 * Announces a message of 4,294,967,295 bytes, the longest there is.
	 */
	public void sendOversized() {
		sendHeader(0xFFFF_FFFFL);
	}

	/**
	 * Sends what is no frame, since its first byte is none that begins one.
	 */
	public void sendBadMagic() {
		write("send what is no frame", bytes("rubbish\n"));
	}

	/**
	 * Sends a message slowly, each byte by itself.
	 * @param payload its payload
	 * @param gap how long to wait before each byte but the first
	 */
	public void trickle(String payload, Duration gap) {
		byte[] frame = DuctPeer.frame(payload);
		act("trickle " + frame.length + " bytes", (frames, deadline) -> {
			for (int i = 0; i < frame.length; i++) {
				if (i > 0) {
					Thread.sleep(gap.toMillis());
				}
				frames.write(new byte[] { frame[i] }, Deadline.in(this.exchange.get().timeout()));
			}
		});
	}

	void write(String name, byte[] bytes) {
		act(name, (frames, deadline) -> frames.write(bytes, deadline));
	}

	/**
	 * Does nothing for some time.
	 * @param time how long
	 */
	public void pause(Duration time) {
		act("pause", (frames, deadline) -> Thread.sleep(time.toMillis()));
	}

	/**
	 * Stands still until the test calls {@link DuctPeer#release()}, for a script. Each
	 * such call lets one script go on, and may come before.
	 */
	public void hold() {
		Holds holds = this.exchange.get().holds();
		act("hold", (frames, deadline) -> {
			if (!holds.hold(deadline)) {
				throw new SocketTimeoutException("not released " + deadline);
			}
		});
	}

	/**
	 * Closes the sending half. The other side finds the end of the stream, and can still
	 * send.
	 */
	public void halfClose() {
		act("close the sending half", (frames, deadline) -> frames.closeOutput());
	}

	/**
	 * Resets the connection, as when a program is killed or a machine restarts. A Unix
	 * domain socket can do that only if it has bytes in it that this peer has not read:
	 * without, it is closed, and the other side finds the end of the stream.
	 */
	public void reset() {
		act("reset", (frames, deadline) -> frames.reset());
	}

	private void act(String name, Act act) {
		Exchange on = this.exchange.get();
		on.step(name, on.timeout(), (frames, deadline) -> {
			act.run(frames, deadline);
			return on;
		});
	}

	/** A step of which nothing comes. */
	@FunctionalInterface
	private interface Act {

		void run(FrameChannel frames, Deadline deadline) throws IOException, InterruptedException;

	}

	/**
	 * Closes the connection. Does nothing if it is closed.
	 */
	@Override
	public void close() {
		try {
			this.exchange.get().close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The connection cannot be closed: " + ex.getMessage(), ex);
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

	static String shown(String text) {
		return (text.length() <= SHOWN_CHARACTERS) ? text
				: text.substring(0, SHOWN_CHARACTERS) + "… (" + text.length() + " characters)";
	}

}
