package io.ductworks.internal.frame;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.internal.frame.FrameWriter.Offer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static io.ductworks.Interleavings.explore;
import static io.ductworks.Interleavings.require;
import static io.ductworks.Interleavings.requireEqual;
import static io.ductworks.Interleavings.together;
import static io.ductworks.internal.frame.WriterSteps.CAPACITY;
import static io.ductworks.internal.frame.WriterSteps.ORDERS;
import static io.ductworks.internal.frame.WriterSteps.flush;
import static io.ductworks.internal.frame.WriterSteps.marks;
import static io.ductworks.internal.frame.WriterSteps.offer;
import static io.ductworks.internal.frame.WriterSteps.payload;
import static io.ductworks.internal.frame.WriterSteps.requireWritten;
import static io.ductworks.internal.frame.WriterSteps.send;
import static io.ductworks.internal.frame.WriterSteps.slow;

/**
 * However senders and the writer get into each other's way, each accepted frame goes out
 * whole and once, and no thread waits for ever.
 */
@Tag("interleavings")
class FrameWriterInterleavingTests {

	@Test
	void flushWhenTwoSendThenEachFrameGoesOutOnceInTheOrderOfItsSender() {
		explore(ORDERS, () -> {
			FrameWriter writer = new FrameWriter(CAPACITY);
			FakeConnection connection = FakeConnection.of();
			together(() -> {
				send(writer, connection, 1);
				send(writer, connection, 2);
			}, () -> {
				requireEqual(offer(writer, 11), Offer.QUEUED);
				send(writer, connection, 12);
			});
			requireWritten(writer, connection, 1, 2, 11, 12);
			List<Integer> written = marks(connection);
			require(written.indexOf(1) < written.indexOf(2) && written.indexOf(11) < written.indexOf(12), "order");
		});
	}

	@Test
	void flushWhenConnectionTakesFewBytesAndOthersAppendThenNothingIsTorn() {
		explore(ORDERS, () -> {
			FrameWriter writer = new FrameWriter(CAPACITY);
			FakeConnection connection = slow();
			together(() -> send(writer, connection, 1), () -> {
				send(writer, connection, 11);
				send(writer, connection, 12);
			});
			requireWritten(writer, connection, 1, 11, 12);
		});
	}

	@Test
	void offerWhenBatchesAreSwappedAtTheSameTimeThenFrameIsInOneOfThem() {
		explore(200, () -> {
			FrameWriter writer = new FrameWriter(CAPACITY);
			FakeConnection connection = FakeConnection.of();
			offer(writer, 1);
			together(() -> flush(writer, connection), () -> offer(writer, 2));
			flush(writer, connection);
			requireWritten(writer, connection, 1, 2);
		});
	}

	@Test
	void flushWhenConnectionHasNoRoomThenOneIsToldToComeAgain() {
		explore(ORDERS, () -> {
			FrameWriter writer = new FrameWriter(CAPACITY);
			FakeConnection connection = FakeConnection.of();
			connection.roomFor(2);
			AtomicInteger told = new AtomicInteger();
			together(() -> sendOnce(writer, connection, 1, told), () -> sendOnce(writer, connection, 2, told));
			requireEqual(told.get(), 1);
			require(!writer.becomeWriter(), "a second one is the writer");
			connection.room((wanted) -> wanted);
			require(writer.write(connection), "not done");
			requireWritten(writer, connection, 1, 2);
		});
	}

	private static void sendOnce(FrameWriter writer, FakeConnection connection, int mark, AtomicInteger told)
			throws IOException {
		requireEqual(offer(writer, mark), Offer.QUEUED);
		if (!writer.flush(connection)) {
			told.incrementAndGet();
		}
	}

	@Test
	void queuedWhenTwoOfferThenRunsInTheOrderOfTheFrames() {
		explore(ORDERS, () -> {
			FrameWriter writer = new FrameWriter(CAPACITY);
			FakeConnection connection = FakeConnection.of();
			List<Integer> queued = new ArrayList<>();
			together(() -> {
				writer.offer(payload(1), 0, 1, () -> queued.add(1));
				flush(writer, connection);
			}, () -> {
				writer.offer(payload(2), 0, 1, () -> queued.add(2));
				flush(writer, connection);
			});
			requireEqual(marks(connection), queued);
		});
	}

	@Test
	void freeMemoryWhenAnotherSendsThenNothingIsLost() {
		explore(ORDERS, () -> {
			FrameWriter writer = new FrameWriter(CAPACITY);
			FakeConnection connection = FakeConnection.of();
			together(() -> send(writer, connection, 1), writer::freeMemory);
			requireWritten(writer, connection, 1);
		});
	}

	// Lending

}
