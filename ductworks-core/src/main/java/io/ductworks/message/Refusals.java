package io.ductworks.message;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.ductworks.internal.frame.LoneFrame;
import io.ductworks.internal.loop.EventLoop;
import io.ductworks.internal.transport.ByteConnection;

/**
 * Lets children that are refused know why: one frame, then the end. A socket that closes
 * with unread bytes may lose what was written, so it stays for a moment. For the loop's
 * thread.
 */
final class Refusals {

	/** More are closed at once, and may not learn the reason. */
	private static final int MAX_LINGERING = 64;

	private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final EventLoop loop;

	private final Set<ByteConnection> lingering = new HashSet<>();

	Refusals(EventLoop loop) {
		this.loop = loop;
	}

	/**
	 * Tells a child, whose socket is closed in a moment.
	 * @param refusal the payload that says why
	 */
	void tell(ByteConnection child, byte[] refusal) {
		boolean told = false;
		try {
			ByteBuffer frame = LoneFrame.of(refusal);
			child.write(frame);
			// A new socket has room for it, so nothing waits here.
			told = !frame.hasRemaining() && child.closeOutput() && this.lingering.size() < MAX_LINGERING;
		}
		catch (IOException ex) {
			// It has gone.
		}
		if (told) {
			this.lingering.add(child);
			long until = System.nanoTime() + LINGER_NANOS;
			this.loop.addTimer((now) -> (now - until < 0) ? until - now : end(child));
		}
		else {
			this.loop.close(child);
		}
	}

	private long end(ByteConnection child) {
		if (this.lingering.remove(child)) {
			this.loop.close(child);
		}
		return Long.MAX_VALUE;
	}

	/**
	 * Closes those that are left.
	 */
	void close() {
		List.copyOf(this.lingering).forEach(this::end);
	}

}
