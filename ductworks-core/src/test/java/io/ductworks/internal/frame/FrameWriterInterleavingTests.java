package io.ductworks.internal.frame;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.internal.frame.FrameWriter.Offer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static io.ductworks.Interleavings.explore;
import static io.ductworks.Interleavings.never;
import static io.ductworks.Interleavings.require;
import static io.ductworks.Interleavings.requireEqual;
import static io.ductworks.Interleavings.together;

/**
 * However senders, the writer and closing get into each other's way, each accepted frame
 * goes out whole and once, or is counted as unsent, and no thread waits for ever.
 */
@Tag("interleavings")
class FrameWriterInterleavingTests {

	/** More than are needed to see each of the mistakes that were made on trial. */
	private static final int ORDERS = 50;

	private static final int CAPACITY = 40;

	/** More than what is copied of a payload that is lent. */
	private static final int LENT = 8 * 1024 + 4;

	private static byte[] payload(int mark) {
		return new byte[] { (byte) mark };
	}

	private static Offer offer(FrameWriter writer, int mark) {
		return writer.offer(payload(mark), 0, 1, null);
	}

	/**
	 * Writes as a sender and the loop do: again, if there was no room for all.
	 */
	private static void flush(FrameWriter writer, FakeConnection connection) throws IOException {
		if (!writer.flush(connection)) {
			writeAll(writer, connection);
		}
	}

	private static void writeAll(FrameWriter writer, FakeConnection connection) throws IOException {
		boolean done = false;
		while (!done) {
			done = writer.write(connection);
		}
	}

	private static void send(FrameWriter writer, FakeConnection connection, int mark) throws IOException {
		requireEqual(offer(writer, mark), Offer.QUEUED);
		flush(writer, connection);
	}

	/**
	 * Takes few bytes, then none, and so on.
	 */
	private static FakeConnection slow() {
		FakeConnection connection = FakeConnection.of();
		int[] asked = new int[1];
		connection.room((wanted) -> (asked[0]++ % 2 == 0) ? Math.min(wanted, 4) : 0);
		return connection;
	}

	/**
	 * What was written, as the marks of its frames.
	 */
	private static List<Integer> marks(FakeConnection connection) {
		byte[] written = connection.written();
		List<Integer> marks = new ArrayList<>();
		for (int start = 0; start + 6 <= written.length; start += 6) {
			require(written[start] == 'T' && written[start + 4] == 1, "torn");
			marks.add((int) written[start + 5]);
		}
		return marks;
	}

	private static void requireWritten(FrameWriter writer, FakeConnection connection, Integer... marks) {
		requireEqual(writer.pendingBytes(), 0);
		List<Integer> written = marks(connection);
		requireEqual(written.size(), marks.length);
		require(written.containsAll(List.of(marks)), "lost");
		require(!writer.becomeWriter(), "there is something to write");
		offer(writer, 0);
		require(writer.becomeWriter(), "there is no writer and none may be");
	}

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

	private static byte[] lent() {
		byte[] payload = new byte[LENT];
		payload[LENT - 2] = 1;
		payload[LENT - 1] = 2;
		return payload;
	}

	private static void overwrite(byte[] payload) {
		payload[LENT - 2] = 99;
		payload[LENT - 1] = 99;
	}

	/**
	 * Has room for all that is copied, but not at once for what is lent.
	 */
	private static FakeConnection slowAtTheEnd() {
		FakeConnection connection = FakeConnection.of();
		int[] asked = new int[1];
		connection.room((wanted) -> (wanted > 6) ? wanted : (asked[0]++ % 2 == 0) ? 0 : Math.min(wanted, 3));
		return connection;
	}

	private static void requireOriginal(byte[] written, int start) {
		require(written[start] == 'T' && written[start + 4] == (byte) LENT, "torn");
		require(written[start + 5 + LENT - 2] == 1 && written[start + 5 + LENT - 1] == 2, "overwritten");
	}

