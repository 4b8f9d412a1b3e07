package io.ductworks.internal.frame;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import io.ductworks.NothingLeftBehind;
import io.ductworks.internal.frame.FrameWriter.Offer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.ductworks.internal.frame.FakeConnection.concat;
import static io.ductworks.internal.frame.FakeConnection.frame;
import static io.ductworks.internal.frame.FakeConnection.payload;
import static io.ductworks.internal.frame.FakeConnection.readAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@ExtendWith(NothingLeftBehind.class)
@Timeout(30)
class FrameWriterTests {

	private static final int CAPACITY = 1000;

	private final FrameWriter writer = new FrameWriter(CAPACITY);

	private final FakeConnection connection = FakeConnection.of();

	@ParameterizedTest
	@CsvSource({ "'\"hello!\"', 54000000082268656c6c6f2122", "null, 54000000046e756c6c", "'', 5400000000" })
	void flushWhenFrameWasOfferedThenWritesItsLayout(String payload, String hex) throws Exception {
		assertThat(offer(payload.getBytes(StandardCharsets.US_ASCII))).isEqualTo(Offer.QUEUED);

		assertThat(this.writer.flush(this.connection)).isTrue();
		assertThat(HexFormat.of().formatHex(this.connection.written())).isEqualTo(hex);
		assertThat(this.writer.pendingBytes()).isZero();
	}

	@Test
	void offerWhenPayloadIsPartOfAnArrayThenCopiesThatPart() throws Exception {
		byte[] array = { 9, 9, 1, 2, 3, 9 };

		this.writer.offer(array, 2, 3, null);
		Arrays.fill(array, (byte) 0);
		this.writer.flush(this.connection);

		assertThat(this.connection.written()).isEqualTo(frame(new byte[] { 1, 2, 3 }));
	}

	@Test
	void flushWhenManyFramesWaitThenWritesThemInOrderAtOnce() throws Exception {
		for (int i = 0; i < 40; i++) {
			offer(payload(i % 7));
		}
		this.writer.flush(this.connection);

		assertThat(this.connection.writes()).isEqualTo(1);
		List<byte[]> read = readAll(new FrameReader(CAPACITY), FakeConnection.of(this.connection.written()));
		assertThat(read).hasSize(40);
		for (int i = 0; i < 40; i++) {
			assertThat(read.get(i)).isEqualTo(payload(i % 7));
		}
	}

	@Test
	void flushWhenNothingWaitsThenWritesNothing() throws Exception {
		assertThat(this.writer.flush(this.connection)).isTrue();
		assertThat(this.connection.writes()).isZero();
	}

	@Test
	void queuedWhenFrameFindsRoomThenRunsOnceAndOnlyThen() {
		List<String> queued = new ArrayList<>();
		this.writer.offer(payload(600), 0, 600, () -> queued.add("first"));
		this.writer.offer(payload(600), 0, 600, () -> queued.add("no room"));
		this.writer.offer(payload(100), 0, 100, () -> queued.add("second"));
		this.writer.close();
		this.writer.offer(payload(1), 0, 1, () -> queued.add("closed"));

		assertThat(queued).containsExactly("first", "second");
	}

