package io.ductworks.internal.frame;

import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.internal.frame.FrameWriter.Offer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static io.ductworks.Interleavings.explore;
import static io.ductworks.Interleavings.never;
import static io.ductworks.Interleavings.require;
import static io.ductworks.Interleavings.requireEqual;
import static io.ductworks.Interleavings.together;
import static io.ductworks.internal.frame.WriterSteps.CAPACITY;
import static io.ductworks.internal.frame.WriterSteps.ORDERS;
import static io.ductworks.internal.frame.WriterSteps.close;
import static io.ductworks.internal.frame.WriterSteps.flush;
import static io.ductworks.internal.frame.WriterSteps.flushUntilBroken;
import static io.ductworks.internal.frame.WriterSteps.marks;
import static io.ductworks.internal.frame.WriterSteps.offer;
import static io.ductworks.internal.frame.WriterSteps.requireWritten;
import static io.ductworks.internal.frame.WriterSteps.send;
import static io.ductworks.internal.frame.WriterSteps.slow;

/**
 * However senders, the writer and closing get into each other's way, each accepted frame
 * goes out whole and once, or is counted as unsent, and no thread waits for ever.
 */
@Tag("interleavings")
class WriterEndInterleavingTests {

	@Test
	void x2CloseWhenOthersSendThenEachAcceptedFrameIsWrittenOrCounted() {
		explore(ORDERS, () -> {
			FrameWriter writer = new FrameWriter(CAPACITY);
			FakeConnection connection = slow();
			AtomicInteger accepted = new AtomicInteger();
			AtomicInteger unsent = new AtomicInteger();
			together(() -> sendUntilClosed(writer, connection, accepted),
					() -> sendUntilClosed(writer, connection, accepted), () -> unsent.set(close(writer, connection)));
			requireEqual(marks(connection).size() + unsent.get(), accepted.get());
		});
	}

	@Test
	void offerWhenFullAndClosedByAnotherThenItsSenderLearnsOfTheEnd() {
		explore(ORDERS, () -> {
			FrameWriter writer = new FrameWriter(8);
			FakeConnection connection = FakeConnection.of();
			offer(writer, 1);
			AtomicInteger accepted = new AtomicInteger(1);
			AtomicInteger unsent = new AtomicInteger();
			together(() -> {
				Offer offer = offer(writer, 2);
				while (offer == Offer.FULL) {
					require(writer.awaitRoom(1, never()), "time has passed");
					offer = offer(writer, 2);
				}
				if (offer == Offer.QUEUED) {
					accepted.incrementAndGet();
					flushUntilBroken(writer, connection);
				}
			}, () -> flushUntilBroken(writer, connection), () -> unsent.set(close(writer, connection)));
			requireEqual(marks(connection).size() + unsent.get(), accepted.get());
		});
	}

	@Test
	void unsentFramesWhenWriteIsUnderWayThenWaitsForIt() {
		explore(ORDERS, () -> {
			FrameWriter writer = new FrameWriter(CAPACITY);
			FakeConnection connection = FakeConnection.of();
			offer(writer, 1);
			AtomicInteger unsent = new AtomicInteger();
			together(() -> flushUntilBroken(writer, connection), () -> unsent.set(close(writer, connection)));
			requireEqual(marks(connection).size() + unsent.get(), 1);
		});
	}

	private static void sendUntilClosed(FrameWriter writer, FakeConnection connection, AtomicInteger accepted) {
		if (offer(writer, 1) == Offer.QUEUED) {
			accepted.incrementAndGet();
			flushUntilBroken(writer, connection);
		}
		else {
			requireEqual(offer(writer, 1), Offer.CLOSED);
		}
	}

	@Test
	void closeWhenOneWaitsForRoomAndAnotherUntilEmptyThenBothEnd() {
		explore(ORDERS, () -> {
			FrameWriter writer = new FrameWriter(8);
			offer(writer, 1);
			together(() -> require(writer.awaitRoom(4, never()), "time has passed"),
					() -> require(!writer.awaitEmpty(never()), "nothing was written"), writer::close);
		});
	}

	@Test
	void flushWhenOneWaitsForRoomAndAnotherUntilEmptyThenBothEnd() {
		explore(ORDERS, () -> {
			FrameWriter writer = new FrameWriter(8);
			FakeConnection connection = slow();
			offer(writer, 1);
			together(() -> {
				require(writer.awaitRoom(1, never()), "time has passed");
				send(writer, connection, 2);
			}, () -> require(writer.awaitEmpty(never()), "not empty"), () -> flush(writer, connection));
			requireWritten(writer, connection, 1, 2);
		});
	}

}