	@Test
	void reclaimWhenTimeIsOverWhilePayloadIsWrittenThenItsOwnerMayOverwriteIt() {
		explore(ORDERS, () -> {
			FrameWriter writer = new FrameWriter(CAPACITY);
			FakeConnection connection = slowAtTheEnd();
			byte[] payload = lent();
			requireEqual(writer.lend(payload, LENT, null), Offer.QUEUED);
			together(() -> {
				writer.reclaim(payload, System.nanoTime());
				overwrite(payload);
			}, () -> flush(writer, connection));
			requireEqual(connection.written().length, 5 + LENT);
			requireOriginal(connection.written(), 0);
		});
	}

	@Test
	void reclaimWhenWrittenByAnotherThenEndsAndOwnerMayOverwritePayload() {
		explore(ORDERS, () -> {
			FrameWriter writer = new FrameWriter(CAPACITY);
			FakeConnection connection = slowAtTheEnd();
			byte[] payload = lent();
			requireEqual(writer.lend(payload, LENT, null), Offer.QUEUED);
			together(() -> {
				writer.reclaim(payload, never());
				overwrite(payload);
			}, () -> flush(writer, connection));
			requireEqual(connection.written().length, 5 + LENT);
			requireOriginal(connection.written(), 0);
		});
	}

	@Test
	void reclaimWhenInterruptedWhilePayloadIsWrittenThenItsOwnerMayOverwriteIt() {
		explore(ORDERS, () -> {
			FrameWriter writer = new FrameWriter(CAPACITY);
			FakeConnection connection = slowAtTheEnd();
			byte[] payload = lent();
			requireEqual(writer.lend(payload, LENT, null), Offer.QUEUED);
			require(!writer.flush(connection), "had room for all");
			Thread owner = new Thread(() -> {
				writer.reclaim(payload, never());
				overwrite(payload);
			});
			owner.start();
			together(owner::interrupt, () -> writeAll(writer, connection));
			owner.join();
			requireEqual(connection.written().length, 5 + LENT);
			requireOriginal(connection.written(), 0);
		});
	}

	@Test
	void reclaimWhenClosedThenEndsAndFrameIsWrittenOrCounted() {
		explore(ORDERS, () -> {
			FrameWriter writer = new FrameWriter(CAPACITY);
			FakeConnection connection = slowAtTheEnd();
			byte[] payload = lent();
			requireEqual(writer.lend(payload, LENT, null), Offer.QUEUED);
			together(() -> {
				writer.reclaim(payload, never());
				overwrite(payload);
			}, () -> flushUntilBroken(writer, connection), () -> close(writer, connection));
			boolean whole = connection.written().length == 5 + LENT;
			requireEqual(writer.unsentFrames(), whole ? 0 : 1);
			if (whole) {
				requireOriginal(connection.written(), 0);
			}
		});
	}

	@Test
	void lendWhenAnotherSendsThenBothGoOutWhole() {
		explore(ORDERS, () -> {
			FrameWriter writer = new FrameWriter(CAPACITY);
			FakeConnection connection = slowAtTheEnd();
			byte[] payload = lent();
			together(() -> {
				while (writer.lend(payload, LENT, null) == Offer.FULL) {
					require(writer.awaitEmpty(never()), "not empty");
				}
				flush(writer, connection);
				writer.reclaim(payload, never());
				overwrite(payload);
			}, () -> {
				while (offer(writer, 7) == Offer.FULL) {
					require(writer.awaitRoom(1, never()), "no room");
				}
				flush(writer, connection);
			});
			byte[] written = connection.written();
			requireEqual(written.length, 6 + 5 + LENT);
			boolean lentFirst = written[4] != 1;
			requireOriginal(written, lentFirst ? 0 : 6);
			requireEqual((int) written[lentFirst ? written.length - 1 : 5], 7);
		});
	}

	// The end

	/**
	 * Closes as a connection does: from then on nothing more can be written.
	 */
	private static int close(FrameWriter writer, FakeConnection connection) {
		writer.close();
		connection.close();
		return writer.unsentFrames();
	}

	private static void flushUntilBroken(FrameWriter writer, FakeConnection connection) {
		try {
			flush(writer, connection);
		}
		catch (IOException ex) {
			writer.close();
		}
	}

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