	// Partial writes

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 4, 5, 6, 7, 11, 64, 999 })
	void writeWhenConnectionTakesFewBytesAtATimeThenTearsNothing(int atATime) throws Exception {
		this.connection.room((wanted) -> Math.min(wanted, atATime));
		List<byte[]> offered = new ArrayList<>();
		boolean done = true;
		for (int i = 0; i < 60; i++) {
			byte[] payload = payload(i * 3);
			while (offer(payload) == Offer.FULL) {
				done = this.writer.write(this.connection);
			}
			offered.add(frame(payload));
			done = done ? this.writer.flush(this.connection) : this.writer.write(this.connection);
		}
		while (!done) {
			done = this.writer.write(this.connection);
		}

		assertThat(this.connection.written()).isEqualTo(concat(offered));
		assertThat(this.writer.pendingBytes()).isZero();
	}

	@Test
	void flushWhenConnectionHasNoRoomThenOnlyWriteGoesOn() throws Exception {
		this.connection.roomFor(7);
		offer(payload(20));

		assertThat(this.writer.flush(this.connection)).isFalse();
		assertThat(this.writer.pendingBytes()).isEqualTo(18);

		this.connection.room((wanted) -> wanted);
		offer(payload(3));
		assertThat(this.writer.flush(this.connection)).as("another thread is the writer").isTrue();
		assertThat(this.connection.written()).hasSize(7);

		assertThat(this.writer.write(this.connection)).isTrue();
		assertThat(this.connection.written()).isEqualTo(concat(frame(payload(20)), frame(payload(3))));
	}

	@Test
	void flushWhenConnectionTakesAllThenOffersMoreEachTimeUpToAMebibyte() throws Exception {
		FrameWriter writer = new FrameWriter(CAPACITY);
		List<Integer> offered = new ArrayList<>();
		this.connection.room((wanted) -> {
			offered.add(wanted);
			return wanted;
		});
		writer.offer(payload(4_000_000), 0, 4_000_000, null);

		assertThat(writer.flush(this.connection)).isTrue();
		assertThat(this.connection.written()).isEqualTo(frame(payload(4_000_000)));
		assertThat(offered).startsWith(64 * 1024, 128 * 1024, 256 * 1024, 512 * 1024, 1024 * 1024, 1024 * 1024)
			.allSatisfy((count) -> assertThat(count).isLessThanOrEqualTo(1024 * 1024));
	}

	@Test
	void flushWhenConnectionDoesNotTakeAllThenOffersLess() throws Exception {
		FrameWriter writer = new FrameWriter(CAPACITY);
		List<Integer> offered = new ArrayList<>();
		this.connection.room((wanted) -> {
			offered.add(wanted);
			return Math.min(wanted, 200 * 1024);
		});
		writer.offer(payload(4_000_000), 0, 4_000_000, null);

		assertThat(writer.flush(this.connection)).isTrue();
		assertThat(this.connection.written()).isEqualTo(frame(payload(4_000_000)));
		assertThat(offered).startsWith(64 * 1024, 128 * 1024, 256 * 1024, 128 * 1024, 256 * 1024);
	}

	@Test
	void flushWhenConnectionDribblesThenPassesTheRestOn() throws Exception {
		this.connection.room((wanted) -> 1);
		offer(payload(500));

		assertThat(this.writer.flush(this.connection)).isFalse();
		assertThat(this.connection.writes()).isLessThan(100);
		assertThat(this.writer.pendingBytes()).isEqualTo(505 - this.connection.writes());
	}

	@Test
	void flushWhenConnectionBrokeThenNobodyWritesAgain() throws Exception {
		this.connection.roomFor(3);
		this.connection.breakWhenFull();
		offer(payload(20));
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.writer.flush(this.connection));
		int writes = this.connection.writes();

		offer(payload(1));
		this.writer.flush(this.connection);

		assertThat(this.connection.writes()).isEqualTo(writes);
		assertThat(this.connection.written()).hasSize(3);
	}

	// Capacity

	@Test
	void offerWhenCapacityIsReachedThenIsFullUntilBytesAreWritten() throws Exception {
		this.connection.roomFor(0);
		assertThat(offer(payload(495))).isEqualTo(Offer.QUEUED);
		assertThat(offer(payload(496))).isEqualTo(Offer.FULL);
		assertThat(offer(payload(495))).isEqualTo(Offer.QUEUED);
		assertThat(offer(payload(0))).isEqualTo(Offer.FULL);
		assertThat(this.writer.pendingBytes()).isEqualTo(CAPACITY);

		this.writer.flush(this.connection);
		this.connection.roomFor(5);
		this.writer.write(this.connection);

		assertThat(offer(payload(1))).isEqualTo(Offer.FULL);
		assertThat(offer(payload(0))).isEqualTo(Offer.QUEUED);
	}

	@Test
	void offerWhenFrameIsLargerThanCapacityThenTakesItOnlyAlone() throws Exception {
		byte[] large = payload(5 * CAPACITY);
		offer(payload(0));
		assertThat(offer(large)).isEqualTo(Offer.FULL);

		this.writer.flush(this.connection);
		assertThat(offer(large)).isEqualTo(Offer.QUEUED);
		assertThat(offer(payload(0))).isEqualTo(Offer.FULL);

		this.writer.flush(this.connection);
		assertThat(this.connection.written()).isEqualTo(concat(frame(payload(0)), frame(large)));
	}

	@Test
	void offerWhenCallerHasABoundOfItsOwnThenThatHolds() {
		offer(payload(900));

		assertThat(this.writer.offer(payload(900), 0, 900, 2 * CAPACITY, null)).isEqualTo(Offer.QUEUED);
		assertThat(this.writer.offer(payload(900), 0, 900, 2 * CAPACITY, null)).isEqualTo(Offer.FULL);
	}

	@Test
	void offerWhenLengthIsNearTheLargestIntThenIsFull() {
		offer(payload(10));

		assertThat(this.writer.offer(new byte[0], 0, Integer.MAX_VALUE - 10, null)).isEqualTo(Offer.FULL);
	}

	@Test
	void offerWhenClosedThenIsClosedAndNothingIsWritten() throws Exception {
		offer(payload(1));
		this.writer.close();

		assertThat(offer(payload(1))).isEqualTo(Offer.CLOSED);
		this.writer.flush(this.connection);
		assertThat(this.connection.written()).isEmpty();
		assertThat(this.writer.unsentFrames()).isEqualTo(1);
	}

	@Test
	void writeWhenClosedInsideABatchThenFinishesTheFrameThatWasBegun() throws Exception {
		this.connection.roomFor(8);
		offer(payload(20));
		this.writer.flush(this.connection);
		this.writer.close();

		this.connection.room((wanted) -> wanted);
		assertThat(this.writer.write(this.connection)).isTrue();

		assertThat(this.connection.written()).isEqualTo(frame(payload(20)));
		assertThat(this.writer.unsentFrames()).isZero();
	}

	// The writer role

	@Test
	void becomeWriterWhenSomethingWaitsThenOneThreadIsTheWriterUntilNothingIsLeft() throws Exception {
		assertThat(this.writer.becomeWriter()).as("nothing waits").isFalse();
		offer(payload(1));
		assertThat(this.writer.becomeWriter()).isTrue();
		assertThat(this.writer.becomeWriter()).isFalse();
		offer(payload(2));
		assertThat(this.writer.flush(this.connection)).as("left to the writer").isTrue();
		assertThat(this.connection.writes()).isZero();

		assertThat(this.writer.write(this.connection)).isTrue();
		assertThat(this.connection.written()).isEqualTo(concat(frame(payload(1)), frame(payload(2))));
		offer(payload(3));
		assertThat(this.writer.becomeWriter()).isTrue();
	}

	@Test
	void freeMemoryWhenFramesWaitThenTheyAreKept() throws Exception {
		this.connection.roomFor(3);
		offer(payload(20));
		this.writer.flush(this.connection);
		offer(payload(30));
		this.writer.freeMemory();
		this.connection.room((wanted) -> wanted);
		this.writer.write(this.connection);
		this.writer.freeMemory();
		offer(payload(40));
		this.writer.flush(this.connection);

		assertThat(this.connection.written())
			.isEqualTo(concat(frame(payload(20)), frame(payload(30)), frame(payload(40))));
	}

	// Lent payloads

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 100, 8191, 8192, 8193, 300_000 })
	void lendWhenPayloadIsWrittenThenFrameIsWhole(int length) throws Exception {
		byte[] payload = payload(length);
		assertThat(this.writer.lend(payload, length, null)).isEqualTo(Offer.QUEUED);
		assertThat(this.writer.pendingBytes()).isEqualTo(5 + length);

		assertThat(this.writer.flush(this.connection)).isTrue();
		this.writer.reclaim(payload, in30Seconds());
		assertThat(this.connection.written()).isEqualTo(frame(payload));
		assertThat(this.writer.pendingBytes()).isZero();
	}

	@Test
	void lendWhenSomethingWaitsThenIsFull() {
		offer(payload(1));

		assertThat(this.writer.lend(payload(10), 10, null)).isEqualTo(Offer.FULL);
	}

	@Test
	void lendWhenClosedThenIsClosed() {
		this.writer.close();

		assertThat(this.writer.lend(payload(10), 10, null)).isEqualTo(Offer.CLOSED);
	}

	@Test
	void offerWhenALentPayloadFillsThenFollowsItInABatchOfItsOwn() throws Exception {
		byte[] lent = payload(500);
		this.writer.lend(lent, 500, null);
		assertThat(offer(payload(10))).as("before the lent one is being written").isEqualTo(Offer.FULL);

		this.connection.roomFor(3);
		this.writer.flush(this.connection);
		assertThat(offer(payload(10))).isEqualTo(Offer.QUEUED);
		this.connection.room((wanted) -> wanted);
		this.writer.write(this.connection);

		assertThat(this.connection.written()).isEqualTo(concat(frame(lent), frame(payload(10))));
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 3, 5, 8196, 8197, 8198, 20_000 })
	void reclaimWhenNotWrittenInTimeThenTheRestIsCopied(int written) throws Exception {
		byte[] payload = payload(30_000);
		this.connection.roomFor(written);
		this.writer.lend(payload, payload.length, null);
		this.writer.flush(this.connection);

		this.writer.reclaim(payload, System.nanoTime());
		Arrays.fill(payload, (byte) 0);
		this.connection.room((wanted) -> wanted);
		this.writer.write(this.connection);

		assertThat(this.connection.written()).isEqualTo(frame(payload(30_000)));
	}

	@Test
	void reclaimWhenInterruptedThenTheRestIsCopiedAndTheFlagIsSet() throws Exception {
		byte[] payload = payload(30_000);
		this.connection.roomFor(10_000);
		this.writer.lend(payload, payload.length, null);
		this.writer.flush(this.connection);

		Thread.currentThread().interrupt();
		this.writer.reclaim(payload, in30Seconds());
		assertThat(Thread.interrupted()).isTrue();
		Arrays.fill(payload, (byte) 0);
		this.connection.room((wanted) -> wanted);
		this.writer.write(this.connection);

		assertThat(this.connection.written()).isEqualTo(frame(payload(30_000)));
	}

	@Test
	void reclaimWhenLastByteIsWrittenThenWakes() throws Exception {
		byte[] payload = payload(30_000);
		this.connection.roomFor(20_000);
		this.writer.lend(payload, payload.length, null);
		this.writer.flush(this.connection);
		FutureTask<Void> waiting = new FutureTask<>(() -> this.writer.reclaim(payload, in30Seconds()), null);
		Thread thread = start(waiting);
		awaitWaiting(thread);

		this.connection.room((wanted) -> wanted);
		this.writer.write(this.connection);
		waiting.get(10, TimeUnit.SECONDS);
		assertThat(this.connection.written()).isEqualTo(frame(payload));
	}

	@Test
	void reclaimWhenClosedThenWakesAndTheFrameCountsAsUnsent() throws Exception {
		byte[] payload = payload(30_000);
		this.connection.roomFor(20_000);
		this.writer.lend(payload, payload.length, null);
		this.writer.flush(this.connection);
		FutureTask<Void> waiting = new FutureTask<>(() -> this.writer.reclaim(payload, in30Seconds()), null);
		start(waiting);

		this.writer.close();
		waiting.get(10, TimeUnit.SECONDS);
		assertThat(this.writer.unsentFrames()).isEqualTo(1);
	}

	// Waiting

	@Test
	void awaitRoomWhenThereIsRoomThenReturnsAtOnce() throws Exception {
		assertThat(this.writer.awaitRoom(10 * CAPACITY, System.nanoTime())).isTrue();
	}

	@Test
	void awaitRoomWhenDeadlinePassesThenGivesFalse() throws Exception {
		offer(payload(900));

		assertThat(this.writer.awaitRoom(100, System.nanoTime() + 1_000_000)).isFalse();
	}

	@Test
	void awaitRoomWhenEnoughIsWrittenThenWakes() throws Exception {
		this.connection.roomFor(0);
		offer(payload(900));
		this.writer.flush(this.connection);
		FutureTask<Boolean> waiting = new FutureTask<>(() -> this.writer.awaitRoom(200, in30Seconds()));
		Thread thread = start(waiting);

		this.connection.roomFor(50);
		this.writer.write(this.connection);
		awaitWaiting(thread);
		assertThat(waiting.isDone()).isFalse();

		this.connection.roomFor(60);
		this.writer.write(this.connection);
		assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();
		assertThat(offer(payload(200))).isEqualTo(Offer.QUEUED);
	}

	@Test
	void awaitRoomWhenClosedThenWakes() throws Exception {
		offer(payload(900));
		FutureTask<Boolean> waiting = new FutureTask<>(() -> this.writer.awaitRoom(200, in30Seconds()));
		start(waiting);

		this.writer.close();

		assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();
		assertThat(offer(payload(200))).isEqualTo(Offer.CLOSED);
	}

	@Test
	void awaitRoomWhenInterruptedThenThrows() throws Exception {
		offer(payload(900));
		FutureTask<Boolean> waiting = new FutureTask<>(() -> this.writer.awaitRoom(200, in30Seconds()));
		Thread thread = start(waiting);

		thread.interrupt();

		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
			.withCauseInstanceOf(InterruptedException.class);
	}

	@Test
	void awaitEmptyWhenLastByteIsWrittenThenWakes() throws Exception {
		this.connection.roomFor(10);
		offer(payload(20));
		this.writer.flush(this.connection);
		assertThat(this.writer.awaitEmpty(System.nanoTime())).isFalse();
		FutureTask<Boolean> waiting = new FutureTask<>(() -> this.writer.awaitEmpty(in30Seconds()));
		Thread thread = start(waiting);

		this.connection.roomFor(14);
		this.writer.write(this.connection);
		awaitWaiting(thread);
		assertThat(waiting.isDone()).isFalse();

		this.connection.roomFor(1);
		this.writer.write(this.connection);
		assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void awaitEmptyWhenClosedThenTellsWhetherAllIsWritten() throws Exception {
		offer(payload(20));
		FutureTask<Boolean> waiting = new FutureTask<>(() -> this.writer.awaitEmpty(in30Seconds()));
		start(waiting);

		this.writer.close();

		assertThat(waiting.get(10, TimeUnit.SECONDS)).isFalse();
	}

	@Test
	void blockedSinceWhenNothingIsWrittenThenKeepsTheTimeOfTheLastByte() throws Exception {
		this.connection.roomFor(1);
		offer(payload(20));
		long before = System.nanoTime();
		this.writer.flush(this.connection);
		long blocked = this.writer.blockedSince();
		assertThat(blocked).isBetween(before, System.nanoTime());

		this.writer.write(this.connection);
		assertThat(this.writer.blockedSince()).isEqualTo(blocked);

		this.connection.roomFor(1);
		this.writer.write(this.connection);
		assertThat(this.writer.blockedSince()).isGreaterThan(blocked);
	}

	@Test
	void blockedSinceWhenBytesMoveThatWereTakenBeforeThenIsTheirTime() throws Exception {
		this.connection.roomFor(1);
		offer(payload(20));
		this.writer.flush(this.connection);
		long blocked = this.writer.blockedSince();

		this.connection.moving(true);
		assertThat(this.writer.write(this.connection)).isFalse();
		long moved = this.writer.blockedSince();
		assertThat(moved).isGreaterThan(blocked);

		this.connection.moving(false);
		this.writer.write(this.connection);
		assertThat(this.writer.blockedSince()).isEqualTo(moved);
	}

	@Test
	void blockedSinceWhenAnEarlierFrameWasBlockedThenIsTheTimeOfTheNext() throws Exception {
		this.connection.roomFor(1);
		offer(payload(20));
		this.writer.flush(this.connection);
		long blocked = this.writer.blockedSince();
		this.connection.roomFor(24);
		assertThat(this.writer.write(this.connection)).isTrue();

		offer(payload(20));
		assertThat(this.writer.flush(this.connection)).isFalse();
		assertThat(this.writer.blockedSince()).isGreaterThan(blocked);
	}

	// The end

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void unsentFramesWhenConnectionEndsAnywhereThenCountsThoseNotWhole(boolean breaks) throws Exception {
		int[] sizes = { 0, 1, 10, 0, 300, 2 };
		int total = Arrays.stream(sizes).map((size) -> 5 + size).sum();
		for (int cut = 0; cut <= total; cut++) {
			for (int batched = 1; batched <= sizes.length; batched++) {
				assertUnsent(sizes, batched, cut, breaks);
			}
		}
	}

	/**
	 * The first frames are being written while the others are offered.
	 */
	private static void assertUnsent(int[] sizes, int batched, int cut, boolean breaks) throws Exception {
		FrameWriter writer = new FrameWriter(CAPACITY);
		FakeConnection connection = FakeConnection.of();
		connection.roomFor(0);
		for (int i = 0; i < sizes.length; i++) {
			writer.offer(payload(sizes[i]), 0, sizes[i], null);
			if (i == batched - 1) {
				writer.flush(connection);
			}
		}
		connection.roomFor(cut);
		if (breaks) {
			connection.breakWhenFull();
		}
		try {
			writer.write(connection);
		}
		catch (IOException ex) {
			assertThat(breaks).isTrue();
		}
		writer.close();

		int expected = 0;
		int end = 0;
		for (int size : sizes) {
			end += 5 + size;
			expected += (end > cut) ? 1 : 0;
		}
		assertThat(writer.unsentFrames()).as("cut at %d, %d frames in the first batch", cut, batched)
			.isEqualTo(expected);
		assertThat(connection.written()).hasSize(cut);
	}

	// Many threads

	@Test
	void x1FlushWhenManyThreadsSendThenFramesAreWholeAndEachThreadsOrderIsKept() throws Exception {
		int threads = 8;
		int frames = 2000;
		FrameWriter writer = new FrameWriter(4096);
		Random random = new Random(42);
		this.connection.room((wanted) -> (random.nextInt(8) == 0) ? 0 : Math.min(wanted, 1 + random.nextInt(700)));
		ExecutorService senders = Executors.newFixedThreadPool(threads);
		ExecutorService loop = Executors.newSingleThreadExecutor();
		try {
			CountDownLatch start = new CountDownLatch(1);
			List<Future<?>> sending = new ArrayList<>();
			for (int thread = 0; thread < threads; thread++) {
				int number = thread;
				sending.add(senders.submit(() -> {
					start.await();
					for (int i = 0; i < frames; i++) {
						send(writer, numbered(number, i), loop);
					}
					return null;
				}));
			}
			start.countDown();
			for (Future<?> each : sending) {
				each.get(20, TimeUnit.SECONDS);
			}
			assertThat(writer.awaitEmpty(in30Seconds())).isTrue();
		}
		finally {
			senders.shutdownNow();
			loop.shutdown();
		}
		assertThat(loop.awaitTermination(10, TimeUnit.SECONDS)).isTrue();

		int[] next = new int[threads];
		for (byte[] payload : readAll(new FrameReader(4096), FakeConnection.of(this.connection.written()))) {
			int thread = ByteBuffer.wrap(payload).getInt();
			assertThat(payload).isEqualTo(numbered(thread, next[thread]++));
		}
		assertThat(next).containsOnly(frames);
	}

	private void send(FrameWriter writer, byte[] payload, ExecutorService loop) throws Exception {
		Offer offer;
		while ((offer = writer.offer(payload, 0, payload.length, null)) == Offer.FULL) {
			assertThat(writer.awaitRoom(payload.length, in30Seconds())).isTrue();
		}
		assertThat(offer).isEqualTo(Offer.QUEUED);
		if (!writer.flush(this.connection)) {
			loop.execute(() -> {
				try {
					boolean done;
					do {
						done = writer.write(this.connection);
					}
					while (!done);
				}
				catch (IOException ex) {
					throw new AssertionError(ex);
				}
			});
		}
	}

	private static byte[] numbered(int thread, int number) {
		byte[] filled = payload(number % 200);
		return ByteBuffer.allocate(8 + filled.length).putInt(thread).putInt(number).put(filled).array();
	}

	private Offer offer(byte[] payload) {
		return this.writer.offer(payload, 0, payload.length, null);
	}

	private static long in30Seconds() {
		return System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
	}

	private static Thread start(FutureTask<?> task) {
		Thread thread = new Thread(task);
		thread.setDaemon(true);
		thread.start();
		awaitWaiting(thread);
		return thread;
	}

	private static void awaitWaiting(Thread thread) {
		await().until(thread::getState, (state) -> state == Thread.State.TIMED_WAITING);
	}

}
