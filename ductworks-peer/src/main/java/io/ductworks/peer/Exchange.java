package io.ductworks.peer;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * One connection, and the steps that the peer has taken on it.
 */
final class Exchange implements Closeable {

	private final int number;

	private final FrameChannel frames;

	private final Holds holds;

	private final RpcMailbox rpc = new RpcMailbox();

	private volatile Duration timeout;

	private int steps;

	private String step = "before the first step";

	private @Nullable Throwable failure;

	Exchange(int number, PeerTransport transport, Holds holds, Duration timeout) {
		this.number = number;
		this.frames = new FrameChannel(transport);
		this.holds = holds;
		this.timeout = timeout;
	}

	/**
	 * What is done in a step.
	 *
	 * @param <T> what comes of it
	 */
	@FunctionalInterface
	interface Step<T> {

		/**
		 * Takes the step.
		 * @throws IOException if the other side is to blame, or this one has closed the
		 * connection
		 * @throws InterruptedException if the thread is to end
		 */
		T take(FrameChannel frames, Deadline deadline) throws IOException, InterruptedException;

	}

	int number() {
		return this.number;
	}

	Holds holds() {
		return this.holds;
	}

	RpcMailbox rpc() {
		return this.rpc;
	}

	Duration timeout() {
		return this.timeout;
	}

	void timeout(Duration timeout) {
		this.timeout = timeout;
	}

	<T> T step(String name, Duration atMost, Step<T> step) {
		String place = begin(name);
		try {
			return step.take(this.frames, Deadline.in(atMost));
		}
		catch (InterruptedException ex) {
			throw interrupted(place, ex);
		}
		catch (SocketTimeoutException ex) {
			throw failed(new AssertionError(place + ": " + ex.getMessage(), ex));
		}
		catch (InterruptedIOException ex) {
			throw interrupted(place, ex);
		}
		catch (ClosedChannelException ex) {
			throw failed(new IllegalStateException(
					place + ": this peer has closed the connection, or its sending half, itself", ex));
		}
		catch (IOException ex) {
			throw failed(new AssertionError(place + ": " + ex.getMessage(), ex));
		}
	}

	private synchronized String begin(String name) {
		this.steps++;
		this.step = "step " + this.steps + ", " + name;
		return place();
	}

	/**
	 * Which connection, and its latest step.
	 */
	synchronized String place() {
		return "connection " + this.number + ", " + this.step;
	}

	private IllegalStateException interrupted(String place, Exception cause) {
		Thread.currentThread().interrupt();
		return failed(new IllegalStateException(place + ": interrupted", cause));
	}

	private synchronized <E extends Throwable> E failed(E failure) {
		this.failure = failure;
		return failure;
	}

	/**
	 * Says what has failed where: a step, or the script behind a step.
	 */
	synchronized String describe(Throwable failure) {
		return (failure == this.failure) ? String.valueOf(failure.getMessage()) : "behind " + place() + ": " + failure;
	}

	@Override
	public void close() throws IOException {
		this.frames.close();
	}

}
