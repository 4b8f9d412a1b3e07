package io.ductworks.internal.frame;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

import com.sun.management.ThreadMXBean;
import io.ductworks.CloseReason;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.ductworks.internal.frame.FakeConnection.concat;
import static io.ductworks.internal.frame.FakeConnection.frame;
import static io.ductworks.internal.frame.FakeConnection.payload;
import static io.ductworks.internal.frame.FakeConnection.readAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class FrameReaderTests {

	private static final int MAX = 4 * 1024 * 1024;

	/** Three frames, at 0, 13 and 18 of 25 bytes. */
	private static final byte[] THREE = concat(frame(bytes("\"hello!\"")), frame(new byte[0]), frame(bytes("TT")));

	private final FrameReader reader = new FrameReader(MAX);

	@ParameterizedTest
	@CsvSource({ "54 00000008 2268656c6c6f2122, '\"hello!\"'", "54 00000004 6e756c6c, null", "54 00000000, ''" })
	void nextWhenFrameIsLaidOutByHandThenGivesItsPayload(String hex, String payload) throws Exception {
		this.reader.fill(FakeConnection.of(HexFormat.of().parseHex(hex.replace(" ", ""))));

		assertThat(this.reader.next()).isTrue();
		assertThat(this.reader.length()).isEqualTo(payload.length());
		assertThat(
				new String(this.reader.array(), this.reader.offset(), this.reader.length(), StandardCharsets.US_ASCII))
			.isEqualTo(payload);

		this.reader.consume();
		assertThat(this.reader.next()).isFalse();
		assertThat(this.reader.unfinished()).isNull();
	}

	@Test
	void nextWhenLengthUsesAllFourBytesThenReadsItInNetworkOrder() throws Exception {
		byte[] payload = payload(0x00010203);

		List<byte[]> read = readAll(this.reader,
				FakeConnection.of(concat(HexFormat.of().parseHex("5400010203"), payload)));

		assertThat(read).singleElement().isEqualTo(payload);
	}

	@Test
	void nextWhenFrameWasNotTakenThenGivesItAgain() throws Exception {
		this.reader.fill(FakeConnection.of(THREE));

		assertThat(this.reader.next()).isTrue();
		assertThat(this.reader.next()).isTrue();
		assertThat(this.reader.length()).isEqualTo(8);
	}

	@Test
	void fillWhenStreamHasEndedThenGivesMinusOne() throws Exception {
		assertThat(this.reader.fill(FakeConnection.of())).isEqualTo(-1);
		assertThat(this.reader.next()).isFalse();
	}

	// Slices: W6, W7, W8

	@Test
	void nextWhenStreamIsCutAtAnyTwoPointsThenGivesTheSameFrames() throws Exception {
		for (int first = 0; first <= THREE.length; first++) {
			for (int second = first; second <= THREE.length; second++) {
				assertThat(readAll(new FrameReader(MAX), FakeConnection.cut(THREE, first, second)))
					.as("cut at %d and %d", first, second)
					.containsExactly(bytes("\"hello!\""), new byte[0], bytes("TT"));
			}
		}
	}

	@Test
	void nextWhenStreamComesByteByByteThenFindsEachFrameWithItsLastByte() throws Exception {
		FakeConnection connection = FakeConnection.slow(THREE, 1);
		List<Integer> found = new ArrayList<>();
		for (int arrived = 1; this.reader.fill(connection) == 1; arrived++) {
			while (this.reader.next()) {
				found.add(arrived);
				this.reader.consume();
			}
		}

		assertThat(found).containsExactly(13, 18, 25);
	}

	@Test
	void nextWhenThousandFramesComeInOneReadThenGivesAllInOrder() throws Exception {
		List<byte[]> payloads = IntStream.range(0, 1000).mapToObj((i) -> bytes("message " + i)).toList();
		byte[] stream = concat(payloads.stream().map(FakeConnection::frame).toList());
		growBuffer(this.reader);

		assertThat(this.reader.fill(FakeConnection.of(stream))).isEqualTo(stream.length);

		for (byte[] payload : payloads) {
			assertThat(this.reader.next()).isTrue();
			assertThat(taken(this.reader)).isEqualTo(payload);
		}
		assertThat(this.reader.next()).isFalse();
	}

	@Test
	void nextWhenFrameSizesLieAroundBufferEdgesThenGivesWholeFrames() throws Exception {
		for (int edge : new int[] { 4 * 1024, 8 * 1024, 64 * 1024 }) {
			for (int size = edge - 8; size <= edge + 8; size++) {
				for (int before = 0; before < 8; before++) {
					assertWhole(size, before, Integer.MAX_VALUE);
				}
				for (int maxRead : new int[] { 1, 5, 4096, 65_535 }) {
					assertWhole(size, 3, maxRead);
				}
			}
		}
	}

	@Test
	void nextWhenFrameIsLargerThanBufferThenGivesItWhole() throws Exception {
		for (int size : new int[] { 100_000, 131_072, 262_143, 262_144, 262_145, 1_000_000, MAX }) {
			assertWhole(size, 17, Integer.MAX_VALUE);
			assertWhole(size, 17, 8191);
		}
	}

	private static void assertWhole(int size, int before, int maxRead) throws Exception {
		List<byte[]> payloads = List.of(payload(before), payload(size), payload(0), payload(size), payload(9));
		byte[] stream = concat(payloads.stream().map(FakeConnection::frame).toList());

		List<byte[]> read = readAll(new FrameReader(MAX), FakeConnection.slow(stream, maxRead));

		assertThat(read).hasSameSizeAs(payloads);
		for (int i = 0; i < payloads.size(); i++) {
			assertThat(Arrays.equals(read.get(i), payloads.get(i)))
				.as("frame %d, %d bytes after %d, %d at a time", i, size, before, maxRead)
				.isTrue();
		}
	}

	@Test
	void nextWhenMoreIsReadBeforeTheFrameIsTakenThenItsPayloadIsTheSame() throws Exception {
		List<String> messages = IntStream.range(0, 600).mapToObj("message %03d"::formatted).toList();
		byte[] stream = concat(messages.stream().map((message) -> frame(bytes(message))).toList());

		// The first read takes 4 KiB, which is 256 frames.
		for (int taken = 0; taken <= 256; taken++) {
			FrameReader reader = new FrameReader(MAX);
			FakeConnection connection = FakeConnection.of(stream);
			reader.fill(connection);
			for (int i = 0; i < taken; i++) {
				assertThat(reader.next()).isTrue();
				reader.consume();
			}
			List<String> rest = new ArrayList<>();
			while (reader.next() || reader.fill(connection) > 0 && reader.next()) {
				reader.fill(connection);
				assertThat(reader.next()).isTrue();
				rest.add(new String(taken(reader), StandardCharsets.US_ASCII));
			}
			assertThat(rest).as("after %d messages", taken).isEqualTo(messages.subList(taken, messages.size()));
		}
	}

	// Limits: W1, W2, W5

	@ParameterizedTest
	@CsvSource({ "7fffffff, 2147483647", "80000000, 2147483648", "ffffffff, 4294967295", "00400001, 4194305" })
	void nextWhenLengthIsOverTheLimitThenRefusesAfterFiveBytes(String length, String inText) throws Exception {
		byte[] header = HexFormat.of().parseHex("54" + length);
		FakeConnection connection = FakeConnection.slow(header, 1);
		for (int i = 1; i < 5; i++) {
			this.reader.fill(connection);
			assertThat(this.reader.next()).as("after %d bytes", i).isFalse();
		}
		this.reader.fill(connection);

		assertMalformed(this.reader, CloseReason.FRAME_TOO_LARGE).hasMessageContaining(inText + " bytes")
			.hasMessageContaining("the limit is 4194304")
			.hasMessageContaining("max-frame-size");
	}

	@Test
	void nextWhenLengthIsOverTheLimitThenAllocatesNothingForIt() throws Exception {
		byte[] header = HexFormat.of().parseHex("5400ffffff");
		refused(header);

		long before = allocated();
		refused(header);
		assertThat(allocated() - before).isLessThan(32 * 1024);
	}

	private static void refused(byte[] header) throws IOException {
		FrameReader reader = new FrameReader(MAX);
		reader.fill(FakeConnection.of(header));
		catchThrowableOfType(MalformedFrameException.class, reader::next);
	}

	@Test
	void nextWhenLengthIsTheLimitThenGivesTheFrame() throws Exception {
		FrameReader reader = new FrameReader(100);

		assertThat(readAll(reader, FakeConnection.of(frame(payload(100))))).singleElement().isEqualTo(payload(100));

		reader.fill(FakeConnection.of(frame(payload(101))));
		assertMalformed(reader, CloseReason.FRAME_TOO_LARGE).hasMessageContaining("101 bytes, the limit is 100");
	}

	@Test
	void fillWhenLengthIsAnnouncedThenMemoryGrowsWithWhatArrived() throws Exception {
		FrameReader reader = new FrameReader(Integer.MAX_VALUE);
		FakeConnection connection = FakeConnection.of(HexFormat.of().parseHex("5440000000"));
		reader.fill(connection);
		reader.next();
		byte[] chunk = new byte[1024];

		long before = allocated();
		for (int arrived = 1024; arrived <= 2 * 1024 * 1024; arrived += 1024) {
			connection.arrive(chunk);
			reader.fill(connection);
			assertThat(reader.next()).isFalse();
			if (Integer.bitCount(arrived) == 1) {
				// Doubling allocates twice the final size, which is twice what arrived.
				assertThat(allocated() - before).as("after %d bytes", arrived).isLessThan(4L * arrived + 512 * 1024);
			}
		}
	}

	@Test
	void takeWhenFrameIsSmallThenGivesACopy() throws Exception {
		this.reader.fill(FakeConnection.of(concat(frame(payload(10)), frame(payload(20)))));
		assertThat(this.reader.next()).isTrue();
		byte[] buffer = this.reader.array();

		assertThat(this.reader.take()).isEqualTo(payload(10)).isNotSameAs(buffer);
		assertThat(this.reader.next()).isTrue();
		assertThat(this.reader.take()).isEqualTo(payload(20));
		assertThat(this.reader.next()).isFalse();
	}

	@Test
	void takeWhenAnotherLargeFrameFollowsThenTheFirstPayloadStaysAsItIs() throws Exception {
		byte[] first = new byte[500_000];
		byte[] second = new byte[300_000];
		Arrays.fill(first, (byte) 1);
		Arrays.fill(second, (byte) 2);

		List<byte[]> read = readAll(new FrameReader(MAX), FakeConnection.of(concat(frame(first), frame(second))));

		assertThat(read).containsExactly(first, second);
	}

	@Test
	void takeWhenFrameIsLargerThanFourMebibytesThenGivesTheArrayItWasReadInto() throws Exception {
		int size = 5 * 1024 * 1024;
		FrameReader reader = new FrameReader(size);
		FakeConnection connection = FakeConnection.of(concat(frame(payload(size)), frame(payload(70_000))));
		while (!reader.next()) {
			reader.fill(connection);
		}
		byte[] buffer = reader.array();

		byte[] taken = reader.take();

		assertThat(readAll(reader, connection)).containsExactly(payload(70_000));
		assertThat(taken).isSameAs(buffer).isEqualTo(payload(size));
	}

	@Test
	void isDrainedWhenAReadGaveLessThanThereWasRoomForThenIsTrue() throws Exception {
		assertThat(this.reader.isDrained()).as("before the first read").isFalse();
		FakeConnection connection = FakeConnection.of(new byte[64 * 1024], new byte[3]);
		this.reader.fill(connection);
		assertThat(this.reader.isDrained()).isFalse();

		FrameReader other = new FrameReader(100);
		other.fill(FakeConnection.of(frame(payload(3))));
		assertThat(other.isDrained()).isTrue();
	}

	@Test
	void fillWhenSmallFramesKeepComingThenTakesAsManyAtATimeAsMayBeReadAhead() throws Exception {
		List<byte[]> frames = Collections.nCopies(2000, frame(payload(128)));
		FakeConnection connection = FakeConnection.of(concat(frames));
		List<Integer> reads = new ArrayList<>();
		for (int count = this.reader.fill(connection); count > 0; count = this.reader.fill(connection)) {
			reads.add(count);
			while (this.reader.next()) {
				this.reader.consume();
			}
		}

		assertThat(reads).startsWith(4 * 1024);
		assertThat(reads.subList(2, reads.size() - 1))
			.allSatisfy((count) -> assertThat(count).isBetween(63 * 1024, 64 * 1024));
	}

	@Test
	void releaseWhenBytesWaitThenTheyAreKept() throws Exception {
		byte[] stream = concat(frame(payload(10)), frame(payload(20)));
		FakeConnection connection = FakeConnection.cut(stream, 18);
		this.reader.fill(connection);
		this.reader.release();
		assertThat(this.reader.next()).isTrue();
		assertThat(this.reader.take()).isEqualTo(payload(10));
		this.reader.release();
		this.reader.fill(connection);
		assertThat(this.reader.next()).isTrue();
		assertThat(this.reader.take()).isEqualTo(payload(20));
		this.reader.release();
		this.reader.fill(FakeConnection.of(frame(payload(30))));
		assertThat(this.reader.next()).isTrue();
		assertThat(this.reader.take()).isEqualTo(payload(30));
	}

	// Other protocols: W3, W4

	@Test
	void nextWhenMagicIsWrongThenRefusesWithTheBytes() throws Exception {
		this.reader.fill(FakeConnection.of(HexFormat.of().parseHex("43000000020102030405")));

		assertMalformed(this.reader, CloseReason.BAD_MAGIC)
			.hasMessage("the peer sent 43 00 00 00 02 01 02 03 where a frame begins with 54; "
					+ "is the peer a Ductworks program of the same version?");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2 })
	void nextWhenMagicOfAnyFrameIsWrongThenGivesThoseBeforeAndRefuses(int frame) throws Exception {
		byte[] stream = THREE.clone();
		stream[new int[] { 0, 13, 18 }[frame]] = 0x55;
		this.reader.fill(FakeConnection.of(stream));
		for (int i = 0; i < frame; i++) {
			assertThat(this.reader.next()).isTrue();
			this.reader.consume();
		}

		assertMalformed(this.reader, CloseReason.BAD_MAGIC).hasMessageContaining("the peer sent 55 ");
	}

	@Test
	void nextWhenAByteIsInjectedAnywhereThenNeverFindsAnotherFrameBehindTheFault() throws Exception {
		for (int index = 0; index <= THREE.length; index++) {
			byte[] stream = concat(Arrays.copyOf(THREE, index), new byte[] { 0x00 },
					Arrays.copyOfRange(THREE, index, THREE.length));
			FrameReader reader = new FrameReader(MAX);
			List<Integer> ends = new ArrayList<>();
			int whole = List.of(13, 18, 25).stream().filter(at(index)).toList().size();
			reader.fill(FakeConnection.of(stream));
			MalformedFrameException malformed = catchThrowableOfType(MalformedFrameException.class, () -> {
				while (reader.next()) {
					ends.add(reader.length());
					reader.consume();
				}
			});

			assertThat(ends.size()).as("frames before the fault at %d", index).isBetween(whole, whole + 1);
			assertThat(malformed != null || reader.unfinished() != null).as("fault at %d is seen", index).isTrue();
			if (malformed != null) {
				assertThat(catchThrowableOfType(MalformedFrameException.class, reader::next)).as("stays refused")
					.hasMessage(malformed.getMessage());
			}
		}
	}

	private static Predicate<Integer> at(int index) {
		return (end) -> end <= index;
	}

	@ParameterizedTest
	@CsvSource({ "16030100c8010000c40303, TLS", "16030300, TLS", "15030300020250, TLS", "1503, TLS",
			"474554202f20485454502f312e310d0a, HTTP", "504f5354202f20485454502f312e31, HTTP",
			"505249202a20485454502f322e300d0a, HTTP/2", "485454502f312e312034303020, HTTP",
			"5353482d322e302d4f70656e535348, SSH", "414d515000000901, AMQP", "2a310d0a24340d0a50494e470d0a, Redis",
			"2a320d0a24350d0a48454c4c4f0d0a, Redis" })
	void nextWhenPeerSpeaksAnotherProtocolThenNamesIt(String hex, String protocol) throws Exception {
		byte[] opener = HexFormat.of().parseHex(hex);
		this.reader.fill(FakeConnection.of(opener));

		assertMalformed(this.reader, CloseReason.BAD_MAGIC)
			.hasMessageContaining("the peer seems to speak " + protocol + ", this duct is plain frames");
	}

	@ParameterizedTest
	@CsvSource({ "16, TLS", "47, HTTP", "53, SSH", "41, AMQP", "2a, Redis" })
	void nextWhenOnlyOneByteOfAnotherProtocolIsThereThenNamesIt(String hex, String protocol) throws Exception {
		this.reader.fill(FakeConnection.of(HexFormat.of().parseHex(hex)));

		assertMalformed(this.reader, CloseReason.BAD_MAGIC).hasMessageContaining("speak " + protocol);
	}

	// Where the stream ended

	@Test
	void unfinishedWhenStreamEndsAnywhereThenTellsHowFarTheFrameCame() throws Exception {
		for (int end = 0; end <= THREE.length; end++) {
			FrameReader taken = new FrameReader(MAX);
			readAll(taken, FakeConnection.of(Arrays.copyOf(THREE, end)));
			assertThat(taken.unfinished()).as("end at %d", end).isEqualTo(expectedUnfinished(end));

			FrameReader untouched = new FrameReader(MAX);
			untouched.fill(FakeConnection.of(Arrays.copyOf(THREE, end)));
			assertThat(untouched.unfinished()).as("end at %d, nothing taken", end).isEqualTo(expectedUnfinished(end));
		}
	}

	private static String expectedUnfinished(int end) {
		int[] starts = { 0, 13, 18 };
		int[] lengths = { 8, 0, 2 };
		for (int i = 0; i < starts.length; i++) {
			int into = end - starts[i];
			if (into > 0 && into < 5) {
				return into + " of 5 header bytes";
			}
			if (into >= 5 && into < 5 + lengths[i]) {
				return (into - 5) + " of " + lengths[i] + " payload bytes";
			}
		}
		return null;
	}

	@Test
	void unfinishedWhenLargeFrameIsCutThenTellsHowFarItCame() throws Exception {
		byte[] stream = frame(payload(200_000));

		readAll(this.reader, FakeConnection.of(Arrays.copyOf(stream, 150_005)));

		assertThat(this.reader.unfinished()).isEqualTo("150000 of 200000 payload bytes");
	}

	@Test
	void unfinishedWhenLargeFrameIsWholeThenIsNull() throws Exception {
		FakeConnection connection = FakeConnection.of(frame(payload(200_000)));
		while (!this.reader.next()) {
			this.reader.fill(connection);
		}

		assertThat(this.reader.unfinished()).isNull();
	}

	// Reading ahead

	@Test
	void hasRoomWhenFullBufferOfFramesWaitsThenIsFalseUntilOneIsTaken() throws Exception {
		byte[] frame = frame(payload(1019));
		byte[] stream = concat(IntStream.range(0, 100).mapToObj((i) -> frame).toList());
		FakeConnection connection = FakeConnection.of(stream);
		int arrived = 0;
		while (this.reader.hasRoom()) {
			arrived += this.reader.fill(connection);
		}

		assertThat(arrived).isEqualTo(64 * 1024);
		assertThat(this.reader.fill(connection)).isZero();
		assertThat(this.reader.next()).isTrue();
		this.reader.consume();
		assertThat(this.reader.hasRoom()).isTrue();
		assertThat(this.reader.fill(connection)).isEqualTo(1024);
	}

	@Test
	void hasRoomWhenLargeFrameIsWholeThenIsFalseUntilItIsTaken() throws Exception {
		FakeConnection connection = FakeConnection.of(concat(frame(payload(100_000)), frame(payload(7))));
		while (!this.reader.next()) {
			assertThat(this.reader.hasRoom()).isTrue();
			this.reader.fill(connection);
		}

		assertThat(this.reader.hasRoom()).isFalse();
		long before = allocated();
		assertThat(this.reader.fill(connection)).isZero();
		assertThat(allocated() - before).isLessThan(16 * 1024);

		assertThat(taken(this.reader)).isEqualTo(payload(100_000));
		assertThat(this.reader.hasRoom()).isTrue();
		assertThat(readAll(this.reader, connection)).singleElement().isEqualTo(payload(7));
	}

	private static void growBuffer(FrameReader reader) throws Exception {
		readAll(reader, FakeConnection.of(frame(payload(60_000))));
	}

	private static byte[] taken(FrameReader reader) {
		byte[] payload = Arrays.copyOfRange(reader.array(), reader.offset(), reader.offset() + reader.length());
		reader.consume();
		return payload;
	}

	private static AbstractThrowableAssert<?, MalformedFrameException> assertMalformed(FrameReader reader,
			CloseReason reason) {
		MalformedFrameException malformed = catchThrowableOfType(MalformedFrameException.class, reader::next);
		assertThat(malformed).isNotNull();
		assertThat(malformed.reason()).isEqualTo(reason);
		return assertThat(malformed);
	}

	private static long allocated() {
		return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
