package io.ductworks.internal.frame;

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
import static io.ductworks.internal.frame.WriterSteps.offer;
import static io.ductworks.internal.frame.WriterSteps.payload;
import static io.ductworks.internal.frame.WriterSteps.writeAll;

/**
 * However the owner of a payload that it has lent, the writer and others get into each
 * other's way, the payload goes out as it was, and its owner gets it back.
 */
@Tag("interleavings")
class LentFrameInterleavingTests {

	/** More than what is copied of a payload that is lent. */
	private static final int LENT = 8 * 1024 + 4;

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

}
