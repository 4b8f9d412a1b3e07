package io.ductworks.internal.connection;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.security.Principal;
import java.util.List;
import java.util.Objects;

import io.ductworks.CloseReason;
import io.ductworks.internal.frame.FrameReader;
import io.ductworks.internal.loop.EventLoop;
import io.ductworks.internal.transport.ByteConnection;
import org.jspecify.annotations.Nullable;

/**
 * One live connection: its two halves, its life cycle and its deadlines. It carries
 * payload bytes and tells its owner what happens through a {@link ConnectionListener}. A
 * connection that has ended stays so; what was read before the end can still be taken.
 * Thread-safe.
 */
public final class Connection implements EventLoop.Ready, InputEvents, OutputEvents, ReadingEvents {

	private final int number;

	private final EventLoop loop;

	private final ByteConnection channel;

	private final ConnectionSettings settings;

	private final long openedAt = System.nanoTime();

	private final Lifecycle lifecycle = new Lifecycle();

	private final Answers answers;

	private final Activity activity;

	private final Input input;

	private final Reading reading;

	private final Output output;

	private final Asking asking;

	private final Closing closing;

	/**
	 * Made when there is a time to keep, and dropped when there is none: a connection at
	 * rest has none.
	 */
	private volatile @Nullable Deadlines deadlines;

	/** Set by {@link #open}, before any other thread knows of the connection. */
	private @Nullable ConnectionListener listener;

	private volatile @Nullable SelectionKey writeKey;

	/**
	 * Creates a connection over a channel, which is not read or written before
	 * {@link #open} and {@link #start}.
	 * @param number what its owner calls it
	 * @param loop watches the channel and keeps the time
	 * @param channel the channel, the connection's to close from now on
	 * @param settings the settings
	 * @param spin how long its reader spins before it waits
	 */
	public Connection(int number, EventLoop loop, ByteConnection channel, ConnectionSettings settings, Spin spin) {
		this.number = number;
		this.settings = settings;
		this.loop = loop;
		this.channel = channel;
		this.answers = new Answers(settings.answersById() ? AnswersById::new : AnswersByOrder::new);
		this.activity = new Activity(this::keepTime);
		this.input = new Input(channel, settings, spin, this.lifecycle, this.activity, this.answers, this);
		this.reading = new Reading(loop, settings.readers(), this.input, this.answers, this.lifecycle, this.activity,
				this);
		this.output = new Output(loop, channel, this.activity, this);
		this.closing = new Closing(loop, channel, this.lifecycle, this.reading, this.output, this::end,
				(messages) -> listener().unhandled(messages));
		this.asking = new Asking(this.answers, this.reading, this.output, this.lifecycle, settings, this::keepTime);
	}

	/**
	 * Makes the connection known to the loop, which does not read before {@link #start}.
	 * @param listener is told what happens
	 * @throws IOException if the channel is closed already
	 */
	public void open(ConnectionListener listener) throws IOException {
		this.listener = listener;
		SelectionKey key = this.loop.register(this.channel.readable(), 0, this);
		this.writeKey = (this.channel.writable() == this.channel.readable()) ? key
				: this.loop.register(this.channel.writable(), 0, this);
		this.reading.register(key);
	}

	/**
	 * Has the loop look what there is, and watch for more. A handshake may have read more
	 * than it needed, of which no selector would tell.
	 */
	public void start() {
		this.loop.execute(this.reading::readable);
	}

	private ConnectionListener listener() {
		return Objects.requireNonNull(this.listener, "not open yet");
	}

	/**
	 * What its owner calls it.
	 * @return the number
	 */
	public int number() {
		return this.number;
	}

	/**
	 * The reading half.
	 * @return the half that knows the reader
	 */
	public Reading reading() {
		return this.reading;
	}

	/**
	 * The writing half.
	 * @return what waits to be written
	 */
	public Output output() {
		return this.output;
	}

	/**
	 * Who the peer is.
	 * @return as the transport vouches for it, or {@code null}
	 */
	public @Nullable Principal peer() {
		return this.channel.peer();
	}

	/**
	 * Where the peer is.
	 * @return its address, or {@code null} where there is none
	 */
	public @Nullable SocketAddress remoteAddress() {
		return this.channel.remoteAddress();
	}

	/**
	 * For how long the connection has been there.
	 * @return the time in nanoseconds
	 */
	public long ageNanos() {
		return System.nanoTime() - this.openedAt;
	}

	/**
	 * What is asked over the connection.
	 * @return the requests whose answers are due
	 */
	public Asking asking() {
		return this.asking;
	}

	// The end

	/**
	 * How the connection ended.
	 * @return the end, or {@code null} as long as it is usable
	 */
	public @Nullable End end() {
		return this.lifecycle.end();
	}

	/**
	 * Why nothing can be sent any more.
	 * @return the end; of one that is about to come where only writing has failed yet
	 */
	public End failure() {
		End end = this.lifecycle.end();
		return (end != null) ? end : End.broken(this.output.failure());
	}

	/**
	 * Whether nothing can be written any more, so that a reader is about to find the end.
	 * @return whether writing has failed
	 */
	public boolean isBroken() {
		return this.output.failure() != null;
	}

	/**
	 * How this side closes the connection.
	 * @return its closing
	 */
	public Closing closing() {
		return this.closing;
	}

