package io.ductworks.internal.connection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import io.ductworks.internal.frame.FrameReader;
import io.ductworks.internal.loop.EventLoop;
import io.ductworks.internal.transport.ByteConnection;
import org.jspecify.annotations.Nullable;

/**
 * The two halves of a connection, over a channel whose bytes and room a test decides on.
 */
final class Halves implements AutoCloseable, InputEvents, OutputEvents, ReadingEvents, ByteConnection {

	/** The time-outs, none of which passes in a test. */
	private static final long SOON = TimeUnit.SECONDS.toNanos(30);

	static final ConnectionSettings SETTINGS = new ConnectionSettings(Readers.CALLERS, 1024 * 1024, SOON, SOON, SOON, 0,
			SOON, SOON, false, false, false);

	/** How many times the last answer that was due has come. */
	int answered;

	final Lifecycle lifecycle = new Lifecycle();

	final Answers answers = new Answers(AnswersByOrder::new);

	final Activity activity = new Activity(() -> {
	});

	final List<End> ends = new ArrayList<>();

	final Input input;

	final Reading reading;

	final Output output;

	private final Pipe pipe = Pipe.open();

	private final EventLoop loop;

	private final Queue<ByteBuffer> arrived = new ConcurrentLinkedQueue<>();

	private int room;

	private IOException failure;

	Halves() throws IOException {
		this.pipe.source().configureBlocking(false);
		this.pipe.sink().configureBlocking(false);
		this.loop = new EventLoop((task) -> new Thread(task, "duct-halves-loop"));
		this.loop.start();
		this.input = new Input(this, SETTINGS, new Spin(0, false), this.lifecycle, this.activity, this.answers, this);
		this.reading = new Reading(this.loop, Readers.CALLERS, this.input, this.answers, this.lifecycle, this.activity,
				this);
		this.output = new Output(this.loop, this, this.activity, this);
	}

	/**
	 * Ends the connection, as far as there is one.
	 */
	void end(End end) {
		this.ends.add(end);
		this.lifecycle.beginEnding(end, (announced) -> {
		});
	}

	static byte[] frame(int length) {
		return ByteBuffer.allocate(5 + length).put((byte) 'T').putInt(length).array();
	}

	void arrive(byte[] bytes) {
		this.arrived.add(ByteBuffer.wrap(bytes));
	}

	/**
	 * Has room for so many bytes more.
	 */
	void room(int bytes) {
		this.room = bytes;
	}

	/**
	 * Fails to write from now on.
	 */
	void breakWriting() {
		this.failure = new IOException("Broken pipe");
	}

	@Override
	public void answered() {
		this.answered++;
	}

	@Override
	public int read(ByteBuffer target) {
		ByteBuffer bytes = this.arrived.peek();
		if (bytes == null) {
			return 0;
		}
		int count = Math.min(bytes.remaining(), target.remaining());
		target.put(bytes.slice().limit(count));
		bytes.position(bytes.position() + count);
		if (!bytes.hasRemaining()) {
			this.arrived.remove();
		}
		return count;
	}

	@Override
	public int write(ByteBuffer source) throws IOException {
		if (this.failure != null) {
			throw this.failure;
		}
		int count = Math.min(this.room, source.remaining());
		this.room -= count;
		source.position(source.position() + count);
		return count;
	}

	@Override
	public SelectableChannel readable() {
		return this.pipe.source();
	}

	@Override
	public SelectableChannel writable() {
		return this.pipe.sink();
	}

	@Override
	public Principal peer() {
		return null;
	}

	@Override
	public void close() throws IOException {
		this.input.close();
		this.output.close();
		this.pipe.source().close();
		this.pipe.sink().close();
		this.loop.stop(System.nanoTime() + Duration.ofSeconds(20).toNanos());
	}

	// What the halves tell

	@Override
	public void beforeWaiting() {
		// There is nothing that was deferred.
	}

	@Override
	public void inputEnded(End end) {
		end(end);
	}

	@Override
	public boolean takesMore() {
		return true;
	}

	@Override
	public void received(byte[] payload) {
		throw new IllegalStateException("answers bear no id");
	}

	@Override
	public @Nullable End refusal(FrameReader message) {
		return null;
	}

	@Override
	public void broken(End end) {
		end(end);
	}

	@Override
	public void cannotWait(IOException failure) {
		throw new AssertionError(failure);
	}

	@Override
	public IOException writeFailure() {
		return null;
	}

	@Override
	public void blocked() {
		// Nothing is written until the test says so.
	}

	@Override
	public void writeFailed() {
		// Nobody looks for the end.
	}

	@Override
	public boolean messageReady() {
		return false;
	}

	@Override
	public void drained() {
		// Nobody receives.
	}

}
