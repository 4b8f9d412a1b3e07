package io.ductworks.internal.frame;

import java.util.Arrays;

import io.ductworks.CloseReason;
import org.junit.jupiter.api.Test;

import static io.ductworks.internal.frame.FakeConnection.concat;
import static io.ductworks.internal.frame.FakeConnection.frame;
import static io.ductworks.internal.frame.FakeConnection.payload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The memory that all frames together may take, and how readers share it.
 */
class FrameMemoryTests {

	private static final int MAX = 4 * 1024 * 1024;

	private final FrameMemory memory = new FrameMemory(1000);

	@Test
	void holdWhenOthersHoldTooMuchThenRefusedAndNothingChanges() {
		FrameMemory.Share one = this.memory.share();
		FrameMemory.Share other = this.memory.share();
		assertThat(one.hold(600)).isTrue();
		assertThat(other.hold(300)).isTrue();

		assertThat(other.hold(401)).isFalse();
		assertThat(this.memory.held()).isEqualTo(900);
		assertThat(other.hold(400)).isTrue();
		assertThat(this.memory.held()).isEqualTo(1000);
	}

	@Test
	void holdWhenNobodyElseHoldsAnyThenAsMuchAsItTakes() {
		FrameMemory.Share one = this.memory.share();

		assertThat(one.hold(5000)).isTrue();
		assertThat(one.hold(9000)).isTrue();
		assertThat(this.memory.share().hold(1)).isFalse();
	}

	@Test
	void closeWhenItHeldSomeThenOthersMayHaveItAndItTakesNoMore() {
		FrameMemory.Share gone = this.memory.share();
		gone.hold(1000);
		gone.close();

		assertThat(this.memory.share().hold(1000)).isTrue();
		assertThat(gone.hold(1)).isFalse();
		assertThat(this.memory.held()).isEqualTo(1000);
	}

	@Test
	void i5NextWhenOtherFramesHoldTheMemoryThenRefusedForThatReason() throws Exception {
		FrameMemory memory = new FrameMemory(2 * 1024 * 1024);
		FrameReader one = new FrameReader(MAX, memory);
		FakeConnection half = FakeConnection.of(half(frame(payload(2_000_000))));
		drain(one, half);
		assertThat(memory.held()).isPositive();

		FrameReader other = new FrameReader(MAX, memory);
		FakeConnection connection = FakeConnection.of(frame(payload(2_000_000)));
		assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> drain(other, connection))
			.withMessageContaining("a frame of 2000000 bytes")
			.withMessageContaining("of 2097152 bytes")
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(CloseReason.OUT_OF_MEMORY));

		one.ended();
		other.ended();
		assertThat(memory.held()).isZero();
	}

	@Test
	void takeWhenFrameWasLargeThenMemoryIsGivenBackOnceItIsScarceOrTheConnectionQuiet() throws Exception {
		FrameMemory plenty = new FrameMemory(100 << 20);
		FrameReader reader = new FrameReader(MAX, plenty);
		drain(reader, FakeConnection.of(frame(payload(1_000_000))));
		assertThat(reader.take()).hasSize(1_000_000);
		assertThat(plenty.held()).as("kept for the next").isPositive();
		reader.release();
		assertThat(plenty.held()).isZero();

		FrameMemory scarce = new FrameMemory(1_500_000);
		reader = new FrameReader(MAX, scarce);
		drain(reader, FakeConnection.of(frame(payload(1_000_000))));
		assertThat(reader.take()).hasSize(1_000_000);
		assertThat(scarce.held()).isZero();
	}

	@Test
	void i4FillWhenReadingFarAheadThenBufferGrowsAndShrinksOnceAllWasTaken() throws Exception {
		FrameMemory memory = new FrameMemory(100 << 20);
		FrameReader reader = new FrameReader(MAX, memory);
		byte[] frames = frame(payload(100));
		for (int i = 0; i < 12; i++) {
			frames = concat(frames, frames);
		}
		FakeConnection connection = FakeConnection.of(frames);
		fillAll(reader, connection);
		assertThat(reader.hasRoom()).isFalse();
		assertThat(memory.held()).isZero();

		reader.readFarAhead();
		assertThat(reader.hasRoom()).isTrue();
		assertThat(fillAll(reader, connection)).isEqualTo(-1);
		assertThat(memory.held()).isGreaterThanOrEqualTo(frames.length);
		int count = 0;
		for (; reader.next(); count++) {
			assertThat(reader.take()).isEqualTo(payload(100));
		}
		assertThat(count).isEqualTo(4096);
		assertThat(memory.held()).isZero();
	}

	@Test
	void i4FillWhenOneLargeFrameWaitsThenReadsFarAheadBehindIt() throws Exception {
		FrameReader reader = new FrameReader(MAX, new FrameMemory(100 << 20));
		FakeConnection connection = FakeConnection
			.of(concat(frame(payload(100_000)), concat(frame(payload(7)), half(frame(payload(20))))));
		drain(reader, connection);
		assertThat(reader.length()).isEqualTo(100_000);
		assertThat(reader.hasRoom()).isFalse();

		reader.readFarAhead();
		assertThat(fillAll(reader, connection)).isEqualTo(-1);
		assertThat(reader.unfinished()).isEqualTo("7 of 20 payload bytes");
		assertThat(reader.take()).isEqualTo(payload(100_000));
		assertThat(reader.next()).isTrue();
		assertThat(reader.take()).isEqualTo(payload(7));
		assertThat(reader.next()).isFalse();
	}

	private static byte[] half(byte[] bytes) {
		return Arrays.copyOf(bytes, bytes.length / 2);
	}

	/**
	 * Reads until a frame is there, or the end.
	 */
	private static void drain(FrameReader reader, FakeConnection connection) throws Exception {
		boolean more = !reader.next();
		while (more) {
			more = reader.fill(connection) >= 0 && !reader.next();
		}
	}

	/**
	 * Reads as long as there is room.
	 * @return -1 at the end
	 */
	private static int fillAll(FrameReader reader, FakeConnection connection) throws Exception {
		reader.next();
		int count = 0;
		while (count >= 0 && reader.hasRoom()) {
			count = reader.fill(connection);
			reader.next();
		}
		return count;
	}

}