	/**
	 * Ends the connection, unless it is ending already. Returns when the end is worked
	 * off if the calling thread has begun it.
	 * @param reported how it ends
	 */
	public void end(End reported) {
		End end = this.lifecycle.beginEnding(reported, listener()::ending);
		if (end == null) {
			return;
		}
		try {
			this.output.close();
			this.input.close();
			Deadlines deadlines = this.deadlines;
			if (deadlines != null) {
				this.loop.removeTimer(deadlines);
			}
			if (!end.isLocal() || !this.closing.keepsReading()) {
				this.loop.close(this.channel);
			}
		}
		finally {
			try {
				listener().ended(end, this.output.unsentFrames());
			}
			finally {
				// Only now, so that a requester finds no connection any more.
				this.asking.fail(end);
				this.lifecycle.ended();
				listener().over(end);
				// What is left is handed out, or waits to be received.
				this.reading.look();
			}
		}
	}

	/**
	 * Gives up a connection whose peer sends no more, for a new one.
	 */
	public void giveWay() {
		End inputEnd = this.lifecycle.inputEnd();
		if (inputEnd != null) {
			end(inputEnd);
		}
	}

	private boolean isAnswering() {
		return listener().isAnswering(this.input.hasFound(), this.output.pendingBytes() > 0);
	}

	private boolean becomeQuiet() {
		if (!this.output.freeMemory()) {
			// As long as something waits to be written this is no quiet connection, but a
			// reader has its deadline, and an end has to be noticed.
			this.reading.wakeReaderOrWatch();
			return false;
		}
		return this.reading.becomeQuiet();
	}

	/**
	 * Has the loop look at the deadlines now, and from then on as long as there are any.
	 */
	private void keepTime() {
		Deadlines deadlines = this.deadlines;
		if (deadlines == null) {
			deadlines = new Deadlines(this.lifecycle, deadlines(), this::forget);
			this.deadlines = deadlines;
		}
		this.loop.addTimer(deadlines);
	}

	private void forget(Deadlines over) {
		if (this.deadlines == over) {
			this.deadlines = null;
		}
	}

	private List<Deadline> deadlines() {
		Deadline last = (this.settings.readers() == Readers.HANDLER)
				? new LastAnswersDeadline(this.lifecycle, this::isAnswering, this::end)
				: new UnreadDeadline(this.output, this.input, this.activity, listener()::messagesTaken,
						this.settings.sendTimeout(), this::end);
		Deadline untaken = new UntakenDeadline(this.loop, this.channel, this.input, this.reading,
				this.settings.unreadTimeout(), listener()::untaken, this::end);
		return List.of(new SendDeadline(this.output, this.settings.sendTimeout(), this::end),
				new AnswerDeadline(this.answers, this.reading, this.settings, this::end),
				new FrameDeadline(this.input.clock(), this.reading, this.settings.frameTimeout(), this::end), last,
				untaken, new Quietness(this.activity, this.input.clock(), this::becomeQuiet));
	}

	// From the loop

	@Override
	public void ready(SelectionKey key) {
		if (key.isWritable()) {
			EventLoop.removeInterest(key, SelectionKey.OP_WRITE);
			this.output.writable();
		}
		if (key.isValid() && key.isReadable()) {
			// Before anything else: a reader may want it back meanwhile.
			EventLoop.removeInterest(key, SelectionKey.OP_READ);
			this.reading.readable();
		}
	}

	// From the halves

	@Override
	public void beforeWaiting() {
		this.output.flushBeforeWaiting();
	}

	/**
	 * Ends the connection, since the peer sends no more. If that is all, and a message of
	 * its is being handled, the answer is written first: a peer may close its sending
	 * half and wait for the rest.
	 */
	@Override
	public void inputEnded(End end) {
		boolean writeFailedToo = this.lifecycle.isInputEnded() && this.output.failure() != null;
		if (end.reason() != CloseReason.PEER_CLOSED || writeFailedToo || !this.answers.isEmpty()
				|| this.settings.readers() != Readers.HANDLER || !isAnswering()) {
			end(end);
		}
		else if (this.lifecycle.lastAnswers(end, System.nanoTime() + this.settings.lastAnswersTimeout())) {
			keepTime();
		}
	}

	@Override
	public void answered() {
		listener().answered();
	}

	@Override
	public boolean takesMore() {
		return listener().takesMore();
	}

	@Override
	public void received(byte[] payload) {
		listener().received(payload);
	}

	@Override
	public @Nullable End refusal(FrameReader message) {
		return listener().refusal(message.array(), message.offset(), message.length());
	}

	@Override
	public void broken(End end) {
		end(end);
	}

	@Override
	public @Nullable IOException writeFailure() {
		return this.output.failure();
	}

	@Override
	public void cannotWait(IOException failure) {
		listener().cannotWait(failure);
	}

	@Override
	public void blocked() {
		SelectionKey key = this.writeKey;
		if (key != null) {
			this.loop.addInterest(key, SelectionKey.OP_WRITE);
			keepTime();
		}
	}

	@Override
	public void writeFailed() {
		this.reading.findEnd();
	}

	@Override
	public boolean messageReady() {
		return listener().messageReady();
	}

	@Override
	public void drained() {
		listener().drained();
	}

}
