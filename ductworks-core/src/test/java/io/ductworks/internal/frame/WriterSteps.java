package io.ductworks.internal.frame;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import io.ductworks.internal.frame.FrameWriter.Offer;

import static io.ductworks.Interleavings.require;
import static io.ductworks.Interleavings.requireEqual;

/**
 * What the threads of the tests of interleavings do with a writer.
 */
final class WriterSteps {

	/** More than are needed to see each of the mistakes that were made on trial. */
	static final int ORDERS = 50;

	static final int CAPACITY = 40;

	private WriterSteps() {
	}

	static byte[] payload(int mark) {
		return new byte[] { (byte) mark };
	}

	static Offer offer(FrameWriter writer, int mark) {
		return writer.offer(payload(mark), 0, 1, null);
	}

	/**
	 * Writes as a sender and the loop do: again, if there was no room for all.
	 */
	static void flush(FrameWriter writer, FakeConnection connection) throws IOException {
		if (!writer.flush(connection)) {
			writeAll(writer, connection);
		}
	}

	static void writeAll(FrameWriter writer, FakeConnection connection) throws IOException {
		boolean done = false;
		while (!done) {
			done = writer.write(connection);
		}
	}

	static void send(FrameWriter writer, FakeConnection connection, int mark) throws IOException {
		requireEqual(offer(writer, mark), Offer.QUEUED);
		flush(writer, connection);
	}

	/**
	 * Takes few bytes, then none, and so on.
	 */
	static FakeConnection slow() {
		FakeConnection connection = FakeConnection.of();
		int[] asked = new int[1];
		connection.room((wanted) -> (asked[0]++ % 2 == 0) ? Math.min(wanted, 4) : 0);
		return connection;
	}

	/**
	 * What was written, as the marks of its frames.
	 */
	static List<Integer> marks(FakeConnection connection) {
		byte[] written = connection.written();
		List<Integer> marks = new ArrayList<>();
		for (int start = 0; start + 6 <= written.length; start += 6) {
			require(written[start] == 'T' && written[start + 4] == 1, "torn");
			marks.add((int) written[start + 5]);
		}
		return marks;
	}

	static void requireWritten(FrameWriter writer, FakeConnection connection, Integer... marks) {
		requireEqual(writer.pendingBytes(), 0);
		List<Integer> written = marks(connection);
		requireEqual(written.size(), marks.length);
		require(written.containsAll(List.of(marks)), "lost");
		require(!writer.becomeWriter(), "there is something to write");
		offer(writer, 0);
		require(writer.becomeWriter(), "there is no writer and none may be");
	}

	/**
	 * Closes as a connection does: from then on nothing more can be written.
	 */
	static int close(FrameWriter writer, FakeConnection connection) {
		writer.close();
		connection.close();
		return writer.unsentFrames();
	}

	static void flushUntilBroken(FrameWriter writer, FakeConnection connection) {
		try {
			flush(writer, connection);
		}
		catch (IOException ex) {
			writer.close();
		}
	}

}
